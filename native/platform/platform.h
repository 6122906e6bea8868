// What differs between operating systems, and the only place that asks which one this is.
#pragma once

#include <cerrno>
#include <csignal>
#include <cstdint>
#include <ctime>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/types.h>
#include <sys/un.h>
#include <unistd.h>

#include <mutex>
#include <vector>

#include "platform/counted.h"

#if defined(__linux__)
#include <linux/sockios.h>
#include <sys/eventfd.h>
#include <sys/sendfile.h>
#else
#include <sys/uio.h>
#endif

namespace berkeley::platform {

// The clock of deadlines, in nanoseconds.
inline int64_t Now() {
  timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return now.tv_sec * int64_t{1000000000} + now.tv_nsec;
}

// Sets O_NONBLOCK; answers 0 or -1 with errno, like fcntl(2).
inline int SetNonBlocking(int fd) {
  int flags = counted::fcntl(fd, F_GETFL);
  if (flags < 0) return -1;
  return (flags & O_NONBLOCK) ? 0 : counted::fcntl(fd, F_SETFL, flags | O_NONBLOCK);
}

#if defined(POLLRDHUP)
constexpr short kPeerEnd = POLLRDHUP;
#else
constexpr short kPeerEnd = POLLHUP;
#endif

// Whether no more can come from the other side of a stream, though what it sent may still be queued.
// Not merely an error: POLLERR also tells of a queue of errors, which ends nothing.
inline bool PeerHasEnded(int fd) {
  pollfd descriptor{fd, kPeerEnd, 0};
  return counted::poll(&descriptor, 1, 0) > 0 && (descriptor.revents & (kPeerEnd | POLLHUP)) != 0;
}

// One poll(2), which waits at most `nanoseconds`; without limit where that is negative.
inline int Poll(pollfd* descriptors, nfds_t count, int64_t nanoseconds) {
#if defined(__linux__)
  timespec limit{nanoseconds / 1000000000, nanoseconds % 1000000000};
  counted::Count(counted::SystemCall::poll);
  return ppoll(descriptors, count, nanoseconds < 0 ? nullptr : &limit, nullptr);
#else
  return counted::poll(descriptors, count, nanoseconds < 0 ? -1 : static_cast<int>((nanoseconds + 999999) / 1000000));
#endif
}

// How many descriptors one poll(2) takes at most.
inline nfds_t MostPolled() {
  rlimit limit{};
  return getrlimit(RLIMIT_NOFILE, &limit) == 0 ? static_cast<nfds_t>(limit.rlim_cur) : 0;
}

#if defined(__linux__)

inline int OpenSocket(int family, int type, int protocol) {
  return counted::socket(family, type | SOCK_NONBLOCK | SOCK_CLOEXEC, protocol);
}

inline int OpenPair(int family, int type, int protocol, int out[2]) {
  return counted::socketpair(family, type | SOCK_NONBLOCK | SOCK_CLOEXEC, protocol, out);
}

inline int Accept(int fd, sockaddr* address, socklen_t* length) {
  counted::Count(counted::SystemCall::accept);
  return accept4(fd, address, length, SOCK_NONBLOCK | SOCK_CLOEXEC);
}

// A pair of ends of which the second wakes whoever polls the first; on Linux both are one eventfd.
inline int OpenWake(int out[2]) {
  out[0] = out[1] = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
  return out[0] < 0 ? -1 : 0;
}

// One sendfile(2): `offset` < 0 reads at the file's own position.
inline ssize_t SendFile(int fd, int file, int64_t offset, size_t length) {
  off_t at = static_cast<off_t>(offset);
  counted::Count(counted::SystemCall::sendfile);
  return sendfile(fd, file, offset < 0 ? nullptr : &at, length);
}

// Takes a pending SIGPIPE of this thread, so that it is not delivered when the mask is put back.
inline void ConsumeSigpipe(const sigset_t* set) {
  timespec none{0, 0};
  while (sigtimedwait(set, nullptr, &none) < 0 && errno == EINTR) {
  }
}

constexpr int kNoSignal = MSG_NOSIGNAL;
constexpr int kWholeOutQueue = SIOCOUTQ;
constexpr int kErrorQueue = MSG_ERRQUEUE;

#else

inline int Prepare(int fd) {
  if (fd < 0) return -1;
  int on = 1;
  (void)on;
#if defined(SO_NOSIGPIPE)
  setsockopt(fd, SOL_SOCKET, SO_NOSIGPIPE, &on, sizeof on);
#endif
  if (counted::fcntl(fd, F_SETFD, FD_CLOEXEC) == 0 && SetNonBlocking(fd) == 0) return fd;
  int error = errno;
  close(fd);
  errno = error;
  return -1;
}

inline int OpenSocket(int family, int type, int protocol) { return Prepare(counted::socket(family, type, protocol)); }

inline int OpenPair(int family, int type, int protocol, int out[2]) {
  if (counted::socketpair(family, type, protocol, out) < 0) return -1;
  out[0] = Prepare(out[0]);
  out[1] = Prepare(out[1]);
  if (out[0] >= 0 && out[1] >= 0) return 0;
  int error = errno;
  for (int i = 0; i < 2; i++) {
    if (out[i] >= 0) close(out[i]);
  }
  errno = error;
  return -1;
}

inline int Accept(int fd, sockaddr* address, socklen_t* length) {
  counted::Count(counted::SystemCall::accept);
  return Prepare(accept(fd, address, length));
}

inline int OpenWake(int out[2]) {
  if (pipe(out) < 0) return -1;
  for (int i = 0; i < 2; i++) {
    counted::fcntl(out[i], F_SETFD, FD_CLOEXEC);
    SetNonBlocking(out[i]);
  }
  return 0;
}

// Without one sendfile that all systems share, the file goes through a buffer: read at most, sent as one.
inline ssize_t SendFile(int fd, int file, int64_t offset, size_t length) {
  char block[16384];
  size_t most = length < sizeof block ? length : sizeof block;
  off_t at = offset < 0 ? lseek(file, 0, SEEK_CUR) : static_cast<off_t>(offset);
  if (at < 0) return -1;
  ssize_t got = pread(file, block, most, at);
  if (got <= 0) return got;
  ssize_t sent = counted::send(fd, block, static_cast<size_t>(got), MSG_DONTWAIT);
  if (sent > 0 && offset < 0) lseek(file, at + sent, SEEK_SET);
  return sent;
}

inline void ConsumeSigpipe(const sigset_t* set) {
  sigset_t pending;
  int taken = 0;
  if (sigpending(&pending) == 0 && sigismember(&pending, SIGPIPE)) sigwait(set, &taken);
}

#if defined(MSG_NOSIGNAL)
constexpr int kNoSignal = MSG_NOSIGNAL;
#else
constexpr int kNoSignal = 0;
#endif
constexpr int kWholeOutQueue = TIOCOUTQ;
constexpr int kErrorQueue = 0;

#endif

// Gives a file its whole size, with room on the disk for every byte of it: writing to where it is mapped cannot fail
// then. 0, or an errno.
inline int Reserve(int fd, off_t size) {
#if defined(__linux__)
  return posix_fallocate(fd, 0, size);
#else
  char block[16384] = {};
  for (off_t at = 0; at < size; at += sizeof block) {
    size_t most = size - at < off_t{sizeof block} ? static_cast<size_t>(size - at) : sizeof block;
    if (pwrite(fd, block, most, at) < 0) return errno;
  }
  return 0;
#endif
}

// Names the calling thread, for whoever looks at the process from outside; at most 15 bytes.
inline void NameThread(const char* name) {
#if defined(__linux__)
  pthread_setname_np(pthread_self(), name);
#else
  (void)name;
#endif
}

// The databases of services(5) and protocols(5). An entry lives in a Room: the caller's own where the C library has
// calls for that, otherwise the library's only one, which the Room keeps other threads from.
#if defined(__GLIBC__)

template <typename Entry>
struct Room {
  Entry entry{};
  std::vector<char> text = std::vector<char>(1024);
};

// Asks with more room until the entry fits; null with errno, ENOENT when there is none.
template <typename Entry, typename Ask>
inline Entry* Find(Room<Entry>& room, Ask ask) {
  Entry* found = nullptr;
  int error = 0;
  while ((error = ask(&room.entry, room.text.data(), room.text.size(), &found)) == ERANGE) {
    room.text.resize(room.text.size() * 2);
  }
  errno = error == 0 ? ENOENT : error;
  return found;
}

inline servent* ServiceByName(const char* name, const char* protocol, Room<servent>& room) {
  return Find(room, [=](auto... rest) { return getservbyname_r(name, protocol, rest...); });
}

inline servent* ServiceByPort(int port, const char* protocol, Room<servent>& room) {
  return Find(room, [=](auto... rest) { return getservbyport_r(port, protocol, rest...); });
}

inline protoent* ProtocolByName(const char* name, Room<protoent>& room) {
  return Find(room, [=](auto... rest) { return getprotobyname_r(name, rest...); });
}

inline protoent* ProtocolByNumber(int number, Room<protoent>& room) {
  return Find(room, [=](auto... rest) { return getprotobynumber_r(number, rest...); });
}

#else

inline std::mutex& DatabaseLock() {
  static auto* lock = new std::mutex;
  return *lock;
}

template <typename Entry>
struct Room {
  std::lock_guard<std::mutex> guard{DatabaseLock()};
};

template <typename Entry>
inline Entry* Found(Entry* entry) {
  errno = ENOENT;
  return entry;
}

inline servent* ServiceByName(const char* name, const char* protocol, Room<servent>&) {
  return Found(getservbyname(name, protocol));
}

inline servent* ServiceByPort(int port, const char* protocol, Room<servent>&) {
  return Found(getservbyport(port, protocol));
}

inline protoent* ProtocolByName(const char* name, Room<protoent>&) { return Found(getprotobyname(name)); }

inline protoent* ProtocolByNumber(int number, Room<protoent>&) { return Found(getprotobynumber(number)); }

#endif

}  // namespace berkeley::platform
