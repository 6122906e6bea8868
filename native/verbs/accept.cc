// listen and accept.
#include "js/call.h"
#include "platform/platform.h"
#include "platform/sockaddr.h"
#include "verbs/exports.h"
#include "wait/results.h"
#include "wait/shortage.h"
#include "wait/wait.h"

namespace berkeley {
namespace {

napi_value Listen(Call& call) {
  int fd = call.Int(0), backlog = call.Int(1);
  return call.Return(call.ok() ? OrErrno(counted::listen(fd, backlog)) : 0);
}

int64_t CallAccept(Request& request) {
  if (request.reassert && platform::SetNonBlocking(request.fd) < 0) return -1;
  Address* address = request.address;
  if (address == nullptr) return platform::Accept(request.fd, nullptr, nullptr);
  address->length = Address::kCapacityBytes;
  return platform::Accept(request.fd, &address->any, &address->length);
}

Next OnAcceptError(const Request&, int error) {
  if (error == EAGAIN) return Next::kWait;
  return error == EINTR || platform::IsErrorOfNewConnection(error) ? Next::kRetry : Next::kDone;
}

const Verb kAccept = {CallAccept, OnAcceptError, POLLIN, nullptr, nullptr};

napi_value Accept(Call& call) {
  Environment& environment = call.environment();
  Request request(call.Int(0));
  request.reassert = call.Bool(1);
  environment.output.length = 0;
  if (call.Bool(2)) request.address = &environment.output;
  double timeout_ms = call.Double(3);
  if (!call.ok()) return call.Return(0);
  int64_t fd = OpenOrSweep(environment, request, [&] { return Perform(environment, kAccept, request, timeout_ms); });
  if (fd >= 0) Decode(environment.output, *environment.frame);
  return call.Return(environment.descriptors.AddResult(call.env(), fd));
}

}  // namespace

const Export kAcceptExports[] = {{"listen", Listen, kFdArgument},
                                 {"accept", Accept, kFdArgument | kReturnsFd | kReturnsAddress},
                                 {nullptr, nullptr}};

}  // namespace berkeley
