// The layouts of addresses that are plain structures of fields: netlink, packet, vsock and the like. Such an address
// crosses to TypeScript as the bytes after its family, and TypeScript reads and writes its fields by these tables. To add
// a family of this kind: rows in layouts.cc and in src/addresses/linux-families.ts.
#pragma once

#include <cstddef>

namespace berkeley {

struct AddressField {
  // As the member of address objects is called.
  const char* name;
  size_t offset, size;
  bool little_endian;
};

struct AddressLayout {
  // The structure's name in C.
  const char* name;
  int family;
  size_t size;
  // Ends with a row without a name.
  const AddressField* fields;
};

// Ends with a row without a name. A family has several layouts where its protocols have different addresses.
extern const AddressLayout kAddressLayouts[];

}  // namespace berkeley
