// What this folder exports to src/native/addon.ts: a list that ends with a row without a name.
#pragma once

#include "js/export.h"

namespace berkeley {

extern const Export kTraceExports[];

}  // namespace berkeley
