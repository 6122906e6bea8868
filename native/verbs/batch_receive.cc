// Receiving for many sockets in one call: for a small message, the way into the addon costs more than its bytes.
#include <cstring>

#include "js/call.h"
#include "platform/platform.h"
#include "verbs/exports.h"

namespace berkeley {
namespace {

// TypeScript reads the same layout.
struct Row {
  int32_t fd;      // negative: nothing is received
  int32_t result;  // how many bytes, 0 at the end of the stream, or -errno
};

int32_t Receive(int fd, uint8_t* memory, size_t size) {
  int64_t count = counted::recv(fd, memory, size, MSG_DONTWAIT);
  return count < 0 ? -errno : static_cast<int32_t>(count);
}

// Arguments: the rows and their number; the memory, and how much of it belongs to each row. Does nothing while a trace
// is on, because a trace has a record of each call, and these would be missing.
napi_value RecvMany(Call& call) {
  auto count = static_cast<size_t>(call.Int(1)), share = static_cast<size_t>(call.Int(3));
  Bytes rows = call.View(0), memory = call.View(2);
  call.Require(share > 0 && rows.size / sizeof(Row) >= count && memory.size / share >= count);
  if (!call.ok() || counted::On()) return call.Return(0);
  for (size_t i = 0; i < count; i++) {
    Row row;
    uint8_t* at = rows.data + i * sizeof row;
    memcpy(&row, at, sizeof row);
    if (row.fd < 0) continue;
    row.result = Receive(row.fd, memory.data + i * share, share);
    memcpy(at, &row, sizeof row);
  }
  return call.Return(0);
}

}  // namespace

const Export kBatchReceiveExports[] = {{"recvMany", RecvMany}, {nullptr, nullptr}};

}  // namespace berkeley
