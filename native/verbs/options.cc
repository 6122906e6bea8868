// getsockopt(2) and setsockopt(2). src/options/ knows what the bytes mean.
#include "js/call.h"
#include "platform/platform.h"
#include "verbs/exports.h"
#include "wait/results.h"

namespace berkeley {
namespace {

napi_value GetOption(Call& call) {
  int fd = call.Int(0), level = call.Int(1), name = call.Int(2);
  Bytes value = call.View(3);
  if (!call.ok()) return call.Return(0);
  size_t unit_bytes = platform::OptionUnitBytes(level, name);
  socklen_t length = static_cast<socklen_t>(value.size / unit_bytes);
  int result = counted::getsockopt(fd, level, name, value.data, &length);
  return call.Return(result == 0 ? static_cast<int64_t>(length * unit_bytes) : -errno);
}

napi_value SetOption(Call& call) {
  int fd = call.Int(0), level = call.Int(1), name = call.Int(2);
  Bytes value = call.View(3);
  if (!call.ok()) return call.Return(0);
  return call.Return(OrErrno(counted::setsockopt(fd, level, name, value.data, static_cast<socklen_t>(value.size))));
}

// Sets an option whose value points at the instructions of a filter.
napi_value SetFilter(Call& call) {
  int fd = call.Int(0), level = call.Int(1), name = call.Int(2);
  Bytes instructions = call.View(3);
  if (!call.ok()) return call.Return(0);
  return call.Return(OrErrno(platform::SetFilter(fd, level, name, instructions.data, instructions.size)));
}

}  // namespace

const Export kOptionExports[] = {{"getOption", GetOption, kFdArgument},
                                 {"setOption", SetOption, kFdArgument},
                                 {"setFilter", SetFilter, kFdArgument},
                                 {nullptr, nullptr}};

}  // namespace berkeley
