#include "wait/wait.h"

#include <algorithm>
#include <cmath>

namespace berkeley {
namespace {

constexpr int64_t kNever = INT64_MAX;
constexpr int64_t kMillisecond = 1000000;
// How long worker.terminate() may have to wait for us: it does not interrupt native code.
constexpr int64_t kLook = 100 * kMillisecond;
constexpr int64_t kLongestBackOff = 10 * kMillisecond;
// Rounds in which a call may fail at once and be tried again before it is slowed down.
constexpr int kFreeRounds = 16;
// A look at all slices is followed by a pause of so many times its length, which keeps it under 5 % of a processor.
constexpr int64_t kPauseRatio = 25;

// Which are ready now, by as many calls as the limit of one makes necessary.
int PollSlices(pollfd* descriptors, nfds_t count) {
  nfds_t most = platform::MostPolled();
  if (most == 0) {
    errno = EINVAL;
    return -1;
  }
  int ready = 0;
  for (nfds_t at = 0; at < count; at += most) {
    int some = platform::Poll(descriptors + at, std::min(most, count - at), 0);
    if (some < 0) return -1;
    ready += some;
  }
  return ready;
}

}  // namespace

int Poll(pollfd* descriptors, nfds_t count, int64_t nanoseconds) {
  int ready = platform::Poll(descriptors, count, nanoseconds);
  if (ready >= 0 || errno != EINVAL) return ready;
  int64_t begun = platform::Now();
  ready = PollSlices(descriptors, count);
  if (ready != 0 || nanoseconds == 0) return ready;
  int64_t pause = std::max(kLongestBackOff, (platform::Now() - begun) * kPauseRatio);
  return platform::Poll(descriptors, 1, nanoseconds < 0 ? pause : std::min(pause, nanoseconds));
}

int64_t Waiting::Deadline(int64_t now) {
  if (deadline_ >= 0) return deadline_;
  // Rounded up to whole nanoseconds; what would overflow is as good as never.
  bool finite = timeout_ >= 0 && timeout_ < 1e12;
  deadline_ = finite ? now + static_cast<int64_t>(std::ceil(timeout_ * kMillisecond)) : kNever;
  return deadline_;
}

int64_t Waiting::Until(int fd, short events) {
  pollfd descriptor{fd, events, 0};
  return Until(&descriptor, 1);
}

int64_t Waiting::Until(pollfd* descriptors, nfds_t count) { return Sleep(descriptors, count, kNever); }

int64_t Waiting::BackOff() {
  int64_t pause = std::min(kLongestBackOff, kMillisecond << std::min(rounds_++, 4));
  int64_t answer = Sleep(nullptr, 0, platform::Now() + pause);
  return answer > 0 ? 0 : answer;
}

// Checks whether JavaScript may still run: 0, or why the verb cannot go on.
int64_t Waiting::Look() {
  held_.Remember(environment_);
  return environment_.MayRun() ? held_.Renew(environment_) : kStopped;
}

// Waits for the descriptors, for the verb's deadline, for `until` (which is no timeout), for a wake or for the end of
// the environment. The caller's array holds one place more, at its front, when it waits for more than one descriptor.
int64_t Waiting::Sleep(pollfd* descriptors, nfds_t count, int64_t until) {
  pollfd few[2] = {{environment_.wake.fd(), POLLIN, 0}, {-1, 0, 0}};
  pollfd* set = few;
  if (count == 1) few[1] = descriptors[0];
  if (count > 1) {
    set = descriptors - 1;
    set[0] = few[0];
  }
  for (;;) {
    int64_t now = platform::Now();
    int64_t deadline = Deadline(now);
    if (looked_ < 0) looked_ = now;
    if (now - looked_ >= kLook) {
      int64_t lost = Look();
      if (lost < 0) return lost;
      looked_ = now = platform::Now();
    }
    if (now >= until) return 0;
    if (now >= deadline) return kTimedOut;
    int ready = Poll(set, count + 1, std::min({until, deadline, looked_ + kLook}) - now);
    if (trace::On()) trace::Waited(now);
    if (ready < 0 && errno != EINTR) return -errno;
    bool woken = ready > 0 && set[0].revents != 0;
    if (environment_.TakeInterruption(woken)) return -EINTR;
    if (ready - woken > 0) {
      if (count == 1) descriptors[0].revents = few[1].revents;
      return ready - woken;
    }
  }
}

namespace {

// The result of a verb that cannot go on: the bytes transferred so far come first, the reason with the next call. Bytes
// that were received into memory that is gone do not count.
int64_t Settle(Environment& environment, const Verb& verb, const Request& request, int64_t reason) {
  bool complete = reason == 0;
  bool over = reason == kStopped || reason == kChanged;
  if (!complete && (verb.whole || request.done == 0 || over)) return reason;
  if (reason == -EINTR) environment.PutBackInterruption();
  return static_cast<int64_t>(request.done);
}

// Waits as `next` says. Readiness that proved false a second time is no chance any more: it is slowed down.
int64_t Wait(Waiting& waiting, const Verb& verb, const Request& request, Next next, int failures) {
  int64_t waited = 0;
  if (next != Next::kWait || failures >= 2) waited = waiting.BackOff();
  if (waited < 0 || next != Next::kWait) return waited;
  return waiting.Until(request.fd, verb.events);
}

// Goes on from what the first call answered until the verb is done.
int64_t GoOn(Environment& environment, const Verb& verb, Request& request, double timeout, int64_t answer) {
  Waiting waiting(environment, timeout, request);
  for (int failures = 0;; failures++, answer = verb.call(request)) {
    int error = answer < 0 ? errno : 0;
    if (answer >= 0 && verb.more == nullptr) return answer;
    Next next = answer < 0 ? verb.judge(request, error) : verb.more(request, answer);
    if (next == Next::kDone) return Settle(environment, verb, request, -error);
    if (answer > 0 && next == Next::kWait) {
      failures = 0;
      waiting.Believe();
    }
    if (next == Next::kAgain && failures < kFreeRounds) continue;
    bool nothing = next == Next::kAgain || error == 0;
    if (!waiting.allowed()) return Settle(environment, verb, request, nothing ? -EAGAIN : -error);
    int64_t waited = Wait(waiting, verb, request, next, failures);
    if (waited < 0) return Settle(environment, verb, request, waited);
    if (verb.arrived != nullptr && next == Next::kWait) return verb.arrived(request);
  }
}

}  // namespace

// Most calls are done at once: they need nothing of what waiting needs.
int64_t Perform(Environment& environment, const Verb& verb, Request& request, double timeout) {
  if (timeout != 0 && environment.TakeInterruption(false)) return -EINTR;
  int64_t answer = verb.call(request);
  if (answer >= 0 && verb.more == nullptr) return answer;
  return GoOn(environment, verb, request, timeout, answer);
}

}  // namespace berkeley
