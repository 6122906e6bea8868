// Memory in whole pages: private, or mapped to a file, where it survives any end of the process.
#pragma once

#include <sys/types.h>

#include <cstddef>
#include <memory>
#include <string>

namespace berkeley::platform {

// An entry of the list in which the handler of SIGBUS looks an address up.
struct GuardedRange;

class MappedMemory {
 public:
  // `path`: the file to make and to map; empty for private memory. The memory is zeroed. Null with errno if there is no
  // memory, the file exists or cannot be made, or its disk has no room. In the last case the file stays behind empty: a
  // reader of its folder then sees that it is missing.
  static std::unique_ptr<MappedMemory> Make(size_t size, const char* path);
  ~MappedMemory();
  MappedMemory(const MappedMemory&) = delete;
  MappedMemory& operator=(const MappedMemory&) = delete;

  void* data() const { return data_; }
  // Shortens the file to this size, if it is longer. No code may access the memory beyond it any more.
  void Shorten(size_t size) const;

 private:
  MappedMemory(size_t size, const char* path) : size_(size), path_(path) {}
  bool MapFile();

  void* data_ = nullptr;
  const size_t size_;
  const std::string path_;  // empty: no file
  dev_t device_ = 0;
  ino_t file_ = 0;
  GuardedRange* range_ = nullptr;
};

}  // namespace berkeley::platform
