// What this folder exports to src/native/addon.ts: a list for each concept, which ends with a row without a name.
#pragma once

#include "js/export.h"

namespace berkeley {

extern const Export kTlsContextExports[];
extern const Export kTlsVerbExports[];
extern const Export kTlsFactExports[];

}  // namespace berkeley
