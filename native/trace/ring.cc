#include "trace/ring.h"

#include <cstring>
#include <new>

namespace berkeley::trace {

std::unique_ptr<Ring> Ring::Make(uint32_t limit, const char* path) {
  auto memory = platform::MappedMemory::Make(sizeof(Header) + size_t{limit} * sizeof(CallRecord), path);
  if (memory == nullptr) return nullptr;
  auto* header = new (memory->data()) Header{};
  header->limit = limit;
  return std::unique_ptr<Ring>(new Ring(std::move(memory), header, limit));
}

void Ring::Close() { memory_->Shorten(UsedBytes()); }

size_t Ring::UsedBytes() const {
  uint64_t begun = begun_.load(std::memory_order_acquire);
  return sizeof(Header) + (begun < limit_ ? begun : limit_) * sizeof(CallRecord);
}

CallRecord* Ring::Begin() {
  uint64_t index = begun_.load(std::memory_order_relaxed);
  open_ = reinterpret_cast<CallRecord*>(header_ + 1) + index % limit_;
  memset(open_, 0, sizeof *open_);
  memset(counts_, 0, sizeof counts_);
  wait_start_ = waiting_ = 0;
  begun_.store(index + 1, std::memory_order_release);
  header_->begun.store(index + 1, std::memory_order_release);
  return open_;
}

void Ring::Count(size_t system_call) {
  header_->totals[system_call] = ++totals_[system_call];
  if (open_ == nullptr || counts_[system_call] == UINT16_MAX) return;
  open_->counts[system_call] = ++counts_[system_call];
}

void Ring::Waited(int64_t since_ns, int64_t until_ns) {
  if (open_ == nullptr) return;
  if (wait_start_ == 0) open_->wait_start = wait_start_ = since_ns;
  waiting_ += until_ns - since_ns;
  open_->waiting = waiting_;
}

void Ring::End() {
  open_ = nullptr;
  header_->ended.store(begun_.load(std::memory_order_relaxed), std::memory_order_release);
}

}  // namespace berkeley::trace
