#include "tls/send_file.h"

#include <algorithm>
#include <cerrno>

#include "platform/file.h"
#include "tls/transfer.h"

namespace berkeley::tls {
namespace {

// One call sends so many bytes at most, a millisecond of encryption or so: a peer that receives as fast as this side sends
// must not hold up the event loop. A plain sendfile(2) ends when the send queue is full.
constexpr size_t kMaxFileBytes = 1 << 20;

// Reads and sends a piece after another while the kernel takes them. 0, also at the end of the file, or a failure.
int64_t SendPieces(Connection& connection, FileShipment& shipment, int64_t position) {
  size_t limit = std::min(shipment.size, kMaxFileBytes);
  while (shipment.done < limit && connection.link.unsent() == 0) {
    size_t wanted = std::min(limit - shipment.done, shipment.memory_size);
    int64_t at = position + static_cast<int64_t>(shipment.done);
    int64_t count = platform::ReadFileAt(shipment.file, shipment.memory, wanted, at);
    if (count <= 0) return count;
    size_t sent = 0;
    int64_t reason = SendRecords(connection, shipment.memory, static_cast<size_t>(count), sent);
    shipment.done += sent;
    if (reason < 0) return reason;
  }
  return 0;
}

}  // namespace

int64_t SendFile(Connection& connection, FileShipment& shipment) {
  int64_t reason = PrepareSend(connection);
  if (reason < 0) return reason;
  int64_t flushed = connection.link.Flush();
  if (shipment.done == 0) {
    if (flushed < 0) return flushed;
    int64_t refused = platform::CheckFile(shipment.file);
    if (refused < 0) return refused;
    bool is_own = shipment.offset < 0;
    int64_t position = is_own ? platform::FilePosition(shipment.file) : shipment.offset;
    if (position < 0) return position;
    reason = SendPieces(connection, shipment, position);
    // Before any wait: JavaScript may run in it and close the file.
    if (is_own && shipment.done > 0) {
      platform::SetFilePosition(shipment.file, position + static_cast<int64_t>(shipment.done));
    }
    if (reason < 0) return reason;
    flushed = connection.link.Flush();
  }
  if (flushed < 0 && (flushed != -EAGAIN || shipment.may_wait || shipment.done == 0)) return flushed;
  return static_cast<int64_t>(shipment.done);
}

}  // namespace berkeley::tls
