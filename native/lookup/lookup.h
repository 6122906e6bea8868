// lookup/ uses the resolver and the system's databases of names.
//
// This file is a lookup: getaddrinfo(3) or getnameinfo(3). A thread of the pool (pool.h) carries it out, or the calling
// thread does if it cannot block. The caller waits for it in any way, or continues and reads the result later. The pool's
// threads use nothing that belongs to JavaScript.
//
// Facts about lookups:
// - getaddrinfo(3) cannot be interrupted. A caller that gives up leaves the thread behind, so the thread must not use the
//   caller's descriptors, and nothing that it uses may be freed before the call returns.
// - Converting numbers consults no name server and no database of names, and so cannot block.
// - Beyond the kernel's limits on threads (RLIMIT_NPROC, pids.max) no thread can be started. While another lookup runs, a
//   new one waits for that thread in the queue; otherwise it fails at once, with EAI_SYSTEM and EAGAIN, which is different
//   from a lookup that would block.
#pragma once

#include <netdb.h>

#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "lookup/pool.h"
#include "platform/address.h"
#include "platform/wake_pair.h"

namespace berkeley {

// What to look up: the addresses of a host and a service, or the names of an address.
struct Query {
  bool reverse = false;
  std::string host;     // empty: none
  std::string service;  // empty: none
  addrinfo hints{};
  Address address{};  // of a reverse lookup
  int flags = 0;      // of a reverse lookup
};

struct FoundAddress {
  int family = 0;
  int type = 0;
  int protocol = 0;
  Address address{};
};

struct Outcome {
  int error = 0;              // of getaddrinfo(3) or getnameinfo(3)
  int system_error = 0;       // the errno that explains EAI_SYSTEM
  int connected = -ENOTCONN;  // the result of connect(2), if it was called
  std::vector<FoundAddress> addresses;
  std::string canonical_name;
  std::string host;
  std::string service;
};

// Shared by the caller and the pool. The last of the two frees it, so the lookup may outlive its environment.
class Lookup final : public PooledLookup {
 public:
  explicit Lookup(Query query) : query_(std::move(query)) {}
  ~Lookup() { Cancel(); }
  Lookup(const Lookup&) = delete;
  Lookup& operator=(const Lookup&) = delete;

  // With `connect_fd` >= 0 the thread also connects a duplicate of that socket to the first address. Returns 0; or -errno,
  // with no descriptor left open. If no thread runs and none can be started, the lookup has ended with EAI_SYSTEM.
  static int Start(const Query& query, int connect_fd, Pool::Kind kind, std::shared_ptr<Lookup>& out);
  // Carries out in the calling thread what cannot block: the lookup returned has ended, and has no descriptor.
  static std::shared_ptr<Lookup> InPlace(const Query& query);

  // Readable from the lookup's end on; -1 once it is cancelled, and for one that was carried out in place.
  int fd() const { return wake_.fd(); }
  bool Ended();
  // Not written any more once the lookup has ended.
  const Outcome& outcome() const { return outcome_; }
  // Whether a thread of JavaScript blocks until the end. A queued lookup then passes those that are only awaited.
  void SetBlocking(bool blocking) { Pool::Get().SetKind(*this, blocking ? Pool::kBlocking : Pool::kAwaited); }
  // Closes its descriptors and leaves the queue. After that no connect starts any more.
  void Cancel();

  void CarryOut() override;

 private:
  int Open(int connect_fd);
  void FailToStart(int error);
  void End(Outcome outcome);
  int ConnectToFirst(const Outcome& outcome);
  void CloseDuplicate();

  const Query query_;
  std::mutex lock_;
  bool ended_ = false;
  bool cancelled_ = false;
  platform::WakePair wake_;
  int duplicate_ = -1;
  Outcome outcome_;
};

}  // namespace berkeley
