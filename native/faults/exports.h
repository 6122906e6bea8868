// What this folder exports to tests: a list that ends with a row without a name. In every other build it is empty.
#pragma once

#include "js/export.h"

namespace berkeley {

extern const Export kFaultExports[];

}  // namespace berkeley
