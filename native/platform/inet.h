// IPv4 and IPv6: ip(7), ipv6(7).
#pragma once

#include "platform/codec.h"

namespace berkeley {

extern const AddressCodec kInetCodec;
extern const AddressCodec kInet6Codec;

}  // namespace berkeley
