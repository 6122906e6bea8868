// Which object owns a descriptor: the table of open descriptors, for TypeScript.
#include <cstring>
#include <vector>

#include "js/call.h"
#include "platform/platform.h"
#include "verbs/exports.h"
#include "wait/environment.h"
#include "wait/offers.h"

namespace berkeley {
namespace {

constexpr size_t kMaxStackBytes = 4096;

napi_value Own(Call& call) {
  int fd = call.Int(0);
  char stack[kMaxStackBytes];
  if (!call.Text(2, stack, sizeof stack)) stack[0] = '\0';
  if (call.ok()) call.Check(call.environment().descriptors.Own(call.env(), fd, call.at(1), stack));
  return call.Return(0);
}

napi_value Owner(Call& call) {
  int fd = call.Int(0);
  return call.ok() ? call.environment().descriptors.Owner(call.env(), fd) : call.Return(0);
}

napi_value Disown(Call& call) {
  int fd = call.Int(0);
  return call.ReturnBool(call.ok() && call.environment().descriptors.Remove(call.env(), fd));
}

napi_value Sweep(Call& call) { return call.Return(call.environment().descriptors.Sweep(call.env())); }

napi_value Generation(Call& call) {
  int fd = call.Int(0);
  return call.Return(call.environment().descriptors.Generation(fd));
}

// The table is copied first: setting a property may run a setter of a polluted prototype, which may change the table.
napi_value OpenDescriptors(Call& call) {
  napi_env env = call.env();
  std::vector<std::pair<int, std::string>> all;
  for (const auto& [fd, entry] : call.environment().descriptors.entries()) {
    all.emplace_back(fd, entry.stack ? *entry.stack : "");
  }
  napi_value list = nullptr;
  napi_create_array(env, &list);
  uint32_t index = 0;
  for (const auto& [fd, text] : all) {
    napi_value row = nullptr, number = nullptr, stack = nullptr;
    napi_create_object(env, &row);
    napi_create_int32(env, fd, &number);
    napi_create_string_utf8(env, text.data(), text.size(), &stack);
    napi_set_named_property(env, row, "fd", number);
    napi_set_named_property(env, row, "stack", stack);
    napi_set_element(env, list, index++, row);
  }
  return list;
}

// What the kernel reports about a descriptor that was opened elsewhere. TypeScript reads the same layout.
struct Facts {
  int32_t family, type, protocol, listening, non_blocking;
};

int64_t Examine(int fd, Facts& facts) {
  int type = 0;
  socklen_t length = sizeof type;
  if (counted::getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &length) < 0) return -errno;
  int flags = counted::fcntl(fd, F_GETFL);
  if (flags < 0) return -errno;
  facts.family = platform::FamilyOf(fd);
  facts.type = type;
  facts.protocol = platform::ProtocolOf(fd);
  facts.listening = platform::SocketOption(fd, SO_ACCEPTCONN, 0);
  facts.non_blocking = (flags & O_NONBLOCK) != 0;
  return 0;
}

// A child inherits no descriptor of ours, unless it is handed over.
bool Prepare(int fd) { return counted::fcntl(fd, F_SETFD, FD_CLOEXEC) >= 0 && platform::SetNonBlocking(fd) >= 0; }

// Enters a descriptor that was opened elsewhere. Returns it, or -errno.
int64_t Adopt(Call& call, int fd, Facts& facts) {
  int64_t result = Examine(fd, facts);
  if (result < 0) return result;
  Descriptors& descriptors = call.environment().descriptors;
  if (!descriptors.Adopt(fd)) return -EEXIST;
  if (Prepare(fd)) return fd;
  result = -errno;
  descriptors.Remove(call.env(), fd);
  return result;
}

// Enters a descriptor that was offered. Returns it, or -errno.
int64_t TakeOver(Call& call, int fd, Facts& facts) {
  int64_t result = Examine(fd, facts);
  if (result < 0) return result;
  if (!Prepare(fd)) return -errno;
  call.environment().descriptors.TakeOver(fd);
  return fd;
}

napi_value AdoptNumber(Call& call) {
  int fd = call.Int(0);
  Bytes out = call.View(1);
  Facts facts{};
  call.Require(out.size >= sizeof facts);
  if (!call.ok()) return call.Return(0);
  int64_t result = Adopt(call, fd, facts);
  if (result >= 0) memcpy(out.data, &facts, sizeof facts);
  return call.Return(result);
}

napi_value OfferDescriptor(Call& call) {
  int fd = call.Int(0);
  if (!call.ok()) return call.Return(0);
  Environment& environment = call.environment();
  return call.Return(environment.descriptors.Release(call.env(), fd) ? Offer(environment, fd) : -EBADF);
}

// No offer has the number 0.
int64_t OfferNumber(double given) {
  constexpr double kMax = 9007199254740992;  // 2^53
  return given > 0 && given <= kMax ? static_cast<int64_t>(given) : 0;
}

napi_value AdoptOffer(Call& call) {
  int64_t number = OfferNumber(call.Double(0));
  Bytes out = call.View(1);
  Facts facts{};
  call.Require(out.size >= sizeof facts);
  if (!call.ok()) return call.Return(0);
  int64_t result = TakeOffer(number, [&](int fd) { return TakeOver(call, fd, facts); });
  if (result >= 0) memcpy(out.data, &facts, sizeof facts);
  return call.Return(result);
}

napi_value Withdraw(Call& call) {
  int64_t number = OfferNumber(call.Double(0));
  return call.ReturnBool(call.ok() && WithdrawOffer(number));
}

}  // namespace

const Export kOwnershipExports[] = {{"own", Own},
                                    {"owner", Owner},
                                    {"disown", Disown},
                                    {"sweep", Sweep},
                                    {"generation", Generation},
                                    {"openDescriptors", OpenDescriptors},
                                    {"adopt", AdoptNumber, kFdArgument},
                                    {"offer", OfferDescriptor, kFdArgument},
                                    {"adoptOffer", AdoptOffer},
                                    {"withdrawOffer", Withdraw},
                                    {nullptr, nullptr}};

}  // namespace berkeley
