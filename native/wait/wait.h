// wait/ is the only place where a call from JavaScript sleeps. This file is the wait loop: every verb that may have to
// wait is a row, carried out by Perform. wake.h and signals.h are what ends a wait from outside.
#pragma once

#include <cstdint>

#include "js/environment.h"
#include "platform/platform.h"

namespace berkeley {

// Answers outside the range of errno.
constexpr int64_t kTimedOut = -100001;
constexpr int64_t kStopped = -100002;  // the environment ends: whoever called cannot run any more
constexpr int64_t kClosed = -100003;   // JavaScript closed the descriptor, or gave it away, in a look
constexpr int64_t kChanged = -100004;  // JavaScript detached or shrank the memory in a look

// poll(2) for any number of descriptors; `nanoseconds` as in platform::Poll. The kernel refuses more than RLIMIT_NOFILE
// allows (EINVAL), a limit that may have been lowered since they were opened. Then it looks at them in slices, and waits
// for the first descriptor alone: 0 may come before the time is over. The first descriptor should be one that wakes.
int Poll(pollfd* descriptors, nfds_t count, int64_t nanoseconds);

// State that JavaScript owns and a verb uses after a wait: a descriptor, memory. JavaScript that runs in a look (see
// Environment::MayRun) may take it away. Waiting renews it after each look, so that no verb can forget to.
class Held {
 public:
  // Called before each look.
  virtual void Remember(const Environment&) {}
  // Called after each look: 0, or why the verb cannot go on (kClosed, kChanged).
  virtual int64_t Renew(const Environment& environment) = 0;

 protected:
  ~Held() = default;
};

// A descriptor. After a look its number may belong to another file, which the generation shows.
class HeldDescriptor : public Held {
 public:
  explicit HeldDescriptor(int descriptor = -1) : fd(descriptor) {}

  void Remember(const Environment& environment) override { generation_ = environment.descriptors.Generation(fd); }
  int64_t Renew(const Environment& environment) override {
    return environment.descriptors.Generation(fd) == generation_ ? 0 : kClosed;
  }

  int fd;

 private:
  uint32_t generation_ = 0;
};

// Waits of one verb under one deadline: the clock is read only once there is something to wait for.
class Waiting {
 public:
  // `timeout` in milliseconds: negative waits for ever, 0 never waits.
  Waiting(Environment& environment, double timeout, Held& held)
      : environment_(environment), timeout_(timeout), held_(held) {}

  bool allowed() const { return timeout_ != 0; }
  // Waits until a descriptor is ready: > 0, or -EINTR, kTimedOut, kStopped, kClosed, kChanged.
  int64_t Until(pollfd* descriptors, nfds_t count);
  int64_t Until(int fd, short events);
  // For readiness that cannot be believed: waits 1, 2, 4 ... 10 ms whatever the descriptors say. 0, or as above.
  int64_t BackOff();
  void Believe() { rounds_ = 0; }

 private:
  int64_t Sleep(pollfd* descriptors, nfds_t count, int64_t until);
  int64_t Look();
  int64_t Deadline(int64_t now);

  Environment& environment_;
  double timeout_;
  Held& held_;
  int64_t deadline_ = -1;
  int64_t looked_ = -1;  // when it was last asked whether the environment may run
  int rounds_ = 0;
};

// What a verb works on. `done` is what earlier rounds of the same verb have transferred.
struct Request final : HeldDescriptor {
  using HeldDescriptor::HeldDescriptor;

  int64_t Renew(const Environment& environment) override {
    int64_t closed = HeldDescriptor::Renew(environment);
    return closed == 0 && !memory.Renew() ? kChanged : closed;
  }

  Memory memory;
  size_t size = 0;
  int flags = 0;
  Address* address = nullptr;
  bool reassert = false;  // somebody else may have cleared O_NONBLOCK
  int file = -1;          // sendFile
  int64_t offset = -1;
  size_t done = 0;
};

enum class Next { kDone, kWait, kAgain, kBackOff };

// A verb: the call, what its errors mean, what to wait for and what to do when that has come.
struct Verb {
  // One system call: >= 0, or -1 with errno.
  int64_t (*call)(Request& request);
  // What an error of the call means.
  Next (*judge)(const Request& request, int error);
  short events;
  // What ends the verb once ready, instead of calling again: 0 or -errno (connect asks for SO_ERROR); or null.
  int64_t (*arrived)(Request& request);
  // Whether a call that transferred `count` leaves more to wait for (MSG_WAITALL); keeps `done`. Or null.
  Next (*more)(Request& request, int64_t count);
  // Whether what stops it is answered even after a part: `done` then says how much. Otherwise the part is the answer,
  // and the reason comes with the next call.
  bool whole = false;
};

// Carries a verb out. >= 0, or -errno, kTimedOut, kStopped, kClosed, kChanged.
int64_t Perform(Environment& environment, const Verb& verb, Request& request, double timeout);

}  // namespace berkeley
