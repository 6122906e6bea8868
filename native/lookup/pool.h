// The threads that carry lookups out: a few at once, and a queue for the rest. There is one pool in a process.
//
// Facts about lookups:
// - getaddrinfo(3) cannot be interrupted. A name server that does not reply keeps a thread for 5 to 30 s (resolv.conf(5)),
//   and a caller that gives up leaves that thread behind.
// - A thread for each lookup has no bound. At the kernel's limits (RLIMIT_NPROC, pids.max) no thread of the process can be
//   started any more, whatever it is for.
// - In a plain pool, a fast lookup waits behind slow ones: four unreachable names stop all of libuv's pool.
//
// So the pool has bounds, and within them slow lookups do not delay the rest:
// - kMaxBusy lookups of each kind run at once. A blocked thread of JavaScript never queues behind lookups that are only
//   awaited, and these never queue behind blocked threads.
// - A dropped lookup does not count as busy, though its thread still runs. kMaxThreads limits all of them together. What
//   takes its place starts kRefillDelay later: lookups are often dropped many at once, the oldest first. Each would
//   otherwise start the next one of the queue, which is dropped next, until kMaxThreads threads carry out what nothing
//   wants, and a new lookup would wait for them.
// - A thread that has ended a lookup takes the next one from the queue. So a queue needs no new thread to make progress,
//   and a thread that cannot be started is an error only while no other runs.
//
// A queue that is not empty therefore always has a thread that will come to it: threads end only when no lookup may start,
// and then either no lookup is queued or kMaxBusy others of its kind are running.
#pragma once

#include <list>
#include <memory>
#include <mutex>

namespace berkeley {

class PooledLookup;

class Pool {
 public:
  // Lookups that a blocked thread of JavaScript waits for, and all others. Each kind has threads of its own.
  enum Kind { kAwaited, kBlocking };
  static constexpr int kKinds = 2;

  using Queue = std::list<std::shared_ptr<PooledLookup>>;

  // Where a lookup is; the pool's lock guards it.
  struct Place {
    enum { kOutside, kQueued, kRunning } state = kOutside;
    Kind kind = kAwaited;
    Queue::iterator at;
  };

  static Pool& Get();

  // Starts a lookup, or queues it. Returns 0; or an errno if no thread runs and none can be started.
  int Add(const std::shared_ptr<PooledLookup>& lookup, Kind kind);
  // To be called when a thread begins or ceases to block until the lookup's end.
  void SetKind(PooledLookup& lookup, Kind kind);
  // The lookup's result is not wanted any more: it leaves the queue, or its thread no longer counts as busy.
  void Drop(PooledLookup& lookup);

 private:
  Pool() = default;

  static void* Run(void* first);
  std::shared_ptr<PooledLookup> Next(PooledLookup& ended);
  void Refill();
  std::shared_ptr<PooledLookup> Refilled();
  std::shared_ptr<PooledLookup> Take();
  int Dispatch();
  int StartThread(const std::shared_ptr<PooledLookup>& lookup);
  void Leave(PooledLookup& lookup);

  std::mutex lock_;
  Queue queues_[kKinds];
  int busy_[kKinds] = {0, 0};  // running lookups whose result is wanted
  int threads_ = 0;            // all that run, including those whose lookup was dropped
  bool refilling_ = false;     // whether a thread of Refill's will come to the queue
  Kind last_ = kAwaited;       // the kind that was taken from the queue last
};

// What the pool needs of a lookup.
class PooledLookup {
 public:
  // Blocks until the lookup has ended.
  virtual void CarryOut() = 0;

 protected:
  ~PooledLookup() = default;

 private:
  friend class Pool;
  Pool::Place place_;
};

}  // namespace berkeley
