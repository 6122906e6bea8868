// What one JavaScript environment (the main thread, or one worker) owns of the addon.
#pragma once

#include <node_api.h>

#include <deque>
#include <memory>
#include <vector>

#include "js/export.h"
#include "platform/address.h"
#include "wait/descriptors.h"
#include "wait/wake.h"

namespace berkeley {

class Notifier;

namespace trace {
class Ring;
}

// The numbers of a transfer and its result, in memory shared with TypeScript. Access to it costs a fraction of what as
// many arguments and a returned number cost: on a socket pair, a tenth of the whole call.
struct Registers {
  double fd;
  double size;  // of the scratch memory in use, if the call has no view
  double flags;
  double timeout;
  double result;
};

// Whether the reactor needs the event loop to stay alive, in memory shared with TypeScript.
struct KeepAlive {
  int32_t pending;  // how many operations are pending; TypeScript counts
  int32_t alive;    // whether the notifier keeps the event loop alive
};

struct Environment final : GarbageCollector {
  static constexpr size_t kScratchBytes = 65536;

  napi_env env = nullptr;
  bool main_thread = false;
  napi_ref empty_function = nullptr;
  // Where Node-API does not make the runtime collect garbage: a function that does, and the addon's own `sweep`.
  napi_ref collector = nullptr;
  napi_ref sweeper = nullptr;

  // Memory shared with TypeScript, kept alive by references of ours.
  uint8_t* scratch = nullptr;  // bytes of small transfers
  Frame* frame = nullptr;      // one address
  Registers* registers = nullptr;
  KeepAlive* keep_alive = nullptr;

  Address input;   // encodeAddress has read it from the frame
  Address output;  // the last call has filled it

  std::vector<uint8_t> control;  // control bytes that the last recvMsg has received; it only grows

  Wake wake;
  Descriptors descriptors;
  std::deque<Binding> bindings;  // the exported functions point to them: none of them moves

  int64_t transferred = 0;  // how many bytes the last send had sent when it failed
  bool signal_wanted = false;  // JavaScript watches a signal for which the runtime had no handler yet
  int interruption = 0;     // why the last wait was interrupted: a signal's number, 0 for another thread

  // State of the upper layers.
  Notifier* notifier = nullptr;       // frees itself when the environment ends
  std::shared_ptr<trace::Ring> ring;  // of the trace that is on

  // Whether JavaScript may still run here: not after worker.terminate() or process.exit().
  //
  // It calls an empty function, and that call can run any JavaScript, because an inspector session of another thread
  // can evaluate code in it. Everything that JavaScript owns may have changed afterwards: see wait/borrowed.h.
  bool MayRunJavaScript();

  int Sweep() override;
  // Where this is a call of a function, JavaScript may run as in MayRunJavaScript.
  void Collect() override;

  // Whether a signal that JavaScript listens to was caught and its listener has not run yet.
  bool SignalPending() const;
  // Takes the interruption of a wait, if there is one. `woken`: the wake descriptor is readable.
  bool TakeInterruption(bool woken);
  // Undoes TakeInterruption, for a verb that has transferred bytes and returns them: the next verb is interrupted
  // instead, unless the listener of the signal runs before.
  void PutBackInterruption();

 private:
  // Calls a function without arguments. What JavaScript changes meanwhile in the memory that it shares with the addon is
  // undone. False if it did not run, or threw.
  bool CallJavaScript(napi_ref function);
};

}  // namespace berkeley
