#include "platform/uv.h"

#include <dlfcn.h>

namespace berkeley::platform {
namespace {

template <typename Function>
bool Find(Function& function, const char* name) {
  function = reinterpret_cast<Function>(dlsym(RTLD_DEFAULT, name));
  return function != nullptr;
}

bool FindAll(Uv& uv) {
  return Find(uv.signal_init, "uv_signal_init") && Find(uv.signal_start, "uv_signal_start") &&
         Find(uv.poll_init, "uv_poll_init") && Find(uv.poll_start, "uv_poll_start") &&
         Find(uv.prepare_init, "uv_prepare_init") && Find(uv.prepare_start, "uv_prepare_start") &&
         Find(uv.ref, "uv_ref") && Find(uv.unref, "uv_unref") && Find(uv.close, "uv_close");
}

}  // namespace

const Uv* Uv::Get() {
  static Uv uv{};
  static const bool complete = FindAll(uv);
  return complete ? &uv : nullptr;
}

}  // namespace berkeley::platform
