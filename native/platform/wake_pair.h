// Two descriptors that wake a poll(2): raising one makes the other readable. Threads and signal handlers may raise it.
//
// On Linux both are one eventfd(2), elsewhere they are the ends of a pipe.
#pragma once

namespace berkeley::platform {

class WakePair {
 public:
  // Returns 0 or -errno.
  int Open();
  void Close();
  // Closes the end that is raised; the owner of `fd` closes that.
  void CloseRaisedEnd();

  // The descriptor to poll for POLLIN; -1 while closed.
  int fd() const { return ends_[0]; }
  // The descriptor that Raise writes to.
  int raised_fd() const { return ends_[1]; }

  void Raise() const { Raise(ends_[1]); }
  void Drain() const { Drain(ends_[0]); }

  // Makes the pair readable, given its `raised_fd`. It is async-signal-safe and keeps errno.
  static void Raise(int raised_fd);
  // Makes the pair unreadable again, given its `fd`.
  static void Drain(int fd);

 private:
  int ends_[2] = {-1, -1};
};

}  // namespace berkeley::platform
