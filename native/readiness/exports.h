// What this folder exports to src/native/addon.ts: a list for each concept, which ends with a row without a name.
#pragma once

#include "js/export.h"

namespace berkeley {

extern const Export kPollExports[];
extern const Export kEpollExports[];  // empty on systems without epoll(7)
extern const Export kWakerExports[];
extern const Export kNotifierExports[];

}  // namespace berkeley
