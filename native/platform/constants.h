// The values that this system gives to the names of constants.def; names that its headers lack are left out.
#pragma once

namespace berkeley::platform {

struct NamedNumber {
  const char* name;
  int value;
};

// Each list ends with a row without a name.
extern const NamedNumber kConstants[];
extern const NamedNumber kErrorNumbers[];

}  // namespace berkeley::platform
