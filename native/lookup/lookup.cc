#include "lookup/lookup.h"


#include <algorithm>
#include <cstring>

#include "platform/thread.h"
#include "wait/wake.h"

// Facts about lookups:
// - getaddrinfo(3) cannot be interrupted, so nothing but its own end frees the thread it runs in: a caller that gives
//   up leaves it behind, and what it holds must not be missed (descriptors) nor be freed under it (this object).
// - Nothing here queues. A pool makes a fast lookup wait behind slow ones, which is what makes four dead names stop
//   all of a libuv pool. The threads there are at once are those that the program asked for during the resolver's own
//   timeout (resolv.conf(5): some 30 s); past the kernel's limits on them (RLIMIT_NPROC, pids.max) a lookup
//   fails at once: EAI_SYSTEM with EAGAIN, and so is not taken for one that would block.

namespace berkeley {
namespace {

// The resolver itself needs some 64 KiB, but it loads whatever nsswitch.conf(5) names (sssd, LDAP, mDNS), and those are
// written for the 8 MiB of a main thread. Only the pages that are touched cost memory.
constexpr size_t kStack = 1024 * 1024;

const char* OrNone(const std::string& text) { return text.empty() ? nullptr : text.c_str(); }

FoundAddress Copy(const addrinfo& row) {
  FoundAddress found;
  found.family = row.ai_family;
  found.type = row.ai_socktype;
  found.protocol = row.ai_protocol;
  found.address.length = std::min(row.ai_addrlen, found.address.Room());
  memcpy(found.address.bytes, row.ai_addr, found.address.length);
  return found;
}

// glibc calls a name unknown when it had no descriptor left to look with; errno still knows why.
void Explain(Outcome& outcome) {
  outcome.system_error = errno;
  bool ran_out = errno == EMFILE || errno == ENFILE;
  if (outcome.error != 0 && ran_out) outcome.error = EAI_SYSTEM;
}

Outcome FindAddresses(const Question& question) {
  Outcome outcome;
  addrinfo* list = nullptr;
  errno = 0;
  outcome.error = getaddrinfo(OrNone(question.host), OrNone(question.service), &question.hints, &list);
  Explain(outcome);
  if (outcome.error != 0) return outcome;
  if (list->ai_canonname != nullptr) outcome.canonical_name = list->ai_canonname;
  for (const addrinfo* row = list; row != nullptr; row = row->ai_next) outcome.addresses.push_back(Copy(*row));
  freeaddrinfo(list);
  return outcome;
}

Outcome FindNames(const Question& question) {
  Outcome outcome;
  char host[NI_MAXHOST] = "";
  char service[NI_MAXSERV] = "";
  const Address& address = question.address;
  errno = 0;
  outcome.error = getnameinfo(&address.any, address.length, host, sizeof host, service, sizeof service, question.flags);
  Explain(outcome);
  outcome.host = host;
  outcome.service = service;
  return outcome;
}

}  // namespace

int Lookup::Start(const Question& question, int connect_fd, Pool::Kind kind, std::shared_ptr<Lookup>& out) {
  auto lookup = std::make_shared<Lookup>(question);
  int error = lookup->Open(connect_fd);
  if (error < 0) return error;
  error = Pool::Get().Add(lookup, kind);
  // Not -EAGAIN as a result, which would be taken for a lookup that would block.
  if (error != 0) lookup->FailToStart(error);
  out = std::move(lookup);
  return 0;
}

std::shared_ptr<Lookup> Lookup::InPlace(const Question& question) {
  auto lookup = std::make_shared<Lookup>(question);
  lookup->CarryOut();
  return lookup;
}

int Lookup::Open(int connect_fd) {
  if (platform::OpenWake(ends_) < 0) return -errno;
  if (connect_fd < 0) return 0;
  duplicate_ = counted::fcntl(connect_fd, F_DUPFD_CLOEXEC, 0);
  return duplicate_ < 0 ? -errno : 0;
}

void Lookup::FailToStart(int error) {
  Outcome outcome;
  outcome.error = EAI_SYSTEM;
  outcome.system_error = error;
  End(std::move(outcome));
}

void Lookup::CarryOut() { End(question_.reverse ? FindNames(question_) : FindAddresses(question_)); }

void Lookup::End(Outcome outcome) {
  std::lock_guard<std::mutex> guard(lock_);
  if (cancelled_) return;
  outcome.connected = ConnectFirst(outcome);
  CloseDuplicate();
  outcome_ = std::move(outcome);
  ended_ = true;
  if (ends_[1] >= 0) RaiseDescriptor(ends_[1]);
}

// Called under the lock, which is short: the description does not block, whatever somebody else made of its flag.
int Lookup::ConnectFirst(const Outcome& outcome) {
  if (duplicate_ < 0 || outcome.addresses.empty()) return -ENOTCONN;
  const Address& address = outcome.addresses.front().address;
  if (platform::SetNonBlocking(duplicate_) < 0) return -errno;
  return connect(duplicate_, &address.any, address.length) == 0 ? 0 : -errno;
}

bool Lookup::Ended() {
  std::lock_guard<std::mutex> guard(lock_);
  return ended_;
}

void Lookup::Cancel() {
  Pool::Get().Drop(*this);
  std::lock_guard<std::mutex> guard(lock_);
  cancelled_ = true;
  CloseDuplicate();
  if (ends_[0] < 0) return;
  if (ends_[1] != ends_[0]) counted::close(ends_[1]);
  counted::close(ends_[0]);
  ends_[0] = ends_[1] = -1;
}

void Lookup::CloseDuplicate() {
  if (duplicate_ >= 0) counted::close(duplicate_);
  duplicate_ = -1;
}

}  // namespace berkeley
