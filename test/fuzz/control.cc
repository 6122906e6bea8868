// The parser and the writer of control messages, for libFuzzer. An input is a control buffer as the kernel, or what lies
// about being it, fills it; or items to write. Each item that is parsed lies in the buffer, after the one before it, and what
// is written is parsed again.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <vector>

#include "platform/control.h"

namespace platform = berkeley::platform;

namespace {

void Expect(bool holds) {
  if (!holds) abort();
}

// A copy of exactly so many bytes: AddressSanitizer reports a read beyond it.
std::unique_ptr<uint8_t[]> CopyOf(const uint8_t* data, size_t size) {
  std::unique_ptr<uint8_t[]> copy(new uint8_t[size]);
  if (size > 0) memcpy(copy.get(), data, size);
  return copy;
}

void FuzzParser(const uint8_t* data, size_t size) {
  auto control = CopyOf(data, size);
  size_t end = 0, count = 0, descriptors = 0, integers = 0;
  platform::ForEachControlItem(control.get(), size, [&](const platform::ControlItem& item) {
    Expect(item.offset >= end + platform::ControlLength(0) && item.offset <= size);
    Expect(item.length <= size - item.offset);
    end = item.offset + item.length;
    count++;
    if (platform::HoldsDescriptors(item)) integers += item.length / sizeof(int);
  });
  Expect(count <= size / platform::ControlLength(0));
  platform::ForEachDescriptor(control.get(), size, [&](int fd) {
    Expect(fd >= 0);
    descriptors++;
  });
  Expect(descriptors <= integers);
}

// The input is items: level, type and length are a byte each, and the data follow. The last byte says how much is cut off.
void FuzzWriter(const uint8_t* data, size_t size) {
  struct Item {
    int level, type;
    std::vector<uint8_t> data;
  };
  std::vector<Item> items;
  size_t cut = size > 0 ? data[--size] : 0;
  for (size_t at = 0; at + 3 <= size;) {
    size_t length = data[at + 2] < size - at - 3 ? data[at + 2] : size - at - 3;
    items.push_back({data[at], data[at + 1], {data + at + 3, data + at + 3 + length}});
    at += 3 + length;
  }
  std::vector<uint8_t> control;
  for (const Item& item : items) {
    size_t at = control.size();
    control.resize(at + platform::ControlSpace(item.data.size()));
    platform::WriteControlHeader(control.data() + at, item.level, item.type, item.data.size());
    if (!item.data.empty()) memcpy(control.data() + at + platform::ControlLength(0), item.data.data(), item.data.size());
  }
  size_t kept = control.size() - (cut < control.size() ? cut : control.size());
  auto received = CopyOf(control.data(), kept);
  size_t index = 0;
  platform::ForEachControlItem(received.get(), kept, [&](const platform::ControlItem& item) {
    Expect(index < items.size());
    const Item& written = items[index++];
    Expect(item.level == written.level && item.type == written.type && item.length <= written.data.size());
    // An item is whole unless the buffer ends in it.
    Expect(item.length == written.data.size() || item.offset + item.length == kept);
    Expect(item.length == 0 || memcmp(received.get() + item.offset, written.data.data(), item.length) == 0);
  });
  Expect(kept < control.size() || index == items.size());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return 0;
  if (data[0] & 1) FuzzParser(data + 1, size - 1);
  else FuzzWriter(data + 1, size - 1);
  return 0;
}
