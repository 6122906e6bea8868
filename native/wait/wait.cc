#include "wait/wait.h"

#include <algorithm>
#include <cmath>

#include "platform/platform.h"

namespace berkeley {
namespace {

using platform::kMillisecondNs;

constexpr int64_t kNever = INT64_MAX;
// How long worker.terminate() may have to wait for a blocked verb.
constexpr int64_t kCheckIntervalNs = 100 * kMillisecondNs;
constexpr int64_t kMaxBackOffNs = 10 * kMillisecondNs;
// How often a call that fails at once is repeated before it is slowed down.
constexpr int kMaxImmediateRetries = 16;
// How many of the slowed polls may be interrupted, without a signal in between, before the wait ends.
constexpr int kMaxFalseInterruptions = 100;
// The same for a verb that may not wait. EAGAIN in place of the error would say that the next event is worth waiting for,
// and an edge-triggered epoll set reports none for what is already there. So such a verb outlasts the connections that
// failed before they were accepted: as many as the queue of a listener has room for.
constexpr int kMaxRetriesWithoutWaiting = 65536;

}  // namespace

int64_t Waiting::Deadline(int64_t now_ns) {
  if (deadline_ns_ >= 0) return deadline_ns_;
  // Rounded up to whole nanoseconds. A time that would overflow counts as never.
  bool finite = timeout_ms_ >= 0 && timeout_ms_ < 1e12;
  deadline_ns_ = finite ? now_ns + static_cast<int64_t>(std::ceil(timeout_ms_ * kMillisecondNs)) : kNever;
  return deadline_ns_;
}

int64_t Waiting::Until(int fd, short events) {
  PollSet set(fd, events);
  return Until(set);
}

int64_t Waiting::Until(PollSet& set) { return Sleep(set, kNever); }

int64_t Waiting::BackOff() {
  PollSet none;
  int64_t pause_ns = std::min(kMaxBackOffNs, kMillisecondNs << std::min(back_offs_++, 4));
  return Sleep(none, platform::Now() + pause_ns);
}

// Returns 0 if JavaScript may still run here, or why the verb cannot go on. A signal that is wanted is asked for again by
// what this calls: see src/native/signals.ts.
int64_t Waiting::CheckEnvironment() {
  borrowed_.Remember(environment_);
  environment_.signal_wanted = false;
  return environment_.MayRunJavaScript() ? borrowed_.Revalidate(environment_) : kStopped;
}

// Called after a poll(2) that was interrupted (EINTR). Signals interrupt polls, however often they come, and the wait goes
// on. A poll that is interrupted at once, again after each pause that no signal ended, reports nothing any more: a filter
// of system calls may do that (seccomp). Such a wait spins first, then pauses, and then ends.
bool Waiting::MayPollAgain(int64_t remaining_ns) {
  if (++interrupted_polls_ <= kMaxImmediateRetries) return true;
  if (interrupted_polls_ > kMaxImmediateRetries + kMaxFalseInterruptions) return false;
  if (!platform::Pause(std::min(remaining_ns, kMaxBackOffNs))) interrupted_polls_ = kMaxImmediateRetries;
  return true;
}

// The one place where a verb is blocked. Waits for the descriptors, the verb's deadline (kTimedOut), `until_ns` (0, because
// that is not a timeout), an interruption (-EINTR), or the end of the environment.
int64_t Waiting::Sleep(PollSet& set, int64_t until_ns) {
  for (;;) {
    int64_t now_ns = platform::Now();
    int64_t deadline_ns = Deadline(now_ns);
    if (checked_ns_ < 0) checked_ns_ = environment_.signal_wanted ? now_ns - kCheckIntervalNs : now_ns;
    if (now_ns - checked_ns_ >= kCheckIntervalNs) {
      int64_t reason = CheckEnvironment();
      if (reason < 0) return reason;
      checked_ns_ = now_ns = platform::Now();
    }
    if (now_ns >= until_ns) return 0;
    if (now_ns >= deadline_ns) return kTimedOut;
    int64_t wake_ns = std::min({until_ns, deadline_ns, checked_ns_ + kCheckIntervalNs});
    int ready = set.Wait(environment_.wake.fd(), wake_ns - now_ns);
    if (counted::On()) counted::NotifyWaited(now_ns);
    if (ready < 0 && errno != EINTR) return -errno;
    if (environment_.TakeInterruption(ready >= 0 && set.woken())) return -EINTR;
    if (ready > 0) return ready;
    if (ready == 0) interrupted_polls_ = 0;
    if (ready < 0 && !MayPollAgain(wake_ns - now_ns)) return -EINTR;
  }
}

namespace {

// The result of a verb that cannot go on. Bytes that it has transferred are returned first, and the reason by the next
// verb. Bytes that were received into memory that is gone do not count.
int64_t Finish(Environment& environment, const Verb& verb, const Request& request, int64_t reason) {
  bool complete = reason == 0;
  bool lost = reason == kStopped || reason == kChanged;
  if (!complete && (verb.whole || request.done == 0 || lost)) return reason;
  if (reason == -EINTR) environment.PutBackInterruption();
  return static_cast<int64_t>(request.done);
}

// Waits as `next` says. Readiness that was false twice in a row is slowed down.
int64_t WaitFor(Next next, Waiting& waiting, const Verb& verb, const Request& request, int failures) {
  int64_t waited = 0;
  if (next != Next::kWait || failures >= 2) waited = waiting.BackOff();
  if (waited < 0 || next != Next::kWait) return waited;
  return waiting.Until(request.fd, verb.events);
}

// Continues after the first call, whose result is given, until the verb is done.
int64_t Loop(Environment& environment, const Verb& verb, Request& request, double timeout_ms, int64_t result) {
  Waiting waiting(environment, timeout_ms, request);
  for (int failures = 0;; failures++, result = verb.call(request)) {
    int error = result < 0 ? errno : 0;
    if (result >= 0 && verb.on_part == nullptr) return result;
    Next next = result < 0 ? verb.on_error(request, error) : verb.on_part(request, result);
    if (next == Next::kDone) return Finish(environment, verb, request, -error);
    if (result > 0 && next == Next::kWait) {
      failures = 0;
      waiting.ResetBackOff();
    }
    int max_retries = waiting.allowed() ? kMaxImmediateRetries : kMaxRetriesWithoutWaiting;
    if (next == Next::kRetry && failures < max_retries) continue;
    if (!waiting.allowed()) return Finish(environment, verb, request, error == 0 ? -EAGAIN : -error);
    int64_t waited = WaitFor(next, waiting, verb, request, failures);
    if (waited < 0) return Finish(environment, verb, request, waited);
    if (verb.on_ready != nullptr && next == Next::kWait) return verb.on_ready(request);
  }
}

}  // namespace

// Most calls are done at once, and need nothing of what waiting needs.
int64_t Perform(Environment& environment, const Verb& verb, Request& request, double timeout_ms) {
  if (timeout_ms != 0 && environment.TakeInterruption(false)) return -EINTR;
  int64_t result = verb.call(request);
  if (result >= 0 && verb.on_part == nullptr) return result;
  return Loop(environment, verb, request, timeout_ms, result);
}

}  // namespace berkeley
