// The ring: see trace.h.
#include <cstring>
#include <new>

#include "trace/trace.h"

namespace berkeley::trace {

std::unique_ptr<Ring> Ring::Make(uint32_t limit, const char* path) {
  auto mapping = Mapping::Make(sizeof(Header) + size_t{limit} * sizeof(Record), path);
  if (mapping == nullptr) return nullptr;
  auto* header = new (mapping->memory()) Header{};
  header->limit = limit;
  return std::unique_ptr<Ring>(new Ring(std::move(mapping), header, limit));
}

void Ring::Close() { mapping_->Shorten(Used()); }

size_t Ring::Used() const {
  uint64_t begun = begun_.load(std::memory_order_acquire);
  return sizeof(Header) + (begun < limit_ ? begun : limit_) * sizeof(Record);
}

Record* Ring::Begin() {
  uint64_t index = begun_.load(std::memory_order_relaxed);
  open_ = reinterpret_cast<Record*>(header_ + 1) + index % limit_;
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

void Ring::Waited(int64_t since, int64_t until) {
  if (open_ == nullptr) return;
  if (wait_start_ == 0) open_->wait_start = wait_start_ = since;
  waiting_ += until - since;
  open_->waiting = waiting_;
}

void Ring::End() {
  open_ = nullptr;
  header_->ended.store(begun_.load(std::memory_order_relaxed), std::memory_order_release);
}

}  // namespace berkeley::trace
