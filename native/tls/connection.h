// One TLS connection: OpenSSL's object, the link below it, and what the handshake has decided. It transfers nothing by
// itself: handshake.cc and transfer.cc do.
#pragma once

#include <node_api.h>

#include <atomic>
#include <memory>
#include <string>
#include <vector>

#include "tls/context.h"
#include "tls/failure.h"
#include "tls/link.h"

namespace berkeley::tls {

// What TypeScript reads without a call, in memory that it shares.
struct State {
  int32_t held;     // bytes that a receive may return although poll(2) does not report them
  int32_t unsent;   // bytes that this layer took and the kernel did not
  int32_t wants_write;  // whether the last call that would have blocked waits until the descriptor is writable
  int32_t moved;  // counts the bytes that the kernel took or returned, modulo 2^32
  int32_t verify;  // once the handshake is complete: X509_V_ERR_... of the peer's certificate, or 0
  int32_t reused;  // whether it resumed a session
};

// How a connection checks its peer.
struct Checks {
  bool server = false;
  std::string host;       // name or address that the certificate must be for; empty if TypeScript checks, or nothing does
  bool rejects = true;    // a certificate that is not valid ends the handshake
  bool requests = true;   // a server asks for a certificate
  bool allows_truncation = false;
  bool selects_context = false;  // a server asks TypeScript for a context by the name
  bool logs_keys = false;
};

class Connection {
 public:
  static const napi_type_tag tag;
  static std::atomic<int> alive;
  // What remains of one that was closed: OpenSSL's part is freed then.
  static constexpr int64_t kBytes = 8192;

  Connection(std::shared_ptr<Context> context, int fd, Checks checks);
  ~Connection() { Free(); }
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  // Makes OpenSSL's object. False with the reason in its queue.
  bool Open(const std::string& server_name, std::string protocols, const std::string& session);
  // Frees OpenSSL's object. Calls that wait for it end.
  void Free();

  // The result of a call of OpenSSL's that has failed: -EAGAIN, -errno, kTlsFailed, kNeedsContext; 0 for close_notify.
  int64_t Settle(int result);
  // Ends the connection with a failure, which later calls return again.
  int64_t FailWith(Failure failure);
  // The failure of a stream that ended without close_notify. It ends receiving: this side may still send.
  int64_t FailTruncated();
  // The handshake is complete and sent.
  void Establish();
  // Refreshes what TypeScript reads.
  void Publish(bool blocked);

  Ssl* ssl = nullptr;
  std::shared_ptr<Context> context;
  Link link;
  const Checks checks;
  std::string protocols;  // ALPN, as the wire has them
  std::vector<std::string> key_lines;
  bool established = false;
  bool failed = false;
  bool context_chosen = false;
  bool host_mismatch = false;
  bool is_truncated = false;
  long verify_result = kVerifyOk;
  bool is_reused = false;
  Failure failure;

  // Shared with TypeScript; the reference keeps the memory.
  State* state = nullptr;
  napi_ref state_memory = nullptr;

  // The connection of OpenSSL's object.
  static Connection* Of(const Ssl* ssl) { return static_cast<Connection*>(openssl.SSL_get_ex_data(ssl, 0)); }
};

}  // namespace berkeley::tls
