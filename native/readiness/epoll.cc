// The epoll backend of Selector: epoll(7). The contract of a backend is in src/readiness/backend.ts.
#include <sys/epoll.h>

#include <algorithm>
#include <cstring>

#include "js/exports.h"
#include "wait/wait.h"

namespace berkeley {
namespace {

// As many events as one call takes from the kernel at most; the rest is ready still at the next.
constexpr int kMost = 1024;

// As TypeScript reads it.
struct Row {
  int32_t slot;
  int32_t generation;
  int32_t events;
};

napi_value Open(napi_env env, napi_callback_info info) {
  Call call(env, info);
  Environment& environment = call.environment();
  int64_t fd = Opened(environment, [] {
    counted::Count(counted::SystemCall::epoll_create);
    int set = epoll_create1(EPOLL_CLOEXEC);
    return int64_t{set < 0 ? -errno : set};
  });
  if (fd >= 0) environment.descriptors.Add(env, static_cast<int>(fd));
  return call.Answer(fd);
}

// epoll descriptor, operation, descriptor, events, slot, generation
napi_value Change(napi_env env, napi_callback_info info) {
  Call call(env, info);
  int set = call.Int(0), operation = call.Int(1), fd = call.Int(2);
  epoll_event event{};
  event.events = static_cast<uint32_t>(call.Int(3));
  uint64_t slot = static_cast<uint32_t>(call.Int(4)), generation = static_cast<uint32_t>(call.Int(5));
  event.data.u64 = generation << 32 | slot;
  if (!call.ok()) return call.Answer(0);
  counted::Count(counted::SystemCall::epoll_ctl);
  return call.Answer(epoll_ctl(set, operation, fd, &event) < 0 ? -errno : 0);
}

// Looks first, because what is ready needs no waiting: one system call where there is something.
int64_t Collect(Environment& environment, int set, epoll_event* events, int room, double timeout) {
  HeldDescriptor held(set);
  Waiting waiting(environment, timeout, held);
  if (waiting.allowed() && environment.TakeInterruption(false)) return -EINTR;
  for (;;) {
    counted::Count(counted::SystemCall::epoll_wait);
    int count = epoll_wait(set, events, room, 0);
    if (count < 0) return -errno;
    if (count > 0 || !waiting.allowed()) return count;
    int64_t waited = waiting.Until(set, POLLIN);
    if (waited < 0) return waited;
  }
}

napi_value Wait(napi_env env, napi_callback_info info) {
  Call call(env, info);
  int set = call.Int(0);
  double timeout = call.Double(2);
  int most = std::min(call.Int(3), kMost);
  if (!call.ok() || most <= 0) return call.Answer(0);
  epoll_event events[kMost];
  int64_t count = Collect(call.environment(), set, events, most, timeout);
  if (count <= 0) return call.Answer(count);
  // Read after the wait, in which JavaScript may have run.
  Bytes out = call.View(1);
  call.Check(out.size >= sizeof(Row) * static_cast<size_t>(most) ? napi_ok : napi_invalid_arg);
  for (int64_t i = 0; i < count && call.ok(); i++) {
    uint64_t key = events[i].data.u64;
    Row row = {static_cast<int32_t>(key), static_cast<int32_t>(key >> 32), static_cast<int32_t>(events[i].events)};
    memcpy(out.data + static_cast<size_t>(i) * sizeof row, &row, sizeof row);
  }
  return call.Answer(count);
}

}  // namespace

const Export kSelectorExports[] = {{"epollOpen", Open, kMakes},
                                   {"epollChange", Change, kFirst},
                                   {"epollWait", Wait, kFirst},
                                   {nullptr, nullptr}};

}  // namespace berkeley
