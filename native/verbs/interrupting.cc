// What interrupts a wait: another thread, and signals that JavaScript listens to.
#include "js/call.h"
#include "verbs/exports.h"
#include "wait/environment.h"
#include "wait/signals.h"

namespace berkeley {
namespace {

napi_value Interrupt(Call& call) {
  int64_t thread = call.Long(0);
  return call.ReturnBool(call.ok() && InterruptThread(static_cast<uint32_t>(thread)));
}

napi_value Interruption(Call& call) { return call.Return(call.environment().interruption); }

napi_value WatchSignal(Call& call) {
  int signum = call.Int(0);
  bool by_libuv = call.Bool(1);
  Environment& environment = call.environment();
  if (!call.ok() || !environment.main_thread) return call.ReturnBool(false);
  bool watched = signals::Watch(call.env(), environment.wake.raised_fd(), signum, by_libuv);
  environment.signal_wanted = environment.signal_wanted || !watched;
  return call.ReturnBool(watched);
}

napi_value UnwatchSignal(Call& call) {
  int signum = call.Int(0);
  if (call.ok() && call.environment().main_thread) signals::Unwatch(signum);
  return call.Return(0);
}

napi_value RaiseByDefault(Call& call) {
  int signum = call.Int(0);
  if (call.ok() && call.environment().main_thread) signals::RaiseByDefault(signum);
  return call.Return(0);
}

}  // namespace

const Export kInterruptingExports[] = {{"interruptThread", Interrupt},
                                       {"interruption", Interruption},
                                       {"watchSignal", WatchSignal},
                                       {"unwatchSignal", UnwatchSignal},
                                       {"raiseByDefault", RaiseByDefault},
                                       {nullptr, nullptr}};

}  // namespace berkeley
