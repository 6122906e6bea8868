// Signals that JavaScript listens to, noticed by native code that is waiting.
//
// libuv's handler only writes to a pipe that the event loop reads: a thread that is blocked in a system call would not
// notice. So for each signal that JavaScript listens to, a small handler of ours is installed in front: it counts the
// signal, wakes the main thread, and calls the handler that was there. The listener itself runs when the stack has
// unwound to the event loop.
//
// A signal interrupts once, and only until its listener has run: a uv_signal_t of our own on the same signal is called
// in the same turn of the loop as Node's, and counts the signal as dispatched. libuv calls the two handles in the order
// of their addresses. So a blocking call made inside a listener may still be interrupted, once, by the listener's
// signal.
#pragma once

#include <node_api.h>

namespace berkeley::signals {

// All of it is for the main thread only.

// Installs the handler. `wake_fd` is the raised descriptor of the main thread's wake pair. `by_libuv`: the runtime
// dispatches signals by libuv; another may export libuv's names, and not all of its functions: Bun ends the process in
// uv_signal_init. False if no other handler is installed (no listener, or one of another kind).
bool Watch(napi_env env, int wake_fd, int signum, bool by_libuv);
// The last listener is gone: the signal does not interrupt any more.
void Unwatch(int signum);
void UnwatchAll();
// Gives a signal its default effect at once, whatever handler the runtime has left installed. Returns where that effect
// does not end the process, with the handler in place again.
void RaiseByDefault(int signum);

// Whether a signal was caught that has neither interrupted a wait nor reached its listener.
bool Pending();
// The number of a pending signal, which will not interrupt again; 0 if none is pending.
int Take();
// Undoes Take.
void PutBack(int signum);

}  // namespace berkeley::signals
