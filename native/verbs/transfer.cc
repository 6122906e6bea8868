// verbs/ makes the system calls on sockets. A verb that may have to wait is a row for the wait loop: the call, the
// errors that mean wait, and the events to wait for. No verb waits by itself, and none keeps a policy.
//
// This file transfers bytes: recv, recvfrom, send, sendto, sendfile.
#include "js/call.h"
#include "platform/platform.h"
#include "platform/sigpipe.h"
#include "platform/sockaddr.h"
#include "verbs/exports.h"
#include "wait/wait.h"

namespace berkeley {
namespace {

// MSG_WAITALL is carried out by the wait loop: the kernel ignores it on a non-blocking description. For a send it means
// that everything is sent. It is used on streams only.
constexpr int kLoopFlags = MSG_WAITALL;

Next OnTransferError(const Request&, int error) {
  // EINPROGRESS: data that is sent by MSG_FASTOPEN or TCP_FASTOPEN_CONNECT has to wait for the connection.
  if (error == EAGAIN || error == EWOULDBLOCK || error == EINPROGRESS) return Next::kWait;
  return error == EINTR ? Next::kRetry : Next::kDone;
}

int64_t CallRecv(Request& request) {
  int flags = (request.flags & ~kLoopFlags) | MSG_DONTWAIT;
  uint8_t* data = request.memory.data() + request.done;
  size_t size = request.size - request.done;
  if (request.address == nullptr) return counted::recv(request.fd, data, size, flags);
  request.address->length = Address::kCapacityBytes;
  return counted::recvfrom(request.fd, data, size, flags, &request.address->any, &request.address->length);
}

bool HasUnreadBytes(int fd) {
  int count = 0;
  return counted::ioctl(fd, FIONREAD, &count) == 0 && count > 0;
}

// After some bytes, the end of the stream or an error is left for the next call, as the kernel's own MSG_WAITALL does.
// A recv(2) here would take the error from the socket, and this call could not report it.
int64_t CallRecvRest(Request& request) {
  if (request.done > 0 && platform::PeerHasEnded(request.fd) && !HasUnreadBytes(request.fd)) return 0;
  return CallRecv(request);
}

// On streams, where a count of 0 is the end.
Next WaitForAll(Request& request, int64_t count) {
  request.done += static_cast<size_t>(count);
  return count == 0 || request.done >= request.size ? Next::kDone : Next::kWait;
}

int64_t CallPeekAll(Request& request) {
  request.done = 0;
  return CallRecv(request);
}

// Peeked bytes stay in the queue, so the descriptor is ready all the time and cannot report that there are more.
Next PeekForAll(Request& request, int64_t count) {
  request.done = static_cast<size_t>(count);
  bool whole = count == 0 || request.done >= request.size;
  return whole || platform::PeerHasEnded(request.fd) ? Next::kDone : Next::kBackOff;
}

int64_t CallSend(Request& request) {
  int flags = (request.flags & ~kLoopFlags) | MSG_DONTWAIT | platform::kNoSignal;
  const uint8_t* data = request.memory.data() + request.done;
  size_t size = request.size - request.done;
  if (request.address == nullptr) return counted::send(request.fd, data, size, flags);
  int64_t count = counted::sendto(request.fd, data, size, flags, &request.address->any, request.address->length);
  // The connect is in progress, without the data, which is sent as usual once the connection is established.
  if (count < 0 && errno == EINPROGRESS && (flags & platform::kFastOpen)) {
    request.flags &= ~platform::kFastOpen;
    request.address = nullptr;
  }
  return count;
}

int64_t CallSendFile(Request& request) {
  if (request.reassert && platform::SetNonBlocking(request.fd) < 0) return -1;
  platform::SigpipeBlocked sigpipe;
  int64_t count = platform::SendFile(request.fd, request.file, request.offset, request.size);
  if (count < 0 && errno == EPIPE) sigpipe.Consume();
  return count;
}

const Verb kRecv = {CallRecv, OnTransferError, POLLIN, nullptr, nullptr};
const Verb kRecvUrgent = {CallRecv, OnTransferError, POLLPRI, nullptr, nullptr};
const Verb kRecvAll = {CallRecvRest, OnTransferError, POLLIN, nullptr, WaitForAll};
const Verb kPeekAll = {CallPeekAll, OnTransferError, POLLIN, nullptr, PeekForAll};
const Verb kSend = {CallSend, OnTransferError, POLLOUT, nullptr, nullptr};
const Verb kSendAll = {CallSend, OnTransferError, POLLOUT, nullptr, WaitForAll, true};
const Verb kSendFile = {CallSendFile, OnTransferError, POLLOUT, nullptr, nullptr};

const Verb& RecvVerb(int flags) {
  if (flags & MSG_OOB) return kRecvUrgent;
  if (!(flags & MSG_WAITALL)) return kRecv;
  return flags & MSG_PEEK ? kPeekAll : kRecvAll;
}

const Verb& SendVerb(int flags) { return flags & MSG_WAITALL ? kSendAll : kSend; }

// The view that the call was given, or the scratch memory, as much of it as the registers say.
Memory MemoryOf(Call& call, const Registers& registers) {
  if (call.count() > 0) return call.WaitingView(0);
  bool fits = registers.size >= 0 && registers.size <= Environment::kScratchBytes;
  call.Require(fits);
  return Memory({call.environment().scratch, fits ? static_cast<size_t>(registers.size) : 0});
}

// A transfer whose numbers and result are in the registers.
napi_value Transfer(Call& call, const Verb& (*verb)(int flags), Address* address) {
  Environment& environment = call.environment();
  Registers& registers = *environment.registers;
  Request request(static_cast<int>(registers.fd));
  request.flags = static_cast<int>(registers.flags);
  request.address = address;
  request.memory = MemoryOf(call, registers);
  if (!call.ok()) return call.Return(0);
  request.size = request.memory.size();
  // MSG_DONTWAIT makes one call a try. The error queue is never waited for: it is empty or it is not.
  double timeout_ms = request.flags & (MSG_DONTWAIT | platform::kErrorQueue) ? 0 : registers.timeout;
  registers.result = static_cast<double>(Perform(environment, verb(request.flags), request, timeout_ms));
  environment.transferred = static_cast<int64_t>(request.done);
  return nullptr;
}

napi_value Recv(Call& call) { return Transfer(call, RecvVerb, nullptr); }

napi_value RecvFrom(Call& call) {
  Environment& environment = call.environment();
  napi_value none = Transfer(call, RecvVerb, &environment.output);
  if (call.ok() && environment.registers->result >= 0) Decode(environment.output, *environment.frame);
  return none;
}

napi_value Send(Call& call) { return Transfer(call, SendVerb, nullptr); }

napi_value SendTo(Call& call) {
  // A copy: calls that JavaScript makes during the wait may use `input`.
  Address address = call.environment().input;
  return Transfer(call, SendVerb, &address);
}

napi_value Transferred(Call& call) { return call.Return(call.environment().transferred); }

napi_value SendFile(Call& call) {
  Request request(call.Int(0));
  request.file = call.Int(1);
  request.offset = call.Long(2);
  request.size = static_cast<size_t>(call.Long(3));
  request.reassert = call.Bool(4);
  double timeout_ms = call.Double(5);
  return call.Return(call.ok() ? Perform(call.environment(), kSendFile, request, timeout_ms) : 0);
}

}  // namespace

const Export kTransferExports[] = {{"recv", Recv, kUsesRegisters},
                                   {"recvFrom", RecvFrom, kUsesRegisters | kReturnsAddress},
                                   {"send", Send, kUsesRegisters},
                                   {"sendTo", SendTo, kUsesRegisters | kTakesAddress},
                                   {"transferred", Transferred},
                                   {"sendFile", SendFile, kFdArgument},
                                   {nullptr, nullptr}};

}  // namespace berkeley
