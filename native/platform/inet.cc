#include "platform/inet.h"

#include <arpa/inet.h>

#include <cerrno>
#include <cstring>

namespace berkeley {
namespace {

// Reads the host of a frame. False if it is not numeric.
bool ParseHost(const Frame& frame, int family, void* out) {
  char host[Frame::kTextBytes + 1];
  size_t length = static_cast<size_t>(frame.length);
  if (length > Frame::kTextBytes || memchr(frame.text, '\0', length) != nullptr) return false;
  memcpy(host, frame.text, length);
  host[length] = '\0';
  return inet_pton(family, host, out) == 1;
}

// A datagram server prints an address for each datagram, and inet_ntop(3) does it by sprintf(3).
void PrintInetHost(const in_addr& host, Frame& frame) {
  const auto* bytes = reinterpret_cast<const uint8_t*>(&host);
  uint8_t* end = frame.text;
  for (int i = 0; i < 4; i++) {
    if (i > 0) *end++ = '.';
    if (bytes[i] >= 100) *end++ = static_cast<uint8_t>('0' + bytes[i] / 100);
    if (bytes[i] >= 10) *end++ = static_cast<uint8_t>('0' + bytes[i] / 10 % 10);
    *end++ = static_cast<uint8_t>('0' + bytes[i] % 10);
  }
  frame.length = static_cast<int32_t>(end - frame.text);
}

void PrintHost(int family, const void* host, Frame& frame) {
  char* text = reinterpret_cast<char*>(frame.text);
  if (inet_ntop(family, host, text, Frame::kTextBytes) == nullptr) text[0] = '\0';
  frame.length = static_cast<int32_t>(strlen(text));
}

int EncodeInet(const Frame& frame, Address& address) {
  sockaddr_in& inet = address.inet;
  if (!ParseHost(frame, AF_INET, &inet.sin_addr)) return -EINVAL;
  inet.sin_family = AF_INET;
  inet.sin_port = htons(static_cast<uint16_t>(frame.port));
  address.length = sizeof inet;
  return 0;
}

uint16_t InetPort(const Address& address) { return ntohs(address.inet.sin_port); }

void DecodeInet(const Address& address, Frame& frame) {
  frame.port = InetPort(address);
  PrintInetHost(address.inet.sin_addr, frame);
}

int EncodeInet6(const Frame& frame, Address& address) {
  sockaddr_in6& inet6 = address.inet6;
  if (!ParseHost(frame, AF_INET6, &inet6.sin6_addr)) return -EINVAL;
  inet6.sin6_family = AF_INET6;
  inet6.sin6_port = htons(static_cast<uint16_t>(frame.port));
  inet6.sin6_flowinfo = htonl(frame.flow_info);
  inet6.sin6_scope_id = frame.scope_id;
  address.length = sizeof inet6;
  return 0;
}

uint16_t Inet6Port(const Address& address) { return ntohs(address.inet6.sin6_port); }

void DecodeInet6(const Address& address, Frame& frame) {
  frame.port = Inet6Port(address);
  frame.flow_info = ntohl(address.inet6.sin6_flowinfo);
  frame.scope_id = address.inet6.sin6_scope_id;
  PrintHost(AF_INET6, &address.inet6.sin6_addr, frame);
}

}  // namespace

const AddressCodec kInetCodec = {AF_INET, EncodeInet, DecodeInet, InetPort};
const AddressCodec kInet6Codec = {AF_INET6, EncodeInet6, DecodeInet6, Inet6Port};

}  // namespace berkeley
