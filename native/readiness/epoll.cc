// The epoll backend: epoll(7). The contract of a backend is in src/readiness/backend.ts.
#include <sys/epoll.h>

#include <algorithm>
#include <cstring>
#include <memory>
#include <new>

#include "js/call.h"
#include "platform/counted.h"
#include "readiness/exports.h"
#include "wait/shortage.h"
#include "wait/wait.h"

namespace berkeley {
namespace {

// Up to so many events of one wait are on the stack; more, which only the Selector of many sockets asks for, are on the
// heap.
constexpr int kStackEvents = 1024;

// TypeScript reads the same layout.
struct Row {
  int32_t slot;
  int32_t generation;
  int32_t events;
};

napi_value Open(Call& call) {
  Environment& environment = call.environment();
  int64_t fd = OpenOrSweep(environment, [] {
    counted::Count(counted::SystemCall::epoll_create);
    return OrErrno(epoll_create1(EPOLL_CLOEXEC));
  });
  return call.Return(environment.descriptors.AddResult(call.env(), fd));
}

// Arguments: the epoll descriptor, the operation, the descriptor, the events, the slot, its generation.
napi_value Change(Call& call) {
  int set = call.Int(0), operation = call.Int(1), fd = call.Int(2);
  epoll_event event{};
  event.events = static_cast<uint32_t>(call.Int(3));
  uint64_t slot = static_cast<uint32_t>(call.Int(4)), generation = static_cast<uint32_t>(call.Int(5));
  event.data.u64 = generation << 32 | slot;
  if (!call.ok()) return call.Return(0);
  counted::Count(counted::SystemCall::epoll_ctl);
  return call.Return(OrErrno(epoll_ctl(set, operation, fd, &event)));
}

// Collects the events before it waits: one system call if there are some.
int64_t Collect(Environment& environment, int set, epoll_event* events, int max_events, double timeout_ms) {
  BorrowedDescriptor borrowed(set);
  Waiting waiting(environment, timeout_ms, borrowed);
  if (waiting.allowed() && environment.TakeInterruption(false)) return -EINTR;
  for (;;) {
    counted::Count(counted::SystemCall::epoll_wait);
    int count = epoll_wait(set, events, max_events, 0);
    if (count < 0) return -errno;
    if (count > 0 || !waiting.allowed()) return count;
    int64_t waited = waiting.Until(set, POLLIN);
    if (waited < 0) return waited;
  }
}

napi_value Wait(Call& call) {
  int set = call.Int(0);
  double timeout_ms = call.Double(2);
  int max_events = call.Int(3);
  // Before the memory of the events is taken, so that a wrong number takes no more than the caller has itself.
  call.Require(max_events >= 0 && call.View(1).size >= sizeof(Row) * static_cast<size_t>(max_events));
  if (!call.ok() || max_events == 0) return call.Return(0);
  epoll_event on_stack[kStackEvents];
  std::unique_ptr<epoll_event[]> on_heap;
  if (max_events > kStackEvents) on_heap.reset(new (std::nothrow) epoll_event[static_cast<size_t>(max_events)]);
  epoll_event* events = on_heap ? on_heap.get() : on_stack;
  // The next call reports the events that are left over.
  if (!on_heap) max_events = std::min(max_events, kStackEvents);
  int64_t count = Collect(call.environment(), set, events, max_events, timeout_ms);
  if (count <= 0) return call.Return(count);
  // Read again after the wait, in which JavaScript may have run.
  Bytes out = call.View(1);
  call.Require(out.size >= sizeof(Row) * static_cast<size_t>(count));
  for (int64_t i = 0; i < count && call.ok(); i++) {
    uint64_t key = events[i].data.u64;
    Row row = {static_cast<int32_t>(key), static_cast<int32_t>(key >> 32), static_cast<int32_t>(events[i].events)};
    memcpy(out.data + static_cast<size_t>(i) * sizeof row, &row, sizeof row);
  }
  return call.Return(count);
}

}  // namespace

const Export kEpollExports[] = {{"epollOpen", Open, kReturnsFd},
                                {"epollChange", Change, kFdArgument},
                                {"epollWait", Wait, kFdArgument},
                                {nullptr, nullptr}};

}  // namespace berkeley
