// A thread's wake descriptor: what ends its waits from other threads and from signal handlers.
#pragma once

#include <atomic>
#include <cstdint>

namespace berkeley {

class Wake {
 public:
  // Opens the descriptor and makes the thread known to InterruptThread.
  int Open(uint32_t thread_id);
  void Close();

  int fd() const { return ends_[0]; }
  int signal_fd() const { return ends_[1]; }
  uint32_t thread_id() const { return thread_id_; }

  // Asks for an interruption of the current or the next wait.
  void Interrupt();
  // Whether somebody asked for one since; the descriptor is not readable any more.
  bool TakeInterruption();

 private:
  void Drain() const;

  int ends_[2] = {-1, -1};
  uint32_t thread_id_ = 0;
  std::atomic<bool> interrupted_{false};
};

// Interrupts the wait of the thread that loaded the addon under this id; false when there is none.
bool InterruptThread(uint32_t thread_id);

// Wakers: descriptors that any thread can make readable by an id, for a wait that watches them among others.
// Opens one: 0, or -errno.
int OpenWaker(int* fd, uint32_t* id);
// False when the waker is gone.
bool RaiseWaker(uint32_t id);
// Its descriptor is about to be closed.
void ForgetWaker(uint32_t id);

// Makes a wake descriptor unreadable again.
void DrainDescriptor(int fd);
// Writes to a wake descriptor; async-signal-safe.
void RaiseDescriptor(int fd);

}  // namespace berkeley
