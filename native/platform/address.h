// An address in its two forms: the kernel's sockaddr, and the frame that TypeScript reads and writes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/un.h>

namespace berkeley {

// A sockaddr of any family. It is larger than a sockaddr_storage because sun_path may lack its closing NUL, for which
// the kernel then counts one byte more.
struct Address {
  union {
    sockaddr any;
    sockaddr_in inet;
    sockaddr_in6 inet6;
    sockaddr_un unix_path;
    sockaddr_storage storage;
    uint8_t bytes[sizeof(sockaddr_storage) + 8];
  };
  socklen_t length = 0;

  static constexpr socklen_t kCapacityBytes = sizeof bytes;

  // The kernel returns no address at all for some peers: datagrams of unnamed senders, recvfrom(2) of connected
  // streams.
  int family() const { return length >= sizeof(sa_family_t) ? any.sa_family : AF_UNSPEC; }
};

// Memory shared with TypeScript: src/addresses/frame.ts knows the same layout.
struct Frame {
  static constexpr size_t kTextBytes = 160;
  // In place of a port: the text is the whole sockaddr without its family, whatever the family is. It is no port: those
  // of 32 bits, of which 0xffffffff is VMADDR_PORT_ANY, are in such a sockaddr.
  static constexpr int32_t kWholeSockaddr = -1;

  int32_t family;
  int32_t port;
  uint32_t flow_info;
  uint32_t scope_id;
  int32_t length;  // of the text
  // A numeric host; a unix path, or an abstract name, which starts with a NUL; or the sockaddr after its family.
  uint8_t text[kTextBytes];
};

}  // namespace berkeley
