#include "wait/descriptors.h"

#include <algorithm>
#include <mutex>
#include <vector>

#include "platform/platform.h"
#include "wait/wakers.h"

namespace berkeley {
namespace {

constexpr size_t kMinEnteredPerSweep = 256;
constexpr size_t kMinReceivedPerCollection = 64;
// How long no garbage is collected after a collection: at least the first, and so many times its own length, which keeps
// all collections under 2 % of a processor.
constexpr int64_t kMinCollectionPauseNs = 100 * platform::kMillisecondNs;
constexpr int64_t kPausePerCollection = 50;
// The pause doubles with each collection in vain, up to this.
constexpr int64_t kMaxCollectionPauseNs = 60000 * platform::kMillisecondNs;
// A collection was worth its cost if it freed this many descriptors, and this part of those entered since the last one.
constexpr int kMinWorthwhile = 8;
constexpr uint32_t kWorthwhilePart = 8;

// The numbers that environments of this process own. A number that was adopted twice would be closed twice.
std::mutex& Lock() {
  static auto* lock = new std::mutex;
  return *lock;
}

// One bit a number: descriptors are small and dense.
std::vector<bool>& OwnedNumbers() {
  static auto* owned = new std::vector<bool>;
  return *owned;
}

// Returns whether the number changed.
bool SetOwned(int fd, bool owned) {
  std::lock_guard<std::mutex> guard(Lock());
  std::vector<bool>& all = OwnedNumbers();
  auto index = static_cast<size_t>(fd);
  if (index >= all.size()) all.resize(std::max(index + 1, all.size() * 2));
  bool changes = all[index] != owned;
  all[index] = owned;
  return changes;
}

bool IsCollected(napi_env env, napi_ref reference) {
  napi_value object = nullptr;
  return reference != nullptr && (napi_get_reference_value(env, reference, &object) != napi_ok || object == nullptr);
}

}  // namespace

void Descriptors::Enter(int fd) {
  entries_[fd].generation = ++entered_;
  entered_since_sweep_++;
}

void Descriptors::Add(napi_env env, int fd, uint32_t waker) {
  Remove(env, fd);
  SetOwned(fd, true);
  Enter(fd);
  entries_[fd].waker = waker;
}

void Descriptors::AddReceived(napi_env env, int fd, napi_value owner) {
  Add(env, fd);
  entries_[fd].received = true;
  received_++;
  Own(env, fd, owner, "");
}

int64_t Descriptors::AddResult(napi_env env, int64_t result) {
  if (result >= 0) Add(env, static_cast<int>(result));
  return result;
}

bool Descriptors::Adopt(int fd) {
  if (!SetOwned(fd, true)) return false;
  Enter(fd);
  return true;
}

napi_status Descriptors::Own(napi_env env, int fd, napi_value object, std::string stack) {
  auto found = entries_.find(fd);
  if (found == entries_.end()) return napi_invalid_arg;
  Entry& entry = found->second;
  if (entry.object != nullptr) napi_delete_reference(env, entry.object);
  entry.object = nullptr;
  entry.stack = stack.empty() ? nullptr : std::make_unique<std::string>(std::move(stack));
  return napi_create_reference(env, object, 0, &entry.object);
}

napi_value Descriptors::Owner(napi_env env, int fd) const {
  napi_value object = nullptr;
  auto found = entries_.find(fd);
  if (found != entries_.end() && found->second.object != nullptr) {
    napi_get_reference_value(env, found->second.object, &object);
  }
  if (object == nullptr) napi_get_undefined(env, &object);
  return object;
}

bool Descriptors::Remove(napi_env env, int fd) {
  bool removed = Release(env, fd);
  if (removed) SetOwned(fd, false);
  return removed;
}

void Descriptors::CloseReleased(int fd) {
  SetOwned(fd, false);
  platform::CloseWithoutWaiting(fd);
}

bool Descriptors::Release(napi_env env, int fd) {
  auto found = entries_.find(fd);
  if (found == entries_.end()) return false;
  if (found->second.object != nullptr) napi_delete_reference(env, found->second.object);
  if (found->second.waker != 0) CloseWaker(found->second.waker);
  if (found->second.received) received_--;
  entries_.erase(found);
  return true;
}

uint32_t Descriptors::Generation(int fd) const {
  auto found = entries_.find(fd);
  return found == entries_.end() ? 0 : found->second.generation;
}

int Descriptors::Sweep(napi_env env) {
  entered_since_sweep_ = 0;
  napi_handle_scope scope;
  if (napi_open_handle_scope(env, &scope) != napi_ok) return 0;
  std::vector<int> collected;
  for (const auto& [fd, entry] : entries_) {
    if (IsCollected(env, entry.object)) collected.push_back(fd);
  }
  napi_close_handle_scope(env, scope);
  for (int fd : collected) {
    Remove(env, fd);
    platform::CloseWithoutWaiting(fd);
  }
  return static_cast<int>(collected.size());
}

// A sweep inspects every entry. One for each time that the table has been half renewed makes the cost of an entry
// constant.
void Descriptors::SweepIfDue(GarbageCollector& collector) {
  bool due = entered_since_sweep_ >= kMinEnteredPerSweep && entered_since_sweep_ * 2 >= entries_.size();
  if (due) collector.Sweep();
}

// A full collection stops JavaScript for a time that grows with the heap: 0.3 s for 300 MiB. An accept loop that lacks
// descriptors asks for one ten times a second, while the garbage is collected already. So a collection that frees
// nothing is followed by a pause, and the next one by a longer pause. Code that opens and drops many sockets needs one
// each time that it has used up the descriptors, and has it.
int Descriptors::CollectAndSweep(GarbageCollector& collector) {
  int swept = collector.Sweep();
  int64_t begun_ns = platform::Now();
  if (swept > 0 || begun_ns < next_collection_ns_) return swept;
  uint32_t entered = entered_ - entered_at_collection_;
  entered_at_collection_ = entered_;
  collector.Collect();
  swept = collector.Sweep();
  int64_t ended_ns = platform::Now();
  bool worthwhile = swept >= kMinWorthwhile && static_cast<uint32_t>(swept) >= entered / kWorthwhilePart;
  next_collection_ns_ = worthwhile ? 0 : ended_ns + CollectionPause(ended_ns - begun_ns);
  collections_in_vain_ = swept > 0 ? 0 : collections_in_vain_ + 1;
  return swept;
}

int64_t Descriptors::CollectionPause(int64_t length_ns) const {
  int64_t first_ns = std::max(kMinCollectionPauseNs, length_ns * kPausePerCollection);
  int64_t longest_ns = std::max(first_ns, kMaxCollectionPauseNs);
  return std::min(longest_ns, first_ns << std::min(collections_in_vain_, 10));
}

// Only programs that drop received descriptors instead of closing them get as far as a collection. It is repeated when
// there are twice as many as it left.
void Descriptors::MakeRoomForReceived(GarbageCollector& collector) {
  SweepIfDue(collector);
  if (received_ < std::max(kMinReceivedPerCollection, 2 * received_at_collection_)) return;
  if (received_ < platform::MaxPolled() / 4) return;
  CollectAndSweep(collector);
  received_at_collection_ = received_;
}

void Descriptors::CloseAll(napi_env env) {
  std::vector<int> all;
  for (const auto& row : entries_) all.push_back(row.first);
  for (int fd : all) {
    Remove(env, fd);
    platform::CloseWithoutWaiting(fd);
  }
}

}  // namespace berkeley
