// Some facts about files that are mapped.
//
// Writing to a mapped page raises SIGBUS, which ends the process, where the page lies beyond the end of its file or
// cannot be given room. posix_fallocate(3) reserves the room, but cannot keep it: another process may truncate the file
// (logrotate's copytruncate does), a file system that copies on write takes new room for each write, and a disk may fail.
// A trace must not end the program that it records.
//
// - No lock prevents a truncation: seals are for the files of memfd_create(2) alone, and a lease only delays it; fcntl(2).
// - A memfd that is copied to a file at the end leaves nothing of a program that is killed, and its last calls are
//   what such a trace is read for.
// - pwrite(2) in place of a mapping reports an error. It takes 1.0 to 1.3 us on the machine where a write to the mapping
//   takes 0.01 us, at least twice for each call, where a traced call on a pair of sockets takes about 1 us in all.
//
// So a handler of SIGBUS maps anonymous memory in the file's place and returns: the instruction is repeated, and the
// thread goes on into memory that nothing reads. libwayland-server guards the buffers of its clients in this way. The
// handler is installed with the first file, so only in programs that are traced into files; faults elsewhere are passed
// on to the handler before it.
#include "platform/mapped_memory.h"

#include <sys/mman.h>
#include <sys/stat.h>

#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstdint>
#include <mutex>

#include "platform/platform.h"

namespace berkeley::platform {

struct GuardedRange {
  std::atomic<uint8_t*> begin{nullptr};  // null: it is free
  std::atomic<size_t> size{0};
  GuardedRange* next = nullptr;
};

namespace {

// The handler walks through this list at any moment: an entry is never taken out, and is used again.
std::atomic<GuardedRange*> ranges{nullptr};
struct sigaction previous;  // the handler that was installed before ours

std::mutex& Lock() {
  static auto* lock = new std::mutex;
  return *lock;
}

// Whether the address was in a file, in whose place there is memory now. mmap(2) is a bare system call, and as safe in a
// handler as those that POSIX lists.
bool Replace(const uint8_t* address) {
  for (GuardedRange* range = ranges.load(std::memory_order_acquire); range != nullptr; range = range->next) {
    uint8_t* begin = range->begin.load(std::memory_order_acquire);
    size_t size = range->size.load(std::memory_order_relaxed);
    if (begin == nullptr || address < begin || address >= begin + size) continue;
    int flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED;
    return mmap(begin, size, PROT_READ | PROT_WRITE, flags, -1, 0) == begin;
  }
  return false;
}

// What would have happened without our handler. The default is to end the process: by the same fault, which comes again
// when the handler returns, or by the same signal, where a process sent it.
void PassOn(int number, siginfo_t* info, void* context) {
  bool sent = info->si_code <= 0;
  if (previous.sa_flags & SA_SIGINFO) {
    previous.sa_sigaction(number, info, context);
  } else if (previous.sa_handler == SIG_DFL || (previous.sa_handler == SIG_IGN && !sent)) {
    struct sigaction normal = {};
    normal.sa_handler = SIG_DFL;
    sigaction(number, &normal, nullptr);
    if (sent) raise(number);
  } else if (previous.sa_handler != SIG_IGN) {
    previous.sa_handler(number);
  }
}

void OnBusError(int number, siginfo_t* info, void* context) {
  int error = errno;
  if (!Replace(static_cast<const uint8_t*>(info->si_addr))) PassOn(number, info, context);
  errno = error;
}

// Called under the lock.
void InstallHandler() {
  static bool installed = false;
  if (installed) return;
  installed = true;
  struct sigaction ours = {};
  ours.sa_sigaction = OnBusError;
  ours.sa_flags = SA_SIGINFO | SA_ONSTACK;
  sigaction(SIGBUS, nullptr, &previous);
  sigaction(SIGBUS, &ours, nullptr);
}

// Called under the lock.
GuardedRange* FreeRange() {
  GuardedRange* first = ranges.load(std::memory_order_relaxed);
  for (GuardedRange* range = first; range != nullptr; range = range->next) {
    if (range->begin.load(std::memory_order_relaxed) == nullptr) return range;
  }
  auto* range = new GuardedRange;
  range->next = first;
  ranges.store(range, std::memory_order_release);
  return range;
}

GuardedRange* Guard(void* memory, size_t size) {
  std::lock_guard<std::mutex> guard(Lock());
  InstallHandler();
  GuardedRange* range = FreeRange();
  range->size.store(size, std::memory_order_relaxed);
  range->begin.store(static_cast<uint8_t*>(memory), std::memory_order_release);
  return range;
}

}  // namespace

std::unique_ptr<MappedMemory> MappedMemory::Make(size_t size, const char* path) {
  std::unique_ptr<MappedMemory> mapping(new MappedMemory(size, path));
  if (!mapping->path_.empty()) return mapping->MapFile() ? std::move(mapping) : nullptr;
  void* memory = mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) return nullptr;
  mapping->data_ = memory;
  return mapping;
}

// Its descriptor is closed again: the program may close any number, or run out of them. A file for which the disk has no
// room stays behind empty, and shows that a thread is missing.
bool MappedMemory::MapFile() {
  int fd = open(path_.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (fd < 0) return false;
  struct stat status = {};
  int error = fstat(fd, &status) < 0 ? errno : Reserve(fd, static_cast<off_t>(size_));
  if (error != 0 && ftruncate(fd, 0) < 0) error = errno;
  void* memory = error == 0 ? mmap(nullptr, size_, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0) : MAP_FAILED;
  if (memory == MAP_FAILED && error == 0) error = errno;
  close(fd);
  errno = error;
  if (memory == MAP_FAILED) return false;
  data_ = memory;
  device_ = status.st_dev;
  file_ = status.st_ino;
  range_ = Guard(memory, size_);
  return true;
}

MappedMemory::~MappedMemory() {
  if (data_ == nullptr) return;
  if (range_ != nullptr) range_->begin.store(nullptr, std::memory_order_release);
  munmap(data_, size_);
}

// The path may lead to another file by now: only the one that is mapped is cut. Where that fails, it is as long as before.
void MappedMemory::Shorten(size_t size) const {
  if (path_.empty()) return;
  int fd = open(path_.c_str(), O_WRONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
  if (fd < 0) return;
  struct stat now = {};
  bool same = fstat(fd, &now) == 0 && now.st_dev == device_ && now.st_ino == file_;
  if (same && now.st_size > static_cast<off_t>(size) && ftruncate(fd, static_cast<off_t>(size)) < 0) errno = 0;
  close(fd);
}

}  // namespace berkeley::platform
