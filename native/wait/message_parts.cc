#include "wait/message_parts.h"

#include "platform/control.h"

namespace berkeley {

std::vector<iovec>& MessageParts::Vectors(size_t done, bool rest_follows) {
  vectors_.clear();
  // The kernel refuses a message of more parts (EMSGSIZE).
  size_t max_parts = rest_follows ? kMaxPartsPerCall : parts_.size();
  for (const Memory& part : parts_) {
    // An empty part too: it moves no byte, and `done` may lie beyond it.
    if (done >= part.size()) {
      done -= part.size();
      continue;
    }
    if (vectors_.size() == max_parts) break;
    vectors_.push_back({part.data() + done, part.size() - done});
    done = 0;
  }
  return vectors_;
}

void MessageParts::AddSentDescriptors() {
  platform::ForEachDescriptor(control.data(), control.size(), [&](int fd) { sent_.emplace_back(fd); });
}

void MessageParts::Remember(const Environment& environment) {
  for (BorrowedDescriptor& sent : sent_) sent.Remember(environment);
}

int64_t MessageParts::Revalidate(const Environment& environment) {
  for (BorrowedDescriptor& sent : sent_) {
    if (sent.Revalidate(environment) != 0) return kClosed;
  }
  for (Memory& part : parts_) {
    if (!part.Revalidate()) return kChanged;
  }
  return 0;
}

}  // namespace berkeley
