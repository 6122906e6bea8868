// Receiving for many sockets in one call: of a small message, the way into the addon costs more than its bytes do.
#include <cstring>

#include "js/exports.h"
#include "wait/wait.h"

namespace berkeley {
namespace {

// As TypeScript reads it.
struct Row {
  int32_t fd;      // negative: nothing is to be received
  int32_t answer;  // how many bytes, 0 at the end, or -errno
};

int32_t Receive(int fd, uint8_t* memory, size_t share) {
  int64_t count = counted::recv(fd, memory, share, MSG_DONTWAIT);
  return count < 0 ? -errno : static_cast<int32_t>(count);
}

// The rows and how many of them, the memory and how much of it is each row's. Nothing is done while a trace is on: it has
// a record of each call, and would miss these.
napi_value RecvMany(napi_env env, napi_callback_info info) {
  Call call(env, info, 4);
  auto count = static_cast<size_t>(call.Int(1)), share = static_cast<size_t>(call.Int(3));
  Bytes rows = call.View(0), memory = call.View(2);
  bool fits = share > 0 && rows.size / sizeof(Row) >= count && memory.size / share >= count;
  call.Check(fits ? napi_ok : napi_invalid_arg);
  if (!call.ok() || trace::On()) return call.Answer(0);
  for (size_t i = 0; i < count; i++) {
    Row row;
    uint8_t* at = rows.data + i * sizeof row;
    memcpy(&row, at, sizeof row);
    if (row.fd < 0) continue;
    row.answer = Receive(row.fd, memory.data + i * share, share);
    memcpy(at, &row, sizeof row);
  }
  return call.Answer(0);
}

}  // namespace

const Export kReceiveManyExports[] = {{"recvMany", RecvMany}, {nullptr, nullptr}};

}  // namespace berkeley
