#include "platform/unix.h"

#include <algorithm>
#include <cerrno>
#include <cstring>

// Facts about names of unix sockets, from unix(7):
// - The length of the address says what kind of name it is: none (unnamed), one that starts with a NUL (abstract, which
//   only Linux has), or a path.
// - All bytes of an abstract name count, NULs included. A path ends at its first NUL.
// - A path that fills sun_path has no closing NUL.

namespace berkeley {
namespace {

constexpr size_t kPathOffset = offsetof(sockaddr_un, sun_path);

bool IsPath(const Frame& frame, size_t length) { return length > 0 && frame.text[0] != '\0'; }

int EncodeUnix(const Frame& frame, Address& address) {
  sockaddr_un& unix_path = address.unix_path;
  size_t length = static_cast<size_t>(frame.length);
  if (length > sizeof unix_path.sun_path) return -EINVAL;
  unix_path.sun_family = AF_UNIX;
  memcpy(unix_path.sun_path, frame.text, length);
  bool has_nul = IsPath(frame, length) && length < sizeof unix_path.sun_path;
  address.length = static_cast<socklen_t>(kPathOffset + length + (has_nul ? 1 : 0));
  return 0;
}

void DecodeUnix(const Address& address, Frame& frame) {
  size_t length = address.length > kPathOffset ? address.length - kPathOffset : 0;
  length = std::min(length, Frame::kTextBytes);
  memcpy(frame.text, address.bytes + kPathOffset, length);
  if (IsPath(frame, length)) length = strnlen(reinterpret_cast<char*>(frame.text), length);
  frame.length = static_cast<int32_t>(length);
}

}  // namespace

const AddressCodec kUnixCodec = {AF_UNIX, EncodeUnix, DecodeUnix, nullptr};

}  // namespace berkeley
