// The addon's beginning and end in one environment, and the way into its functions.
//
// The folders beside this file are layers, and this file is on top of them. test/package/layers.test.ts states what
// each may include.
#include <cstdlib>
#include <memory>

#include "faults/exports.h"
#include "js/call.h"
#include "lookup/exports.h"
#include "platform/constants.h"
#include "platform/counted.h"
#include "platform/thread.h"
#include "readiness/exports.h"
#include "tls/exports.h"
#include "trace/exports.h"
#include "trace/recorder.h"
#include "verbs/exports.h"
#include "wait/environment.h"
#include "wait/offers.h"
#include "wait/signals.h"

namespace berkeley {
namespace {

// TypeScript calls this first. It does nothing if modules are evaluated again in the same environment, as test runners
// do: the addon is the same, and has started.
napi_value Start(Call& call) {
  int64_t thread_id = call.Long(0);
  bool main_thread = call.Bool(1);
  Environment& environment = call.environment();
  if (call.ok() && environment.empty_function != nullptr) return call.Return(0);
  if (call.ok()) call.Check(napi_create_reference(call.env(), call.at(2), 1, &environment.empty_function));
  if (call.ok() && call.count() > 3) {
    call.Check(napi_create_reference(call.env(), call.at(3), 1, &environment.collector));
    call.Check(napi_create_reference(call.env(), call.at(4), 1, &environment.sweeper));
  }
  if (!call.ok()) return call.Return(0);
  environment.main_thread = main_thread;
  return call.Return(environment.wake.Open(static_cast<uint32_t>(thread_id)));
}

const Export kOwnExports[] = {{"start", Start}, {nullptr, nullptr}};

const Export* const kExports[] = {
    kOwnExports,
    // verbs/
    kSocketExports, kOwnershipExports, kAddressExports, kLayoutExports, kAcceptExports, kConnectExports,
    kTransferExports, kBatchReceiveExports, kMessageExports, kControlExports, kBatchExports, kCloseExports, kOptionExports, kInterruptingExports,
    // readiness/
    kPollExports, kEpollExports, kWakerExports, kNotifierExports,
    // lookup/
    kResolveExports, kNameExports,
    // tls/
    kTlsContextExports, kTlsVerbExports, kTlsFactExports,
    // trace/
    kTraceExports,
    // faults/
    kFaultExports,
};

// Every call from JavaScript enters here.
template <size_t kMaxArguments>
napi_value Enter(napi_env env, napi_callback_info info) {
  Call call(env, info, kMaxArguments);
  return counted::On() ? trace::RecordCall(call) : call.row().function(call);
}

// A transfer by registers has at most one argument, and reading fewer is faster.
napi_callback EntryOf(const Export& row) {
  return row.traits & kUsesRegisters ? Enter<1> : Enter<Call::kMaxArguments>;
}

void ExportFunctions(napi_env env, napi_value exports, const Export* rows, Environment* environment) {
  for (; rows->name != nullptr; rows++) {
    napi_value function = nullptr;
    Binding* binding = &environment->bindings.emplace_back(Binding{environment, rows});
    napi_create_function(env, rows->name, NAPI_AUTO_LENGTH, EntryOf(*rows), binding, &function);
    napi_set_named_property(env, exports, rows->name, function);
  }
}

void ExportNumbers(napi_env env, napi_value exports, const char* name, const platform::NamedNumber* rows) {
  napi_value numbers = nullptr;
  if (napi_create_object(env, &numbers) != napi_ok) return;
  for (; rows->name != nullptr; rows++) {
    napi_value value = nullptr;
    if (napi_create_int64(env, rows->value, &value) != napi_ok) return;
    napi_set_named_property(env, numbers, rows->name, value);
  }
  napi_set_named_property(env, exports, name, numbers);
}

void ExportFlag(napi_env env, napi_value exports, const char* name, bool flag) {
  napi_value value = nullptr;
  if (napi_get_boolean(env, flag, &value) == napi_ok) napi_set_named_property(env, exports, name, value);
}

void Free(napi_env, void* memory, void*) { free(memory); }

// Memory of the addon's as an ArrayBuffer; false where the runtime has no memory of others (Electron).
bool ShareOwn(napi_env env, size_t size, void** memory, napi_value* buffer) {
  *memory = calloc(1, size);
  napi_value bytes = nullptr;
  if (*memory == nullptr) return false;
  if (napi_create_external_buffer(env, size, *memory, Free, nullptr, &bytes) == napi_ok)
    return napi_get_typedarray_info(env, bytes, nullptr, nullptr, nullptr, buffer, nullptr) == napi_ok;
  free(*memory);
  return false;
}

// Creates memory shared with TypeScript. The reference keeps it until the environment ends. TypeScript does not hand it to
// user code. Node marks the ArrayBuffer of an external Buffer as untransferable; TypeScript marks it elsewhere, for which it
// has to load node:worker_threads.
void* Share(napi_env env, napi_value exports, const char* name, size_t size) {
  void* memory = nullptr;
  napi_value buffer = nullptr;
  napi_ref reference = nullptr;
  bool is_own = ShareOwn(env, size, &memory, &buffer);
  if (!is_own) napi_create_arraybuffer(env, size, &memory, &buffer);
  ExportFlag(env, exports, "sharesOwnMemory", is_own);
  napi_create_reference(env, buffer, 1, &reference);
  napi_set_named_property(env, exports, name, buffer);
  return memory;
}

// Runs while the environment still exists, and closes the descriptors that a terminated worker left open.
void CleanUp(void* data) {
  auto* environment = static_cast<Environment*>(data);
  if (environment->main_thread) signals::UnwatchAll();
  environment->descriptors.CloseAll(environment->env);
  WithdrawOffersOf(*environment);
  environment->wake.Close();
  trace::Leave(*environment);
}

void Finalize(napi_env, void* data, void*) { delete static_cast<Environment*>(data); }

napi_value Initialize(napi_env env, napi_value exports) {
  auto owned = std::make_unique<Environment>();
  Environment* environment = owned.get();
  if (napi_set_instance_data(env, environment, Finalize, nullptr) != napi_ok) return nullptr;
  owned.release();
  environment->env = env;
  ExportFlag(env, exports, "isFirstThread", platform::IsFirstThread());
  environment->scratch = static_cast<uint8_t*>(Share(env, exports, "scratch", Environment::kScratchBytes));
  environment->frame = static_cast<Frame*>(Share(env, exports, "frame", sizeof(Frame)));
  environment->registers = static_cast<Registers*>(Share(env, exports, "registers", sizeof(Registers)));
  environment->keep_alive = static_cast<KeepAlive*>(Share(env, exports, "keepAlive", sizeof(KeepAlive)));
  for (const Export* rows : kExports) ExportFunctions(env, exports, rows, environment);
  ExportNumbers(env, exports, "constants", platform::kConstants);
  ExportNumbers(env, exports, "errnos", platform::kErrorNumbers);
  napi_add_env_cleanup_hook(env, CleanUp, environment);
  return exports;
}

}  // namespace
}  // namespace berkeley

NAPI_MODULE_INIT() { return berkeley::Initialize(env, exports); }
