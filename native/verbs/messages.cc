// recvmsg and sendmsg: several pieces of memory in one call, and control messages.
//
// Received descriptors belong to this process from the moment the kernel has installed them. So they are entered into the
// table of open descriptors before JavaScript runs again, with an object of the caller's as their owner: whatever happens
// to the result, its collection or the end of the environment closes them.
#include <algorithm>
#include <cstring>
#include <vector>

#include "js/call.h"
#include "platform/control.h"
#include "platform/platform.h"
#include "platform/sockaddr.h"
#include "verbs/exports.h"
#include "wait/wait.h"

namespace berkeley {
namespace {

Next OnMessageError(const Request&, int error) {
  // EINPROGRESS: data that is sent by MSG_FASTOPEN or TCP_FASTOPEN_CONNECT has to wait for the connection.
  if (error == EAGAIN || error == EWOULDBLOCK || error == EINPROGRESS) return Next::kWait;
  return error == EINTR ? Next::kRetry : Next::kDone;
}

msghdr HeaderOf(MessageParts& message, size_t done, bool rest_follows) {
  std::vector<iovec>& vectors = message.Vectors(done, rest_follows);
  msghdr header{};
  header.msg_iov = vectors.data();
  header.msg_iovlen = static_cast<decltype(header.msg_iovlen)>(vectors.size());
  return header;
}

int64_t CallRecvMsg(Request& request) {
  MessageParts& message = *request.message;
  msghdr header = HeaderOf(message, 0, false);
  header.msg_name = &request.address->any;
  header.msg_namelen = Address::kCapacityBytes;
  header.msg_control = message.control_capacity > 0 ? message.received->data() : nullptr;
  header.msg_controllen = static_cast<decltype(header.msg_controllen)>(message.control_capacity);
  int flags = request.flags | MSG_DONTWAIT;
  int64_t count = counted::recvmsg(request.fd, &header, flags | platform::kCloseOnExec);
  // AF_PACKET refuses flags that it does not know. No descriptor arrives there.
  if (count < 0 && errno == EINVAL) count = counted::recvmsg(request.fd, &header, flags);
  if (count < 0) return count;
  request.address->length = header.msg_namelen;
  message.control_length = std::min<size_t>(header.msg_controllen, message.control_capacity);
  message.flags = header.msg_flags;
  return count;
}

int64_t CallSendMsg(Request& request) {
  MessageParts& message = *request.message;
  bool whole = (request.flags & MSG_WAITALL) != 0;
  msghdr header = HeaderOf(message, request.done, whole);
  if (request.address != nullptr) {
    header.msg_name = &request.address->any;
    header.msg_namelen = request.address->length;
  }
  // Control messages go with the first byte.
  if (request.done == 0 && !message.control.empty()) {
    header.msg_control = message.control.data();
    header.msg_controllen = static_cast<decltype(header.msg_controllen)>(message.control.size());
  }
  int flags = (request.flags & ~MSG_WAITALL) | MSG_DONTWAIT | platform::kNoSignal;
  int64_t count = counted::sendmsg(request.fd, &header, flags);
  // The connect is in progress, without the data, which is sent as usual once the connection is established.
  if (count < 0 && errno == EINPROGRESS && (flags & platform::kFastOpen)) {
    request.flags &= ~platform::kFastOpen;
    request.address = nullptr;
  }
  return count;
}

Next SendRest(Request& request, int64_t count) {
  request.done += static_cast<size_t>(count);
  return request.done >= request.size ? Next::kDone : Next::kWait;
}

const Verb kRecvMsg = {CallRecvMsg, OnMessageError, POLLIN, nullptr, nullptr};
const Verb kRecvMsgUrgent = {CallRecvMsg, OnMessageError, POLLPRI, nullptr, nullptr};
const Verb kSendMsg = {CallSendMsg, OnMessageError, POLLOUT, nullptr, nullptr};
const Verb kSendMsgAll = {CallSendMsg, OnMessageError, POLLOUT, nullptr, SendRest, true};

// Reads the parts of a message: an array of views, or a number of bytes of the scratch memory. TypeScript made the
// array, so reading its elements runs no code of the user's.
void ReadParts(Call& call, size_t index, MessageParts& message) {
  bool is_array = false;
  call.Check(napi_is_array(call.env(), call.at(index), &is_array));
  if (!is_array) {
    int32_t size = call.Int(index);
    bool fits = size >= 0 && static_cast<size_t>(size) <= Environment::kScratchBytes;
    call.Require(fits);
    message.AddPart(Memory({call.environment().scratch, fits ? static_cast<size_t>(size) : 0}));
    return;
  }
  uint32_t count = 0;
  call.Check(napi_get_array_length(call.env(), call.at(index), &count));
  for (uint32_t i = 0; i < count && call.ok(); i++) {
    napi_value view = nullptr;
    Bytes bytes;
    call.Check(napi_get_element(call.env(), call.at(index), i, &view));
    call.Require(call.ok() && ReadView(call.env(), view, bytes));
    message.AddPart({call.env(), view, bytes});
  }
}

// Enters received descriptors into the table, owned by `owner`.
void OwnDescriptors(Call& call, const MessageParts& message, napi_value owner) {
  Descriptors& descriptors = call.environment().descriptors;
  platform::ForEachDescriptor(message.received->data(), message.control_length, [&](int fd) {
    if (platform::kCloseOnExec == 0) counted::fcntl(fd, F_SETFD, FD_CLOEXEC);
    descriptors.AddReceived(call.env(), fd, owner);
  });
}

// What TypeScript reads besides the result.
struct Outcome {
  int32_t flags, control_length;
};

// MSG_DONTWAIT makes one call a try. The error queue is never waited for: it is empty or it is not.
double TimeoutOf(int flags, double timeout_ms) {
  return flags & (MSG_DONTWAIT | platform::kErrorQueue) ? 0 : timeout_ms;
}

// Arguments: the descriptor, the parts, the size of the control buffer, flags, timeout, the object that owns received
// descriptors, and where the outcome goes. `receivedControl` copies the control bytes.
napi_value RecvMsg(Call& call) {
  Environment& environment = call.environment();
  Request request(call.Int(0));
  MessageParts message;
  int control_capacity = call.Int(2);
  request.flags = call.Int(3);
  double timeout_ms = TimeoutOf(request.flags, call.Double(4));
  call.Require(control_capacity >= 0 && call.View(6).size >= sizeof(Outcome));
  if (control_capacity > 0) {
    request.Remember(environment);
    environment.descriptors.MakeRoomForReceived(environment);
    if (request.Revalidate(environment) < 0) return call.Return(kClosed);
  }
  ReadParts(call, 1, message);
  if (!call.ok()) return call.Return(0);
  message.control_capacity = static_cast<size_t>(control_capacity);
  message.received = &environment.control;
  if (environment.control.size() < message.control_capacity) environment.control.resize(message.control_capacity);
  request.address = &environment.output;
  request.message = &message;
  int64_t count = Perform(environment, request.flags & MSG_OOB ? kRecvMsgUrgent : kRecvMsg, request, timeout_ms);
  if (count < 0) return call.Return(count);
  OwnDescriptors(call, message, call.at(5));
  Decode(environment.output, *environment.frame);
  // Linux returns the flag that asked for close-on-exec.
  Outcome outcome{message.flags & ~platform::kCloseOnExec, static_cast<int32_t>(message.control_length)};
  memcpy(call.View(6).data, &outcome, sizeof outcome);
  return call.Return(count);
}

// Copies the control bytes that the last recvMsg has received.
napi_value ReceivedControl(Call& call) {
  Bytes out = call.View(0);
  const std::vector<uint8_t>& control = call.environment().control;
  size_t size = call.ok() ? std::min(out.size, control.size()) : 0;
  if (size > 0) memcpy(out.data, control.data(), size);
  return call.Return(0);
}

// Arguments: the descriptor, the parts, the control bytes, whether `input` is the destination, flags, timeout.
napi_value SendMsg(Call& call) {
  Environment& environment = call.environment();
  Request request(call.Int(0));
  MessageParts message;
  // A copy: calls that JavaScript makes during the wait may use `input`.
  Address address = environment.input;
  if (call.Bool(3)) request.address = &address;
  request.flags = call.Int(4);
  double timeout_ms = TimeoutOf(request.flags, call.Double(5));
  Bytes control = call.View(2);
  ReadParts(call, 1, message);
  if (!call.ok()) return call.Return(0);
  message.control.assign(control.data, control.data + control.size);
  message.AddSentDescriptors();
  request.message = &message;
  request.size = message.size();
  const Verb& verb = request.flags & MSG_WAITALL ? kSendMsgAll : kSendMsg;
  int64_t count = Perform(environment, verb, request, timeout_ms);
  environment.transferred = static_cast<int64_t>(request.done);
  return call.Return(count);
}

}  // namespace

const Export kMessageExports[] = {{"recvMsg", RecvMsg, kFdArgument | kReturnsAddress},
                                  {"receivedControl", ReceivedControl},
                                  {"sendMsg", SendMsg, kFdArgument},
                                  {nullptr, nullptr}};

}  // namespace berkeley
