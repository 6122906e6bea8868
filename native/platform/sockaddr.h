// Addresses to and from the kernel's layouts, by the codec of their family. Only this folder knows a sockaddr.
#pragma once

#include "platform/address.h"

namespace berkeley {

// Returns 0, or -EINVAL if the text is not a numeric host or does not fit.
int Encode(const Frame& frame, Address& address);
void Decode(const Address& address, Frame& frame);
// The port in host byte order; 0 if the family has no ports.
uint32_t PortOf(const Address& address);

}  // namespace berkeley
