// Lookups for TypeScript: an object that JavaScript holds, and functions that start, read and cancel it.
#include <memory>

#include "js/call.h"
#include "js/object.h"
#include "lookup/exports.h"
#include "lookup/lookup.h"
#include "platform/platform.h"
#include "platform/sockaddr.h"
#include "wait/shortage.h"
#include "wait/wait.h"

namespace berkeley {
namespace {

constexpr napi_type_tag kLookupTag = {0x6265726b656c6579, 0x6c6f6f6b75702d31};
constexpr size_t kMaxServiceBytes = 256;

// The object that JavaScript holds. Cancelling empties it, which frees the lookup without the garbage collector.
struct Handle {
  std::shared_ptr<Lookup> lookup;

  void Cancel() {
    if (lookup) lookup->Cancel();
    lookup.reset();
  }
};

void Finalize(napi_env, void* data, void*) {
  auto* handle = static_cast<Handle*>(data);
  handle->Cancel();
  delete handle;
}

napi_value Wrap(Call& call, std::shared_ptr<Lookup> lookup) {
  napi_value object = nullptr;
  auto* handle = new Handle{std::move(lookup)};
  call.Check(napi_create_object(call.env(), &object));
  call.Check(napi_type_tag_object(call.env(), object, &kLookupTag));
  if (call.ok()) call.Check(napi_wrap(call.env(), object, handle, Finalize, nullptr, nullptr));
  if (!call.ok()) Finalize(call.env(), handle, nullptr);
  return call.ReturnObject(object);
}

Handle* Unwrap(Call& call) {
  bool is_lookup = false;
  void* data = nullptr;
  call.Check(napi_check_object_type_tag(call.env(), call.at(0), &kLookupTag, &is_lookup));
  call.Require(is_lookup);
  if (call.ok()) call.Check(napi_unwrap(call.env(), call.at(0), &data));
  return static_cast<Handle*>(data);
}

// The lookup of the first argument; a cancelled one is misuse.
std::shared_ptr<Lookup> Active(Call& call) {
  Handle* handle = Unwrap(call);
  std::shared_ptr<Lookup> lookup = call.ok() ? handle->lookup : nullptr;
  call.Require(lookup != nullptr);
  return lookup;
}

// Ends a wait for a lookup that has ended: outside the range of errno and of the results of verbs.
constexpr int64_t kEnded = -200001;

// A lookup during a wait for its end. A cancelled one has closed its descriptors, whose numbers may be reused. Revalidating
// also checks whether the lookup has ended: a poll(2) that fails with EINTR again and again never reports that.
class BorrowedLookup final : public Borrowed {
 public:
  explicit BorrowedLookup(const Handle& handle) : handle_(handle) {}
  int64_t Revalidate(const Environment&) override {
    if (!handle_.lookup) return kClosed;
    return handle_.lookup->Ended() ? kEnded : 0;
  }

 private:
  const Handle& handle_;
};

// The outcome of a lookup; one that has not ended is misuse.
const Outcome& Ended(Call& call, const std::shared_ptr<Lookup>& lookup) {
  static const Outcome none;
  bool ended = lookup && lookup->Ended();
  call.Require(ended);
  return ended ? lookup->outcome() : none;
}

// Whether only numbers are converted, which cannot block.
bool IsNumeric(const Query& query) {
  constexpr int kNumbers = NI_NUMERICHOST | NI_NUMERICSERV;
  if (query.reverse) return (query.flags & kNumbers) == kNumbers;
  int flags = query.hints.ai_flags;
  return (flags & AI_NUMERICHOST) != 0 && (query.service.empty() || (flags & AI_NUMERICSERV) != 0);
}

napi_value Start(Call& call, const Query& query, int connect_fd, bool blocks) {
  if (connect_fd < 0 && IsNumeric(query)) return Wrap(call, Lookup::InPlace(query));
  std::shared_ptr<Lookup> lookup;
  Pool::Kind kind = blocks ? Pool::kBlocking : Pool::kAwaited;
  BorrowedDescriptor borrowed(connect_fd);
  auto start = [&] { return Lookup::Start(query, connect_fd, kind, lookup); };
  int64_t error = OpenOrSweep(call.environment(), borrowed, start);
  return error < 0 ? call.Return(error) : Wrap(call, std::move(lookup));
}

napi_value LookUp(Call& call) {
  char host[NI_MAXHOST], service[kMaxServiceBytes];
  bool fits = call.Text(0, host, sizeof host) && call.Text(1, service, sizeof service);
  Query query;
  query.hints.ai_family = call.Int(2);
  query.hints.ai_socktype = call.Int(3);
  query.hints.ai_protocol = call.Int(4);
  query.hints.ai_flags = call.Int(5);
  int connect_fd = call.Int(6);
  bool blocks = call.Bool(7);
  if (!call.ok() || !fits) return call.Return(-ENAMETOOLONG);
  query.host = host;
  query.service = service;
  return Start(call, query, connect_fd, blocks);
}

napi_value ReverseLookup(Call& call) {
  Query query;
  query.reverse = true;
  query.flags = call.Int(0);
  bool blocks = call.Bool(1);
  query.address = call.environment().input;
  return call.ok() ? Start(call, query, -1, blocks) : call.Return(0);
}

napi_value Fd(Call& call) {
  auto lookup = Active(call);
  return call.Return(lookup ? lookup->fd() : -1);
}

napi_value Wait(Call& call) {
  // Once: when its thread is being terminated, a second call of Node-API may fail.
  const Handle* handle = Unwrap(call);
  double timeout_ms = call.Double(1);
  call.Require(handle != nullptr && handle->lookup != nullptr);
  if (!call.ok() || handle->lookup->Ended()) return call.Return(0);
  std::shared_ptr<Lookup> lookup = handle->lookup;
  BorrowedLookup borrowed(*handle);
  Waiting waiting(call.environment(), timeout_ms, borrowed);
  if (!waiting.allowed()) return call.Return(-EAGAIN);
  lookup->SetBlocking(true);
  int64_t ready = waiting.Until(lookup->fd(), POLLIN);
  lookup->SetBlocking(false);
  return call.Return(ready < 0 && ready != kEnded ? ready : 0);
}

// One number of the outcome.
template <int64_t (*kRead)(const Outcome&)>
napi_value Number(Call& call) {
  auto lookup = Active(call);
  return call.Return(kRead(Ended(call, lookup)));
}

int64_t Error(const Outcome& outcome) { return outcome.error; }
int64_t Errno(const Outcome& outcome) { return outcome.system_error; }
int64_t Connected(const Outcome& outcome) { return outcome.connected; }
int64_t Count(const Outcome& outcome) { return static_cast<int64_t>(outcome.addresses.size()); }

napi_value AddressAt(Call& call) {
  auto lookup = Active(call);
  const auto& addresses = Ended(call, lookup).addresses;
  int index = call.Int(1);
  call.Require(index >= 0 && static_cast<size_t>(index) < addresses.size());
  if (!call.ok()) return call.Return(0);
  const FoundAddress& found = addresses[static_cast<size_t>(index)];
  Decode(found.address, *call.environment().frame);
  Object entry(call);
  return entry.Number("family", found.family).Number("type", found.type).Number("protocol", found.protocol).Return();
}

napi_value CanonicalName(Call& call) {
  auto lookup = Active(call);
  const std::string& name = Ended(call, lookup).canonical_name;
  napi_value none = nullptr;
  napi_get_null(call.env(), &none);
  return call.ok() && name.empty() ? none : call.ReturnText(name.c_str(), name.size());
}

napi_value Reversed(Call& call) {
  auto lookup = Active(call);
  const Outcome& outcome = Ended(call, lookup);
  return Object(call).Text("host", outcome.host).Text("service", outcome.service).Return();
}

napi_value Cancel(Call& call) {
  Handle* handle = Unwrap(call);
  if (call.ok()) handle->Cancel();
  return call.Return(0);
}

napi_value Message(Call& call) {
  int error = call.Int(0);
  return call.ReturnText(gai_strerror(error));
}

}  // namespace

const Export kResolveExports[] = {{"lookup", LookUp, kRecorded},
                                  {"reverseLookup", ReverseLookup, kRecorded},
                                  {"lookupFd", Fd},
                                  {"lookupWait", Wait, kRecorded},
                                  {"lookupError", Number<Error>},
                                  {"lookupErrno", Number<Errno>},
                                  {"lookupConnected", Number<Connected>},
                                  {"lookupCount", Number<Count>},
                                  {"lookupAddress", AddressAt},
                                  {"lookupCanonicalName", CanonicalName},
                                  {"lookupReversed", Reversed},
                                  {"lookupCancel", Cancel},
                                  {"gaiMessage", Message},
                                  {nullptr, nullptr}};

}  // namespace berkeley
