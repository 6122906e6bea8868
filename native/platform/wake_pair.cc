#include "platform/wake_pair.h"

#include "platform/platform.h"

namespace berkeley::platform {

namespace {

// A pipe has room for 65536 bytes, of which each read takes 128.
constexpr int kMaxDrains = 1024;

}  // namespace

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

// Other code may have closed the descriptor, and its number may be another file's that blocks. So nothing is read unless
// poll(2) has reported it.
void WakePair::Drain(int fd) {
  uint64_t block[16];
  pollfd row{fd, POLLIN, 0};
  for (int tries = 0; tries < kMaxDrains; tries++) {
    if (poll(&row, 1, 0) != 1 || !(row.revents & POLLIN)) return;
    if (read(fd, block, sizeof block) < static_cast<ssize_t>(sizeof block) && errno != EINTR) return;
  }
}

}  // namespace berkeley::platform
