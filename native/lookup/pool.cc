#include "lookup/pool.h"

#include <chrono>
#include <thread>

#include "platform/platform.h"
#include "platform/thread.h"

namespace berkeley {
namespace {

constexpr int kMaxBusy = 8;  // of each kind
constexpr int kMaxThreads = 32;
constexpr auto kRefillDelay = std::chrono::milliseconds(10);

// The resolver itself needs some 64 KiB, but it loads the modules that nsswitch.conf(5) names (sssd, LDAP, mDNS), which
// are written for the 8 MiB of a main thread. Only pages that are used cost memory.
constexpr size_t kStackBytes = 1024 * 1024;

}  // namespace

// Never destroyed: a thread may outlive the exit handlers.
Pool& Pool::Get() {
  static auto* pool = new Pool;
  return *pool;
}

int Pool::Add(const std::shared_ptr<PooledLookup>& lookup, Kind kind) {
  std::lock_guard<std::mutex> guard(lock_);
  Place& place = lookup->place_;
  place.kind = kind;
  place.at = queues_[kind].insert(queues_[kind].end(), lookup);
  place.state = Place::kQueued;
  int error = Dispatch();
  if (error == 0 || threads_ > 0) return 0;
  Leave(*lookup);
  return error;
}

void Pool::SetKind(PooledLookup& lookup, Kind kind) {
  std::lock_guard<std::mutex> guard(lock_);
  Place& place = lookup.place_;
  bool is_running = place.state == Place::kRunning;
  // A running lookup counts as blocking only while fewer than kMaxBusy others do. One that becomes awaited always counts
  // as that: more than kMaxBusy may then run, and none is started until they are fewer.
  bool is_full = kind == kBlocking && busy_[kind] >= kMaxBusy;
  if (place.kind == kind || (is_running && is_full)) return;
  if (place.state == Place::kQueued) queues_[kind].splice(queues_[kind].end(), queues_[place.kind], place.at);
  if (is_running) {
    busy_[place.kind]--;
    busy_[kind]++;
  }
  place.kind = kind;
  Dispatch();
}

void Pool::Drop(PooledLookup& lookup) {
  std::shared_ptr<PooledLookup> last;  // freed after the lock is released: a lookup drops itself when it is freed
  std::lock_guard<std::mutex> guard(lock_);
  if (lookup.place_.state == Place::kOutside) return;
  bool was_running = lookup.place_.state == Place::kRunning;
  if (!was_running) last = *lookup.place_.at;
  Leave(lookup);
  if (was_running) Refill();
}

// Starts a thread that looks at the queue after kRefillDelay. Where it cannot be started, those that run come to the queue.
void Pool::Refill() {
  bool has_queue = !queues_[kAwaited].empty() || !queues_[kBlocking].empty();
  if (has_queue && !refilling_ && threads_ < kMaxThreads) refilling_ = StartThread(nullptr) == 0;
}

// Returns what the thread that Refill started carries out first, if anything, and starts threads for the rest.
std::shared_ptr<PooledLookup> Pool::Refilled() {
  std::lock_guard<std::mutex> guard(lock_);
  refilling_ = false;
  std::shared_ptr<PooledLookup> lookup = Take();
  if (!lookup) threads_--;
  Dispatch();
  return lookup;
}

// Takes a lookup out of its queue, or out of those that count as busy.
void Pool::Leave(PooledLookup& lookup) {
  Place& place = lookup.place_;
  if (place.state == Place::kQueued) queues_[place.kind].erase(place.at);
  if (place.state == Place::kRunning) busy_[place.kind]--;
  place.state = Place::kOutside;
}

// Returns the next lookup that may run, marked as running; null if there is none. The kinds take turns, so that neither
// waits for ever if few threads can be started.
std::shared_ptr<PooledLookup> Pool::Take() {
  Kind other = last_ == kAwaited ? kBlocking : kAwaited;
  for (Kind kind : {other, last_}) {
    if (queues_[kind].empty() || busy_[kind] >= kMaxBusy) continue;
    std::shared_ptr<PooledLookup> lookup = std::move(queues_[kind].front());
    queues_[kind].pop_front();
    busy_[kind]++;
    last_ = kind;
    lookup->place_.state = Place::kRunning;
    return lookup;
  }
  return nullptr;
}

// Starts threads for the lookups that may run. Returns 0; or an errno if a thread could not be started, whose lookup is
// then queued again, in front.
int Pool::Dispatch() {
  while (threads_ < kMaxThreads) {
    std::shared_ptr<PooledLookup> lookup = Take();
    if (!lookup) return 0;
    int error = StartThread(lookup);
    if (error == 0) continue;
    Place& place = lookup->place_;
    busy_[place.kind]--;
    place.state = Place::kQueued;
    place.at = queues_[place.kind].insert(queues_[place.kind].begin(), std::move(lookup));
    return error;
  }
  return 0;
}

int Pool::StartThread(const std::shared_ptr<PooledLookup>& lookup) {
  auto* first = new std::shared_ptr<PooledLookup>(lookup);
  int error = platform::StartThread(kStackBytes, Run, first);
  if (error == 0) {
    threads_++;
  } else {
    delete first;
  }
  return error;
}

// Runs in a thread: carries out its first lookup, if it was given one, and then those that are queued.
void* Pool::Run(void* first) {
  platform::NameThread("berkeley-lookup");
  std::unique_ptr<std::shared_ptr<PooledLookup>> lookup(static_cast<std::shared_ptr<PooledLookup>*>(first));
  if (!*lookup) {
    std::this_thread::sleep_for(kRefillDelay);
    *lookup = Get().Refilled();
  }
  while (*lookup) {
    (*lookup)->CarryOut();
    *lookup = Get().Next(**lookup);
  }
  return nullptr;
}

// Returns what a thread carries out after a lookup that has ended: the next one; null if the thread has to end.
std::shared_ptr<PooledLookup> Pool::Next(PooledLookup& ended) {
  std::lock_guard<std::mutex> guard(lock_);
  Leave(ended);
  std::shared_ptr<PooledLookup> lookup = Take();
  if (!lookup) threads_--;
  return lookup;
}

}  // namespace berkeley
