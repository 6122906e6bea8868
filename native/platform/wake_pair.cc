#include "platform/wake_pair.h"

#include "platform/platform.h"

namespace berkeley::platform {

int WakePair::Open() { return OpenWakePair(ends_) < 0 ? -errno : 0; }

void WakePair::Close() {
  if (ends_[0] < 0) return;
  CloseRaisedEnd();
  counted::close(ends_[0]);
  ends_[0] = ends_[1] = -1;
}

void WakePair::CloseRaisedEnd() {
  if (ends_[1] != ends_[0]) counted::close(ends_[1]);
}

void WakePair::Raise(int raised_fd) {
  uint64_t one = 1;
  int saved = errno;
  // A full pair is readable already, which is all that matters.
  while (write(raised_fd, &one, sizeof one) < 0 && errno == EINTR) {
  }
  errno = saved;
}

void WakePair::Drain(int fd) {
  uint64_t block[16];
  ssize_t got;
  do {
    got = read(fd, block, sizeof block);
  } while (got == sizeof block || (got < 0 && errno == EINTR));
}

}  // namespace berkeley::platform
