#include "platform/constants.h"

#include <ctime>
#include <netdb.h>
#include <netinet/ip.h>
#include <netinet/tcp.h>
#include <netinet/udp.h>

#include "platform/platform.h"

// Linux's own headers have more names than the C library's. They must follow the C library's structures, not precede
// them.
#if __has_include(<linux/in6.h>)
#include <linux/can.h>
#include <linux/can/raw.h>
#include <linux/if_alg.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <linux/in.h>
#include <linux/in6.h>
#include <linux/net_tstamp.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <linux/vm_sockets.h>

#include "platform/newer_names.h"
#endif

namespace berkeley::platform {

// A few processors number the options of SOL_SOCKET and errno otherwise. Their SO_COOKIE differs too.
#if defined(__linux__) && SO_COOKIE == 57
#define LINUX_NUMBERS
#endif

const NamedNumber kConstants[] = {
#define CONSTANT(name) {#name, static_cast<int64_t>(name)},
#define CONSTANT_NUMBER(name, number) {#name, number},
#define ERROR_NUMBER(name)
#define ERROR_NUMBER_NUMBER(name, number)
#include "generated/constants.inc"
#undef CONSTANT
#undef CONSTANT_NUMBER
#undef ERROR_NUMBER
#undef ERROR_NUMBER_NUMBER
    {nullptr, 0}};

const NamedNumber kErrorNumbers[] = {
#define CONSTANT(name)
#define CONSTANT_NUMBER(name, number)
#define ERROR_NUMBER(name) {#name, static_cast<int64_t>(name)},
#define ERROR_NUMBER_NUMBER(name, number) {#name, number},
#include "generated/constants.inc"
#undef CONSTANT
#undef CONSTANT_NUMBER
#undef ERROR_NUMBER
#undef ERROR_NUMBER_NUMBER
    {nullptr, 0}};

}  // namespace berkeley::platform
