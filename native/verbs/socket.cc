// Making, naming and connecting sockets.
#include <cstring>

#include "js/exports.h"
#include "wait/wait.h"

namespace berkeley {
namespace {

int64_t Entered(Environment& environment, int64_t fd) {
  if (fd >= 0) environment.descriptors.Add(environment.env, static_cast<int>(fd));
  return fd;
}

int64_t ErrnoOr(int64_t answer) { return answer < 0 ? -errno : answer; }

napi_value OpenSocket(napi_env env, napi_callback_info info) {
  Call call(env, info);
  int family = call.Int(0), type = call.Int(1), protocol = call.Int(2);
  Environment& environment = call.environment();
  if (!call.ok()) return call.Answer(0);
  int64_t fd = Opened(environment, [&] { return ErrnoOr(platform::OpenSocket(family, type, protocol)); });
  return call.Answer(Entered(environment, fd));
}

napi_value OpenPair(napi_env env, napi_callback_info info) {
  Call call(env, info);
  int family = call.Int(0), type = call.Int(1), protocol = call.Int(2);
  Bytes out = call.View(3);
  int fds[2];
  call.Check(out.size >= sizeof fds ? napi_ok : napi_invalid_arg);
  Environment& environment = call.environment();
  if (!call.ok()) return call.Answer(0);
  int64_t answer = Opened(environment, [&] { return ErrnoOr(platform::OpenPair(family, type, protocol, fds)); });
  if (answer < 0) return call.Answer(answer);
  for (int fd : fds) Entered(environment, fd);
  // The view's memory is looked up again: sweeping may have collected garbage, though it moves no backing store.
  memcpy(call.View(3).data, fds, sizeof fds);
  return call.Answer(0);
}

// What the kernel knows of a descriptor that somebody else made.
struct Facts {
  int32_t family, type, protocol, listening, non_blocking;
};

int AskInt(int fd, int option, int fallback) {
  int value = fallback;
  socklen_t length = sizeof value;
  return counted::getsockopt(fd, SOL_SOCKET, option, &value, &length) == 0 ? value : fallback;
}

int Family(int fd) {
  sockaddr_storage name{};
  socklen_t length = sizeof name;
#ifdef SO_DOMAIN
  int family = AskInt(fd, SO_DOMAIN, -1);
  if (family >= 0) return family;
#endif
  return counted::getsockname(fd, reinterpret_cast<sockaddr*>(&name), &length) == 0 ? name.ss_family : AF_UNSPEC;
}

int64_t Examine(int fd, Facts& facts) {
  int type = 0;
  socklen_t length = sizeof type;
  if (counted::getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &length) < 0) return -errno;
  int flags = counted::fcntl(fd, F_GETFL);
  if (flags < 0) return -errno;
  facts.family = Family(fd);
  facts.type = type;
  facts.protocol = 0;
#ifdef SO_PROTOCOL
  facts.protocol = AskInt(fd, SO_PROTOCOL, 0);
#endif
  facts.listening = AskInt(fd, SO_ACCEPTCONN, 0);
  facts.non_blocking = (flags & O_NONBLOCK) != 0;
  return 0;
}

napi_value AdoptSocket(napi_env env, napi_callback_info info) {
  Call call(env, info);
  int fd = call.Int(0);
  Bytes out = call.View(1);
  Facts facts{};
  call.Check(out.size >= sizeof facts ? napi_ok : napi_invalid_arg);
  if (!call.ok()) return call.Answer(0);
  int64_t answer = Examine(fd, facts);
  if (answer < 0) return call.Answer(answer);
  Descriptors& descriptors = call.environment().descriptors;
  if (!descriptors.Adopt(fd)) return call.Answer(-EEXIST);
  // Children inherit nothing of ours; whoever hands a descriptor on says so.
  if (counted::fcntl(fd, F_SETFD, FD_CLOEXEC) < 0 || platform::SetNonBlocking(fd) < 0) {
    answer = -errno;
    descriptors.Remove(env, fd);
    return call.Answer(answer);
  }
  memcpy(out.data, &facts, sizeof facts);
  return call.Answer(0);
}

napi_value SetNonBlocking(napi_env env, napi_callback_info info) {
  Call call(env, info);
  int fd = call.Int(0);
  bool on = call.Bool(1);
  if (!call.ok()) return call.Answer(0);
  int flags = counted::fcntl(fd, F_GETFL);
  if (flags < 0) return call.Answer(-errno);
  return call.Answer(ErrnoOr(counted::fcntl(fd, F_SETFL, on ? flags | O_NONBLOCK : flags & ~O_NONBLOCK)));
}

napi_value Bind(napi_env env, napi_callback_info info) {
  Call call(env, info);
  int fd = call.Int(0);
  const Address& address = call.environment().input;
  return call.Answer(call.ok() ? ErrnoOr(counted::bind(fd, &address.any, address.length)) : 0);
}

napi_value Listen(napi_env env, napi_callback_info info) {
  Call call(env, info);
  int fd = call.Int(0), backlog = call.Int(1);
  return call.Answer(call.ok() ? ErrnoOr(counted::listen(fd, backlog)) : 0);
}

// Pending network errors of the new connection are no errors of the listener: accept(2) says to treat them like
// EAGAIN by trying again. EOPNOTSUPP is in its list too, but on Linux means that the socket cannot accept at all.
Next JudgeAccept(const Request&, int error) {
  switch (error) {
    case EAGAIN: return Next::kWait;
    case EINTR:
    case ECONNABORTED:
    case EPROTO:
    case ENETDOWN:
    case ENOPROTOOPT:
    case EHOSTDOWN:
    case ENETUNREACH:
    case EHOSTUNREACH:
#ifdef ENONET
    case ENONET:
#endif
      return Next::kAgain;
    default: return Next::kDone;
  }
}

int64_t CallAccept(Request& request) {
  if (request.reassert && platform::SetNonBlocking(request.fd) < 0) return -1;
  request.address->length = request.address->Room();
  return platform::Accept(request.fd, &request.address->any, &request.address->length);
}

const Verb kAccept = {CallAccept, JudgeAccept, POLLIN, nullptr, nullptr};

napi_value Accept(napi_env env, napi_callback_info info) {
  Call call(env, info);
  Environment& environment = call.environment();
  Request request(call.Int(0));
  request.reassert = call.Bool(1);
  request.address = &environment.output;
  double timeout = call.Double(2);
  if (!call.ok()) return call.Answer(0);
  int64_t fd = Opened(environment, [&] { return Perform(environment, kAccept, request, timeout); });
  if (fd >= 0) Decode(environment.output, *environment.frame);
  return call.Answer(Entered(environment, fd));
}

// A connect that a signal interrupted goes on by itself, and calling again would only answer EALREADY. A unix stream
// socket whose peer's backlog is full has begun nothing: it polls ready all the same, and must call again later.
Next JudgeConnect(const Request& request, int error) {
  switch (error) {
    case EINPROGRESS:
    case EALREADY:
    case EINTR:
      return Next::kWait;
    case EAGAIN: return request.address->any.sa_family == AF_UNIX ? Next::kBackOff : Next::kDone;
    default: return Next::kDone;
  }
}

int64_t CallConnect(Request& request) {
  if (request.reassert && platform::SetNonBlocking(request.fd) < 0) return -1;
  return counted::connect(request.fd, &request.address->any, request.address->length);
}

// On Linux a connection that came to be in the background is acknowledged by one more connect(2), whatever its address:
// a caller who waited for it has that behind him, and his next connect is told EISCONN.
int64_t Connected(Request& request) {
  int error = 0;
  socklen_t length = sizeof error;
  if (counted::getsockopt(request.fd, SOL_SOCKET, SO_ERROR, &error, &length) < 0) return -errno;
  if (error != 0) return -error;
  return CallConnect(request) == 0 || errno == EISCONN ? 0 : -errno;
}

const Verb kConnect = {CallConnect, JudgeConnect, POLLOUT, Connected, nullptr};

napi_value Connect(napi_env env, napi_callback_info info) {
  Call call(env, info);
  Environment& environment = call.environment();
  Address address = environment.input;
  Request request(call.Int(0));
  request.reassert = call.Bool(1);
  request.address = &address;
  double timeout = call.Double(2);
  return call.Answer(call.ok() ? Perform(environment, kConnect, request, timeout) : 0);
}

napi_value Disconnect(napi_env env, napi_callback_info info) {
  Call call(env, info);
  int fd = call.Int(0);
  sockaddr none{};
  none.sa_family = AF_UNSPEC;
  return call.Answer(call.ok() ? ErrnoOr(counted::connect(fd, &none, sizeof none)) : 0);
}

napi_value Shutdown(napi_env env, napi_callback_info info) {
  Call call(env, info);
  int fd = call.Int(0), how = call.Int(1);
  return call.Answer(call.ok() ? ErrnoOr(counted::shutdown(fd, how)) : 0);
}

napi_value Dup(napi_env env, napi_callback_info info) {
  Call call(env, info);
  int fd = call.Int(0);
  Environment& environment = call.environment();
  if (!call.ok()) return call.Answer(0);
  int64_t copy = Opened(environment, [&] { return ErrnoOr(counted::fcntl(fd, F_DUPFD_CLOEXEC, 0)); });
  return call.Answer(Entered(environment, copy));
}

template <int (*Ask)(int, sockaddr*, socklen_t*)>
napi_value GetName(napi_env env, napi_callback_info info) {
  Call call(env, info);
  int fd = call.Int(0);
  if (!call.ok()) return call.Answer(0);
  Environment& environment = call.environment();
  Address& address = environment.output;
  address.length = address.Room();
  if (Ask(fd, &address.any, &address.length) < 0) return call.Answer(-errno);
  Decode(address, *environment.frame);
  return call.Answer(0);
}

int AskSockName(int fd, sockaddr* address, socklen_t* length) { return counted::getsockname(fd, address, length); }
int AskPeerName(int fd, sockaddr* address, socklen_t* length) { return counted::getpeername(fd, address, length); }

}  // namespace

const Export kSocketExports[] = {{"socket", OpenSocket, kMakes},
                                 {"pair", OpenPair, kCall},
                                 {"adopt", AdoptSocket, kFirst},
                                 {"setNonBlocking", SetNonBlocking, kFirst},
                                 {"bind", Bind, kFirst | kGiven},
                                 {"listen", Listen, kFirst},
                                 {"accept", Accept, kFirst | kMakes | kCame},
                                 {"connect", Connect, kFirst | kGiven},
                                 {"disconnect", Disconnect, kFirst},
                                 {"shutdown", Shutdown, kFirst},
                                 {"dup", Dup, kFirst | kMakes},
                                 {"getSockName", GetName<AskSockName>, kFirst | kCame},
                                 {"getPeerName", GetName<AskPeerName>, kFirst | kCame},
                                 {nullptr, nullptr}};

}  // namespace berkeley
