#include "platform/counted.h"

namespace berkeley::counted {
namespace {

thread_local Observer* current = nullptr;

}  // namespace

std::atomic<uint32_t> session{0};

void Observe(Observer* observer) { current = observer; }

void NotifyMade(SystemCall call) {
  if (current != nullptr) current->Made(call);
}

void NotifyWaited(int64_t since_ns) {
  if (current != nullptr) current->Waited(since_ns);
}

}  // namespace berkeley::counted
