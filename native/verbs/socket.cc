// Making sockets, and what concerns a socket as a whole: socket, socketpair, dup, shutdown, O_NONBLOCK.
#include <cstring>

#include "js/call.h"
#include "platform/platform.h"
#include "verbs/exports.h"
#include "wait/environment.h"
#include "wait/results.h"
#include "wait/shortage.h"

namespace berkeley {
namespace {

napi_value OpenSocket(Call& call) {
  int family = call.Int(0), type = call.Int(1), protocol = call.Int(2);
  if (!call.ok()) return call.Return(0);
  Environment& environment = call.environment();
  int64_t fd = OpenOrSweep(environment, [&] { return OrErrno(platform::OpenSocket(family, type, protocol)); });
  return call.Return(environment.descriptors.AddResult(call.env(), fd));
}

napi_value OpenPair(Call& call) {
  int family = call.Int(0), type = call.Int(1), protocol = call.Int(2);
  Bytes out = call.View(3);
  int fds[2];
  call.Require(out.size >= sizeof fds);
  if (!call.ok()) return call.Return(0);
  Environment& environment = call.environment();
  auto open = [&] { return OrErrno(platform::OpenPair(family, type, protocol, fds)); };
  int64_t result = OpenOrSweep(environment, open);
  if (result < 0) return call.Return(result);
  for (int fd : fds) environment.descriptors.Add(call.env(), fd);
  // The view is read again: JavaScript may have run, and have taken its memory away.
  out = call.View(3);
  call.Require(out.size >= sizeof fds);
  if (call.ok()) memcpy(out.data, fds, sizeof fds);
  return call.Return(0);
}

napi_value Dup(Call& call) {
  int fd = call.Int(0);
  if (!call.ok()) return call.Return(0);
  Environment& environment = call.environment();
  BorrowedDescriptor borrowed(fd);
  int64_t copy = OpenOrSweep(environment, borrowed, [&] { return OrErrno(counted::fcntl(fd, F_DUPFD_CLOEXEC, 0)); });
  return call.Return(environment.descriptors.AddResult(call.env(), copy));
}

napi_value SetNonBlocking(Call& call) {
  int fd = call.Int(0);
  bool on = call.Bool(1);
  if (!call.ok()) return call.Return(0);
  int flags = counted::fcntl(fd, F_GETFL);
  if (flags < 0) return call.Return(-errno);
  return call.Return(OrErrno(counted::fcntl(fd, F_SETFL, on ? flags | O_NONBLOCK : flags & ~O_NONBLOCK)));
}

napi_value Shutdown(Call& call) {
  int fd = call.Int(0), how = call.Int(1);
  return call.Return(call.ok() ? OrErrno(counted::shutdown(fd, how)) : 0);
}

}  // namespace

const Export kSocketExports[] = {{"socket", OpenSocket, kReturnsFd},
                                 {"pair", OpenPair, kRecorded},
                                 {"dup", Dup, kFdArgument | kReturnsFd},
                                 {"setNonBlocking", SetNonBlocking, kFdArgument},
                                 {"shutdown", Shutdown, kFdArgument},
                                 {nullptr, nullptr}};

}  // namespace berkeley
