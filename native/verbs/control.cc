// Control messages to and from the kernel's layout, cmsg(3), for TypeScript, which knows what their data mean.
#include <cstring>

#include "js/call.h"
#include "platform/control.h"
#include "verbs/exports.h"

namespace berkeley {
namespace {

// TypeScript reads the same layout.
struct Row {
  int32_t level, type, offset, length;
};

napi_value CmsgLen(Call& call) {
  int64_t length = call.Long(0);
  return call.Return(static_cast<int64_t>(platform::ControlLength(static_cast<size_t>(length))));
}

napi_value CmsgSpace(Call& call) {
  int64_t length = call.Long(0);
  return call.Return(static_cast<int64_t>(platform::ControlSpace(static_cast<size_t>(length))));
}

// Arguments: control bytes, and where the rows go. Returns how many items there are, of which as many were written as
// have room.
napi_value ReadControl(Call& call) {
  Bytes control = call.View(0), out = call.View(1);
  if (!call.ok()) return call.Return(0);
  size_t count = 0;
  platform::ForEachControlItem(control.data, control.size, [&](const platform::ControlItem& item) {
    Row row{item.level, item.type, static_cast<int32_t>(item.offset), static_cast<int32_t>(item.length)};
    size_t at = count++ * sizeof row;
    if (at + sizeof row <= out.size) memcpy(out.data + at, &row, sizeof row);
  });
  return call.Return(static_cast<int64_t>(count));
}

// Arguments: control bytes, the offset of an item in them, level, type, data. Writes the item, and returns the offset
// of the next one.
napi_value WriteControl(Call& call) {
  int64_t offset = call.Long(1);
  int level = call.Int(2), type = call.Int(3);
  Bytes data = call.View(4), control = call.View(0);
  size_t space = platform::ControlSpace(data.size);
  bool fits = offset >= 0 && static_cast<size_t>(offset) <= control.size &&
              control.size - static_cast<size_t>(offset) >= space;
  call.Require(fits);
  if (!call.ok()) return call.Return(0);
  uint8_t* at = control.data + offset;
  platform::WriteControlHeader(at, level, type, data.size);
  if (data.size > 0) memcpy(at + platform::ControlLength(0), data.data, data.size);
  return call.Return(offset + static_cast<int64_t>(space));
}

}  // namespace

const Export kControlExports[] = {{"cmsgLen", CmsgLen},
                                  {"cmsgSpace", CmsgSpace},
                                  {"readControl", ReadControl},
                                  {"writeControl", WriteControl},
                                  {nullptr, nullptr}};

}  // namespace berkeley
