// Linux: its own calls, each of which does in one step what posix.h does in several. Both files have the same functions
// in the same order.
#pragma once

#include <linux/filter.h>
#include <netinet/tcp.h>
#include <sys/eventfd.h>
#include <sys/sendfile.h>

#include <cstddef>

#include "platform/socket.h"

namespace berkeley::platform {

// Flags of send(2) and recv(2); 0 where the system lacks one.
constexpr int kNoSignal = MSG_NOSIGNAL;
constexpr int kMore = MSG_MORE;
constexpr int kErrorQueue = MSG_ERRQUEUE;
constexpr int kFastOpen = MSG_FASTOPEN;
constexpr int kCloseOnExec = MSG_CMSG_CLOEXEC;

// The bit of poll(2) for the end of the peer's stream, whose data may still be queued.
constexpr short kPeerEnd = POLLRDHUP;

// Sockets are made non-blocking and closed on exec.
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

// Opens two descriptors, of which a write to the second makes the first readable. Here both are one eventfd(2).
inline int OpenWakePair(int out[2]) {
  out[0] = out[1] = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
  return out[0] < 0 ? -1 : 0;
}

// One poll(2), which waits at most `timeout_ns`; without limit if that is negative.
inline int Poll(pollfd* descriptors, nfds_t count, int64_t timeout_ns) {
  timespec timeout{timeout_ns / 1000000000, timeout_ns % 1000000000};
  counted::Count(counted::SystemCall::poll);
  return ppoll(descriptors, count, timeout_ns < 0 ? nullptr : &timeout, nullptr);
}

// One sendfile(2). A negative `offset` reads at the file's own position.
inline ssize_t SendFile(int fd, int file, int64_t offset, size_t length) {
  off_t position = static_cast<off_t>(offset);
  counted::Count(counted::SystemCall::sendfile);
  return sendfile(fd, file, offset < 0 ? nullptr : &position, length);
}

// One of several messages, and how many bytes it has.
using MessageSlot = mmsghdr;

// Receives or sends as many messages as possible in one call: their number, or -1 with errno where the first failed.
inline int RecvMessages(int fd, MessageSlot* slots, unsigned count, int flags) {
  counted::Count(counted::SystemCall::recvmmsg);
  return recvmmsg(fd, slots, count, flags, nullptr);
}

inline int SendMessages(int fd, MessageSlot* slots, unsigned count, int flags) {
  counted::Count(counted::SystemCall::sendmmsg);
  return sendmmsg(fd, slots, count, flags);
}

// Takes a pending SIGPIPE of this thread, so that it is not delivered when the mask is restored.
inline void ConsumeSigpipe(const sigset_t* set) {
  timespec none{0, 0};
  while (sigtimedwait(set, nullptr, &none) < 0 && errno == EINTR) {
  }
}

inline int FamilyOf(int fd) {
  int family = SocketOption(fd, SO_DOMAIN, -1);
  if (family >= 0) return family;
  sockaddr_storage name{};
  socklen_t length = sizeof name;
  return counted::getsockname(fd, reinterpret_cast<sockaddr*>(&name), &length) == 0 ? name.ss_family : AF_UNSPEC;
}

inline int ProtocolOf(int fd) { return SocketOption(fd, SO_PROTOCOL, 0); }

// Whether the peer has acknowledged all that was sent, the end included if `shut` says that our side has been shut
// down. Of TCP, those are the states in which close(2) itself would not linger any more.
inline bool IsDrained(int fd, bool shut) {
  tcp_info info{};
  socklen_t length = sizeof info;
  bool is_tcp = shut && counted::getsockopt(fd, IPPROTO_TCP, TCP_INFO, &info, &length) == 0;
  if (!is_tcp) return IsSendQueueEmpty(fd);
  return info.tcpi_state != TCP_FIN_WAIT1 && info.tcpi_state != TCP_CLOSING && info.tcpi_state != TCP_LAST_ACK;
}

// The unit in which getsockopt(2) counts the length of an option. It is a byte, except for SO_GET_FILTER: given the
// size of a buffer in bytes, that would write eight times as many.
inline size_t OptionUnitBytes(int level, int name) {
  return level == SOL_SOCKET && name == SO_GET_FILTER ? sizeof(sock_filter) : 1;
}

// Sets an option whose value points at the instructions of a filter.
inline int SetFilter(int fd, int level, int name, void* instructions, size_t bytes) {
  sock_fprog program{};
  program.len = static_cast<unsigned short>(bytes / sizeof(sock_filter));
  program.filter = static_cast<sock_filter*>(instructions);
  return counted::setsockopt(fd, level, name, &program, sizeof program);
}

// Gives a file its whole size, with room on the disk for every byte: writing to its mapping cannot fail then. Returns 0
// or an errno.
inline int Reserve(int fd, off_t size) { return posix_fallocate(fd, 0, size); }

// Names the calling thread for those that inspect the process, in at most 15 bytes.
inline void NameThread(const char* name) { pthread_setname_np(pthread_self(), name); }

}  // namespace berkeley::platform
