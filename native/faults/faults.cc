// The switch for tests: to arm it again and again in one process is much faster than a process for each fault.
#include <map>
#include <string>

#include "faults/exports.h"
#include "faults/switch.h"
#include "js/call.h"
#include "js/object.h"

namespace berkeley {
namespace {

constexpr size_t kMaxTextBytes = 128;

// Argument: `call:error:when`, or '' to disarm. Returns how many calls have failed since it was armed last.
napi_value ArmFault(Call& call) {
  char text[kMaxTextBytes];
  call.Require(call.Text(0, text, sizeof text) && faults::Arm(text));
  return call.Return(faults::Failures());
}

// How often each call was made since the switch was armed last, by name. For use while it is disarmed.
napi_value FaultCounts(Call& call) {
  std::map<std::string, int32_t> counts;
  for (int symbol = 0; symbol < faults::kSymbols; symbol++) {
    auto known = static_cast<faults::Symbol>(symbol);
    counts[faults::NameOf(known)] += static_cast<int32_t>(faults::Made(known));
  }
  Object result(call);
  for (const auto& [name, count] : counts) result.Number(name.c_str(), count);
  return result.Return();
}

}  // namespace

const Export kFaultExports[] = {{"armFault", ArmFault}, {"faultCounts", FaultCounts}, {nullptr, nullptr}};

}  // namespace berkeley
