#include "wait/environment.h"

#include <cstring>

#include "wait/signals.h"

namespace berkeley {
namespace {

// A copy of the memory in which JavaScript and the addon pass arguments and results. Other verbs that JavaScript calls
// while one waits use the same memory, and the waiting verb must find it unchanged: it may contain bytes to send, or
// bytes received.
class SharedMemoryCopy {
 public:
  explicit SharedMemoryCopy(Environment& environment)
      : environment_(environment),
        registers_(*environment.registers),
        frame_(*environment.frame),
        input_(environment.input),
        output_(environment.output),
        transferred_(environment.transferred),
        interruption_(environment.interruption) {
    memcpy(scratch_, environment.scratch, sizeof scratch_);
  }

  void Restore() const {
    *environment_.registers = registers_;
    *environment_.frame = frame_;
    environment_.input = input_;
    environment_.output = output_;
    environment_.transferred = transferred_;
    environment_.interruption = interruption_;
    memcpy(environment_.scratch, scratch_, sizeof scratch_);
  }

 private:
  Environment& environment_;
  const Registers registers_;
  const Frame frame_;
  const Address input_, output_;
  const int64_t transferred_;
  const int interruption_;
  uint8_t scratch_[Environment::kScratchBytes];
};

// Reported to the collector for a moment as memory in use: more than any heap may hold makes V8 collect at once.
constexpr int64_t kPressureBytes = int64_t{1} << 42;

}  // namespace

bool Environment::CallJavaScript(napi_ref reference) {
  // On the heap, because the stack of a thread that is deep in JavaScript has no room for it.
  auto copy = std::make_unique<SharedMemoryCopy>(*this);
  napi_handle_scope scope;
  if (napi_open_handle_scope(env, &scope) != napi_ok) return false;
  napi_value function = nullptr, receiver = nullptr;
  napi_get_reference_value(env, reference, &function);
  napi_get_undefined(env, &receiver);
  bool returned = napi_call_function(env, receiver, function, 0, nullptr, nullptr) == napi_ok;
  napi_close_handle_scope(env, scope);
  copy->Restore();
  return returned;
}

bool Environment::MayRunJavaScript() { return CallJavaScript(empty_function); }

// A call of its own releases the handles of the objects that it inspects, where handle scopes do not.
int Environment::Sweep() {
  if (sweeper == nullptr) return descriptors.Sweep(env);
  napi_value function = nullptr, receiver = nullptr, result = nullptr;
  int32_t swept = 0;
  napi_get_reference_value(env, sweeper, &function);
  napi_get_undefined(env, &receiver);
  if (napi_call_function(env, receiver, function, 0, nullptr, &result) != napi_ok) return 0;
  napi_get_value_int32(env, result, &swept);
  return swept;
}

// Only Node counts memory that Node-API reports: Bun and Deno note it, and collect later or not at all.
void Environment::Collect() {
  if (collector != nullptr) {
    CallJavaScript(collector);
    return;
  }
  int64_t total_bytes = 0;
  napi_adjust_external_memory(env, kPressureBytes, &total_bytes);
  napi_adjust_external_memory(env, -kPressureBytes, &total_bytes);
}

bool Environment::SignalPending() const { return main_thread && signals::Pending(); }

bool Environment::TakeInterruption(bool woken) {
  // A signal leaves the descriptor readable: an interruption by another thread may be pending too, for the next wait.
  if (SignalPending()) {
    interruption = signals::Take();
    return true;
  }
  if (!woken || !wake.TakeInterruption()) return false;
  interruption = 0;
  return true;
}

void Environment::PutBackInterruption() {
  if (interruption > 0) {
    signals::PutBack(interruption);
  } else {
    wake.Interrupt();
  }
}

}  // namespace berkeley
