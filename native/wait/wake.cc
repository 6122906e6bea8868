#include "wait/wake.h"

#include <mutex>
#include <unordered_map>

namespace berkeley {
namespace {

// For the whole process, because threads wake each other. Never destroyed: a thread may outlive the exit handlers.
std::mutex& Lock() {
  static auto* lock = new std::mutex;
  return *lock;
}

std::unordered_map<uint32_t, Wake*>& Threads() {
  static auto* threads = new std::unordered_map<uint32_t, Wake*>;
  return *threads;
}

}  // namespace

int Wake::Open(uint32_t thread_id) {
  int error = pair_.Open();
  if (error < 0) return error;
  thread_id_ = thread_id;
  std::lock_guard<std::mutex> guard(Lock());
  Threads()[thread_id] = this;
  return 0;
}

void Wake::Close() {
  if (pair_.fd() < 0) return;
  {
    std::lock_guard<std::mutex> guard(Lock());
    auto found = Threads().find(thread_id_);
    if (found != Threads().end() && found->second == this) Threads().erase(found);
  }
  pair_.Close();
}

void Wake::Interrupt() {
  interrupted_.store(true);
  pair_.Raise();
}

// Drained first: an interruption that comes in between makes the descriptor readable again.
bool Wake::TakeInterruption() {
  pair_.Drain();
  return interrupted_.exchange(false);
}

bool InterruptThread(uint32_t thread_id) {
  std::lock_guard<std::mutex> guard(Lock());
  auto found = Threads().find(thread_id);
  if (found == Threads().end()) return false;
  found->second->Interrupt();
  return true;
}

}  // namespace berkeley
