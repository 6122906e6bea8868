// connect, and connect(2) to AF_UNSPEC, which disconnects.
//
// Facts about connect(2):
// - A connect that was interrupted by a signal continues in the background; calling again would only fail with
//   EALREADY.
// - A unix stream socket whose peer's backlog is full fails with EAGAIN and has begun nothing. poll(2) reports it as
//   ready to write all the same, so the call has to be repeated after a pause.
// - On Linux a connection that was established in the background is acknowledged by one more connect(2), to any
//   address. It is made here, so that the caller's next connect fails with EISCONN.
// - On Linux a TCP socket whose connect has failed in the background stays "connecting" until one more connect(2), which
//   fails with ECONNABORTED. A connect that waits in the kernel disconnects the socket, and so does this one: the
//   caller's next connect begins anew. A protocol without connect(2) to AF_UNSPEC refuses it.
#include "js/call.h"
#include "platform/platform.h"
#include "verbs/exports.h"
#include "wait/results.h"
#include "wait/wait.h"

namespace berkeley {
namespace {

int64_t CallConnect(Request& request) {
  if (request.reassert && platform::SetNonBlocking(request.fd) < 0) return -1;
  return counted::connect(request.fd, &request.address->any, request.address->length);
}

Next OnConnectError(const Request& request, int error) {
  switch (error) {
    case EINPROGRESS:
    case EALREADY:
    case EINTR:
      return Next::kWait;
    case EAGAIN: return request.address->any.sa_family == AF_UNIX ? Next::kBackOff : Next::kDone;
    default: return Next::kDone;
  }
}

int CallDisconnect(int fd) {
  sockaddr none{};
  none.sa_family = AF_UNSPEC;
  return counted::connect(fd, &none, sizeof none);
}

int64_t OnWritable(Request& request) {
  int error = 0;
  socklen_t length = sizeof error;
  if (counted::getsockopt(request.fd, SOL_SOCKET, SO_ERROR, &error, &length) < 0) return -errno;
  if (error != 0) {
    CallDisconnect(request.fd);
    return -error;
  }
  return CallConnect(request) == 0 || errno == EISCONN ? 0 : -errno;
}

const Verb kConnect = {CallConnect, OnConnectError, POLLOUT, OnWritable, nullptr};

napi_value Connect(Call& call) {
  Environment& environment = call.environment();
  // A copy: calls that JavaScript makes during the wait may use `input`.
  Address address = environment.input;
  Request request(call.Int(0));
  request.reassert = call.Bool(1);
  request.address = &address;
  double timeout_ms = call.Double(2);
  return call.Return(call.ok() ? Perform(environment, kConnect, request, timeout_ms) : 0);
}

napi_value Disconnect(Call& call) {
  int fd = call.Int(0);
  return call.Return(call.ok() ? OrErrno(CallDisconnect(fd)) : 0);
}

}  // namespace

const Export kConnectExports[] = {{"connect", Connect, kFdArgument | kTakesAddress},
                                  {"disconnect", Disconnect, kFdArgument},
                                  {nullptr, nullptr}};

}  // namespace berkeley
