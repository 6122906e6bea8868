// Closing, with and without SO_LINGER.
//
// A plain close(2) of a socket with SO_LINGER > 0 blocks for up to the whole linger time, even under O_NONBLOCK, and
// nothing can end it. So the waiting is done here, before: the write side is shut down, and the send queue is polled
// until the peer has acknowledged everything. Then SO_LINGER is switched off and close(2) returns at once. Data that is
// still unsent is sent by the kernel in the background, just as after a linger time that has expired.
#include "js/call.h"
#include "platform/platform.h"
#include "verbs/exports.h"
#include "wait/wait.h"

namespace berkeley {
namespace {

// The time for which a close lingers; 0 if it does not, or resets the connection.
double LingerMs(int fd) {
  linger value{};
  socklen_t length = sizeof value;
  if (counted::getsockopt(fd, SOL_SOCKET, SO_LINGER, &value, &length) < 0 || !value.l_onoff) return 0;
  return value.l_linger * 1000.0;
}

// A connection that others share is not shut down, because it goes on for them: only its data is waited for.
int64_t Drain(Environment& environment, int fd, bool shared, double linger_ms, double timeout_ms) {
  bool linger_ends_first = timeout_ms < 0 || linger_ms <= timeout_ms;
  BorrowedDescriptor borrowed(fd);
  Waiting waiting(environment, linger_ends_first ? linger_ms : timeout_ms, borrowed);
  if (environment.TakeInterruption(false)) return -EINTR;
  if (!shared && counted::shutdown(fd, SHUT_WR) < 0) return 0;
  int64_t waited = 0;
  while (waited >= 0 && !platform::IsDrained(fd, !shared)) waited = waiting.BackOff();
  return waited == kTimedOut && linger_ends_first ? 0 : waited;
}

// The descriptor is closed whatever this returns: an interruption or a timeout only ends the waiting.
int64_t Close(Environment& environment, int fd, bool linger, bool shared, double timeout_ms) {
  environment.descriptors.Remove(environment.env, fd);
  int64_t waited = 0;
  double linger_ms = linger ? LingerMs(fd) : 0;
  if (linger_ms > 0) {
    if (timeout_ms != 0) waited = Drain(environment, fd, shared, linger_ms, timeout_ms);
    // If JavaScript that ran during the wait adopted the number, the new owner closes it.
    if (waited != kClosed) platform::CloseWithoutWaiting(fd);
    return waited;
  }
  // EINTR has closed it, too, and another thread may have the number by now: close is never retried.
  return counted::close(fd) < 0 && errno != EINTR ? -errno : 0;
}

napi_value CloseSocket(Call& call) {
  int fd = call.Int(0);
  bool linger = call.Bool(1), shared = call.Bool(2);
  double timeout_ms = call.Double(3);
  return call.Return(call.ok() ? Close(call.environment(), fd, linger, shared, timeout_ms) : 0);
}

}  // namespace

const Export kCloseExports[] = {{"close", CloseSocket, kFdArgument}, {nullptr, nullptr}};

}  // namespace berkeley
