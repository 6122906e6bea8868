// Control messages, cmsg(3): the one place that knows `struct cmsghdr`.
#pragma once

#include <sys/socket.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>

namespace berkeley::platform {

// One control message: its data is `length` bytes at `offset` of the control buffer.
struct ControlItem {
  int level;
  int type;
  size_t offset;
  size_t length;
};

// The alignment of control buffers.
constexpr size_t kControlAlignment = alignof(cmsghdr);

// CMSG_LEN and CMSG_SPACE: the size of an item with so many bytes of data, without and with the padding after it.
inline size_t ControlLength(size_t length) { return CMSG_LEN(length); }
inline size_t ControlSpace(size_t length) { return CMSG_SPACE(length); }

// Calls `visit` for each item of a control buffer. The kernel may have cut off the last one, so an item ends at the
// latest where the buffer ends, whatever its header states. An item that is shorter than its header ends the walk.
template <typename Visit>
void ForEachControlItem(const uint8_t* control, size_t size, Visit visit) {
  const size_t header_size = CMSG_LEN(0);
  for (size_t at = 0; size - at >= header_size;) {
    cmsghdr header;
    memcpy(&header, control + at, sizeof header);
    size_t stated = header.cmsg_len;
    if (stated < header_size) return;
    size_t length = std::min(stated, size - at) - header_size;
    visit(ControlItem{header.cmsg_level, header.cmsg_type, at + header_size, length});
    size_t step = CMSG_SPACE(length);
    if (step >= size - at) return;
    at += step;
  }
}

// Writes the header of an item with `length` bytes of data.
inline void WriteControlHeader(uint8_t* at, int level, int type, size_t length) {
  cmsghdr header{};
  header.cmsg_len = CMSG_LEN(length);
  header.cmsg_level = level;
  header.cmsg_type = type;
  memcpy(at, &header, sizeof header);
}

// The control messages of UDP that state the size of the datagrams that were joined (received) or are to be split (sent).
#ifdef __linux__
constexpr int kUdpSegment = 103;  // UDP_SEGMENT, a 16-bit integer
constexpr int kUdpGro = 104;      // UDP_GRO, an int
#else
constexpr int kUdpSegment = -1;
constexpr int kUdpGro = -1;
#endif

// Whether the data of an item are descriptors, which the process owns once it has received them.
inline bool HoldsDescriptors(const ControlItem& item) {
#ifdef __linux__
  constexpr int kPidfdType = 4;  // SCM_PIDFD, which older headers lack
  if (item.level == SOL_SOCKET && item.type == kPidfdType) return true;
#endif
  return item.level == SOL_SOCKET && item.type == SCM_RIGHTS;
}

// Calls `visit` for each descriptor in a control buffer. A negative number stands for one that could not be made.
template <typename Visit>
void ForEachDescriptor(const uint8_t* control, size_t size, Visit visit) {
  ForEachControlItem(control, size, [&](const ControlItem& item) {
    if (!HoldsDescriptors(item)) return;
    for (size_t at = 0; at + sizeof(int) <= item.length; at += sizeof(int)) {
      int fd = -1;
      memcpy(&fd, control + item.offset + at, sizeof fd);
      if (fd >= 0) visit(fd);
    }
  });
}

}  // namespace berkeley::platform
