// Names of sockets: bind, getsockname, getpeername. An address reaches the verbs in two calls: encodeAddress reads it
// from the frame, and the next bind, connect, sendTo or reverseLookup uses it.
#include <algorithm>
#include <cstring>

#include "js/call.h"
#include "platform/platform.h"
#include "platform/sockaddr.h"
#include "verbs/exports.h"
#include "wait/environment.h"
#include "wait/results.h"

namespace berkeley {
namespace {

napi_value EncodeAddress(Call& call) {
  Environment& environment = call.environment();
  return call.Return(Encode(*environment.frame, environment.input));
}

// Takes a sockaddr as the kernel gave it, for the next verb that takes an address: that of a batch, whose datagram is replied
// to. Arguments: as those of decodeAddress.
napi_value TakeAddress(Call& call) {
  int begin = call.Int(1), length = call.Int(2);
  Bytes bytes = call.View(0);
  auto offset = static_cast<size_t>(begin), size = static_cast<size_t>(length);
  call.Require(begin >= 0 && length > 0 && size <= Address::kCapacityBytes);
  call.Require(offset <= bytes.size && size <= bytes.size - offset);
  if (!call.ok()) return call.Return(0);
  Address& address = call.environment().input;
  memcpy(address.bytes, bytes.data + offset, size);
  address.length = static_cast<socklen_t>(size);
  return call.Return(0);
}

// Copies the sockaddr that encodeAddress has made. Returns its length.
napi_value EncodedAddress(Call& call) {
  Bytes out = call.View(0);
  const Address& address = call.environment().input;
  call.Require(out.size >= address.length);
  // Memory of no bytes may have no place, which memcpy may not be given.
  if (call.ok() && address.length > 0) memcpy(out.data, address.bytes, address.length);
  return call.Return(address.length);
}

// Puts a sockaddr that came in other data into the frame: that of a batch, or of a control message. Arguments: the data,
// and where in it the sockaddr begins and how long it is. One that is too long is cut off.
napi_value DecodeAddress(Call& call) {
  int begin = call.Int(1), length = call.Int(2);
  Bytes bytes = call.View(0);
  auto offset = static_cast<size_t>(begin), size = static_cast<size_t>(length);
  call.Require(begin >= 0 && length >= 0 && offset <= bytes.size && size <= bytes.size - offset);
  if (!call.ok()) return call.Return(0);
  Address address;
  address.length = static_cast<socklen_t>(std::min<size_t>(size, Address::kCapacityBytes));
  memset(address.bytes, 0, sizeof address.bytes);
  if (address.length > 0) memcpy(address.bytes, bytes.data + offset, address.length);
  Decode(address, *call.environment().frame);
  return call.Return(0);
}

napi_value Bind(Call& call) {
  int fd = call.Int(0);
  const Address& address = call.environment().input;
  return call.Return(call.ok() ? OrErrno(counted::bind(fd, &address.any, address.length)) : 0);
}

int SockName(int fd, sockaddr* address, socklen_t* length) { return counted::getsockname(fd, address, length); }
int PeerName(int fd, sockaddr* address, socklen_t* length) { return counted::getpeername(fd, address, length); }

template <int (*kGetName)(int, sockaddr*, socklen_t*)>
napi_value GetName(Call& call) {
  int fd = call.Int(0);
  if (!call.ok()) return call.Return(0);
  Environment& environment = call.environment();
  Address& address = environment.output;
  address.length = Address::kCapacityBytes;
  if (kGetName(fd, &address.any, &address.length) < 0) return call.Return(-errno);
  Decode(address, *environment.frame);
  return call.Return(0);
}

}  // namespace

const Export kAddressExports[] = {{"encodeAddress", EncodeAddress},
                                  {"decodeAddress", DecodeAddress},
                                  {"encodedAddress", EncodedAddress},
                                  {"takeAddress", TakeAddress},
                                  {"bind", Bind, kFdArgument | kTakesAddress},
                                  {"getSockName", GetName<SockName>, kFdArgument | kReturnsAddress},
                                  {"getPeerName", GetName<PeerName>, kFdArgument | kReturnsAddress},
                                  {nullptr, nullptr}};

}  // namespace berkeley
