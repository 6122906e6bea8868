// What each concept offers to native.ts: one list a file, closed by a row without a name.
#pragma once

#include "js/js.h"

namespace berkeley {

using namespace trace::about;

extern const Export kWakeExports[];
extern const Export kSignalExports[];
extern const Export kDescriptorExports[];
extern const Export kAddressExports[];
extern const Export kSocketExports[];
extern const Export kIoExports[];
extern const Export kReceiveManyExports[];
extern const Export kReadinessExports[];
extern const Export kSelectorExports[];
extern const Export kReactorExports[];
extern const Export kCloseExports[];
extern const Export kOptionExports[];
extern const Export kResolveExports[];
extern const Export kNameExports[];
extern const Export kTraceExports[];

// Sets `constants` and `errnos` on the exports: the values this system gives to the names of constants.def.
void ExportConstants(napi_env env, napi_value exports);

}  // namespace berkeley
