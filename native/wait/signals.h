// Signals that JavaScript listens to, noticed by blocked native code.
//
// libuv's handler only writes to a pipe that the event loop reads: a thread that stands in a system call would learn
// nothing. So on each signal that JavaScript listens to, a small handler of ours goes in front: it counts, wakes the
// main thread, and calls the handler that was there. The listener itself runs when the stack unwinds to the loop.
//
// A signal interrupts once, and only until its listener ran: a uv_signal_t of our own on the same signal is called in
// the same turn of the loop as Node's and says so. A blocking call made *inside* a listener may therefore still be
// interrupted, once, by the signal that the listener is about (libuv calls the two handles in the order of their
// addresses).
#pragma once

#include "js/environment.h"

namespace berkeley::signals {

// Goes in front of the handler that is installed now. False: there is none (no listener, or not of this kind).
bool Watch(Environment& environment, int signum);
// No listener is left: the signal no longer interrupts.
void Unwatch(Environment& environment, int signum);
// The main thread's environment ends.
void Forget(Environment& environment);

// Whether a signal came that has neither interrupted a wait nor reached its listener. Main thread only.
bool Pending();
// The number of the last signal; it will not interrupt again.
int Take();
// As if that signal had not been taken.
void PutBack(int signum);

}  // namespace berkeley::signals
