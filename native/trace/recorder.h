// trace/ records what each call from JavaScript did, when and for how long, in a ring buffer for each thread (ring.h).
//
// At most one trace is on in a process, for one thread or for all. A thread joins it with its next call.
#pragma once

#include <node_api.h>

#include <cstdint>
#include <memory>
#include <vector>

#include "js/call.h"
#include "trace/ring.h"
#include "wait/environment.h"

namespace berkeley::trace {

// Starts a trace. `limit`: how many calls it keeps of each thread. `workers`: whether it includes the other threads.
// `folder`: where it makes a file for each thread; empty for memory. Returns the number of the trace, > 0; or -errno,
// -EALREADY while a trace is on.
int64_t Start(Environment& environment, uint32_t limit, bool workers, const char* folder);
// Ends the trace with this number, and returns its rings; none if it is not on.
std::vector<std::shared_ptr<Ring>> Stop(Environment& environment, int64_t session);
// The environment ends: a trace that it keeps in memory ends too, otherwise its ring stays in the trace.
void Leave(Environment& environment);

// Makes the call, and records it if its thread is traced. For use while a trace is on.
napi_value RecordCall(Call& call);

}  // namespace berkeley::trace
