// The addon's beginning and end in one environment.
#include <memory>

#include "js/environment.h"
#include "js/exports.h"
#include "wait/signals.h"

namespace berkeley {
namespace {

const Export* const kConcepts[] = {kWakeExports,     kSignalExports,  kDescriptorExports,  kAddressExports,
                                   kSocketExports,   kIoExports,      kReceiveManyExports, kReadinessExports,
                                   kSelectorExports, kReactorExports, kCloseExports,       kOptionExports,
                                   kResolveExports,  kNameExports,    kTraceExports};

// Runs while the environment still stands: whatever a terminated worker left open is closed here.
void CleanUp(void* data) {
  auto* environment = static_cast<Environment*>(data);
  signals::Forget(*environment);
  environment->descriptors.CloseAll(environment->env);
  environment->wake.Close();
  trace::Leave(*environment);
}

void Finalize(napi_env, void* data, void*) { delete static_cast<Environment*>(data); }

// Where modules are evaluated again in the same environment, as test runners do, the addon is the same and has begun.
napi_value Start(napi_env env, napi_callback_info info) {
  Call call(env, info);
  int64_t thread_id = call.Long(0);
  bool main_thread = call.Bool(1);
  Environment& environment = call.environment();
  if (call.ok() && environment.empty_function != nullptr) return call.Answer(0);
  if (call.ok()) call.Check(napi_create_reference(env, call.at(2), 1, &environment.empty_function));
  if (!call.ok()) return call.Answer(0);
  environment.main_thread = main_thread;
  return call.Answer(environment.wake.Open(static_cast<uint32_t>(thread_id)));
}

napi_value Interruption(napi_env env, napi_callback_info info) {
  Call call(env, info);
  return call.Answer(call.environment().interruption);
}

const Export kOwnExports[] = {{"start", Start}, {"interruption", Interruption}, {nullptr, nullptr}};

void Offer(napi_env env, napi_value exports, const Export* rows, Environment* environment) {
  for (; rows->name != nullptr; rows++) {
    napi_value function = nullptr;
    Binding* binding = &environment->bindings.emplace_back(Binding{environment, rows});
    napi_create_function(env, rows->name, NAPI_AUTO_LENGTH, rows->function, binding, &function);
    napi_set_named_property(env, exports, rows->name, function);
  }
}

// Memory that both sides see. The reference keeps it until the environment ends; nobody can detach it, because
// TypeScript gives it to no one.
void* Share(napi_env env, napi_value exports, const char* name, size_t size) {
  void* memory = nullptr;
  napi_value buffer = nullptr;
  napi_ref reference = nullptr;
  napi_create_arraybuffer(env, size, &memory, &buffer);
  napi_create_reference(env, buffer, 1, &reference);
  napi_set_named_property(env, exports, name, buffer);
  return memory;
}

}  // namespace

static napi_value Initialize(napi_env env, napi_value exports) {
  auto owned = std::make_unique<Environment>();
  Environment* environment = owned.get();
  if (napi_set_instance_data(env, environment, Finalize, nullptr) != napi_ok) return nullptr;
  owned.release();
  environment->env = env;
  environment->scratch = static_cast<uint8_t*>(Share(env, exports, "scratch", Environment::kScratch));
  environment->frame = static_cast<Frame*>(Share(env, exports, "frame", sizeof(Frame)));
  environment->registers = static_cast<Registers*>(Share(env, exports, "registers", sizeof(Registers)));
  environment->holds = static_cast<Holds*>(Share(env, exports, "keepAlive", sizeof(Holds)));
  Offer(env, exports, kOwnExports, environment);
  for (const Export* concept_rows : kConcepts) Offer(env, exports, concept_rows, environment);
  ExportConstants(env, exports);
  napi_add_env_cleanup_hook(env, CleanUp, environment);
  return exports;
}

}  // namespace berkeley

NAPI_MODULE_INIT() { return berkeley::Initialize(env, exports); }
