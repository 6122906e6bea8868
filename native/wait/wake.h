// A thread's wake descriptor, which ends its waits from other threads and from signal handlers.
#pragma once

#include <atomic>
#include <cstdint>

#include "platform/wake_pair.h"

namespace berkeley {

class Wake {
 public:
  // Opens the descriptor and registers the thread for InterruptThread. Returns 0 or -errno.
  int Open(uint32_t thread_id);
  void Close();

  int fd() const { return pair_.fd(); }
  // For signal handlers: see WakePair::Raise.
  int raised_fd() const { return pair_.raised_fd(); }
  uint32_t thread_id() const { return thread_id_; }

  // Interrupts the current wait or the next one.
  void Interrupt();
  // Whether Interrupt was called since the last time. Makes the descriptor unreadable.
  bool TakeInterruption();

 private:
  platform::WakePair pair_;
  uint32_t thread_id_ = 0;
  std::atomic<bool> interrupted_{false};
};

// Interrupts the wait of the thread whose environment has this id. False if there is none.
bool InterruptThread(uint32_t thread_id);

}  // namespace berkeley
