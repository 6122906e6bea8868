// Wakers, which end the wait of a Selector from any thread.
#include <cstring>

#include "js/call.h"
#include "platform/wake_pair.h"
#include "readiness/exports.h"
#include "wait/environment.h"
#include "wait/shortage.h"
#include "wait/wakers.h"

namespace berkeley {
namespace {

// Argument: room for the descriptor to watch, and the id to raise it by.
napi_value Open(Call& call) {
  int fd = -1;
  uint32_t id = 0;
  call.Require(call.View(0).size >= sizeof fd + sizeof id);
  if (!call.ok()) return call.Return(0);
  int64_t result = OpenOrSweep(call.environment(), [&] { return int64_t{OpenWaker(&fd, &id)}; });
  if (result < 0) return call.Return(result);
  call.environment().descriptors.Add(call.env(), fd, id);
  // The view is read again: JavaScript may have run, and have taken its memory away.
  Bytes out = call.View(0);
  call.Require(out.size >= sizeof fd + sizeof id);
  if (!call.ok()) return call.Return(0);
  memcpy(out.data, &fd, sizeof fd);
  memcpy(out.data + sizeof fd, &id, sizeof id);
  return call.Return(0);
}

napi_value Raise(Call& call) {
  int64_t id = call.Long(0);
  return call.ReturnBool(call.ok() && RaiseWaker(static_cast<uint32_t>(id)));
}

napi_value Drain(Call& call) {
  int fd = call.Int(0);
  if (call.ok()) platform::WakePair::Drain(fd);
  return call.Return(0);
}

}  // namespace

const Export kWakerExports[] = {
    {"wakerOpen", Open}, {"wakerRaise", Raise}, {"wakerDrain", Drain}, {nullptr, nullptr}};

}  // namespace berkeley
