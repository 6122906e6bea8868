// verbs/ makes the system calls on sockets. A verb that may have to wait is a row for the wait loop: the call, the
// errors that mean wait, and the events to wait for. No verb waits by itself, and none keeps a policy.
//
// This file transfers bytes: recv, recvfrom, send, sendto, sendfile.
#include <cstring>

#include "js/exports.h"
#include "wait/wait.h"

namespace berkeley {
namespace {

// MSG_WAITALL is the loop's work: the kernel ignores it on a descriptor that does not block. Of a send it means that
// all is to be sent; only streams are asked so.
constexpr int kOwnFlags = MSG_WAITALL;

Next JudgeTransfer(const Request&, int error) {
  // EINPROGRESS: what MSG_FASTOPEN and TCP_FASTOPEN_CONNECT send has to wait for the connection.
  if (error == EAGAIN || error == EWOULDBLOCK || error == EINPROGRESS) return Next::kWait;
  return error == EINTR ? Next::kAgain : Next::kDone;
}

int64_t CallRecv(Request& request) {
  int flags = (request.flags & ~kOwnFlags) | MSG_DONTWAIT;
  uint8_t* data = request.memory.data() + request.done;
  size_t size = request.size - request.done;
  if (request.address == nullptr) return counted::recv(request.fd, data, size, flags);
  request.address->length = request.address->Room();
  return counted::recvfrom(request.fd, data, size, flags, &request.address->any, &request.address->length);
}

bool HasUnread(int fd) {
  int count = 0;
  return counted::ioctl(fd, FIONREAD, &count) == 0 && count > 0;
}

// After bytes, the end or an error is left for the next call, as the kernel's own MSG_WAITALL leaves it: asking once
// more would take the error away from the socket, and there would be nobody to tell it to.
int64_t CallRecvRest(Request& request) {
  if (request.done > 0 && platform::PeerHasEnded(request.fd) && !HasUnread(request.fd)) return 0;
  return CallRecv(request);
}

// More to come, or to go: only on streams, where a count of 0 is the end.
Next WaitForAll(Request& request, int64_t count) {
  request.done += static_cast<size_t>(count);
  return count == 0 || request.done >= request.size ? Next::kDone : Next::kWait;
}

int64_t CallPeekAll(Request& request) {
  request.done = 0;
  return CallRecv(request);
}

// What is only peeked at stays, so the descriptor is ready all along and cannot say when there is more.
Next PeekForAll(Request& request, int64_t count) {
  request.done = static_cast<size_t>(count);
  bool whole = count == 0 || request.done >= request.size;
  return whole || platform::PeerHasEnded(request.fd) ? Next::kDone : Next::kBackOff;
}

int64_t CallSend(Request& request) {
  int flags = (request.flags & ~kOwnFlags) | MSG_DONTWAIT | platform::kNoSignal;
  const uint8_t* data = request.memory.data() + request.done;
  size_t size = request.size - request.done;
  if (request.address == nullptr) return counted::send(request.fd, data, size, flags);
  int64_t count = counted::sendto(request.fd, data, size, flags, &request.address->any, request.address->length);
#ifdef MSG_FASTOPEN
  // The connect is under way, without the data: those go out as usual once it is there.
  if (count < 0 && errno == EINPROGRESS && (flags & MSG_FASTOPEN)) {
    request.flags &= ~MSG_FASTOPEN;
    request.address = nullptr;
  }
#endif
  return count;
}

// sendfile(2) knows no MSG_NOSIGNAL: SIGPIPE is kept from this thread meanwhile, and one that came is taken back.
int64_t CallSendFile(Request& request) {
  if (request.reassert && platform::SetNonBlocking(request.fd) < 0) return -1;
  sigset_t pipe, before, pending;
  sigemptyset(&pipe);
  sigaddset(&pipe, SIGPIPE);
  sigpending(&pending);
  pthread_sigmask(SIG_BLOCK, &pipe, &before);
  int64_t answer = platform::SendFile(request.fd, request.file, request.offset, request.size);
  int error = errno;
  if (answer < 0 && error == EPIPE && !sigismember(&pending, SIGPIPE)) platform::ConsumeSigpipe(&pipe);
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
  errno = error;
  return answer;
}

// MSG_OOB waits for urgent data; everything else for data.
const Verb kRecv = {CallRecv, JudgeTransfer, POLLIN, nullptr, nullptr};
const Verb kRecvUrgent = {CallRecv, JudgeTransfer, POLLPRI, nullptr, nullptr};
const Verb kRecvAll = {CallRecvRest, JudgeTransfer, POLLIN, nullptr, WaitForAll};
const Verb kPeekAll = {CallPeekAll, JudgeTransfer, POLLIN, nullptr, PeekForAll};
const Verb kSend = {CallSend, JudgeTransfer, POLLOUT, nullptr, nullptr};
const Verb kSendAll = {CallSend, JudgeTransfer, POLLOUT, nullptr, WaitForAll, true};
const Verb kSendFile = {CallSendFile, JudgeTransfer, POLLOUT, nullptr, nullptr};

const Verb& RecvVerb(int flags) {
  if (flags & MSG_OOB) return kRecvUrgent;
  if (!(flags & MSG_WAITALL)) return kRecv;
  return flags & MSG_PEEK ? kPeekAll : kRecvAll;
}

const Verb& SendVerb(int flags) { return flags & MSG_WAITALL ? kSendAll : kSend; }

// The scratch memory, as much of it as the registers say, or the view that the call was given.
Memory MemoryOf(Call& call, const Registers& registers) {
  if (call.count() > 0) return call.LongView(0);
  bool fits = registers.size >= 0 && registers.size <= Environment::kScratch;
  call.Check(fits ? napi_ok : napi_invalid_arg);
  return Memory({call.environment().scratch, fits ? static_cast<size_t>(registers.size) : 0});
}

// A transfer by the registers: its answer goes there too.
napi_value Transfer(Call& call, const Verb& (*verb)(int flags), Address* address) {
  Environment& environment = call.environment();
  Registers& registers = *environment.registers;
  Request request(static_cast<int>(registers.fd));
  request.flags = static_cast<int>(registers.flags);
  request.address = address;
  request.memory = MemoryOf(call, registers);
  if (!call.ok()) return call.Answer(0);
  request.size = request.memory.size();
  // One call is a try with MSG_DONTWAIT, and the error queue never has to be waited for: it is empty or it is not.
  double timeout = request.flags & (MSG_DONTWAIT | platform::kErrorQueue) ? 0 : registers.timeout;
  registers.answer = static_cast<double>(Perform(environment, verb(request.flags), request, timeout));
  environment.transferred = static_cast<int64_t>(request.done);
  return nullptr;
}

napi_value Recv(napi_env env, napi_callback_info info) {
  Call call(env, info, 1);
  return Transfer(call, RecvVerb, nullptr);
}

napi_value RecvFrom(napi_env env, napi_callback_info info) {
  Call call(env, info, 1);
  Environment& environment = call.environment();
  napi_value nothing = Transfer(call, RecvVerb, &environment.output);
  if (call.ok() && environment.registers->answer >= 0) Decode(environment.output, *environment.frame);
  return nothing;
}

napi_value Send(napi_env env, napi_callback_info info) {
  Call call(env, info, 1);
  return Transfer(call, SendVerb, nullptr);
}

napi_value Transferred(napi_env env, napi_callback_info info) {
  Call call(env, info);
  return call.Answer(call.environment().transferred);
}

napi_value SendTo(napi_env env, napi_callback_info info) {
  Call call(env, info, 1);
  Address address = call.environment().input;
  return Transfer(call, SendVerb, &address);
}

napi_value SendFile(napi_env env, napi_callback_info info) {
  Call call(env, info);
  Request request(call.Int(0));
  request.file = call.Int(1);
  request.offset = call.Long(2);
  request.size = static_cast<size_t>(call.Long(3));
  request.reassert = call.Bool(4);
  double timeout = call.Double(5);
  return call.Answer(call.ok() ? Perform(call.environment(), kSendFile, request, timeout) : 0);
}

}  // namespace

const Export kIoExports[] = {{"recv", Recv, kRegistered},
                             {"recvFrom", RecvFrom, kRegistered | kCame},
                             {"send", Send, kRegistered},
                             {"transferred", Transferred},
                             {"sendTo", SendTo, kRegistered | kGiven},
                             {"sendFile", SendFile, kFirst},
                             {nullptr, nullptr}};

}  // namespace berkeley
