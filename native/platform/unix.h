// Local sockets: unix(7).
#pragma once

#include "platform/codec.h"

namespace berkeley {

extern const AddressCodec kUnixCodec;

}  // namespace berkeley
