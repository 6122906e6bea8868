// Closing, with and without SO_LINGER.
//
// A plain close(2) of a socket with SO_LINGER > 0 stands still for up to the whole linger time, even under O_NONBLOCK,
// and nothing can end it. So the waiting is done here, before: write side shut, then a look from time to time whether
// the peer has taken everything. Then SO_LINGER is switched off and close(2) returns at once; what is still unsent
// then goes on in the kernel's background, just as after a linger time that has run out.
#include <netinet/tcp.h>

#include "js/exports.h"
#include "wait/wait.h"

namespace berkeley {
namespace {

// Milliseconds for which a close is to linger; 0: not at all, or it resets.
double LingerTime(int fd) {
  linger value{};
  socklen_t length = sizeof value;
  if (counted::getsockopt(fd, SOL_SOCKET, SO_LINGER, &value, &length) < 0 || !value.l_onoff) return 0;
  return value.l_linger * 1000.0;
}

// The states in which the kernel itself would still linger, in the numbers of tcp_info: our end is not acknowledged.
bool EndIsUnacknowledged(int state) { return state == TCP_FIN_WAIT1 || state == TCP_CLOSING || state == TCP_LAST_ACK; }

bool IsDrained(int fd, bool shared) {
#ifdef TCP_INFO
  tcp_info info{};
  socklen_t length = sizeof info;
  bool is_tcp = !shared && counted::getsockopt(fd, IPPROTO_TCP, TCP_INFO, &info, &length) == 0;
  if (is_tcp) return !EndIsUnacknowledged(info.tcpi_state);
#endif
  int queued = 0;
  return counted::ioctl(fd, platform::kWholeOutQueue, &queued) < 0 || queued == 0;
}

// A connection that others hold as well goes on for them: it is not shut, and only what was sent is waited for.
int64_t Drain(Environment& environment, int fd, bool shared, double linger, double timeout) {
  bool linger_ends_first = timeout < 0 || linger <= timeout;
  HeldDescriptor held(fd);
  Waiting waiting(environment, linger_ends_first ? linger : timeout, held);
  if (environment.TakeInterruption(false)) return -EINTR;
  if (!shared && counted::shutdown(fd, SHUT_WR) < 0) return 0;
  int64_t waited = 0;
  while (waited >= 0 && !IsDrained(fd, shared)) waited = waiting.BackOff();
  return waited == kTimedOut && linger_ends_first ? 0 : waited;
}

// The descriptor is gone whatever this answers: an interruption or a timeout only ends the waiting.
int64_t Close(Environment& environment, int fd, bool linger, bool shared, double timeout) {
  environment.descriptors.Remove(environment.env, fd);
  int64_t waited = 0;
  double time = linger ? LingerTime(fd) : 0;
  if (time > 0) {
    if (timeout != 0) waited = Drain(environment, fd, shared, time, timeout);
    // Where JavaScript that ran in a look adopted the number, the new owner closes it.
    if (waited != kClosed) CloseAtOnce(fd);
    return waited;
  }
  // EINTR, too, has closed it, and another thread may have the number by now: never again.
  return counted::close(fd) < 0 && errno != EINTR ? -errno : 0;
}

napi_value CloseSocket(napi_env env, napi_callback_info info) {
  Call call(env, info);
  int fd = call.Int(0);
  bool linger = call.Bool(1), shared = call.Bool(2);
  double timeout = call.Double(3);
  return call.Answer(call.ok() ? Close(call.environment(), fd, linger, shared, timeout) : 0);
}

}  // namespace

const Export kCloseExports[] = {{"close", CloseSocket, kFirst}, {nullptr, nullptr}};

}  // namespace berkeley
