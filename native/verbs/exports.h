// What this folder exports to src/native/addon.ts: a list for each concept, which ends with a row without a name.
#pragma once

#include "js/export.h"

namespace berkeley {

extern const Export kSocketExports[];
extern const Export kOwnershipExports[];
extern const Export kAddressExports[];
extern const Export kLayoutExports[];
extern const Export kAcceptExports[];
extern const Export kConnectExports[];
extern const Export kTransferExports[];
extern const Export kBatchReceiveExports[];
extern const Export kMessageExports[];
extern const Export kControlExports[];
extern const Export kBatchExports[];
extern const Export kCloseExports[];
extern const Export kOptionExports[];
extern const Export kInterruptingExports[];

}  // namespace berkeley
