// The memory of a ring.
#include <sys/mman.h>

#include <cstring>
#include <new>

#include "platform/platform.h"
#include "trace/trace.h"

namespace berkeley::trace {
namespace {

// A new file of this size, as memory. Its own descriptor is closed again. What has no room on the disk stays behind
// empty: whoever reads the folder is told so that a thread is missing.
void* MapFile(const char* path, size_t size) {
  int fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (fd < 0) return MAP_FAILED;
  int error = platform::Reserve(fd, static_cast<off_t>(size));
  if (error != 0 && ftruncate(fd, 0) < 0) error = errno;
  void* memory = error == 0 ? mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0) : MAP_FAILED;
  close(fd);
  if (error != 0) errno = error;
  return memory;
}

void* MapNothing(size_t size) { return mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0); }

}  // namespace

std::unique_ptr<Ring> Ring::Make(uint32_t limit, const char* path) {
  size_t size = sizeof(Header) + size_t{limit} * sizeof(Record);
  void* memory = *path == '\0' ? MapNothing(size) : MapFile(path, size);
  if (memory == MAP_FAILED) return nullptr;
  auto* header = new (memory) Header{};
  header->limit = limit;
  return std::unique_ptr<Ring>(new Ring(header, size, path));
}

Ring::~Ring() { munmap(header_, size_); }

// Nobody touches what is mapped beyond. Where it fails, the file is as long as before.
void Ring::Close() {
  if (!path_.empty() && truncate(path_.c_str(), static_cast<off_t>(Used())) < 0) return;
}

size_t Ring::Used() const {
  uint64_t begun = header_->begun.load(std::memory_order_acquire);
  return sizeof(Header) + (begun < header_->limit ? begun : header_->limit) * sizeof(Record);
}

Record* Ring::Begin() {
  uint64_t index = header_->begun.load(std::memory_order_relaxed);
  open_ = reinterpret_cast<Record*>(header_ + 1) + index % header_->limit;
  memset(open_, 0, sizeof *open_);
  header_->begun.store(index + 1, std::memory_order_release);
  return open_;
}

void Ring::End() {
  open_ = nullptr;
  header_->ended.store(header_->begun.load(std::memory_order_relaxed), std::memory_order_release);
}

}  // namespace berkeley::trace
