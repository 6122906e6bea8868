// readiness/ finds out which of many descriptors are ready: poll.cc with poll(2), epoll.cc with epoll(7), and
// notifier.cc for the event loop. Only TypeScript knows which socket a descriptor belongs to.
//
// This file uses poll(2). The contract of a backend is in src/readiness/backend.ts.
#include <cstddef>
#include <cstring>

#include "js/call.h"
#include "readiness/exports.h"
#include "wait/wait.h"

namespace berkeley {
namespace {

// Returns how many are ready, or -EAGAIN if none is and the timeout is 0, or as Waiting::Until.
int64_t Poll(Environment& environment, PollSet& set, double timeout_ms, Borrowed& borrowed) {
  Waiting waiting(environment, timeout_ms, borrowed);
  if (waiting.allowed()) return environment.TakeInterruption(false) ? -EINTR : waiting.Until(set);
  int ready = set.PollNow();
  if (ready < 0) return -errno;
  return ready == 0 ? -EAGAIN : ready;
}

napi_value PollOne(Call& call) {
  int fd = call.Int(0);
  PollSet set(fd, static_cast<short>(call.Int(1)));
  double timeout_ms = call.Double(2);
  if (!call.ok()) return call.Return(0);
  BorrowedDescriptor borrowed(fd);
  int64_t result = Poll(call.environment(), set, timeout_ms, borrowed);
  if (result > 0) result = set[0].revents & POLLNVAL ? -EBADF : set[0].revents;
  return call.Return(result);
}

// TypeScript reads the same layout.
struct Row {
  int32_t fd, events, revents;
};

// The rows of PollMany. src/readiness/poll.ts checks whether their descriptors are still the same files.
class BorrowedRows final : public Borrowed {
 public:
  explicit BorrowedRows(Memory memory) : memory_(memory) {}
  int64_t Revalidate(const Environment&) override { return memory_.Revalidate() ? 0 : kChanged; }
  size_t count() const { return memory_.size() / sizeof(Row); }
  uint8_t* at(size_t index) const { return memory_.data() + index * sizeof(Row); }

 private:
  Memory memory_;
};

napi_value PollMany(Call& call) {
  double timeout_ms = call.Double(1);
  BorrowedRows rows(call.WaitingView(0));
  if (!call.ok()) return call.Return(0);
  PollSet set(rows.count());
  for (size_t i = 0; i < set.size(); i++) {
    Row row;
    memcpy(&row, rows.at(i), sizeof row);
    set[i] = {row.fd, static_cast<short>(row.events), 0};
  }
  int64_t result = Poll(call.environment(), set, timeout_ms, rows);
  // If the wait failed, the rows may be gone, and nothing is ready.
  for (size_t i = 0; result > 0 && i < set.size(); i++) {
    int32_t revents = set[i].revents;
    memcpy(rows.at(i) + offsetof(Row, revents), &revents, sizeof revents);
  }
  return call.Return(result);
}

}  // namespace

const Export kPollExports[] = {{"wait", PollOne, kFdArgument}, {"poll", PollMany, kRecorded}, {nullptr, nullptr}};

}  // namespace berkeley
