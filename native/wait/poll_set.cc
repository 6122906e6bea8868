#include "wait/poll_set.h"

#include <algorithm>

#include "platform/platform.h"

namespace berkeley {
namespace {

// A round of slices is followed by a pause of so many times its length, which keeps it under 5 % of a processor.
constexpr int64_t kPausePerRound = 25;
constexpr int64_t kMinPauseNs = 10 * platform::kMillisecondNs;

int PollSlices(pollfd* rows, nfds_t count) {
  nfds_t max_polled = platform::MaxPolled();
  if (max_polled == 0) {
    errno = EINVAL;
    return -1;
  }
  int ready = 0;
  for (nfds_t start = 0; start < count; start += max_polled) {
    int ready_in_slice = platform::Poll(rows + start, std::min(max_polled, count - start), 0);
    if (ready_in_slice < 0) return -1;
    ready += ready_in_slice;
  }
  return ready;
}

bool IsOverLimit(int ready) { return ready < 0 && errno == EINVAL; }

// Polls all rows, of which the first is the wake descriptor.
int WaitForRows(pollfd* rows, nfds_t count, int64_t timeout_ns) {
  int ready = platform::Poll(rows, count, timeout_ns);
  if (!IsOverLimit(ready)) return ready;
  int64_t start_ns = platform::Now();
  ready = PollSlices(rows, count);
  if (ready != 0) return ready;
  int64_t pause_ns = std::max(kMinPauseNs, (platform::Now() - start_ns) * kPausePerRound);
  return platform::Poll(rows, 1, timeout_ns < 0 ? pause_ns : std::min(pause_ns, timeout_ns));
}

}  // namespace

int PollSet::PollNow() {
  int ready = platform::Poll(rows() + 1, size_, 0);
  return IsOverLimit(ready) ? PollSlices(rows() + 1, size_) : ready;
}

int PollSet::Wait(int wake_fd, int64_t timeout_ns) {
  rows()[0] = {wake_fd, POLLIN, 0};
  int ready = WaitForRows(rows(), size_ + 1, timeout_ns);
  return ready > 0 && woken() ? ready - 1 : ready;
}

}  // namespace berkeley
