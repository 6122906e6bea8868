// The only knowledge of the kernel's address layouts: to and from a frame of plain fields that TypeScript reads.
#pragma once

#include <cstdint>

#include "platform/platform.h"

namespace berkeley {

// Room for every family; sun_path may lack its closing NUL, for which the kernel then counts one byte more.
struct Address {
  union {
    sockaddr any;
    sockaddr_in inet;
    sockaddr_in6 inet6;
    sockaddr_un path;
    sockaddr_storage storage;
    uint8_t bytes[sizeof(sockaddr_storage) + 8];
  };
  socklen_t length = 0;

  socklen_t Room() const { return sizeof bytes; }
};

// Shared memory: src/addresses.ts knows the same layout. `text` is a numeric host, a unix path (abstract names start
// with a NUL) or, for a family without a codec, all that follows the family field. So it is, too, of an address of any
// family whose port is kRaw.
struct Frame {
  static constexpr size_t kText = 160;
  static constexpr int32_t kRaw = -1;

  int32_t family;
  int32_t port;
  uint32_t flow_info;
  uint32_t scope_id;
  int32_t length;
  uint8_t text[kText];
};

// 0, or -EINVAL when the text is no numeric host, or does not fit.
int Encode(const Frame& frame, Address& address);
void Decode(const Address& address, Frame& frame);
// Of the families that have one; otherwise 0.
uint16_t PortOf(const Address& address);

}  // namespace berkeley
