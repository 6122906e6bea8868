// getsockopt(2) and setsockopt(2). The codecs in src/options/ know what the bytes mean.

#include "js/exports.h"
#include "platform/platform.h"

#if __has_include(<linux/filter.h>)
#include <linux/filter.h>
#endif

namespace berkeley {
namespace {

// What getsockopt counts the length in. It is bytes, but for one: given the bytes of a buffer, SO_GET_FILTER would
// write eight times as many.
size_t UnitOf([[maybe_unused]] int level, [[maybe_unused]] int name) {
#ifdef SO_GET_FILTER
  if (level == SOL_SOCKET && name == SO_GET_FILTER) return sizeof(sock_filter);
#endif
  return 1;
}

napi_value GetOption(napi_env env, napi_callback_info info) {
  Call call(env, info);
  int fd = call.Int(0);
  int level = call.Int(1);
  int name = call.Int(2);
  Bytes value = call.View(3);
  if (!call.ok()) return call.Answer(0);
  size_t unit = UnitOf(level, name);
  socklen_t length = static_cast<socklen_t>(value.size / unit);
  int result = counted::getsockopt(fd, level, name, value.data, &length);
  return call.Answer(result == 0 ? static_cast<int64_t>(length * unit) : -errno);
}

napi_value SetOption(napi_env env, napi_callback_info info) {
  Call call(env, info);
  int fd = call.Int(0);
  int level = call.Int(1);
  int name = call.Int(2);
  Bytes value = call.View(3);
  if (!call.ok()) return call.Answer(0);
  int result = counted::setsockopt(fd, level, name, value.data, static_cast<socklen_t>(value.size));
  return call.Answer(result == 0 ? 0 : -errno);
}

// Sets an option whose value points at the instructions of a filter.
napi_value SetFilter(napi_env env, napi_callback_info info) {
  Call call(env, info);
  [[maybe_unused]] int fd = call.Int(0);
  [[maybe_unused]] int level = call.Int(1);
  [[maybe_unused]] int name = call.Int(2);
  Bytes instructions = call.View(3);
  if (!call.ok()) return call.Answer(0);
#ifdef SO_GET_FILTER
  sock_fprog program{};
  program.len = static_cast<unsigned short>(instructions.size / sizeof(sock_filter));
  program.filter = reinterpret_cast<sock_filter*>(instructions.data);
  int result = counted::setsockopt(fd, level, name, &program, sizeof program);
  return call.Answer(result == 0 ? 0 : -errno);
#else
  return call.Answer(-ENOPROTOOPT);
#endif
}

}  // namespace

const Export kOptionExports[] = {{"getOption", GetOption, kFirst},
                                 {"setOption", SetOption, kFirst},
                                 {"setFilter", SetFilter, kFirst},
                                 {nullptr, nullptr}};

}  // namespace berkeley
