// wait/ is the only place where a call from JavaScript sleeps. It also contains what one environment owns of the addon
// (environment.h), and what ends a wait from outside (wake.h, signals.h).
//
// This file is the wait loop: every verb that may have to wait is a row (Verb), carried out by Perform.
//
// Perform makes the verb's call. If its error means that the verb has to wait, Perform waits and calls again, until the
// call succeeds, fails, or one of these ends the wait:
// - the verb's deadline (kTimedOut);
// - a signal that JavaScript listens to, or interruptThread (-EINTR);
// - the end of the environment (kStopped). Neither worker.terminate() nor process.exit() interrupts native code, so a
//   wait checks from time to time whether JavaScript may still run. JavaScript may run during this check, and take away
//   the descriptor (kClosed) or the memory (kChanged) that the verb uses.
#pragma once

#include <cstdint>

#include "js/memory.h"
#include "platform/address.h"
#include "wait/borrowed.h"
#include "wait/environment.h"
#include "wait/message_parts.h"
#include "wait/poll_set.h"
#include "wait/results.h"

namespace berkeley {

// The waits of one verb under one deadline. The clock is first read when the verb has to wait.
class Waiting {
 public:
  // `timeout_ms`: negative waits without limit, 0 never waits. `borrowed` is revalidated when JavaScript has run.
  Waiting(Environment& environment, double timeout_ms, Borrowed& borrowed)
      : environment_(environment), timeout_ms_(timeout_ms), borrowed_(borrowed) {}

  bool allowed() const { return timeout_ms_ != 0; }
  // Waits until a descriptor of the set is ready. Returns how many are, or -EINTR, kTimedOut, kStopped, kClosed,
  // kChanged.
  int64_t Until(PollSet& set);
  int64_t Until(int fd, short events);
  // For false readiness: waits 1, 2, 4 ... 10 ms whatever the descriptors report. Returns 0, or as above.
  int64_t BackOff();
  // Readiness was true: the next BackOff starts at 1 ms again.
  void ResetBackOff() { back_offs_ = 0; }

 private:
  int64_t Sleep(PollSet& set, int64_t until_ns);
  int64_t CheckEnvironment();
  int64_t Deadline(int64_t now_ns);
  bool MayPollAgain(int64_t remaining_ns);

  Environment& environment_;
  double timeout_ms_;
  Borrowed& borrowed_;
  int64_t deadline_ns_ = -1;
  int64_t checked_ns_ = -1;  // when the environment was last checked; -1 before the first wait
  int back_offs_ = 0;
  int interrupted_polls_ = 0;  // in a row
};

// What a verb works on. `done` counts the bytes that earlier calls of the same verb have transferred.
struct Request : BorrowedDescriptor {
  using BorrowedDescriptor::BorrowedDescriptor;

  void Remember(const Environment& environment) override {
    BorrowedDescriptor::Remember(environment);
    if (message != nullptr) message->Remember(environment);
  }
  int64_t Revalidate(const Environment& environment) override {
    int64_t closed = BorrowedDescriptor::Revalidate(environment);
    if (closed != 0) return closed;
    if (!memory.Revalidate()) return kChanged;
    return message == nullptr ? 0 : message->Revalidate(environment);
  }

  Memory memory;
  size_t size = 0;
  int flags = 0;
  Address* address = nullptr;
  MessageParts* message = nullptr;  // of recvMsg and sendMsg, in place of `memory`
  bool reassert = false;  // others share the description, and may have cleared O_NONBLOCK
  int file = -1;          // of sendFile
  int64_t offset = -1;    // of sendFile
  size_t done = 0;
};

// What a verb does next.
enum class Next {
  kDone,
  kWait,     // for its events, then call again
  kRetry,    // call again at once
  kBackOff,  // call again after a pause, because poll(2) cannot report when
};

// A verb: its call, what the results mean, and what to wait for.
struct Verb {
  // One system call: >= 0, or -1 with errno.
  int64_t (*call)(Request& request);
  // What an error of the call means.
  Next (*on_error)(const Request& request, int error);
  short events;
  // Ends the verb once it is ready, in place of another call: 0 or -errno. Null: the call is made again.
  int64_t (*on_ready)(Request& request);
  // For MSG_WAITALL: what follows a call that transferred `count` bytes, which it adds to `done`. Null: the verb is
  // done.
  Next (*on_part)(Request& request, int64_t count);
  // Whether the error that ends the verb is returned even after a part, whose size is `done`. Otherwise the size of the
  // part is returned, and the error by the next verb.
  bool whole = false;
};

// Carries a verb out. Returns >= 0, or -errno, kTimedOut, kStopped, kClosed, kChanged.
int64_t Perform(Environment& environment, const Verb& verb, Request& request, double timeout_ms);

}  // namespace berkeley
