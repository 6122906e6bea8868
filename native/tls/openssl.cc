#include "tls/openssl.h"

#include <initializer_list>

#include "platform/library.h"

namespace berkeley::tls {

OpenSsl openssl;

namespace {

template <typename Function>
bool Find(void* library, Function& function, const char* name) {
  function = reinterpret_cast<Function>(platform::FindFunction(library, name));
  return function != nullptr;
}

// BoringSSL and LibreSSL have an older version number: theirs is not the ABI that is declared here.
bool FindAll(void* library) {
  OpenSsl found;
  bool complete = true;
#define BERKELEY_FIND(result, name, parameters) complete = complete && Find(library, found.name, #name);
  BERKELEY_OPENSSL(BERKELEY_FIND)
#undef BERKELEY_FIND
  if (!complete) return false;
  unsigned long version = found.OpenSSL_version_num();
  if (version < kOldestVersion || version >= kFirstUnknownVersion) return false;
  openssl = found;
  return true;
}

bool FindAnywhere(bool system) {
  if (!system && FindAll(nullptr)) return true;
  for (const char* name : {"libssl.so.4", "libssl.so.3", "libssl.4.dylib", "libssl.3.dylib"}) {
    void* library = platform::OpenLibrary(name);
    if (library != nullptr && FindAll(library)) return true;
  }
  return false;
}

}  // namespace

bool Load(bool system) {
  static const bool found = FindAnywhere(system);
  return found;
}

}  // namespace berkeley::tls
