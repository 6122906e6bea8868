#include "tls/transfer.h"

#include <algorithm>
#include <cerrno>

#include "tls/handshake.h"

namespace berkeley::tls {
namespace {

// 0, or why the connection can transfer nothing now.
int64_t Ready(Connection& connection) {
  if (connection.failed) return connection.FailWith(connection.failure);
  if (!connection.established) return ContinueHandshake(connection);
  connection.link.ClearError();
  openssl.ERR_clear_error();
  return 0;
}

int64_t ReceiveOnce(Connection& connection, const Receipt& receipt) {
  size_t count = 0;
  auto read = receipt.peek ? openssl.SSL_peek_ex : openssl.SSL_read_ex;
  int result = read(connection.ssl, receipt.data + receipt.done, receipt.size - receipt.done, &count);
  return result == 1 ? static_cast<int64_t>(count) : connection.Settle(result);
}

// Whether to receive again although there are bytes already. A full record is mostly followed by another; after a shorter
// one the attempt would be a call in vain.
bool GoesOn(const Receipt& receipt, int64_t count) {
  if (receipt.peek || receipt.done >= receipt.size) return false;
  return receipt.whole || count == static_cast<int64_t>(kMaxRecordBytes);
}

}  // namespace

int64_t Receive(Connection& connection, Receipt& receipt) {
  int64_t reason = Ready(connection);
  if (reason < 0) return reason;
  // A failure to send is left to the next send: the peer's alert, which explains it, may be here.
  connection.link.Flush();
  connection.link.ClearError();
  if (receipt.size == 0) return 0;
  if (connection.is_truncated) return connection.FailTruncated();
  for (;;) {
    int64_t count = ReceiveOnce(connection, receipt);
    // The end or an error after a part is left to the next receive, which finds it again.
    bool has_part = receipt.done > 0 && (count == 0 || (count < 0 && (count != -EAGAIN || !receipt.whole)));
    if (has_part) return static_cast<int64_t>(receipt.done);
    if (count <= 0) return count;
    receipt.done += static_cast<size_t>(count);
    if (!GoesOn(receipt, count)) return static_cast<int64_t>(receipt.done);
  }
}

int64_t PrepareSend(Connection& connection) {
  int64_t reason = Ready(connection);
  if (reason < 0) return reason;
  return (openssl.SSL_get_shutdown(connection.ssl) & kSentShutdown) != 0 ? -EPIPE : 0;
}

int64_t SendRecords(Connection& connection, const uint8_t* data, size_t size, size_t& done) {
  while (done < size && connection.link.unsent() == 0) {
    size_t count = 0;
    size_t record = std::min(size - done, kMaxRecordBytes);
    connection.link.set_more(size - done > record);
    int result = openssl.SSL_write_ex(connection.ssl, data + done, record, &count);
    connection.link.set_more(false);
    if (result != 1) {
      int64_t failure = connection.Settle(result);
      return failure == 0 ? -EPIPE : failure;
    }
    done += count;
  }
  return 0;
}

int64_t Send(Connection& connection, Shipment& shipment) {
  // What is kept may still be sent after close_notify.
  int64_t reason = shipment.size > 0 ? PrepareSend(connection) : Ready(connection);
  if (reason < 0) return reason;
  for (;;) {
    int64_t flushed = connection.link.Flush();
    bool is_taken = shipment.done >= shipment.size || (!shipment.whole && shipment.done > 0);
    if (flushed == -EAGAIN && is_taken && !shipment.may_wait && shipment.done > 0) {
      return static_cast<int64_t>(shipment.done);
    }
    if (flushed < 0) return flushed;
    if (is_taken) return static_cast<int64_t>(shipment.done);
    int64_t failure = SendRecords(connection, shipment.data, shipment.size, shipment.done);
    if (failure < 0) return failure;
  }
}

int64_t EndSending(Connection& connection) {
  int64_t reason = Ready(connection);
  if (reason < 0) return reason;
  if ((openssl.SSL_get_shutdown(connection.ssl) & kSentShutdown) == 0) {
    int result = openssl.SSL_shutdown(connection.ssl);
    if (result < 0) return connection.Settle(result);
  }
  int64_t flushed = connection.link.Flush();
  return flushed == -EAGAIN ? 0 : flushed;
}

int64_t Unwrap(Connection& connection) {
  // The peer's close_notify will not come. OpenSSL would report a consequence of that.
  if (connection.is_truncated) return connection.FailTruncated();
  int64_t ended = EndSending(connection);
  if (ended < 0) return ended;
  int64_t flushed = connection.link.Flush();
  if (flushed < 0) return flushed;
  if ((openssl.SSL_get_shutdown(connection.ssl) & kReceivedShutdown) != 0) return 0;
  // Data of the peer's before its close_notify stays: it has to be received first.
  uint8_t next;
  Receipt receipt;
  receipt.data = &next;
  receipt.size = sizeof next;
  receipt.peek = true;
  int64_t count = ReceiveOnce(connection, receipt);
  if (count <= 0) return count;
  Failure failure;
  failure.reason = "application data after close notify";
  LastFailure() = failure;
  return kTlsFailed;
}

}  // namespace berkeley::tls
