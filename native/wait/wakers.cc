#include "wait/wakers.h"

#include <mutex>
#include <unordered_map>

#include "platform/wake_pair.h"

namespace berkeley {
namespace {

// Never destroyed: a thread may outlive the exit handlers.
std::mutex& Lock() {
  static auto* lock = new std::mutex;
  return *lock;
}

std::unordered_map<uint32_t, platform::WakePair>& Wakers() {
  static auto* wakers = new std::unordered_map<uint32_t, platform::WakePair>;
  return *wakers;
}

}  // namespace

int OpenWaker(int* fd, uint32_t* id) {
  static uint32_t last_id = 0;
  platform::WakePair pair;
  int error = pair.Open();
  if (error < 0) return error;
  std::lock_guard<std::mutex> guard(Lock());
  *id = ++last_id;
  *fd = pair.fd();
  Wakers()[*id] = pair;
  return 0;
}

bool RaiseWaker(uint32_t id) {
  std::lock_guard<std::mutex> guard(Lock());
  auto found = Wakers().find(id);
  if (found == Wakers().end()) return false;
  found->second.Raise();
  return true;
}

void CloseWaker(uint32_t id) {
  std::lock_guard<std::mutex> guard(Lock());
  auto found = Wakers().find(id);
  if (found == Wakers().end()) return;
  found->second.CloseRaisedEnd();
  Wakers().erase(found);
}

}  // namespace berkeley
