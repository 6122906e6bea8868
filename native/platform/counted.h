// System calls on sockets, made so that a trace can count them where they are made: counted::recv is recv(2).
#pragma once

#include <fcntl.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <cstddef>
#include <cstdint>

namespace berkeley::counted {

// What every system has under this name; platform.h and the backends make the others.
#define BERKELEY_COMMON_CALLS(ROW)                                                                          \
  ROW(socket) ROW(socketpair) ROW(bind) ROW(listen) ROW(connect) ROW(shutdown) ROW(recv) ROW(recvfrom)      \
  ROW(send) ROW(sendto) ROW(recvmsg) ROW(sendmsg) ROW(poll) ROW(getsockopt) ROW(setsockopt)                 \
  ROW(getsockname) ROW(getpeername) ROW(fcntl) ROW(ioctl) ROW(close)
#define BERKELEY_OTHER_CALLS(ROW) \
  ROW(accept) ROW(sendfile) ROW(recvmmsg) ROW(sendmmsg) ROW(epoll_create) ROW(epoll_ctl) ROW(epoll_wait)

#define BERKELEY_NAME(name) name,
enum class SystemCall : uint8_t { BERKELEY_COMMON_CALLS(BERKELEY_NAME) BERKELEY_OTHER_CALLS(BERKELEY_NAME) kEnd };
#undef BERKELEY_NAME
constexpr size_t kSystemCalls = static_cast<size_t>(SystemCall::kEnd);

// The trace that is on in this process; 0: none is, and that is all that is asked then.
extern std::atomic<uint32_t> session;
void Add(SystemCall call);

inline void Count(SystemCall call) {
  if (session.load(std::memory_order_relaxed) != 0) Add(call);
}

#define BERKELEY_CALL(name)                  \
  template <typename... Arguments>           \
  inline auto name(Arguments... arguments) { \
    Count(SystemCall::name);                 \
    return ::name(arguments...);             \
  }
BERKELEY_COMMON_CALLS(BERKELEY_CALL)
#undef BERKELEY_CALL

}  // namespace berkeley::counted
