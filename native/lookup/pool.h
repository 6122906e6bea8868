// The threads that carry lookups out: a few at once, and a queue for the rest. One pool a process.
#pragma once

#include <list>
#include <memory>
#include <mutex>

namespace berkeley {

class Lookup;

class Pool {
 public:
  // Lookups that a blocked thread of JavaScript waits for, and all others. Each kind has threads of its own.
  enum Kind { kAwaited, kBlocking };
  static constexpr int kKinds = 2;

  using Queue = std::list<std::shared_ptr<Lookup>>;

  // Where a lookup is; the pool's lock guards it.
  struct Place {
    enum { kOutside, kQueued, kRunning } state = kOutside;
    Kind kind = kAwaited;
    Queue::iterator at;
  };

  static Pool& Get();

  // Starts a lookup, or queues it. 0, or an errno: no thread runs and none can be started.
  int Add(const std::shared_ptr<Lookup>& lookup, Kind kind);
  // Whether a thread blocks until the lookup's end has changed.
  void SetKind(Lookup& lookup, Kind kind);
  // The lookup's result is not wanted any more: it leaves the queue, or its thread no longer counts as busy.
  void Drop(Lookup& lookup);

 private:
  Pool() = default;

  static void* Run(void* first);
  std::shared_ptr<Lookup> Next(Lookup& ended);
  std::shared_ptr<Lookup> Take();
  int Dispatch();
  int StartThread(const std::shared_ptr<Lookup>& lookup);
  void Leave(Lookup& lookup);

  std::mutex lock_;
  Queue queues_[kKinds];
  int busy_[kKinds] = {0, 0};  // running lookups whose result is wanted
  int threads_ = 0;            // all that run, with those whose lookup was dropped
  Kind last_ = kAwaited;       // the kind that was taken from the queue last
};

}  // namespace berkeley
