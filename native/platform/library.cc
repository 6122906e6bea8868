#include "platform/library.h"

#include <dlfcn.h>

namespace berkeley::platform {
namespace {

// A runtime may export functions of the same names from another library: Bun exports BoringSSL's. The flag makes the
// library prefer its own.
#ifdef RTLD_DEEPBIND
constexpr int kOwnNamesFirst = RTLD_DEEPBIND;
#else
constexpr int kOwnNamesFirst = 0;
#endif

}  // namespace

void* FindFunction(void* library, const char* name) {
  return dlsym(library == nullptr ? RTLD_DEFAULT : library, name);
}

void* OpenLibrary(const char* name) { return dlopen(name, RTLD_NOW | RTLD_LOCAL | kOwnNamesFirst); }

}  // namespace berkeley::platform
