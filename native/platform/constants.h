// The values that this system gives to the names of constants.def; names that its headers lack are left out.
#pragma once

#include <cstdint>

namespace berkeley::platform {

struct NamedNumber {
  const char* name;
  // Wider than an int, because values such as VMADDR_CID_ANY take all 32 bits: as an int that would be -1, which stands
  // for a name that the system lacks.
  int64_t value;
};

// Each list ends with a row without a name.
extern const NamedNumber kConstants[];
extern const NamedNumber kErrorNumbers[];

}  // namespace berkeley::platform
