// Sending a part of a file: the TLS counterpart of sendfile(2), which would bypass the encryption. The file is read into
// memory that the addon has anyway and encrypted from there, so its bytes never pass through JavaScript.
#pragma once

#include <cstddef>
#include <cstdint>

#include "tls/connection.h"

namespace berkeley::tls {

// What a send of a file has to do, and how far it has got.
struct FileShipment {
  int file = -1;
  int64_t offset = -1;  // -1: the file's own position, which moves by the bytes that were taken
  size_t size = 0;
  size_t done = 0;        // bytes that OpenSSL has taken
  bool may_wait = false;  // the kernel has to take the last record whole before the send is done
  uint8_t* memory = nullptr;
  size_t memory_size = 0;
};

// A step that never waits for the peer. A count, 0 at the end of the file; or -EAGAIN, -errno, kTlsFailed,
// kNeedsContext.
int64_t SendFile(Connection& connection, FileShipment& shipment);

}  // namespace berkeley::tls
