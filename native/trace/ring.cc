#include "trace/ring.h"

#include <unistd.h>

#include <cstring>
#include <new>

#include "platform/mapped_memory.h"

namespace berkeley::trace {

std::unique_ptr<Ring> Ring::Make(uint32_t limit, const char* path) {
  size_t size = sizeof(Header) + size_t{limit} * sizeof(CallRecord);
  void* memory = *path == '\0' ? platform::MapPrivate(size) : platform::MapNewFile(path, size);
  if (memory == nullptr) return nullptr;
  auto* header = new (memory) Header{};
  header->limit = limit;
  return std::unique_ptr<Ring>(new Ring(header, size, path));
}

Ring::~Ring() { platform::Unmap(header_, size_); }

// No code accesses the mapping beyond the new end. If truncate(2) fails, the file stays as long as it is.
void Ring::Close() {
  if (!path_.empty() && truncate(path_.c_str(), static_cast<off_t>(UsedBytes())) < 0) return;
}

size_t Ring::UsedBytes() const {
  uint64_t begun = header_->begun.load(std::memory_order_acquire);
  return sizeof(Header) + (begun < header_->limit ? begun : header_->limit) * sizeof(CallRecord);
}

CallRecord* Ring::Begin() {
  uint64_t index = header_->begun.load(std::memory_order_relaxed);
  open_ = reinterpret_cast<CallRecord*>(header_ + 1) + index % header_->limit;
  memset(open_, 0, sizeof *open_);
  header_->begun.store(index + 1, std::memory_order_release);
  return open_;
}

void Ring::End() {
  open_ = nullptr;
  header_->ended.store(header_->begun.load(std::memory_order_relaxed), std::memory_order_release);
}

}  // namespace berkeley::trace
