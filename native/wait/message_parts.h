// The parts of one recvmsg(2) or sendmsg(2): several pieces of memory, and control bytes.
#pragma once

#include <sys/socket.h>
#include <sys/uio.h>

#include <vector>

#include "js/memory.h"
#include "wait/borrowed.h"

namespace berkeley {

class MessageParts final : public Borrowed {
 public:
  // One call takes so many parts at most: IOV_MAX of limits.h.
  static constexpr size_t kMaxPartsPerCall = 1024;

  void AddPart(Memory memory) {
    parts_.push_back(memory);
    size_ += memory.size();
  }
  // The bytes of all parts.
  size_t size() const { return size_; }
  // The parts without their first `done` bytes, as the kernel takes them. Valid until the next call, and until
  // JavaScript runs. `rest_follows`: only as many as one call takes.
  std::vector<iovec>& Vectors(size_t done, bool rest_follows);
  // Enters the descriptors that the control bytes to send contain. They must stay the same during a wait.
  void AddSentDescriptors();

  void Remember(const Environment& environment) override;
  int64_t Revalidate(const Environment& environment) override;

  std::vector<uint8_t> control;  // to send
  std::vector<uint8_t>* received = nullptr;  // where control bytes are received
  size_t control_capacity = 0;   // how many of them
  size_t control_length = 0;     // how many were received
  int flags = 0;                 // received: MSG_TRUNC and others

 private:
  std::vector<Memory> parts_;
  std::vector<iovec> vectors_;
  std::vector<BorrowedDescriptor> sent_;
  size_t size_ = 0;
};

}  // namespace berkeley
