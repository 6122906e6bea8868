#include <memory>

#include "js/environment.h"
#include "js/exports.h"
#include "lookup/lookup.h"
#include "js/record.h"
#include "wait/wait.h"

namespace berkeley {
namespace {

constexpr napi_type_tag kLookupTag = {0x6265726b656c6579, 0x6c6f6f6b75702d31};
constexpr size_t kServiceRoom = 256;

// What JavaScript holds. It is spent once cancelled, so that what a lookup used is free without the collector's help.
struct Handle {
  std::shared_ptr<Lookup> lookup;

  void Spend() {
    if (lookup) lookup->Cancel();
    lookup.reset();
  }
};

void Forget(napi_env, void* data, void*) {
  auto* handle = static_cast<Handle*>(data);
  handle->Spend();
  delete handle;
}

napi_value Wrap(Call& call, std::shared_ptr<Lookup> lookup) {
  napi_value object = nullptr;
  auto* handle = new Handle{std::move(lookup)};
  call.Check(napi_create_object(call.env(), &object));
  call.Check(napi_type_tag_object(call.env(), object, &kLookupTag));
  if (call.ok()) call.Check(napi_wrap(call.env(), object, handle, Forget, nullptr, nullptr));
  if (call.ok()) return object;
  Forget(call.env(), handle, nullptr);
  return call.Answer(0);
}

Handle* Unwrap(Call& call) {
  bool is_lookup = false;
  void* data = nullptr;
  call.Check(napi_check_object_type_tag(call.env(), call.at(0), &kLookupTag, &is_lookup));
  if (!is_lookup) call.Check(napi_invalid_arg);
  if (call.ok()) call.Check(napi_unwrap(call.env(), call.at(0), &data));
  return static_cast<Handle*>(data);
}

// The lookup of the first argument; a spent one is misuse.
std::shared_ptr<Lookup> Active(Call& call) {
  Handle* handle = Unwrap(call);
  std::shared_ptr<Lookup> lookup = call.ok() ? handle->lookup : nullptr;
  if (!lookup) call.Check(napi_invalid_arg);
  return lookup;
}

// Ends a wait for a lookup that has ended: outside the range of errno and of the wait loop's own results.
constexpr int64_t kEnded = -200001;

// A lookup during a wait for its end. A cancelled one has closed its descriptors, whose numbers may be reused. Each look
// also asks the lookup itself whether it has ended: a poll(2) that fails with EINTR again and again never reports it.
class HeldLookup final : public Held {
 public:
  explicit HeldLookup(const Handle& handle) : handle_(handle) {}
  int64_t Renew(const Environment&) override {
    if (!handle_.lookup) return kClosed;
    return handle_.lookup->Ended() ? kEnded : 0;
  }

 private:
  const Handle& handle_;
};

// What it found; one that has not ended is misuse.
const Outcome& Ended(Call& call, const std::shared_ptr<Lookup>& lookup) {
  static const Outcome none;
  bool ended = lookup && lookup->Ended();
  if (!ended) call.Check(napi_invalid_arg);
  return ended ? lookup->outcome() : none;
}

// Whether only numbers are converted: that consults no name server and no database of names, and so cannot block.
bool IsNumeric(const Question& question) {
  constexpr int kNumbers = NI_NUMERICHOST | NI_NUMERICSERV;
  if (question.reverse) return (question.flags & kNumbers) == kNumbers;
  int flags = question.hints.ai_flags;
  return (flags & AI_NUMERICHOST) != 0 && (question.service.empty() || (flags & AI_NUMERICSERV) != 0);
}

napi_value Start(Call& call, const Question& question, int connect_fd, bool blocks) {
  if (connect_fd < 0 && IsNumeric(question)) return Wrap(call, Lookup::InPlace(question));
  std::shared_ptr<Lookup> lookup;
  Pool::Kind kind = blocks ? Pool::kBlocking : Pool::kAwaited;
  int64_t error = Opened(call.environment(), [&] { return Lookup::Start(question, connect_fd, kind, lookup); });
  return error < 0 ? call.Answer(error) : Wrap(call, std::move(lookup));
}

napi_value LookUp(napi_env env, napi_callback_info info) {
  Call call(env, info);
  char host[NI_MAXHOST], service[kServiceRoom];
  bool fits = call.Text(0, host, sizeof host) && call.Text(1, service, sizeof service);
  Question question;
  question.hints.ai_family = call.Int(2);
  question.hints.ai_socktype = call.Int(3);
  question.hints.ai_protocol = call.Int(4);
  question.hints.ai_flags = call.Int(5);
  int connect_fd = call.Int(6);
  bool blocks = call.Bool(7);
  if (!call.ok() || !fits) return call.Answer(-ENAMETOOLONG);
  question.host = host;
  question.service = service;
  return Start(call, question, connect_fd, blocks);
}

napi_value ReverseLookup(napi_env env, napi_callback_info info) {
  Call call(env, info);
  Question question;
  question.reverse = true;
  question.flags = call.Int(0);
  bool blocks = call.Bool(1);
  question.address = call.environment().input;
  return call.ok() ? Start(call, question, -1, blocks) : call.Answer(0);
}

napi_value Fd(napi_env env, napi_callback_info info) {
  Call call(env, info);
  auto lookup = Active(call);
  return call.Answer(lookup ? lookup->fd() : -1);
}

napi_value Wait(napi_env env, napi_callback_info info) {
  Call call(env, info);
  auto lookup = Active(call);
  double timeout = call.Double(1);
  if (!call.ok() || lookup->Ended()) return call.Answer(0);
  HeldLookup held(*Unwrap(call));
  Waiting waiting(call.environment(), timeout, held);
  if (!waiting.allowed()) return call.Answer(-EAGAIN);
  lookup->SetBlocking(true);
  int64_t ready = waiting.Until(lookup->fd(), POLLIN);
  lookup->SetBlocking(false);
  return call.Answer(ready < 0 && ready != kEnded ? ready : 0);
}

// One number of what was found.
template <int64_t (*kRead)(const Outcome&)>
napi_value Number(napi_env env, napi_callback_info info) {
  Call call(env, info);
  auto lookup = Active(call);
  return call.Answer(kRead(Ended(call, lookup)));
}

int64_t Error(const Outcome& outcome) { return outcome.error; }
int64_t Errno(const Outcome& outcome) { return outcome.system_error; }
int64_t Connected(const Outcome& outcome) { return outcome.connected; }
int64_t Count(const Outcome& outcome) { return static_cast<int64_t>(outcome.addresses.size()); }

napi_value AddressAt(napi_env env, napi_callback_info info) {
  Call call(env, info);
  auto lookup = Active(call);
  const auto& addresses = Ended(call, lookup).addresses;
  int index = call.Int(1);
  if (index < 0 || static_cast<size_t>(index) >= addresses.size()) call.Check(napi_invalid_arg);
  if (!call.ok()) return call.Answer(0);
  const FoundAddress& found = addresses[static_cast<size_t>(index)];
  Decode(found.address, *call.environment().frame);
  Record entry(call);
  return entry.Number("family", found.family).Number("type", found.type).Number("protocol", found.protocol).Answer();
}

napi_value CanonicalName(napi_env env, napi_callback_info info) {
  Call call(env, info);
  auto lookup = Active(call);
  const std::string& name = Ended(call, lookup).canonical_name;
  napi_value none = nullptr;
  napi_get_null(env, &none);
  return call.ok() && name.empty() ? none : call.AnswerText(name.c_str(), name.size());
}

napi_value Reversed(napi_env env, napi_callback_info info) {
  Call call(env, info);
  auto lookup = Active(call);
  const Outcome& outcome = Ended(call, lookup);
  return Record(call).Text("host", outcome.host).Text("service", outcome.service).Answer();
}

napi_value Cancel(napi_env env, napi_callback_info info) {
  Call call(env, info);
  Handle* handle = Unwrap(call);
  if (call.ok()) handle->Spend();
  return call.Answer(0);
}

napi_value Message(napi_env env, napi_callback_info info) {
  Call call(env, info);
  int error = call.Int(0);
  return call.AnswerText(gai_strerror(error));
}

}  // namespace

const Export kResolveExports[] = {{"lookup", LookUp, kCall},
                                  {"reverseLookup", ReverseLookup, kCall},
                                  {"lookupFd", Fd},
                                  {"lookupWait", Wait, kCall},
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
