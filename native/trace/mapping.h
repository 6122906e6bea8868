// The memory of a ring: anonymous, or a file that is mapped.
#pragma once

#include <sys/types.h>

#include <cstddef>
#include <memory>
#include <string>

namespace berkeley::trace {

// An entry of the list in which the handler of SIGBUS looks an address up.
struct GuardedRange;

class Mapping {
 public:
  // `path`: the file to make and to map, or '' for memory alone. Null with errno where there is no memory, the file
  // exists or cannot be made, or its disk has no room.
  static std::unique_ptr<Mapping> Make(size_t size, const char* path);
  ~Mapping();
  Mapping(const Mapping&) = delete;
  Mapping& operator=(const Mapping&) = delete;

  void* memory() const { return memory_; }
  // Cuts the file to this size, if it is longer. Nothing may touch the memory beyond any more.
  void Shorten(size_t size) const;

 private:
  Mapping(size_t size, const char* path) : size_(size), path_(path) {}
  bool MapFile();

  void* memory_ = nullptr;
  const size_t size_;
  const std::string path_;  // empty: it is in no file
  dev_t device_ = 0;
  ino_t file_ = 0;
  GuardedRange* range_ = nullptr;
};

}  // namespace berkeley::trace
