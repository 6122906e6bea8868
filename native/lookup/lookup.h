// A lookup in a native thread: its caller may wait for it in any way, or go on and look at it later.
#pragma once

#include <netdb.h>

#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "lookup/pool.h"
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
  static int Start(const Question& question, int connect_fd, Pool::Kind kind, std::shared_ptr<Lookup>& out);
  // Carries out in the calling thread what cannot block: the lookup has ended, and has no descriptor.
  static std::shared_ptr<Lookup> InPlace(const Question& question);

  // Readable from the end on; -1 once cancelled.
  int fd() const { return ends_[0]; }
  bool Ended();
  // Nobody writes to it after the end.
  const Outcome& outcome() const { return outcome_; }
  // Whether a thread of JavaScript blocks until the end: a queued lookup then passes those that are only awaited.
  void SetBlocking(bool blocking) { Pool::Get().SetKind(*this, blocking ? Pool::kBlocking : Pool::kAwaited); }
  // Closes its descriptors now, and leaves the queue. When this has returned, no connect will start any more.
  void Cancel();

  // For the pool.
  void CarryOut();
  Pool::Place place;

 private:
  int Open(int connect_fd);
  void FailToStart(int error);
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
