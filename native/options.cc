// getsockopt(2) and setsockopt(2). What the bytes mean, src/option-codecs.ts knows.

#include "exports.h"
#include "platform.h"

namespace berkeley {
namespace {

// When the value has more bytes than the buffer, Linux cuts it, or answers ERANGE and tells the length it needs
// (SO_PEERSEC, SO_PEERGROUPS): then that length is the answer, which is larger than the buffer offered.
napi_value GetOption(napi_env env, napi_callback_info info) {
  Call call(env, info);
  int fd = call.Int(0);
  int level = call.Int(1);
  int name = call.Int(2);
  Bytes value = call.View(3);
  if (!call.ok()) return call.Answer(0);
  socklen_t length = static_cast<socklen_t>(value.size);
  if (getsockopt(fd, level, name, value.data, &length) == 0) return call.Answer(length);
  bool told = errno == ERANGE && length > value.size;
  return call.Answer(told ? static_cast<int64_t>(length) : -errno);
}

napi_value SetOption(napi_env env, napi_callback_info info) {
  Call call(env, info);
  int fd = call.Int(0);
  int level = call.Int(1);
  int name = call.Int(2);
  Bytes value = call.View(3);
  if (!call.ok()) return call.Answer(0);
  int result = setsockopt(fd, level, name, value.data, static_cast<socklen_t>(value.size));
  return call.Answer(result == 0 ? 0 : -errno);
}

}  // namespace

const Export kOptionExports[] = {{"getOption", GetOption}, {"setOption", SetOption}, {nullptr, nullptr}};

}  // namespace berkeley
