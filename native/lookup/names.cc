#include <net/if.h>
#include <netdb.h>

#include "js/environment.h"
#include "js/exports.h"
#include "js/record.h"

namespace berkeley {
namespace {

constexpr size_t kNameRoom = 256;

// Why an interface was not found. glibc says ENOENT when it could open no socket to ask with; the list says why not.
int InterfaceErrno() {
  if (errno != ENOENT) return errno;
  struct if_nameindex* list = if_nameindex();
  if (list == nullptr) return errno;
  if_freenameindex(list);
  return ENODEV;
}

// A text, or -errno as a number.
napi_value TextOrErrno(Call& call, const char* text) {
  return text == nullptr ? call.Answer(-errno) : call.AnswerText(text);
}

napi_value HostName(napi_env env, napi_callback_info info) {
  Call call(env, info);
  // POSIX leaves open whether a name that just fits is closed by a NUL.
  char name[kNameRoom + 1] = "";
  return TextOrErrno(call, gethostname(name, kNameRoom) == 0 ? name : nullptr);
}

napi_value InterfaceIndex(napi_env env, napi_callback_info info) {
  Call call(env, info);
  char name[kNameRoom];
  if (!call.Text(0, name, sizeof name)) return call.Answer(-ENODEV);
  unsigned index = if_nametoindex(name);
  return call.Answer(index == 0 ? -InterfaceErrno() : static_cast<int64_t>(index));
}

napi_value InterfaceName(napi_env env, napi_callback_info info) {
  Call call(env, info);
  char name[IF_NAMESIZE];
  const char* found = if_indextoname(static_cast<unsigned>(call.Int(0)), name);
  return found == nullptr ? call.Answer(-InterfaceErrno()) : call.AnswerText(found);
}

napi_value Interfaces(napi_env env, napi_callback_info info) {
  Call call(env, info);
  struct if_nameindex* list = if_nameindex();
  if (list == nullptr) return call.Answer(-errno);
  napi_value rows = nullptr;
  call.Check(napi_create_array(env, &rows));
  uint32_t count = 0;
  for (auto* row = list; row->if_index != 0 && call.ok(); row++) {
    Record entry(call);
    entry.Number("index", static_cast<int32_t>(row->if_index)).Text("name", row->if_name);
    call.Check(napi_set_element(env, rows, count++, entry.Answer()));
  }
  if_freenameindex(list);
  return call.ok() ? rows : call.Answer(0);
}

// An absent protocol is '' here and null in C: any protocol.
const char* OrAny(const char* protocol) { return *protocol == '\0' ? nullptr : protocol; }

napi_value ServiceByName(napi_env env, napi_callback_info info) {
  Call call(env, info);
  char name[kNameRoom], protocol[kNameRoom];
  if (!call.Text(0, name, sizeof name) || !call.Text(1, protocol, sizeof protocol)) return call.Answer(-ENOENT);
  platform::Room<servent> room;
  servent* entry = platform::ServiceByName(name, OrAny(protocol), room);
  return call.Answer(entry == nullptr ? -errno : ntohs(static_cast<uint16_t>(entry->s_port)));
}

napi_value ServiceByPort(napi_env env, napi_callback_info info) {
  Call call(env, info);
  int port = htons(static_cast<uint16_t>(call.Int(0)));
  char protocol[kNameRoom];
  if (!call.Text(1, protocol, sizeof protocol)) return call.Answer(-ENOENT);
  platform::Room<servent> room;
  servent* entry = platform::ServiceByPort(port, OrAny(protocol), room);
  return TextOrErrno(call, entry == nullptr ? nullptr : entry->s_name);
}

napi_value ProtocolByName(napi_env env, napi_callback_info info) {
  Call call(env, info);
  char name[kNameRoom];
  if (!call.Text(0, name, sizeof name)) return call.Answer(-ENOENT);
  platform::Room<protoent> room;
  protoent* entry = platform::ProtocolByName(name, room);
  return call.Answer(entry == nullptr ? -errno : entry->p_proto);
}

napi_value ProtocolByNumber(napi_env env, napi_callback_info info) {
  Call call(env, info);
  platform::Room<protoent> room;
  protoent* entry = platform::ProtocolByNumber(call.Int(0), room);
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
