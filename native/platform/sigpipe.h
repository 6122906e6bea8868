// Keeps SIGPIPE from this thread while a call is made that knows no MSG_NOSIGNAL, such as sendfile(2).
#pragma once

#include <csignal>

#include "platform/platform.h"

namespace berkeley::platform {

class SigpipeBlocked {
 public:
  SigpipeBlocked() {
    sigset_t pending;
    sigemptyset(&sigpipe_);
    sigaddset(&sigpipe_, SIGPIPE);
    sigpending(&pending);
    was_pending_ = sigismember(&pending, SIGPIPE);
    pthread_sigmask(SIG_BLOCK, &sigpipe_, &before_);
  }
  // pthread_sigmask(3) keeps errno.
  ~SigpipeBlocked() { pthread_sigmask(SIG_SETMASK, &before_, nullptr); }
  SigpipeBlocked(const SigpipeBlocked&) = delete;
  SigpipeBlocked& operator=(const SigpipeBlocked&) = delete;

  // The call has failed with EPIPE: consumes the signal that it raised, and keeps errno. A signal that was pending
  // before stays pending.
  void Consume() const {
    int error = errno;
    if (!was_pending_) ConsumeSigpipe(&sigpipe_);
    errno = error;
  }

 private:
  sigset_t sigpipe_, before_;
  bool was_pending_;
};

}  // namespace berkeley::platform
