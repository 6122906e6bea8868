// Descriptors for poll(2), together with the wake descriptor of the thread that waits for them.
//
// The set itself contains the room for the wake descriptor, so a wait never copies the descriptors, and no caller has
// to leave room. A set of one descriptor needs no memory besides the object's own.
//
// poll(2) refuses more descriptors than RLIMIT_NOFILE allows (EINVAL), a limit that may have been lowered since they
// were opened. The set then polls them in slices, and in between waits for the wake descriptor alone: see Wait.
#pragma once

#include <poll.h>

#include <cstddef>
#include <cstdint>
#include <vector>

namespace berkeley {

class PollSet {
 public:
  PollSet() = default;
  PollSet(int fd, short events) : size_(1) { few_[1] = {fd, events, 0}; }
  // `size` rows, to be assigned by [].
  explicit PollSet(size_t size) : size_(size) {
    if (size > 1) many_.resize(size + 1);
  }

  size_t size() const { return size_; }
  pollfd& operator[](size_t index) { return rows()[index + 1]; }

  // Polls without waiting. Returns how many descriptors are ready, or -1 with errno.
  int PollNow();
  // Waits until one of them or `wake_fd` is readable, at most `timeout_ns`; without limit if that is negative. Returns
  // how many of them are ready, not counting `wake_fd`, or -1 with errno. May return 0 before the time is over.
  int Wait(int wake_fd, int64_t timeout_ns);
  // Whether `wake_fd` was readable.
  bool woken() { return rows()[0].revents != 0; }

 private:
  // The wake descriptor, then the others.
  pollfd* rows() { return many_.empty() ? few_ : many_.data(); }

  pollfd few_[2] = {{-1, 0, 0}, {-1, 0, 0}};
  std::vector<pollfd> many_;
  size_t size_ = 0;
};

}  // namespace berkeley
