// What one JavaScript environment (the main thread, or one worker) owns of the addon.
#pragma once

#include <node_api.h>

#include <cerrno>
#include <deque>
#include <memory>

#include "verbs/descriptors.h"
#include "js/js.h"
#include "platform/sockaddr.h"
#include "wait/wake.h"

namespace berkeley {

// What a transfer is to do and what came of it, in memory that TypeScript shares: to read and write it costs a fraction
// of what as many arguments and an answer cost, and on a socket pair that is a tenth of the whole call.
struct Registers {
  double fd;
  double size;  // how much of the scratch memory, where the call has no view
  double flags;
  double timeout;
  double answer;
};

// Who needs the event loop to go on for the reactor's sake, in memory that TypeScript shares.
struct Holds {
  int32_t waiting;  // how many; TypeScript counts
  int32_t held;     // whether the bell keeps the loop going
};

class Bell;

struct Environment {
  static constexpr size_t kScratch = 65536;

  napi_env env = nullptr;
  bool main_thread = false;
  napi_ref empty_function = nullptr;

  // Memory shared with TypeScript, kept alive by references of ours: small transfers, and one address.
  uint8_t* scratch = nullptr;
  Frame* frame = nullptr;
  Registers* registers = nullptr;
  Holds* holds = nullptr;

  Address input;   // what encodeAddress made of the frame
  Address output;  // what the last call of the kernel filled in

  Wake wake;
  Descriptors descriptors;
  std::deque<Binding> bindings;      // what its functions are given: none of them moves
  std::shared_ptr<trace::Ring> ring;  // what its calls are recorded in, while a trace is on

  int64_t transferred = 0;  // what the last send had sent when it failed
  Bell* bell = nullptr;  // frees itself with the environment
  int interruption = 0;  // why the last wait was interrupted: a signal's number, 0 for another thread

  // Whether JavaScript may still run here: not after worker.terminate() or process.exit(). It calls an empty function, and
  // that call can run any JavaScript: an inspector session in another thread may evaluate something here. Everything
  // that JavaScript owns may have changed afterwards: see Held in wait.h.
  bool MayRun();

  // Whether a signal that JavaScript listens to came and its listener has not run yet; asked at the start of a verb.
  bool SignalPending() const;
  // Takes the reason of an interruption, if there is one. `woken`: the wake descriptor was readable.
  bool TakeInterruption(bool woken);
  // Gives it back to where it came from: the verb had bytes to answer, and the next one is interrupted instead. Unless it
  // was a signal, and its listener ran before.
  void PutBackInterruption();
};

// Opens by `open`; when descriptors ran out, those of dropped objects are closed first and it is tried once more.
template <typename Open>
int64_t Opened(Environment& environment, Open open) {
  environment.descriptors.SweepInTime(environment.env);
  int64_t answer = open();
  bool ran_out = answer == -EMFILE || answer == -ENFILE;
  if (ran_out && environment.descriptors.SweepAfterCollection(environment.env) > 0) answer = open();
  return answer;
}

}  // namespace berkeley
