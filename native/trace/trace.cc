// Starting and stopping a trace, for TypeScript.
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
  call.Require(call.Text(2, folder, sizeof folder));
  call.Require(limit > 0);
  if (!call.ok()) return call.Return(0);
  return call.Return(trace::Start(call.environment(), static_cast<uint32_t>(limit), workers, folder));
}

// Returns an array of Uint8Arrays, each a copy of a ring. They are made after the trace has been stopped and its lock
// released, because a setter of a polluted prototype may run and call the recorder.
napi_value Stop(Call& call) {
  std::vector<std::shared_ptr<trace::Ring>> rings = trace::Stop(call.environment());
  napi_value list = nullptr;
  napi_create_array(call.env(), &list);
  uint32_t index = 0;
  for (const auto& ring : rings) {
    napi_value copy = nullptr;
    call.Check(napi_create_buffer_copy(call.env(), ring->UsedBytes(), &ring->header(), nullptr, &copy));
    if (call.ok()) napi_set_element(call.env(), list, index++, copy);
  }
  return call.ReturnObject(list);
}

}  // namespace

const Export kTraceExports[] = {{"traceStart", Start}, {"traceStop", Stop}, {nullptr, nullptr}};

}  // namespace berkeley
