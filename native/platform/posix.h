// Every other Unix: the calls of POSIX alone, which take several steps where linux.h takes one. Both files have the
// same functions in the same order. Flags that a system may lack are asked for by their macros.
//
// `node scripts/build-native.mjs --posix` compiles this file on Linux, so that the tests run on it.
#pragma once

#include <cstddef>

#include "platform/socket.h"

namespace berkeley::platform {

#ifdef MSG_NOSIGNAL
constexpr int kNoSignal = MSG_NOSIGNAL;
#else
constexpr int kNoSignal = 0;  // SO_NOSIGPIPE takes its place
#endif

#ifdef MSG_MORE
constexpr int kMore = MSG_MORE;
#else
constexpr int kMore = 0;
#endif
#ifdef MSG_ERRQUEUE
constexpr int kErrorQueue = MSG_ERRQUEUE;
#else
constexpr int kErrorQueue = 0;
#endif

#ifdef MSG_FASTOPEN
constexpr int kFastOpen = MSG_FASTOPEN;
#else
constexpr int kFastOpen = 0;
#endif

#ifdef MSG_CMSG_CLOEXEC
constexpr int kCloseOnExec = MSG_CMSG_CLOEXEC;
#else
constexpr int kCloseOnExec = 0;  // the flag of each received descriptor is set afterwards
#endif

#ifdef POLLRDHUP
constexpr short kPeerEnd = POLLRDHUP;
#else
constexpr short kPeerEnd = POLLHUP;
#endif

// Makes a new descriptor non-blocking and closed on exec. Returns it; or closes it and returns -1 with errno.
inline int Prepare(int fd) {
  if (fd < 0) return -1;
#ifdef SO_NOSIGPIPE
  int on = 1;
  counted::setsockopt(fd, SOL_SOCKET, SO_NOSIGPIPE, &on, sizeof on);
#endif
  if (counted::fcntl(fd, F_SETFD, FD_CLOEXEC) == 0 && SetNonBlocking(fd) == 0) return fd;
  int error = errno;
  close(fd);
  errno = error;
  return -1;
}

// The same for both descriptors of a pair: 0, or -1 with errno.
inline int PreparePair(int pair[2]) {
  pair[0] = Prepare(pair[0]);
  pair[1] = Prepare(pair[1]);
  if (pair[0] >= 0 && pair[1] >= 0) return 0;
  int error = errno;
  for (int i = 0; i < 2; i++) {
    if (pair[i] >= 0) close(pair[i]);
  }
  errno = error;
  return -1;
}

inline int OpenSocket(int family, int type, int protocol) { return Prepare(counted::socket(family, type, protocol)); }

inline int OpenPair(int family, int type, int protocol, int out[2]) {
  return counted::socketpair(family, type, protocol, out) < 0 ? -1 : PreparePair(out);
}

inline int Accept(int fd, sockaddr* address, socklen_t* length) {
  counted::Count(counted::SystemCall::accept);
  return Prepare(accept(fd, address, length));
}

// Opens two descriptors, of which a write to the second makes the first readable.
inline int OpenWakePair(int out[2]) { return pipe(out) < 0 ? -1 : PreparePair(out); }

// One poll(2), which waits at most `timeout_ns`, rounded up to milliseconds; without limit if that is negative.
inline int Poll(pollfd* descriptors, nfds_t count, int64_t timeout_ns) {
  int64_t milliseconds = (timeout_ns + kMillisecondNs - 1) / kMillisecondNs;
  return counted::poll(descriptors, count, timeout_ns < 0 ? -1 : static_cast<int>(milliseconds));
}

// Sends a part of a file through a buffer. A negative `offset` reads at the file's own position, which then advances by
// what was sent. sendfile(2) is not in POSIX, and each system that has it gives it other arguments.
inline ssize_t SendFile(int fd, int file, int64_t offset, size_t length) {
  char block[16384];
  off_t position = offset < 0 ? lseek(file, 0, SEEK_CUR) : static_cast<off_t>(offset);
  ssize_t got = position < 0 ? -1 : pread(file, block, length < sizeof block ? length : sizeof block, position);
  // sendfile(2) reports a file without a position, such as a pipe, as EINVAL.
  if (got < 0 && errno == ESPIPE) errno = EINVAL;
  if (got <= 0) return got;
  ssize_t sent = counted::send(fd, block, static_cast<size_t>(got), MSG_DONTWAIT | kNoSignal);
  if (sent > 0 && offset < 0) lseek(file, position + sent, SEEK_SET);
  return sent;
}

// One of several messages, and how many bytes it has.
struct MessageSlot {
  msghdr msg_hdr;
  unsigned msg_len;
};

// Makes a call for each message until one fails: their number, or -1 with errno where the first failed.
template <typename Transfer>
int TransferMessages(MessageSlot* slots, unsigned count, Transfer transfer) {
  for (unsigned i = 0; i < count; i++) {
    ssize_t size = transfer(&slots[i].msg_hdr);
    if (size < 0) return i > 0 ? static_cast<int>(i) : -1;
    slots[i].msg_len = static_cast<unsigned>(size);
  }
  return static_cast<int>(count);
}

inline int RecvMessages(int fd, MessageSlot* slots, unsigned count, int flags) {
  return TransferMessages(slots, count, [&](msghdr* header) { return counted::recvmsg(fd, header, flags); });
}

inline int SendMessages(int fd, MessageSlot* slots, unsigned count, int flags) {
  return TransferMessages(slots, count, [&](msghdr* header) { return counted::sendmsg(fd, header, flags); });
}

// Takes a pending SIGPIPE of this thread, so that it is not delivered when the mask is restored.
inline void ConsumeSigpipe(const sigset_t* set) {
  sigset_t pending;
  int taken = 0;
  if (sigpending(&pending) == 0 && sigismember(&pending, SIGPIPE)) sigwait(set, &taken);
}

inline int FamilyOf(int fd) {
  sockaddr_storage name{};
  socklen_t length = sizeof name;
  return counted::getsockname(fd, reinterpret_cast<sockaddr*>(&name), &length) == 0 ? name.ss_family : AF_UNSPEC;
}

inline int ProtocolOf([[maybe_unused]] int fd) {
#ifdef SO_PROTOCOL
  return SocketOption(fd, SO_PROTOCOL, 0);
#else
  return 0;
#endif
}

// Whether the peer has acknowledged all that was sent. Where TCP counts its end as a byte of the queue, as Linux does,
// the end is included.
inline bool IsDrained(int fd, bool) { return IsSendQueueEmpty(fd); }

// The unit in which getsockopt(2) counts the length of an option.
inline size_t OptionUnitBytes(int, int) { return 1; }

// Filters of sockets are not in POSIX.
inline int SetFilter(int, int, int, void*, size_t) {
  errno = ENOPROTOOPT;
  return -1;
}

// Gives a file its whole size, with room on the disk for every byte: writing to its mapping cannot fail then. Returns 0
// or an errno. posix_fallocate(3) is in POSIX, but macOS lacks it.
inline int Reserve(int fd, off_t size) {
  char block[16384] = {};
  for (off_t offset = 0; offset < size; offset += sizeof block) {
    size_t length = size - offset < off_t{sizeof block} ? static_cast<size_t>(size - offset) : sizeof block;
    if (pwrite(fd, block, length, offset) < 0) return errno;
  }
  return 0;
}

// POSIX gives threads no names.
inline void NameThread(const char*) {}

}  // namespace berkeley::platform
