// Connections for TypeScript: making one, and the verbs, under the wait loop.
#include <cstring>

#include "platform/platform.h"
#include "tls/arguments.h"
#include "tls/exports.h"
#include "tls/handle.h"
#include "tls/handshake.h"
#include "tls/send_file.h"
#include "tls/transfer.h"
#include "wait/wait.h"

namespace berkeley {
namespace tls {
namespace {

// Bits of `tlsConnect`'s checks; src/tls/numbers.ts has the same numbers.
constexpr int kRejects = 1, kRequests = 2, kAllowsTruncation = 4, kSelectsContext = 8, kLogsKeys = 16,
              kServer = 32;

// Flags that mean something to TLS. MSG_MORE and MSG_NOSIGNAL change nothing here.
constexpr int kKnownFlags = MSG_PEEK | MSG_WAITALL | MSG_DONTWAIT | platform::kNoSignal | platform::kMore;

// A verb of a connection during a wait.
class Operation final : public BorrowedDescriptor {
 public:
  explicit Operation(std::shared_ptr<Connection> connection)
      : BorrowedDescriptor(connection->link.fd()), connection_(std::move(connection)) {}

  int64_t Revalidate(const Environment& environment) override {
    int64_t closed = connection_->ssl == nullptr ? kClosed : BorrowedDescriptor::Revalidate(environment);
    return closed == 0 && !memory.Revalidate() ? kChanged : closed;
  }

  Memory memory;

 private:
  // Keeps it until the verb has returned, whatever JavaScript does meanwhile.
  std::shared_ptr<Connection> connection_;
};

// Repeats `step` until its result is not -EAGAIN, and waits in between. Readiness that moved no byte twice in a row is
// slowed down.
template <typename Step>
int64_t Repeat(Environment& environment, Connection& connection, Operation& operation, double timeout_ms, bool receives,
               Step step) {
  if (timeout_ms != 0 && environment.TakeInterruption(false)) return -EINTR;
  Waiting waiting(environment, timeout_ms, operation);
  uint64_t moved = connection.link.moved();
  for (int idle = 0;;) {
    int64_t result = step();
    if (result != -EAGAIN || !waiting.allowed()) return result;
    bool is_idle = moved == connection.link.moved();
    moved = connection.link.moved();
    idle = is_idle ? idle + 1 : 0;
    if (!is_idle) waiting.ResetBackOff();
    int64_t waited = idle > 2 ? waiting.BackOff() : 0;
    bool is_sending = connection.link.unsent() > 0;
    short events = static_cast<short>((is_sending ? POLLOUT : 0) | (receives || !is_sending ? POLLIN : 0));
    if (waited >= 0) waited = waiting.Until(connection.link.fd(), events);
    if (waited < 0) return waited;
  }
}

napi_value Finish(Call& call, Connection& connection, int64_t result) {
  bool blocked = result == -EAGAIN || result == kTimedOut;
  connection.Publish(blocked);
  return call.Return(result);
}

// The view of an argument, or as many bytes of the scratch memory as the number says.
Memory MemoryOf(Call& call, size_t index) {
  napi_valuetype type = napi_undefined;
  napi_typeof(call.env(), call.at(index), &type);
  if (type != napi_number) return call.WaitingView(index);
  int32_t size = call.Int(index);
  bool fits = size >= 0 && static_cast<size_t>(size) <= Environment::kScratchBytes;
  call.Require(fits);
  return Memory({call.environment().scratch, fits ? static_cast<size_t>(size) : 0});
}

napi_value New(Call& call) {
  auto context = Unwrap<Context>(call, 0);
  int fd = call.Int(1);
  int bits = call.Int(2);
  std::string host = CopyOf(call, 3), server_name = CopyOf(call, 4), protocols = CopyOf(call, 5),
              session = CopyOf(call, 6);
  if (!call.ok()) return call.Return(0);
  Checks checks;
  checks.server = (bits & kServer) != 0;
  checks.host = host;
  checks.rejects = (bits & kRejects) != 0;
  checks.requests = (bits & kRequests) != 0;
  checks.allows_truncation = (bits & kAllowsTruncation) != 0;
  checks.selects_context = (bits & kSelectsContext) != 0;
  checks.logs_keys = (bits & kLogsKeys) != 0;
  openssl.ERR_clear_error();
  auto connection = std::make_shared<Connection>(std::move(context), fd, std::move(checks));
  if (connection->checks.logs_keys) EnableKeyLog(connection->context->get());
  if (!connection->Open(server_name, std::move(protocols), session)) return call.Return(Fail());
  return call.ReturnObject(Wrap(call, std::move(connection)));
}

// Sets the memory in which TypeScript reads the state. The connection's finalizer runs after its environment may have
// ended, so the memory is not referred to: the object that holds the handle holds the memory as well.
napi_value Share(Call& call) {
  auto connection = OpenConnection(call);
  Bytes memory = call.View(1);
  bool is_aligned = reinterpret_cast<uintptr_t>(memory.data) % alignof(State) == 0;
  call.Require(memory.size >= sizeof(State) && is_aligned);
  if (call.ok()) connection->state = reinterpret_cast<State*>(memory.data);
  return call.Return(0);
}

napi_value Prepend(Call& call) {
  auto connection = OpenConnection(call);
  Bytes bytes = call.View(1);
  if (call.ok()) connection->link.Prepend(bytes.data, bytes.size);
  return call.Return(0);
}

napi_value Handshake(Call& call) {
  auto connection = OpenConnection(call);
  double timeout_ms = call.Double(1);
  if (!call.ok()) return call.Return(0);
  // A send that fails here has sent nothing.
  call.environment().transferred = 0;
  Operation operation(connection);
  int64_t result = Repeat(call.environment(), *connection, operation, timeout_ms, false,
                          [&] { return ContinueHandshake(*connection); });
  return Finish(call, *connection, result);
}

napi_value SetContext(Call& call) {
  auto connection = OpenConnection(call);
  napi_valuetype type = napi_undefined;
  napi_typeof(call.env(), call.at(1), &type);
  auto context = type == napi_null ? nullptr : Unwrap<Context>(call, 1);
  if (!call.ok()) return call.Return(0);
  openssl.ERR_clear_error();
  bool is_set = context == nullptr || openssl.SSL_set_SSL_CTX(connection->ssl, context->get()) != nullptr;
  // Otherwise the handshake would go on with the certificate of another name.
  if (!is_set) return call.Return(Fail());
  if (context != nullptr && connection->checks.logs_keys) EnableKeyLog(context->get());
  connection->context_chosen = true;
  return call.Return(0);
}

napi_value Recv(Call& call) {
  auto connection = OpenConnection(call);
  int flags = call.Int(2);
  double timeout_ms = flags & MSG_DONTWAIT ? 0 : call.Double(3);
  Memory memory = MemoryOf(call, 1);
  if (!call.ok()) return call.Return(0);
  if ((flags & ~kKnownFlags) != 0) return call.Return(-EOPNOTSUPP);
  Operation operation(connection);
  operation.memory = memory;
  Receipt receipt;
  receipt.size = memory.size();
  receipt.peek = (flags & MSG_PEEK) != 0;
  receipt.whole = (flags & MSG_WAITALL) != 0 && !receipt.peek && timeout_ms != 0;
  int64_t result = Repeat(call.environment(), *connection, operation, timeout_ms, true, [&] {
    receipt.data = operation.memory.data();
    return Receive(*connection, receipt);
  });
  // A wait that ended after a part: the part is the result, and an interruption is left to the next verb.
  bool lost = result == kStopped || result == kChanged || result == kClosed;
  if (result < 0 && receipt.done > 0 && !lost) {
    if (result == -EINTR) call.environment().PutBackInterruption();
    result = static_cast<int64_t>(receipt.done);
  }
  return connection->ssl == nullptr ? call.Return(result) : Finish(call, *connection, result);
}

// The result of a send of which OpenSSL has taken `done` bytes. They go out with the next verb, so they count, unless the
// verb has to send all.
napi_value FinishSend(Call& call, Connection& connection, int64_t result, size_t done, bool whole) {
  call.environment().transferred = static_cast<int64_t>(done);
  bool ended = result == kStopped || result == kClosed || result == kChanged;
  if (result < 0 && done > 0 && !whole && !ended) {
    if (result == -EINTR) call.environment().PutBackInterruption();
    result = static_cast<int64_t>(done);
  }
  if (connection.ssl == nullptr) return call.Return(result);
  // Sending proves nothing about what can be received.
  int32_t held = connection.state == nullptr ? 0 : connection.state->held;
  connection.Publish(false);
  if (connection.state != nullptr && connection.established) connection.state->held = held;
  return call.Return(result);
}

napi_value SendData(Call& call) {
  auto connection = OpenConnection(call);
  int flags = call.Int(2);
  double timeout_ms = flags & MSG_DONTWAIT ? 0 : call.Double(3);
  Memory memory = MemoryOf(call, 1);
  if (!call.ok()) return call.Return(0);
  if ((flags & ~kKnownFlags) != 0) return call.Return(-EOPNOTSUPP);
  Operation operation(connection);
  operation.memory = memory;
  Shipment shipment;
  shipment.size = memory.size();
  shipment.whole = (flags & MSG_WAITALL) != 0;
  shipment.may_wait = timeout_ms != 0;
  int64_t result = Repeat(call.environment(), *connection, operation, timeout_ms, false, [&] {
    shipment.data = operation.memory.data();
    return Send(*connection, shipment);
  });
  return FinishSend(call, *connection, result, shipment.done, shipment.whole);
}

napi_value SendFileData(Call& call) {
  auto connection = OpenConnection(call);
  FileShipment shipment;
  shipment.file = call.Int(1);
  shipment.offset = call.Long(2);
  int64_t size = call.Long(3);
  double timeout_ms = call.Double(4);
  call.Require(size > 0);
  if (!call.ok()) return call.Return(0);
  shipment.size = static_cast<size_t>(size);
  shipment.may_wait = timeout_ms != 0;
  shipment.memory = call.environment().scratch;
  shipment.memory_size = Environment::kScratchBytes;
  Operation operation(connection);
  int64_t result = Repeat(call.environment(), *connection, operation, timeout_ms, false,
                          [&] { return SendFile(*connection, shipment); });
  return FinishSend(call, *connection, result, shipment.done, false);
}

napi_value End(Call& call) {
  auto connection = OpenConnection(call);
  if (!call.ok()) return call.Return(0);
  int64_t result = EndSending(*connection);
  if (connection->state != nullptr) connection->state->unsent = static_cast<int32_t>(connection->link.unsent());
  return call.Return(result);
}

napi_value UnwrapConnection(Call& call) {
  auto connection = OpenConnection(call);
  double timeout_ms = call.Double(1);
  if (!call.ok()) return call.Return(0);
  Operation operation(connection);
  int64_t result = Repeat(call.environment(), *connection, operation, timeout_ms, true,
                          [&] { return Unwrap(*connection); });
  return connection->ssl == nullptr ? call.Return(result) : Finish(call, *connection, result);
}

napi_value TakeBuffered(Call& call) {
  auto connection = OpenConnection(call);
  if (!call.ok()) return call.Return(0);
  std::string bytes = connection->link.TakeBuffered();
  napi_value result = ReturnBytes(call, bytes.data(), bytes.size());
  // The runtime lacks memory for a copy: the bytes stay.
  if (!call.ok()) connection->link.Prepend(reinterpret_cast<const uint8_t*>(bytes.data()), bytes.size());
  return result;
}

napi_value Free(Call& call) {
  auto connection = Unwrap<Connection>(call, 0);
  if (!call.ok()) return call.Return(0);
  connection->Free();
  connection->state = nullptr;
  return call.Return(0);
}

}  // namespace
}  // namespace tls

const Export kTlsVerbExports[] = {{"tlsConnection", tls::New},
                                  {"tlsShare", tls::Share},
                                  {"tlsPrepend", tls::Prepend},
                                  {"tlsHandshake", tls::Handshake, kRecorded},
                                  {"tlsSetContext", tls::SetContext},
                                  {"tlsRecv", tls::Recv, kRecorded},
                                  {"tlsSend", tls::SendData, kRecorded},
                                  {"tlsSendFile", tls::SendFileData, kRecorded},
                                  {"tlsEnd", tls::End, kRecorded},
                                  {"tlsUnwrap", tls::UnwrapConnection, kRecorded},
                                  {"tlsTakeBuffered", tls::TakeBuffered},
                                  {"tlsFree", tls::Free},
                                  {nullptr, nullptr}};

}  // namespace berkeley
