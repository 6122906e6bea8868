// The codecs of addresses, for libFuzzer. An input is a frame, which JavaScript fills, or an address, which the kernel
// fills: of any length, cut anywhere. What is encoded is decoded to the same frame, and what is decoded stays within the
// frame.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>

#include "platform/sockaddr.h"

using berkeley::Address;
using berkeley::Frame;

namespace {

void Expect(bool holds) {
  if (!holds) abort();
}

void ExpectSound(const Frame& frame) {
  Expect(frame.length >= 0 && static_cast<size_t>(frame.length) <= Frame::kTextBytes);
  Expect(frame.port >= 0 && frame.port <= 65535);
}

bool SameText(const Frame& a, const Frame& b) {
  return a.length == b.length && memcmp(a.text, b.text, static_cast<size_t>(a.length)) == 0;
}

// A decoded frame that is encoded and decoded again is the same.
void ExpectStable(const Frame& frame) {
  Address address{};
  Frame again{};
  // The kernel may return a path that fills all of the address, which no frame may have.
  if (berkeley::Encode(frame, address) != 0) return;
  Expect(address.length <= Address::kCapacityBytes);
  berkeley::Decode(address, again);
  ExpectSound(again);
  Expect(again.family == frame.family && again.port == frame.port && SameText(again, frame));
}

void FuzzFrame(const uint8_t* data, size_t size) {
  Frame frame{};
  memcpy(&frame, data, std::min(size, sizeof frame));
  Address address{};
  if (berkeley::Encode(frame, address) != 0) return;
  Expect(address.length <= Address::kCapacityBytes);
  berkeley::PortOf(address);
  Frame decoded{};
  berkeley::Decode(address, decoded);
  ExpectSound(decoded);
  ExpectStable(decoded);
}

void FuzzAddress(const uint8_t* data, size_t size) {
  Address address{};
  if (size == 0) return;
  memcpy(address.bytes, data + 1, std::min(size - 1, sizeof address.bytes));
  address.length = std::min<socklen_t>(data[0], Address::kCapacityBytes);
  Frame decoded{};
  berkeley::Decode(address, decoded);
  ExpectSound(decoded);
  ExpectStable(decoded);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return 0;
  if (data[0] & 1) FuzzFrame(data + 1, size - 1);
  else FuzzAddress(data + 1, size - 1);
  return 0;
}
