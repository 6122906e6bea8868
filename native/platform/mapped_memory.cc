#include "platform/mapped_memory.h"

#include <sys/mman.h>

#include "platform/platform.h"

namespace berkeley::platform {
namespace {

void* Map(size_t size, int flags, int fd) {
  void* memory = mmap(nullptr, size, PROT_READ | PROT_WRITE, flags, fd, 0);
  return memory == MAP_FAILED ? nullptr : memory;
}

}  // namespace

void* MapPrivate(size_t size) { return Map(size, MAP_PRIVATE | MAP_ANONYMOUS, -1); }

// A mapping needs its descriptor no longer than mmap(2).
void* MapNewFile(const char* path, size_t size) {
  int fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (fd < 0) return nullptr;
  int error = Reserve(fd, static_cast<off_t>(size));
  if (error != 0 && ftruncate(fd, 0) < 0) error = errno;
  void* memory = error == 0 ? Map(size, MAP_SHARED, fd) : nullptr;
  close(fd);
  if (error != 0) errno = error;
  return memory;
}

void Unmap(void* memory, size_t size) { munmap(memory, size); }

}  // namespace berkeley::platform
