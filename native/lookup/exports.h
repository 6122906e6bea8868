// What this folder exports to src/native/addon.ts: a list for each concept, which ends with a row without a name.
#pragma once

#include "js/export.h"

namespace berkeley {

extern const Export kResolveExports[];
extern const Export kNameExports[];

}  // namespace berkeley
