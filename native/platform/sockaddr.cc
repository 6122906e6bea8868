#include "platform/sockaddr.h"

#include <arpa/inet.h>

#include <algorithm>
#include <cstddef>
#include <cstring>

#include "js/environment.h"
#include "js/exports.h"

namespace berkeley {
namespace {

constexpr size_t kPathAt = offsetof(sockaddr_un, sun_path);
constexpr size_t kDataAt = offsetof(sockaddr, sa_data);

bool CopyText(const Frame& frame, char (&text)[Frame::kText + 1]) {
  size_t length = static_cast<size_t>(frame.length);
  if (length > Frame::kText || memchr(frame.text, '\0', length) != nullptr) return false;
  memcpy(text, frame.text, length);
  text[length] = '\0';
  return true;
}

int EncodeInet(const Frame& frame, Address& address) {
  char host[Frame::kText + 1];
  if (!CopyText(frame, host) || inet_pton(AF_INET, host, &address.inet.sin_addr) != 1) return -EINVAL;
  address.inet.sin_family = AF_INET;
  address.inet.sin_port = htons(static_cast<uint16_t>(frame.port));
  address.length = sizeof address.inet;
  return 0;
}

int EncodeInet6(const Frame& frame, Address& address) {
  char host[Frame::kText + 1];
  if (!CopyText(frame, host) || inet_pton(AF_INET6, host, &address.inet6.sin6_addr) != 1) return -EINVAL;
  address.inet6.sin6_family = AF_INET6;
  address.inet6.sin6_port = htons(static_cast<uint16_t>(frame.port));
  address.inet6.sin6_flowinfo = htonl(frame.flow_info);
  address.inet6.sin6_scope_id = frame.scope_id;
  address.length = sizeof address.inet6;
  return 0;
}

// The length says what kind of name it is: none (unnamed), one that starts with NUL (abstract), or a path.
int EncodePath(const Frame& frame, Address& address) {
  size_t length = static_cast<size_t>(frame.length);
  if (length > sizeof address.path.sun_path) return -EINVAL;
  address.path.sun_family = AF_UNIX;
  memcpy(address.path.sun_path, frame.text, length);
  bool is_path = length > 0 && frame.text[0] != '\0';
  bool has_room = length < sizeof address.path.sun_path;
  address.length = static_cast<socklen_t>(kPathAt + length + (is_path && has_room ? 1 : 0));
  return 0;
}

int EncodeRaw(const Frame& frame, Address& address) {
  size_t length = static_cast<size_t>(frame.length);
  if (length > Frame::kText || kDataAt + length > sizeof address.storage) return -EINVAL;
  address.any.sa_family = static_cast<sa_family_t>(frame.family);
  memcpy(address.bytes + kDataAt, frame.text, length);
  address.length = static_cast<socklen_t>(kDataAt + length);
  return 0;
}

void DecodeText(Frame& frame, int family, const void* from) {
  char* text = reinterpret_cast<char*>(frame.text);
  if (inet_ntop(family, from, text, Frame::kText) == nullptr) text[0] = '\0';
  frame.length = static_cast<int32_t>(strlen(text));
}

void DecodePath(const Address& address, Frame& frame) {
  size_t length = address.length > kPathAt ? address.length - kPathAt : 0;
  length = std::min(length, Frame::kText);
  memcpy(frame.text, address.bytes + kPathAt, length);
  bool is_path = length > 0 && frame.text[0] != '\0';
  frame.length = static_cast<int32_t>(is_path ? strnlen(reinterpret_cast<char*>(frame.text), length) : length);
}

void DecodeRaw(const Address& address, Frame& frame) {
  size_t length = std::min<size_t>(address.length - kDataAt, Frame::kText);
  memcpy(frame.text, address.bytes + kDataAt, length);
  frame.length = static_cast<int32_t>(length);
}

napi_value EncodeAddress(napi_env env, napi_callback_info info) {
  Call call(env, info);
  Environment& environment = call.environment();
  return call.Answer(Encode(*environment.frame, environment.input));
}

}  // namespace

int Encode(const Frame& frame, Address& address) {
  memset(address.bytes, 0, sizeof address.bytes);
  if (frame.length < 0) return -EINVAL;
  if (frame.port == Frame::kRaw) return EncodeRaw(frame, address);
  switch (frame.family) {
    case AF_INET: return EncodeInet(frame, address);
    case AF_INET6: return EncodeInet6(frame, address);
    case AF_UNIX: return EncodePath(frame, address);
    default: return EncodeRaw(frame, address);
  }
}

void Decode(const Address& address, Frame& frame) {
  frame.port = 0;
  frame.flow_info = frame.scope_id = 0;
  frame.length = 0;
  // The kernel gives no address at all for some peers: datagrams of unnamed senders, connected streams' recvfrom.
  frame.family = address.length >= sizeof(sa_family_t) ? address.any.sa_family : AF_UNSPEC;
  if (frame.family == AF_INET) {
    frame.port = ntohs(address.inet.sin_port);
    DecodeText(frame, AF_INET, &address.inet.sin_addr);
  } else if (frame.family == AF_INET6) {
    frame.port = ntohs(address.inet6.sin6_port);
    frame.flow_info = ntohl(address.inet6.sin6_flowinfo);
    frame.scope_id = address.inet6.sin6_scope_id;
    DecodeText(frame, AF_INET6, &address.inet6.sin6_addr);
  } else if (frame.family == AF_UNIX) {
    DecodePath(address, frame);
  } else if (address.length > kDataAt) {
    DecodeRaw(address, frame);
  }
}

uint16_t PortOf(const Address& address) {
  switch (address.length >= sizeof(sa_family_t) ? address.any.sa_family : AF_UNSPEC) {
    case AF_INET: return ntohs(address.inet.sin_port);
    case AF_INET6: return ntohs(address.inet6.sin6_port);
    default: return 0;
  }
}

const Export kAddressExports[] = {{"encodeAddress", EncodeAddress}, {nullptr, nullptr}};

}  // namespace berkeley
