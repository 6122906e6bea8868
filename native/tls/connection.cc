#include "tls/connection.h"

#include <algorithm>
#include <cerrno>
#include <climits>

namespace berkeley::tls {

const napi_type_tag Connection::tag = {0x6265726b656c6579, 0x746c732d636f6e31};
std::atomic<int> Connection::alive{0};

namespace {

constexpr int kHostNameType = 0;

}  // namespace

Connection::Connection(std::shared_ptr<Context> shared, int fd, Checks given)
    : context(std::move(shared)), link(fd), checks(std::move(given)) {}

bool Connection::Open(const std::string& server_name, std::string wire_protocols, const std::string& session) {
  bool server = checks.server;
  ssl = openssl.SSL_new(context->get());
  if (ssl == nullptr) return false;
  alive++;
  Bio* bio = link.NewBio();
  if (bio == nullptr) return false;
  openssl.SSL_set_bio(ssl, bio, bio);
  openssl.SSL_set_ex_data(ssl, 0, this);
  // Otherwise OpenSSL takes such an end for a fault of the peer's: it sends an alert, and nothing can be sent any more.
  if (checks.allows_truncation) openssl.SSL_set_options(ssl, kOptionIgnoreUnexpectedEof);
  protocols = std::move(wire_protocols);
  int required = checks.rejects ? kVerifyFailIfNoPeer : 0;
  int verify = !server ? kVerifyPeer : checks.requests ? kVerifyPeer | required : kVerifyNone;
  openssl.SSL_set_verify(ssl, verify, nullptr);
  if (server) {
    openssl.SSL_set_accept_state(ssl);
    return true;
  }
  openssl.SSL_set_connect_state(ssl);
  auto* name = const_cast<char*>(server_name.c_str());
  if (!server_name.empty() && openssl.SSL_ctrl(ssl, kControlServerName, kHostNameType, name) != 1) return false;
  auto* wire = reinterpret_cast<const uint8_t*>(protocols.data());
  // This function returns 0 for success.
  if (!protocols.empty() && openssl.SSL_set_alpn_protos(ssl, wire, static_cast<unsigned>(protocols.size())) != 0) {
    return false;
  }
  if (session.empty()) return true;
  SslSession* resumed = context->Session(session);
  return resumed != nullptr && openssl.SSL_set_session(ssl, resumed) == 1;
}

void Connection::Free() {
  if (ssl == nullptr) return;
  openssl.SSL_free(ssl);
  openssl.ERR_clear_error();
  ssl = nullptr;
  link.Release();
  alive--;
}

int64_t Connection::FailWith(Failure reason) {
  failed = true;
  failure = std::move(reason);
  LastFailure() = failure;
  return kTlsFailed;
}

int64_t Connection::FailTruncated() {
  is_truncated = true;
  Failure truncated;
  truncated.truncated = true;
  LastFailure() = truncated;
  return kTlsFailed;
}

int64_t Connection::Settle(int result) {
  int kind = openssl.SSL_get_error(ssl, result);
  bool at_end = link.ended() && link.buffered() == 0;
  if (kind == kErrorWantRead || kind == kErrorWantWrite) return -EAGAIN;
  if (kind == kErrorWantCertificate) return kNeedsContext;
  // "RB": OpenSSL has read a part of a record's body.
  bool in_record = established && openssl.SSL_rstate_string(ssl)[1] == 'B';
  if (kind == kErrorZeroReturn && !(at_end && in_record)) return 0;
  unsigned long error = openssl.ERR_peek_error();
  bool is_reported = (error & kReasonMask) == kReasonUnexpectedEof;
  bool is_eof = kind == kErrorSystem || kind == kErrorZeroReturn || is_reported;
  if (link.error() != 0 && kind == kErrorSystem) {
    openssl.ERR_clear_error();
    return -link.error();
  }
  if (at_end && is_eof) {
    openssl.ERR_clear_error();
    if (!established) return -ECONNRESET;
    if (checks.allows_truncation && !in_record) return 0;
    return FailTruncated();
  }
  // An alert that OpenSSL has no name for, or a repeated call after one. node:tls has the same code.
  if (!established && (error == 0 || openssl.ERR_reason_error_string(error) == nullptr)) {
    openssl.ERR_clear_error();
    return -ECONNRESET;
  }
  Failure reason = TakeError();
  if (!established) reason.verify = host_mismatch ? kVerifyHostMismatch : openssl.SSL_get_verify_result(ssl);
  bool is_certificate = reason.verify != kVerifyOk && reason.reason == "certificate verify failed";
  if (!is_certificate) reason.verify = kVerifyOk;
  if (is_certificate) reason.verify_reason = openssl.X509_verify_cert_error_string(reason.verify);
  return FailWith(std::move(reason));
}

void Connection::Establish() {
  established = true;
  verify_result = host_mismatch ? kVerifyHostMismatch : openssl.SSL_get_verify_result(ssl);
  is_reused = openssl.SSL_session_reused(ssl) != 0;
  // From now on an idle connection has no buffers, some 34 KB. In a handshake they would be allocated for each message.
  openssl.SSL_free_buffers(ssl);
  openssl.SSL_ctrl(ssl, kControlMode, kModeReleaseBuffers, nullptr);
}

void Connection::Publish(bool blocked) {
  if (state == nullptr) return;
  size_t held = ssl == nullptr || !established ? 0 : static_cast<size_t>(openssl.SSL_pending(ssl));
  // After a receive that would have blocked, the bytes that are here are a part of a record.
  if (!blocked && established) held += link.buffered();
  state->held = static_cast<int32_t>(std::min<size_t>(held, INT_MAX));
  state->unsent = static_cast<int32_t>(link.unsent());
  state->wants_write = link.unsent() > 0;
  state->moved = static_cast<int32_t>(static_cast<uint32_t>(link.moved()));
  state->verify = static_cast<int32_t>(verify_result);
  state->reused = is_reused ? 1 : 0;
}

}  // namespace berkeley::tls
