// The table of an environment's open descriptors: which object owns which, so that none leaks when an object is dropped
// or a worker ends.
#pragma once

#include <node_api.h>

#include <cstdint>
#include <memory>
#include <string>
#include <unordered_map>

namespace berkeley {

// How the runtime of one environment is made to collect garbage.
class GarbageCollector {
 public:
  // Closes the descriptors whose objects have been collected, as Descriptors::Sweep, and keeps no object alive.
  virtual int Sweep() = 0;
  // Collects all garbage at once. JavaScript may run.
  virtual void Collect() = 0;

 protected:
  ~GarbageCollector() = default;
};

class Descriptors {
 public:
  // Enters a descriptor that the kernel has just returned. An older entry of its number is dropped: that descriptor was
  // closed by code that does not use this table. `waker` is the id of the waker that it belongs to, or 0.
  void Add(napi_env env, int fd, uint32_t waker = 0);
  // The same for the result of a call, which it returns: a descriptor, or -errno, which is not entered.
  int64_t AddResult(napi_env env, int64_t result);
  // The same for a descriptor that arrived in a message, whose owner is `owner`.
  void AddReceived(napi_env env, int fd, napi_value owner);
  // Removes the entry, and keeps the number owned, by the caller. False if there is none.
  bool Release(napi_env env, int fd);
  // Enters a descriptor that was released.
  void TakeOver(int fd) { Enter(fd); }
  // Closes a descriptor that was released.
  static void CloseReleased(int fd);
  // Enters a descriptor that was opened elsewhere. False if some environment of this process has it already.
  bool Adopt(int fd);
  // Sets the object whose collection frees the descriptor. `stack` is where it was made; empty if that is not recorded.
  napi_status Own(napi_env env, int fd, napi_value object, std::string stack);
  // Returns the object that Own has set; undefined if it was collected, or none was set.
  napi_value Owner(napi_env env, int fd) const;
  // Removes the entry: the caller closes the descriptor or gives it away. False if there is none.
  bool Remove(napi_env env, int fd);
  // The count of descriptors entered when this one was; 0 if it is not in the table. It differs when a number is
  // reused.
  uint32_t Generation(int fd) const;

  // Closes the descriptors whose objects have been collected. Returns how many. Deno's handle scopes release nothing
  // before the call from JavaScript returns: the objects that it inspects stay alive until then.
  int Sweep(napi_env env);
  // Sweeps if enough descriptors have been entered since the last time.
  void SweepIfDue(GarbageCollector& collector);
  // For a shortage of descriptors: sweeps, and if that closes none collects garbage and sweeps again, unless collections
  // have been in vain lately. Returns how many were closed. JavaScript may run.
  int CollectAndSweep(GarbageCollector& collector);
  // Before descriptors are received: collects garbage and sweeps if so many that were received are still open that the
  // next may find no room. A message cannot be received again for those that the kernel had no room for. JavaScript may
  // run, as above.
  void MakeRoomForReceived(GarbageCollector& collector);
  void CloseAll(napi_env env);

  struct Entry {
    napi_ref object = nullptr;
    uint32_t generation = 0;
    uint32_t waker = 0;
    bool received = false;  // in a message
    std::unique_ptr<std::string> stack;  // null if it is not recorded
  };
  const std::unordered_map<int, Entry>& entries() const { return entries_; }

 private:
  void Enter(int fd);
  // How long no garbage is collected after a collection of this length.
  int64_t CollectionPause(int64_t length_ns) const;

  std::unordered_map<int, Entry> entries_;
  uint32_t entered_ = 0;
  size_t entered_since_sweep_ = 0;
  uint32_t entered_at_collection_ = 0;
  int64_t next_collection_ns_ = 0;
  int collections_in_vain_ = 0;  // in a row
  size_t received_ = 0;            // how many entries were received in messages
  size_t received_at_collection_ = 0;
};

}  // namespace berkeley
