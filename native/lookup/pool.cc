#include "lookup/pool.h"

#include "lookup/lookup.h"
#include "platform/thread.h"

// Facts about lookups:
// - getaddrinfo(3) cannot be interrupted. A name server that does not reply keeps a thread for 5 to 30 seconds
//   (resolv.conf(5)), and a caller that gives up leaves that thread behind.
// - A thread for each lookup has no bound. At the kernel's limits (RLIMIT_NPROC, pids.max) no thread of the process can be
//   started any more, whatever it is for.
// - A plain pool makes a fast lookup wait behind slow ones: four dead names stop all of a libuv pool.
//
// So the pool has bounds, and keeps what is slow from holding up the rest as far as they allow:
// - kBusy lookups of each kind run at once. A thread of JavaScript that stands still never queues behind lookups that are
//   only awaited, and these never queue behind blocked threads.
// - A dropped lookup does not count as busy, though its thread still runs. kThreads limits all of them together.
// - A thread that has ended a lookup takes the next one from the queue. So a queue needs no new thread to make progress,
//   and a thread that cannot be started is an error only while no other runs.
// A queue that is not empty therefore has a thread that will come to it: threads end only when no lookup may start, and
// then either no lookup is queued or kBusy others of its kind are running.

namespace berkeley {
namespace {

constexpr int kBusy = 8;
constexpr int kThreads = 32;

// The resolver itself needs some 64 KiB, but it loads whatever nsswitch.conf(5) names (sssd, LDAP, mDNS), and those are
// written for the 8 MiB of a main thread. Only the pages that are touched cost memory.
constexpr size_t kStack = 1024 * 1024;

}  // namespace

// Never destroyed: a thread may outlive the exit handlers.
Pool& Pool::Get() {
  static auto* pool = new Pool;
  return *pool;
}

int Pool::Add(const std::shared_ptr<Lookup>& lookup, Kind kind) {
  std::lock_guard<std::mutex> guard(lock_);
  Place& place = lookup->place;
  place.kind = kind;
  place.at = queues_[kind].insert(queues_[kind].end(), lookup);
  place.state = Place::kQueued;
  int error = Dispatch();
  if (error == 0 || threads_ > 0) return 0;
  Leave(*lookup);
  return error;
}

void Pool::SetKind(Lookup& lookup, Kind kind) {
  std::lock_guard<std::mutex> guard(lock_);
  Place& place = lookup.place;
  bool is_running = place.state == Place::kRunning;
  // One that runs while enough others are blocked on stays where it counts. One that is no longer blocked on always
  // counts as awaited: more than kBusy then run, and none is started until they are fewer.
  bool is_full = kind == kBlocking && busy_[kind] >= kBusy;
  if (place.kind == kind || (is_running && is_full)) return;
  if (place.state == Place::kQueued) queues_[kind].splice(queues_[kind].end(), queues_[place.kind], place.at);
  if (is_running) {
    busy_[place.kind]--;
    busy_[kind]++;
  }
  place.kind = kind;
  Dispatch();
}

void Pool::Drop(Lookup& lookup) {
  std::shared_ptr<Lookup> last;  // freed after the lock is released: a lookup drops itself when it is freed
  std::lock_guard<std::mutex> guard(lock_);
  if (lookup.place.state == Place::kOutside) return;
  if (lookup.place.state == Place::kQueued) last = *lookup.place.at;
  Leave(lookup);
  Dispatch();
}

// Takes a lookup out of its queue, or out of those that count as busy.
void Pool::Leave(Lookup& lookup) {
  Place& place = lookup.place;
  if (place.state == Place::kQueued) queues_[place.kind].erase(place.at);
  if (place.state == Place::kRunning) busy_[place.kind]--;
  place.state = Place::kOutside;
}

// The next lookup that may run, marked as running; null where there is none. The kinds take turns, so that neither waits
// for ever where few threads can be started.
std::shared_ptr<Lookup> Pool::Take() {
  Kind other = last_ == kAwaited ? kBlocking : kAwaited;
  for (Kind kind : {other, last_}) {
    if (queues_[kind].empty() || busy_[kind] >= kBusy) continue;
    std::shared_ptr<Lookup> lookup = std::move(queues_[kind].front());
    queues_[kind].pop_front();
    busy_[kind]++;
    last_ = kind;
    lookup->place.state = Place::kRunning;
    return lookup;
  }
  return nullptr;
}

// Starts threads for the lookups that may run. 0, or the errno for which one could not be started: its lookup is queued
// again, in front.
int Pool::Dispatch() {
  while (threads_ < kThreads) {
    std::shared_ptr<Lookup> lookup = Take();
    if (!lookup) return 0;
    int error = StartThread(lookup);
    if (error == 0) continue;
    Place& place = lookup->place;
    busy_[place.kind]--;
    place.state = Place::kQueued;
    place.at = queues_[place.kind].insert(queues_[place.kind].begin(), std::move(lookup));
    return error;
  }
  return 0;
}

int Pool::StartThread(const std::shared_ptr<Lookup>& lookup) {
  auto* first = new std::shared_ptr<Lookup>(lookup);
  int error = berkeley::StartThread(kStack, Run, first);
  if (error == 0) {
    threads_++;
  } else {
    delete first;
  }
  return error;
}

// The program of a thread: its first lookup, and then what is queued.
void* Pool::Run(void* first) {
  platform::NameThread("berkeley-lookup");
  std::unique_ptr<std::shared_ptr<Lookup>> lookup(static_cast<std::shared_ptr<Lookup>*>(first));
  while (*lookup) {
    (*lookup)->CarryOut();
    *lookup = Get().Next(**lookup);
  }
  return nullptr;
}

// What a thread does after a lookup that has ended: the next one; null where the thread ends.
std::shared_ptr<Lookup> Pool::Next(Lookup& ended) {
  std::lock_guard<std::mutex> guard(lock_);
  Leave(ended);
  std::shared_ptr<Lookup> lookup = Take();
  if (!lookup) threads_--;
  return lookup;
}

}  // namespace berkeley
