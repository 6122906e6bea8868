// System calls on sockets, made so that a trace can count them: counted::recv is recv(2).
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

// Calls that every system has under this name.
#define BERKELEY_COMMON_CALLS(ROW)                                                                          \
  ROW(socket) ROW(socketpair) ROW(bind) ROW(listen) ROW(connect) ROW(shutdown) ROW(recv) ROW(recvfrom)      \
  ROW(send) ROW(sendto) ROW(recvmsg) ROW(sendmsg) ROW(poll) ROW(getsockopt) ROW(setsockopt)                 \
  ROW(getsockname) ROW(getpeername) ROW(fcntl) ROW(ioctl) ROW(close)
// Calls that linux.h, posix.h and the backends of readiness/ make in their own ways, and count themselves.
#define BERKELEY_OTHER_CALLS(ROW) \
  ROW(accept) ROW(sendfile) ROW(recvmmsg) ROW(sendmmsg) ROW(epoll_create) ROW(epoll_ctl) ROW(epoll_wait)

#define BERKELEY_NAME(name) name,
enum class SystemCall : uint8_t { BERKELEY_COMMON_CALLS(BERKELEY_NAME) BERKELEY_OTHER_CALLS(BERKELEY_NAME) kEnd };
#undef BERKELEY_NAME
constexpr size_t kSystemCalls = static_cast<size_t>(SystemCall::kEnd);

// The trace that is on in this process; 0 while none is. Nothing more is read then.
extern std::atomic<uint32_t> session;
inline bool On() { return session.load(std::memory_order_relaxed) != 0; }

// The recorder of one thread. It is called while a trace is on.
class Observer {
 public:
  virtual void Made(SystemCall call) = 0;
  // The thread has been in poll(2) since then, in nanoseconds of CLOCK_MONOTONIC.
  virtual void Waited(int64_t since_ns) = 0;

 protected:
  ~Observer() = default;
};

// Makes it the recorder of the calling thread; null for none.
void Observe(Observer* observer);

void NotifyMade(SystemCall call);
void NotifyWaited(int64_t since_ns);

inline void Count(SystemCall call) {
  if (On()) NotifyMade(call);
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
