// The contract of an address codec. To add a family: a file here that implements the contract, a row in sockaddr.cc,
// and a codec in src/addresses/.
#pragma once

#include "platform/address.h"

namespace berkeley {

struct AddressCodec {
  // The kernel's number of the family.
  int family;
  // Fills a zeroed address from the frame: 0, or -EINVAL if the text is invalid or too long.
  int (*encode)(const Frame& frame, Address& address);
  // Fills the frame, whose numbers are zero but for the family.
  void (*decode)(const Address& address, Frame& frame);
  // The port in host byte order; null if the family has no ports.
  uint16_t (*port)(const Address& address);
};

}  // namespace berkeley
