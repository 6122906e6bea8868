#include "wake.h"

#include <mutex>
#include <unordered_map>

#include "js.h"
#include "exports.h"
#include "platform.h"

namespace berkeley {
namespace {

// Process-wide, because a thread is woken from other threads. Never destroyed: a thread may outlive the exit handlers.
std::mutex& Lock() {
  static auto* lock = new std::mutex;
  return *lock;
}

std::unordered_map<uint32_t, Wake*>& Threads() {
  static auto* threads = new std::unordered_map<uint32_t, Wake*>;
  return *threads;
}

napi_value Interrupt(napi_env env, napi_callback_info info) {
  Call call(env, info);
  int64_t thread = call.Long(0);
  return call.AnswerBool(call.ok() && InterruptThread(static_cast<uint32_t>(thread)));
}

}  // namespace

void RaiseDescriptor(int fd) {
  uint64_t one = 1;
  int saved = errno;
  // Full means that it is readable already, which is all that a wake is.
  while (write(fd, &one, sizeof one) < 0 && errno == EINTR) {
  }
  errno = saved;
}

int Wake::Open(uint32_t thread_id) {
  if (platform::OpenWake(ends_) < 0) return -errno;
  thread_id_ = thread_id;
  std::lock_guard<std::mutex> guard(Lock());
  Threads()[thread_id] = this;
  return 0;
}

void Wake::Close() {
  if (ends_[0] < 0) return;
  {
    std::lock_guard<std::mutex> guard(Lock());
    auto found = Threads().find(thread_id_);
    if (found != Threads().end() && found->second == this) Threads().erase(found);
  }
  if (ends_[1] != ends_[0]) close(ends_[1]);
  close(ends_[0]);
  ends_[0] = ends_[1] = -1;
}

void Wake::Raise() const { RaiseDescriptor(ends_[1]); }

void Wake::Drain() const {
  uint64_t block[16];
  ssize_t got;
  do {
    got = read(ends_[0], block, sizeof block);
  } while (got == sizeof block || (got < 0 && errno == EINTR));
}

bool InterruptThread(uint32_t thread_id) {
  std::lock_guard<std::mutex> guard(Lock());
  auto found = Threads().find(thread_id);
  if (found == Threads().end()) return false;
  found->second->interrupted_.store(true);
  found->second->Raise();
  return true;
}

const Export kWakeExports[] = {{"interruptThread", Interrupt}, {nullptr, nullptr}};

}  // namespace berkeley
