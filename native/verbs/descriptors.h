// The table of open descriptors: who owns which, so that nothing leaks when an object is dropped or a worker ends.
#pragma once

#include <node_api.h>

#include <cstdint>
#include <memory>
#include <string>
#include <unordered_map>

namespace berkeley {

class Descriptors {
 public:
  // Enters a descriptor that the kernel has just made. An entry left under its number is of one that somebody closed
  // behind our back: it is forgotten.
  // `waker`: the id of the waker whose descriptor it is, or 0.
  void Add(napi_env env, int fd, uint32_t waker = 0);
  // Enters a descriptor that somebody else made. False: this process' berkeley owns that number already.
  bool Adopt(int fd);
  // Names the object whose death frees the descriptor, in place of another one; `stack`: where it was made, if that is
  // recorded.
  napi_status Own(napi_env env, int fd, napi_value object, std::string stack);
  // The object that Own named; undefined where it has been collected, or there is none.
  napi_value Owner(napi_env env, int fd) const;
  // Takes it out of the table: the caller closes it or gives it away. False: not in this table.
  bool Remove(napi_env env, int fd);
  // Counts up with every descriptor entered: tells a number from its later re-use.
  uint32_t Generation(int fd) const;

  // Closes those whose object has been collected; answers how many.
  int Sweep(napi_env env);
  // Sweeps when enough have been entered since the last time.
  void SweepInTime(napi_env env);
  // For when descriptors ran out: collects garbage first. Answers how many were closed.
  int SweepAfterCollection(napi_env env);
  void CloseAll(napi_env env);

  struct Entry {
    napi_ref object = nullptr;
    uint32_t generation = 0;
    uint32_t waker = 0;
    std::unique_ptr<std::string> stack;  // null where none is recorded
  };
  const std::unordered_map<int, Entry>& entries() const { return entries_; }

 private:
  void Enter(int fd);

  std::unordered_map<int, Entry> entries_;
  uint32_t generations_ = 0;
  size_t entered_since_sweep_ = 0;
  uint32_t collected_generation_ = 0;
  int64_t collected_at_ = 0;
};

// Closes without ever standing still: a set SO_LINGER is switched off first, unless it asks for a reset.
void CloseAtOnce(int fd);

}  // namespace berkeley
