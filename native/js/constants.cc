// The values that this system gives to the names of constants.def.

#include <ctime>
#include <netdb.h>
#include <netinet/ip.h>
#include <netinet/tcp.h>
#include <netinet/udp.h>

#include "js/exports.h"
#include "platform/platform.h"

// Linux' own headers know more names than the C library's, whose structures they must follow, not precede.
#if __has_include(<linux/in6.h>)
#include <linux/can.h>
#include <linux/if_ether.h>
#include <linux/in.h>
#include <linux/in6.h>
#include <linux/net_tstamp.h>
#include <linux/netlink.h>

#include "platform/newer_names.h"
#endif

namespace berkeley {
namespace {

struct Named {
  const char* name;
  int value;
};

const Named kConstants[] = {
#define CONSTANT(name) {#name, static_cast<int>(name)},
#define ERROR_NUMBER(name)
#include "generated/constants.inc"
#undef CONSTANT
#undef ERROR_NUMBER
};

const Named kErrorNumbers[] = {
#define CONSTANT(name)
#define ERROR_NUMBER(name) {#name, static_cast<int>(name)},
#include "generated/constants.inc"
#undef CONSTANT
#undef ERROR_NUMBER
};

template <size_t kCount>
void ExportNumbers(napi_env env, napi_value exports, const char* name, const Named (&rows)[kCount]) {
  napi_value numbers = nullptr;
  if (napi_create_object(env, &numbers) != napi_ok) return;
  for (const Named& row : rows) {
    napi_value value = nullptr;
    if (napi_create_int32(env, row.value, &value) != napi_ok) return;
    napi_set_named_property(env, numbers, row.name, value);
  }
  napi_set_named_property(env, exports, name, numbers);
}

}  // namespace

void ExportConstants(napi_env env, napi_value exports) {
  ExportNumbers(env, exports, "constants", kConstants);
  ExportNumbers(env, exports, "errnos", kErrorNumbers);
}

}  // namespace berkeley
