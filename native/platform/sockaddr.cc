#include "platform/sockaddr.h"

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "platform/inet.h"
#include "platform/layouts.h"
#include "platform/unix.h"

namespace berkeley {
namespace {

const AddressCodec* const kCodecs[] = {&kInetCodec, &kInet6Codec, &kUnixCodec};

constexpr size_t kDataOffset = offsetof(sockaddr, sa_data);

int EncodeWhole(const Frame& frame, Address& address) {
  size_t length = static_cast<size_t>(frame.length);
  if (length > Frame::kTextBytes || kDataOffset + length > sizeof address.storage) return -EINVAL;
  address.any.sa_family = static_cast<sa_family_t>(frame.family);
  memcpy(address.bytes + kDataOffset, frame.text, length);
  address.length = static_cast<socklen_t>(kDataOffset + length);
  return 0;
}

void DecodeWhole(const Address& address, Frame& frame) {
  if (address.length <= kDataOffset) return;
  size_t length = std::min<size_t>(address.length - kDataOffset, Frame::kTextBytes);
  memcpy(frame.text, address.bytes + kDataOffset, length);
  frame.length = static_cast<int32_t>(length);
}

// Families without a codec of their own: all that follows the family passes as bytes.
constexpr AddressCodec kWholeCodec = {AF_UNSPEC, EncodeWhole, DecodeWhole, nullptr};

const AddressCodec& CodecOf(int family) {
  for (const AddressCodec* codec : kCodecs) {
    if (codec->family == family) return *codec;
  }
  return kWholeCodec;
}

// The port of an address that is a structure of fields. Such ports have 32 bits in host byte order.
uint32_t PortField(const Address& address, int family) {
  for (const AddressLayout* layout = kAddressLayouts; layout->name != nullptr; layout++) {
    if (layout->family != family) continue;
    for (const AddressField* field = layout->fields; field->name != nullptr; field++) {
      uint32_t port = 0;
      bool is_port = strcmp(field->name, "port") == 0 && field->size == sizeof port;
      if (!is_port || address.length < field->offset + sizeof port) continue;
      memcpy(&port, address.bytes + field->offset, sizeof port);
      return port;
    }
  }
  return 0;
}

}  // namespace

int Encode(const Frame& frame, Address& address) {
  memset(address.bytes, 0, sizeof address.bytes);
  if (frame.length < 0) return -EINVAL;
  bool whole = frame.port == Frame::kWholeSockaddr;
  return (whole ? kWholeCodec : CodecOf(frame.family)).encode(frame, address);
}

void Decode(const Address& address, Frame& frame) {
  frame.family = address.family();
  frame.port = 0;
  frame.flow_info = frame.scope_id = 0;
  frame.length = 0;
  CodecOf(frame.family).decode(address, frame);
}

uint32_t PortOf(const Address& address) {
  int family = address.family();
  const AddressCodec& codec = CodecOf(family);
  return codec.port == nullptr ? PortField(address, family) : codec.port(address);
}

}  // namespace berkeley
