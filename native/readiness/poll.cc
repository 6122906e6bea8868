// readiness/ finds out which of many descriptors are ready: poll.cc with poll(2), epoll.cc with epoll(7), and
// notifier.cc for the event loop. Which socket a descriptor belongs to is known to TypeScript only.
//
// This file asks with poll(2), waiting or not.
#include <cstring>
#include <vector>

#include "js/exports.h"
#include "wait/wait.h"

namespace berkeley {
namespace {

// Waits for the `count` descriptors from the second place on: the first is the wait loop's. How many are ready.
int64_t PollAll(Environment& environment, pollfd* descriptors, nfds_t count, double timeout, Held& held) {
  Waiting waiting(environment, timeout, held);
  if (waiting.allowed()) {
    if (environment.TakeInterruption(false)) return -EINTR;
    return waiting.Until(descriptors, count);
  }
  int ready = Poll(descriptors, count, 0);
  if (ready < 0) return -errno;
  return ready == 0 ? -EAGAIN : ready;
}

napi_value WaitOne(napi_env env, napi_callback_info info) {
  Call call(env, info);
  pollfd descriptor{call.Int(0), static_cast<short>(call.Int(1)), 0};
  double timeout = call.Double(2);
  if (!call.ok()) return call.Answer(0);
  HeldDescriptor held(descriptor.fd);
  int64_t answer = PollAll(call.environment(), &descriptor, 1, timeout, held);
  if (answer > 0) answer = descriptor.revents & POLLNVAL ? -EBADF : descriptor.revents;
  return call.Answer(answer);
}

// The rows of PollMany. Whether their descriptors are still the same files is checked in src/selector-poll.ts.
class HeldRows final : public Held {
 public:
  explicit HeldRows(Memory rows) : rows_(rows) {}
  int64_t Renew(const Environment&) override { return rows_.Renew() ? 0 : kChanged; }
  uint8_t* at(size_t offset) const { return rows_.data() + offset; }

 private:
  Memory rows_;
};

napi_value PollMany(napi_env env, napi_callback_info info) {
  Call call(env, info);
  double timeout = call.Double(1);
  Memory rows = call.LongView(0);
  if (!call.ok()) return call.Answer(0);
  struct Row {
    int32_t fd, events, revents;
  };
  HeldRows held(rows);
  size_t count = rows.size() / sizeof(Row);
  std::vector<pollfd> descriptors(count + 1);
  for (size_t i = 0; i < count; i++) {
    Row row;
    memcpy(&row, held.at(i * sizeof row), sizeof row);
    descriptors[i + 1] = {row.fd, static_cast<short>(row.events), 0};
  }
  int64_t answer = PollAll(call.environment(), descriptors.data() + 1, count, timeout, held);
  // Where the wait failed the rows may be gone, and nothing is ready.
  for (size_t i = 0; answer > 0 && i < count; i++) {
    int32_t revents = descriptors[i + 1].revents;
    memcpy(held.at(i * sizeof(Row) + offsetof(Row, revents)), &revents, sizeof revents);
  }
  return call.Answer(answer);
}

}  // namespace

const Export kReadinessExports[] = {{"wait", WaitOne, kFirst}, {"poll", PollMany, kCall}, {nullptr, nullptr}};

}  // namespace berkeley
