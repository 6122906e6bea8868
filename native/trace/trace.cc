// Starting and stopping a trace, for TypeScript.
#include <cerrno>
#include <memory>
#include <vector>

#include "js/call.h"
#include "trace/exports.h"
#include "trace/recorder.h"

namespace berkeley {
namespace {

constexpr size_t kMaxFolderBytes = 4096;

// Arguments: how many calls are kept of each thread; whether all threads are traced; the folder, or '' for memory.
napi_value Start(Call& call) {
  int limit = call.Int(0);
  bool workers = call.Bool(1);
  char folder[kMaxFolderBytes];
  bool fits = call.Text(2, folder, sizeof folder);
  call.Require(limit > 0);
  if (!call.ok()) return call.Return(0);
  if (!fits) return call.Return(-ENAMETOOLONG);
  return call.Return(trace::Start(call.environment(), static_cast<uint32_t>(limit), workers, folder));
}

// The rings of the trace that this thread has stopped, until `Take` takes them.
thread_local std::vector<std::shared_ptr<trace::Ring>> stopped;

// Argument: the number of the trace. Returns how many rings it has; 0 if it is not on.
napi_value Stop(Call& call) {
  int64_t session = call.Long(0);
  if (!call.ok()) return call.Return(0);
  stopped = trace::Stop(call.environment(), session);
  return call.Return(static_cast<int64_t>(stopped.size()));
}

// Returns a copy of the next ring as a Uint8Array, or null. An array of all would call a setter of a polluted prototype
// for each, which might start or stop a trace.
napi_value Take(Call& call) {
  napi_value copy = nullptr;
  if (stopped.empty()) {
    call.Check(napi_get_null(call.env(), &copy));
    return call.ReturnObject(copy);
  }
  std::shared_ptr<trace::Ring> ring = stopped.front();
  stopped.erase(stopped.begin());
  call.Check(napi_create_buffer_copy(call.env(), ring->UsedBytes(), &ring->header(), nullptr, &copy));
  return call.ReturnObject(copy);
}

}  // namespace

const Export kTraceExports[] = {{"traceStart", Start}, {"traceStop", Stop}, {"traceTake", Take}, {nullptr, nullptr}};

}  // namespace berkeley
