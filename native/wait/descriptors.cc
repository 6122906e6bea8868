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
constexpr int64_t kCollectionIntervalNs = 100 * platform::kMillisecondNs;
// Reported to the collector for a moment as memory in use: more than any heap may hold makes it collect at once.
constexpr int64_t kPressureBytes = int64_t{1} << 42;

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
  auto found = entries_.find(fd);
  if (found == entries_.end()) return false;
  if (found->second.object != nullptr) napi_delete_reference(env, found->second.object);
  if (found->second.waker != 0) CloseWaker(found->second.waker);
  if (found->second.received) received_--;
  entries_.erase(found);
  SetOwned(fd, false);
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
void Descriptors::SweepIfDue(napi_env env) {
  if (entered_since_sweep_ >= kMinEnteredPerSweep && entered_since_sweep_ * 2 >= entries_.size()) Sweep(env);
}

// A full collection is expensive, and an accept loop that lacks descriptors would have one for each attempt. Ten a
// second are enough, unless descriptors were entered since the last one.
int Descriptors::CollectAndSweep(napi_env env) {
  int64_t now = platform::Now();
  bool useless = entered_ == entered_at_collection_ && now - collected_at_ns_ < kCollectionIntervalNs;
  if (useless) return Sweep(env);
  entered_at_collection_ = entered_;
  collected_at_ns_ = now;
  int64_t total_bytes = 0;
  napi_adjust_external_memory(env, kPressureBytes, &total_bytes);
  napi_adjust_external_memory(env, -kPressureBytes, &total_bytes);
  return Sweep(env);
}

// Only programs that drop received descriptors instead of closing them get as far as a collection. It is repeated when
// there are twice as many as it left.
void Descriptors::MakeRoomForReceived(napi_env env) {
  SweepIfDue(env);
  if (received_ < std::max(kMinReceivedPerCollection, 2 * received_at_collection_)) return;
  if (received_ < platform::MaxPolled() / 4) return;
  CollectAndSweep(env);
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
