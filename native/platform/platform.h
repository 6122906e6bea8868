// The operating system. Only this folder and readiness/ contain code that depends on it; everything else calls the
// functions of these headers, which are the same on every system.
//
// One of two files implements them: linux.h with Linux's own calls, posix.h with those that every Unix has. Defining
// BERKELEY_POSIX chooses posix.h on Linux as well, for tests of the portable branch.
#pragma once

#if defined(__linux__) && !defined(BERKELEY_POSIX)
#include "platform/linux.h"
#else
#include "platform/posix.h"
#endif

namespace berkeley::platform {

// Whether the peer has ended its stream, whose data may still be queued. An error alone does not count: POLLERR also
// reports a queue of errors, which ends nothing.
inline bool PeerHasEnded(int fd) {
  pollfd descriptor{fd, kPeerEnd, 0};
  return counted::poll(&descriptor, 1, 0) > 0 && (descriptor.revents & (kPeerEnd | POLLHUP)) != 0;
}

}  // namespace berkeley::platform
