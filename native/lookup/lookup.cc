#include "lookup/lookup.h"

#include <algorithm>
#include <cstring>

#include "platform/platform.h"

namespace berkeley {
namespace {

const char* OrNull(const std::string& text) { return text.empty() ? nullptr : text.c_str(); }

FoundAddress Copy(const addrinfo& row) {
  FoundAddress found;
  found.family = row.ai_family;
  found.type = row.ai_socktype;
  found.protocol = row.ai_protocol;
  found.address.length = std::min(row.ai_addrlen, Address::kCapacityBytes);
  memcpy(found.address.bytes, row.ai_addr, found.address.length);
  return found;
}

// glibc reports a name as unknown if it lacked a descriptor for the lookup; errno still has the reason.
void Explain(Outcome& outcome) {
  outcome.system_error = errno;
  bool ran_out = errno == EMFILE || errno == ENFILE;
  if (outcome.error != 0 && ran_out) outcome.error = EAI_SYSTEM;
}

Outcome FindAddresses(const Query& query) {
  Outcome outcome;
  addrinfo* list = nullptr;
  errno = 0;
  outcome.error = getaddrinfo(OrNull(query.host), OrNull(query.service), &query.hints, &list);
  Explain(outcome);
  if (outcome.error != 0) return outcome;
  if (list->ai_canonname != nullptr) outcome.canonical_name = list->ai_canonname;
  for (const addrinfo* row = list; row != nullptr; row = row->ai_next) outcome.addresses.push_back(Copy(*row));
  freeaddrinfo(list);
  return outcome;
}

Outcome FindNames(const Query& query) {
  Outcome outcome;
  char host[NI_MAXHOST] = "";
  char service[NI_MAXSERV] = "";
  const Address& address = query.address;
  errno = 0;
  outcome.error = getnameinfo(&address.any, address.length, host, sizeof host, service, sizeof service, query.flags);
  Explain(outcome);
  outcome.host = host;
  outcome.service = service;
  return outcome;
}

}  // namespace

int Lookup::Start(const Query& query, int connect_fd, Pool::Kind kind, std::shared_ptr<Lookup>& out) {
  auto lookup = std::make_shared<Lookup>(query);
  int error = lookup->Open(connect_fd);
  if (error < 0) return error;
  error = Pool::Get().Add(lookup, kind);
  // Not -EAGAIN as a result, which would be taken for a lookup that would block.
  if (error != 0) lookup->FailToStart(error);
  out = std::move(lookup);
  return 0;
}

std::shared_ptr<Lookup> Lookup::InPlace(const Query& query) {
  auto lookup = std::make_shared<Lookup>(query);
  lookup->CarryOut();
  return lookup;
}

int Lookup::Open(int connect_fd) {
  int error = wake_.Open();
  if (error < 0) return error;
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

void Lookup::CarryOut() { End(query_.reverse ? FindNames(query_) : FindAddresses(query_)); }

void Lookup::End(Outcome outcome) {
  std::lock_guard<std::mutex> guard(lock_);
  if (cancelled_) return;
  outcome.connected = ConnectToFirst(outcome);
  CloseDuplicate();
  outcome_ = std::move(outcome);
  ended_ = true;
  if (wake_.fd() >= 0) wake_.Raise();
}

// Called under the lock, so it must not block: O_NONBLOCK is set first, because others share the description and may
// have cleared it.
int Lookup::ConnectToFirst(const Outcome& outcome) {
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
  wake_.Close();
}

void Lookup::CloseDuplicate() {
  if (duplicate_ >= 0) counted::close(duplicate_);
  duplicate_ = -1;
}

}  // namespace berkeley
