#include "wait/wake.h"

#include <cstring>
#include <mutex>
#include <unordered_map>

#include "js/environment.h"
#include "js/exports.h"
#include "platform/platform.h"

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

struct Ends {
  int reading, writing;
};

std::unordered_map<uint32_t, Ends>& Wakers() {
  static auto* wakers = new std::unordered_map<uint32_t, Ends>;
  return *wakers;
}

napi_value Interrupt(napi_env env, napi_callback_info info) {
  Call call(env, info);
  int64_t thread = call.Long(0);
  return call.AnswerBool(call.ok() && InterruptThread(static_cast<uint32_t>(thread)));
}

// out: the descriptor to watch, and the id to raise it by
napi_value OpenOne(napi_env env, napi_callback_info info) {
  Call call(env, info);
  int fd = -1;
  uint32_t id = 0;
  int64_t answer = Opened(call.environment(), [&] { return int64_t{OpenWaker(&fd, &id)}; });
  if (answer < 0) return call.Answer(answer);
  call.environment().descriptors.Add(env, fd, id);
  // Looked up after garbage may have been collected for want of descriptors.
  Bytes out = call.View(0);
  call.Check(out.size >= sizeof fd + sizeof id ? napi_ok : napi_invalid_arg);
  if (!call.ok()) return call.Answer(0);
  memcpy(out.data, &fd, sizeof fd);
  memcpy(out.data + sizeof fd, &id, sizeof id);
  return call.Answer(0);
}

napi_value Raise(napi_env env, napi_callback_info info) {
  Call call(env, info);
  int64_t id = call.Long(0);
  return call.AnswerBool(call.ok() && RaiseWaker(static_cast<uint32_t>(id)));
}

napi_value Drain(napi_env env, napi_callback_info info) {
  Call call(env, info);
  int fd = call.Int(0);
  if (call.ok()) DrainDescriptor(fd);
  return call.Answer(0);
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

void DrainDescriptor(int fd) {
  uint64_t block[16];
  ssize_t got;
  do {
    got = read(fd, block, sizeof block);
  } while (got == sizeof block || (got < 0 && errno == EINTR));
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

void Wake::Interrupt() {
  interrupted_.store(true);
  RaiseDescriptor(ends_[1]);
}

// Drained first: whoever asks in between makes it readable again.
bool Wake::TakeInterruption() {
  Drain();
  return interrupted_.exchange(false);
}

void Wake::Drain() const { DrainDescriptor(ends_[0]); }

bool InterruptThread(uint32_t thread_id) {
  std::lock_guard<std::mutex> guard(Lock());
  auto found = Threads().find(thread_id);
  if (found == Threads().end()) return false;
  found->second->Interrupt();
  return true;
}

int OpenWaker(int* fd, uint32_t* id) {
  static uint32_t last = 0;
  int ends[2];
  if (platform::OpenWake(ends) < 0) return -errno;
  std::lock_guard<std::mutex> guard(Lock());
  *id = ++last;
  *fd = ends[0];
  Wakers()[*id] = {ends[0], ends[1]};
  return 0;
}

bool RaiseWaker(uint32_t id) {
  std::lock_guard<std::mutex> guard(Lock());
  auto found = Wakers().find(id);
  if (found == Wakers().end()) return false;
  RaiseDescriptor(found->second.writing);
  return true;
}

void ForgetWaker(uint32_t id) {
  std::lock_guard<std::mutex> guard(Lock());
  auto found = Wakers().find(id);
  if (found == Wakers().end()) return;
  if (found->second.writing != found->second.reading) close(found->second.writing);
  Wakers().erase(found);
}

const Export kWakeExports[] = {{"interruptThread", Interrupt},
                               {"wakerOpen", OpenOne},
                               {"wakerRaise", Raise},
                               {"wakerDrain", Drain},
                               {nullptr, nullptr}};

}  // namespace berkeley
