// Names of the host, of interfaces, services and protocols.
#include <net/if.h>
#include <netdb.h>

#include "js/call.h"
#include "js/object.h"
#include "lookup/exports.h"
#include "platform/databases.h"
#include "platform/platform.h"

namespace berkeley {
namespace {

constexpr size_t kMaxNameBytes = 256;

// Why an interface was not found. glibc also reports ENOENT if it could not open a socket for the request; listing the
// interfaces then fails with the reason.
int InterfaceErrno() {
  if (errno != ENOENT) return errno;
  struct if_nameindex* list = if_nameindex();
  if (list == nullptr) return errno;
  if_freenameindex(list);
  return ENODEV;
}

// Returns a text; or -errno if it is null.
napi_value TextOrErrno(Call& call, const char* text) {
  return text == nullptr ? call.Return(-errno) : call.ReturnText(text);
}

napi_value HostName(Call& call) {
  // POSIX does not specify whether a name that just fits ends with a NUL.
  char name[kMaxNameBytes + 1] = "";
  return TextOrErrno(call, gethostname(name, kMaxNameBytes) == 0 ? name : nullptr);
}

napi_value InterfaceIndex(Call& call) {
  char name[kMaxNameBytes];
  if (!call.Text(0, name, sizeof name)) return call.Return(-ENODEV);
  unsigned index = if_nametoindex(name);
  return call.Return(index == 0 ? -InterfaceErrno() : static_cast<int64_t>(index));
}

napi_value InterfaceName(Call& call) {
  char name[IF_NAMESIZE];
  const char* found = if_indextoname(static_cast<unsigned>(call.Int(0)), name);
  return found == nullptr ? call.Return(-InterfaceErrno()) : call.ReturnText(found);
}

napi_value Interfaces(Call& call) {
  struct if_nameindex* list = if_nameindex();
  if (list == nullptr) return call.Return(-errno);
  napi_value rows = nullptr;
  call.Check(napi_create_array(call.env(), &rows));
  uint32_t count = 0;
  for (auto* row = list; row->if_index != 0 && call.ok(); row++) {
    Object entry(call);
    entry.Number("index", static_cast<int32_t>(row->if_index)).Text("name", row->if_name);
    call.Check(napi_set_element(call.env(), rows, count++, entry.Return()));
  }
  if_freenameindex(list);
  return call.ReturnObject(rows);
}

// Any protocol is '' here and null in C.
const char* OrAny(const char* protocol) { return *protocol == '\0' ? nullptr : protocol; }

napi_value ServiceByName(Call& call) {
  char name[kMaxNameBytes], protocol[kMaxNameBytes];
  if (!call.Text(0, name, sizeof name) || !call.Text(1, protocol, sizeof protocol)) return call.Return(-ENOENT);
  platform::EntryMemory<servent> memory;
  servent* entry = platform::ServiceByName(name, OrAny(protocol), memory);
  return call.Return(entry == nullptr ? -errno : ntohs(static_cast<uint16_t>(entry->s_port)));
}

napi_value ServiceByPort(Call& call) {
  int port = htons(static_cast<uint16_t>(call.Int(0)));
  char protocol[kMaxNameBytes];
  if (!call.Text(1, protocol, sizeof protocol)) return call.Return(-ENOENT);
  platform::EntryMemory<servent> memory;
  servent* entry = platform::ServiceByPort(port, OrAny(protocol), memory);
  return TextOrErrno(call, entry == nullptr ? nullptr : entry->s_name);
}

napi_value ProtocolByName(Call& call) {
  char name[kMaxNameBytes];
  if (!call.Text(0, name, sizeof name)) return call.Return(-ENOENT);
  platform::EntryMemory<protoent> memory;
  protoent* entry = platform::ProtocolByName(name, memory);
  return call.Return(entry == nullptr ? -errno : entry->p_proto);
}

napi_value ProtocolByNumber(Call& call) {
  platform::EntryMemory<protoent> memory;
  protoent* entry = platform::ProtocolByNumber(call.Int(0), memory);
  return TextOrErrno(call, entry == nullptr ? nullptr : entry->p_name);
}

}  // namespace

const Export kNameExports[] = {{"gethostname", HostName},
                               {"interfaceIndex", InterfaceIndex},
                               {"interfaceName", InterfaceName},
                               {"interfaces", Interfaces},
                               {"serviceByName", ServiceByName},
                               {"serviceByPort", ServiceByPort},
                               {"protocolByName", ProtocolByName},
                               {"protocolByNumber", ProtocolByNumber},
                               {nullptr, nullptr}};

}  // namespace berkeley
