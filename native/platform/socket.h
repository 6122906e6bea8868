// What the systems have in common: the parts of sockets, descriptors and clocks that POSIX fixes.
#pragma once

#include <cerrno>
#include <csignal>
#include <cstdint>
#include <ctime>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/types.h>
#include <unistd.h>

#include "platform/counted.h"

namespace berkeley::platform {

constexpr int64_t kMillisecondNs = 1000000;

// The clock of deadlines, in nanoseconds.
inline int64_t Now() {
  timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return now.tv_sec * int64_t{1000000000} + now.tv_nsec;
}

// Sleeps for this time. Returns whether no signal ended the sleep.
inline bool Pause(int64_t pause_ns) {
  timespec pause{static_cast<time_t>(pause_ns / 1000000000), static_cast<long>(pause_ns % 1000000000)};
  return nanosleep(&pause, nullptr) == 0;
}

// Sets O_NONBLOCK. Returns 0, or -1 with errno, like fcntl(2).
inline int SetNonBlocking(int fd) {
  int flags = counted::fcntl(fd, F_GETFL);
  if (flags < 0) return -1;
  return (flags & O_NONBLOCK) ? 0 : counted::fcntl(fd, F_SETFL, flags | O_NONBLOCK);
}

// How many descriptors one poll(2) takes.
inline nfds_t MaxPolled() {
  rlimit limit{};
  return getrlimit(RLIMIT_NOFILE, &limit) == 0 ? static_cast<nfds_t>(limit.rlim_cur) : 0;
}

// close(2) that never waits: SO_LINGER is switched off first, unless its time is 0, which asks for a reset.
inline void CloseWithoutWaiting(int fd) {
  linger value{};
  socklen_t length = sizeof value;
  if (counted::getsockopt(fd, SOL_SOCKET, SO_LINGER, &value, &length) == 0 && value.l_onoff && value.l_linger > 0) {
    value.l_onoff = 0;
    counted::setsockopt(fd, SOL_SOCKET, SO_LINGER, &value, sizeof value);
  }
  counted::close(fd);
}

// An integer option of level SOL_SOCKET; `fallback` where the system does not report it.
inline int SocketOption(int fd, int name, int fallback) {
  int value = fallback;
  socklen_t length = sizeof value;
  return counted::getsockopt(fd, SOL_SOCKET, name, &value, &length) == 0 ? value : fallback;
}

// Whether the send queue is empty, which is to say that the peer has acknowledged all data. Sockets that do not report
// their queue count as empty.
inline bool IsSendQueueEmpty(int fd) {
  int queued_bytes = 0;
  return counted::ioctl(fd, TIOCOUTQ, &queued_bytes) < 0 || queued_bytes == 0;
}

// Whether accept(2) failed with an error that was pending on the new connection. accept(2) says to treat those like
// EAGAIN by trying again. EOPNOTSUPP is in its list too, but on Linux means that the socket cannot accept at all.
inline bool IsErrorOfNewConnection(int error) {
  switch (error) {
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
      return true;
    default: return false;
  }
}

}  // namespace berkeley::platform
