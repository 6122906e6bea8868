// lookup/ asks the resolver and the system's databases of names. This file: a lookup in a thread of its own. Its caller
// may wait for it in any way, or continue and look at the result later. The thread touches nothing of JavaScript's.
#pragma once

#include <netdb.h>

#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "platform/sockaddr.h"

namespace berkeley {

// What is asked: the addresses of a host and a service, or the names of an address.
struct Question {
  bool reverse = false;
  std::string host;     // empty: none is given
  std::string service;  // empty: none is given
  addrinfo hints{};
  Address address{};
  int flags = 0;
};

struct FoundAddress {
  int family = 0;
  int type = 0;
  int protocol = 0;
  Address address{};
};

struct Outcome {
  int error = 0;                // as getaddrinfo(3) and getnameinfo(3) gave it
  int system_error = 0;         // what errno said, for EAI_SYSTEM
  int connected = -ENOTCONN;    // connect(2)'s answer, when one was asked for and there was an address
  std::vector<FoundAddress> addresses;
  std::string canonical_name;
  std::string host;
  std::string service;
};

// Shared by the asking side and the thread: the last to let go frees it, so the thread may outlive its environment.
class Lookup {
 public:
  explicit Lookup(Question question) : question_(std::move(question)) {}
  ~Lookup() { Cancel(); }
  Lookup(const Lookup&) = delete;
  Lookup& operator=(const Lookup&) = delete;

  // `connect_fd` >= 0: the thread connects a duplicate of it to the first address. 0, or -errno with nothing left open.
  static int Start(const Question& question, int connect_fd, std::shared_ptr<Lookup>& out);

  // Readable from the end on; -1 once cancelled.
  int fd() const { return ends_[0]; }
  bool Ended();
  // Nobody writes to it after the end.
  const Outcome& outcome() const { return outcome_; }
  // Closes its descriptors now. When this has returned, no connect will start any more.
  void Cancel();

 private:
  int Open(int connect_fd);
  void Spawn(const std::shared_ptr<Lookup>& self);
  static void* Run(void* self);
  void End(Outcome outcome);
  int ConnectFirst(const Outcome& outcome);
  void CloseDuplicate();

  const Question question_;
  std::mutex lock_;
  bool ended_ = false;
  bool cancelled_ = false;
  int ends_[2] = {-1, -1};
  int duplicate_ = -1;
  Outcome outcome_;
};

}  // namespace berkeley
