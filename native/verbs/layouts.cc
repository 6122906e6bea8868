// The layouts of addresses that are structures of fields, for TypeScript, which reads and writes the fields.
#include "platform/layouts.h"

#include <sys/socket.h>

#include "js/call.h"
#include "js/object.h"
#include "verbs/exports.h"

namespace berkeley {
namespace {

// The frame has the address without its family.
constexpr size_t kFamilyBytes = offsetof(sockaddr, sa_data);

Object Field(Call& call, const AddressField& field) {
  Object object(call);
  object.Number("offset", static_cast<int32_t>(field.offset - kFamilyBytes));
  object.Number("size", static_cast<int32_t>(field.size));
  object.Number("littleEndian", field.little_endian ? 1 : 0);
  return object;
}

Object Fields(Call& call, const AddressField* fields) {
  Object object(call);
  for (; fields->name != nullptr; fields++) object.Member(fields->name, Field(call, *fields));
  return object;
}

// Returns an object with the layouts by the names of their structures.
napi_value AddressLayouts(Call& call) {
  Object layouts(call);
  for (const AddressLayout* layout = kAddressLayouts; layout->name != nullptr; layout++) {
    Object object(call);
    object.Number("size", static_cast<int32_t>(layout->size - kFamilyBytes));
    object.Member("fields", Fields(call, layout->fields));
    layouts.Member(layout->name, object);
  }
  return layouts.Return();
}

}  // namespace

const Export kLayoutExports[] = {{"addressLayouts", AddressLayouts}, {nullptr, nullptr}};

}  // namespace berkeley
