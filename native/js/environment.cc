#include "js/environment.h"

#include "js/exports.h"
#include "wait/signals.h"

namespace berkeley {

bool Environment::MayRun() {
  napi_handle_scope scope;
  if (napi_open_handle_scope(env, &scope) != napi_ok) return false;
  napi_value function = nullptr, receiver = nullptr;
  napi_get_reference_value(env, empty_function, &function);
  napi_get_undefined(env, &receiver);
  bool may = napi_call_function(env, receiver, function, 0, nullptr, nullptr) == napi_ok;
  napi_close_handle_scope(env, scope);
  return may;
}

bool Environment::SignalPending() const { return main_thread && signals::Pending(); }

bool Environment::TakeInterruption(bool woken) {
  // A signal leaves the descriptor readable: another thread may have asked as well, and is heard by the next wait.
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
