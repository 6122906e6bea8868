#include "readiness/notifier.h"

#include <cstring>

#include "js/call.h"
#include "readiness/exports.h"

namespace berkeley {
namespace {

// Arguments: the function to call; the descriptor to watch; whether to use a thread.
napi_value Open(Call& call) {
  int fd = call.Int(1);
  bool thread = call.Bool(2);
  if (!call.ok() || call.environment().notifier != nullptr) return call.Return(-EALREADY);
  Environment& environment = call.environment();
  napi_value callback = call.at(0);
  return call.Return(thread ? OpenThreadNotifier(environment, callback) : OpenUvNotifier(environment, callback, fd));
}

// Argument: rows of three 32-bit integers, as `poll` takes them: fd, events, and one that is not used.
napi_value Watch(Call& call) {
  Bytes rows = call.View(0);
  if (!call.ok() || call.environment().notifier == nullptr) return call.Return(-EINVAL);
  std::vector<pollfd> descriptors(rows.size / (3 * sizeof(int32_t)));
  for (size_t i = 0; i < descriptors.size(); i++) {
    int32_t row[3];
    memcpy(row, rows.data + i * sizeof row, sizeof row);
    descriptors[i] = {row[0], static_cast<short>(row[1]), 0};
  }
  call.environment().notifier->Watch(std::move(descriptors));
  return call.Return(0);
}

napi_value SetKeepAlive(Call& call) {
  bool keep_alive = call.Bool(0);
  Environment& environment = call.environment();
  if (!call.ok() || environment.notifier == nullptr) return call.Return(-EINVAL);
  environment.notifier->SetKeepAlive(keep_alive);
  environment.keep_alive->alive = keep_alive;
  return call.Return(0);
}

}  // namespace

const Export kNotifierExports[] = {
    {"notifierOpen", Open}, {"notifierWatch", Watch}, {"notifierKeepAlive", SetKeepAlive}, {nullptr, nullptr}};

}  // namespace berkeley
