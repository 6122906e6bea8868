// Receiving, sending and ending, each a step that never waits; verbs.cc repeats it under the wait loop.
#pragma once

#include <cstddef>
#include <cstdint>

#include "tls/connection.h"

namespace berkeley::tls {

// What a receive has to do, and how far it has got.
struct Receipt {
  uint8_t* data = nullptr;
  size_t size = 0;
  size_t done = 0;
  bool peek = false;
  bool whole = false;  // MSG_WAITALL
};

// A count, 0 at the end of the stream; or -EAGAIN, -errno, kTlsFailed, kNeedsContext.
int64_t Receive(Connection& connection, Receipt& receipt);

// What a send has to do, and how far it has got. Without data it only sends what is kept.
struct Shipment {
  const uint8_t* data = nullptr;
  size_t size = 0;
  size_t done = 0;  // bytes that OpenSSL has taken
  bool whole = false;
  bool may_wait = false;  // the kernel has to take everything before the send is done
};

int64_t Send(Connection& connection, Shipment& shipment);

// 0, or why the connection can send no data now: as above, or -EPIPE after close_notify.
int64_t PrepareSend(Connection& connection);

// Encrypts and sends as many records as the kernel takes, and adds their bytes to `done`. 0, or as above.
int64_t SendRecords(Connection& connection, const uint8_t* data, size_t size, size_t& done);

// Sends close_notify: this side sends no more. 0, or as above. The kernel may not have taken it: see Link::unsent.
int64_t EndSending(Connection& connection);

// Sends close_notify and waits for the peer's: 0 once both sides have ended.
int64_t Unwrap(Connection& connection);

}  // namespace berkeley::tls
