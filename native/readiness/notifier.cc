#include "readiness/notifier.h"

#include <cstring>

#include "js/exports.h"

namespace berkeley {
namespace {

// The function to call, and the descriptor of the set; without one, or where `thread` is asked for, by a thread.
napi_value OpenBell(napi_env env, napi_callback_info info) {
  Call call(env, info);
  int fd = call.Int(1);
  bool thread = call.Bool(2);
  if (!call.ok() || call.environment().bell != nullptr) return call.Answer(-EALREADY);
  Environment& environment = call.environment();
  return call.Answer(thread ? OpenThreadBell(environment, call.at(0)) : OpenLoopBell(environment, call.at(0), fd));
}

// Rows of three 32-bit integers, as `poll` takes them: fd, events, and one that is not used.
napi_value WatchBell(napi_env env, napi_callback_info info) {
  Call call(env, info);
  Bytes rows = call.View(0);
  if (!call.ok() || call.environment().bell == nullptr) return call.Answer(-EINVAL);
  std::vector<pollfd> descriptors(rows.size / (3 * sizeof(int32_t)));
  for (size_t i = 0; i < descriptors.size(); i++) {
    int32_t row[3];
    memcpy(row, rows.data + i * sizeof row, sizeof row);
    descriptors[i] = {row[0], static_cast<short>(row[1]), 0};
  }
  call.environment().bell->Watch(std::move(descriptors));
  return call.Answer(0);
}

napi_value HoldBell(napi_env env, napi_callback_info info) {
  Call call(env, info);
  bool held = call.Bool(0);
  Environment& environment = call.environment();
  if (!call.ok() || environment.bell == nullptr) return call.Answer(-EINVAL);
  environment.bell->Hold(held);
  environment.holds->held = held;
  return call.Answer(0);
}

}  // namespace

const Export kReactorExports[] = {
    {"notifierOpen", OpenBell}, {"notifierWatch", WatchBell}, {"notifierKeepAlive", HoldBell}, {nullptr, nullptr}};

}  // namespace berkeley
