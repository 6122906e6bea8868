#include "tls/handshake.h"

#include <cerrno>
#include <cstring>

namespace berkeley::tls {
namespace {

int ContinueVerification(int, X509StoreContext*) { return 1; }

constexpr int kNoAddress = -2;

// The host is a name, or an address without brackets. An address is never compared with the names of a certificate.
bool IsFor(X509* certificate, const std::string& host) {
  int is_address = openssl.X509_check_ip_asc(certificate, host.c_str(), 0);
  if (is_address != kNoAddress) return is_address == 1;
  return openssl.X509_check_host(certificate, host.data(), host.size(), kNoPartialWildcards, nullptr) == 1;
}

int VerifyPeer(X509StoreContext* chain, void*) {
  int index = openssl.SSL_get_ex_data_X509_STORE_CTX_idx();
  auto* ssl = static_cast<Ssl*>(openssl.X509_STORE_CTX_get_ex_data(chain, index));
  Connection* connection = Connection::Of(ssl);
  openssl.X509_STORE_CTX_set_verify_cb(chain, ContinueVerification);
  bool verified = openssl.X509_verify_cert(chain) == 1;
  int error = openssl.X509_STORE_CTX_get_error(chain);
  if (!verified && error == kVerifyOk) error = kVerifyUnspecified;
  const std::string& host = connection->checks.host;
  if (error == kVerifyOk && !host.empty() && !IsFor(openssl.X509_STORE_CTX_get0_cert(chain), host)) {
    connection->host_mismatch = true;
    error = kVerifyHostMismatch;
  }
  openssl.X509_STORE_CTX_set_error(chain, error);
  return error == kVerifyOk || !connection->checks.rejects;
}

// Where the name at `at` ends in a list of protocols, which is a byte with its size before each name (RFC 7301, section
// 3.1). 0 after the last name, and for one that is cut short.
size_t EndOfName(const uint8_t* list, size_t size, size_t at) {
  size_t end = at < size ? at + 1 + list[at] : 0;
  return end <= size ? end : 0;
}

// The server's order of preference decides, as in node:tls.
int SelectProtocol(Ssl* ssl, const uint8_t** out, uint8_t* out_size, const uint8_t* in, unsigned in_size, void*) {
  const std::string& protocols = Connection::Of(ssl)->protocols;
  if (protocols.empty()) return kAlpnNoAck;
  auto* own = reinterpret_cast<const uint8_t*>(protocols.data());
  for (size_t at = 0, end; (end = EndOfName(own, protocols.size(), at)) > 0; at = end) {
    for (size_t other = 0, other_end; (other_end = EndOfName(in, in_size, other)) > 0; other = other_end) {
      if (own[at] != in[other] || memcmp(own + at + 1, in + other + 1, own[at]) != 0) continue;
      *out = in + other + 1;
      *out_size = in[other];
      return kAlpnOk;
    }
  }
  return kAlpnAlertFatal;
}

// A session keeps what was found of the client's certificate, and a handshake that resumes one asks neither for a
// certificate nor for a context by name: SSL_set_session_id_context(3), RFC 8446 4.6.1. So a session counts only for a
// server that checks the client in the same way and, where contexts with trust of their own are chosen by name, for the
// same name: what is compared has both.
int BindSession(Ssl* ssl, int*, void*) {
  Connection* connection = Connection::Of(ssl);
  const Checks& checks = connection->checks;
  std::string scope = {checks.requests ? 'r' : '-', checks.rejects ? 'x' : '-'};
  const uint8_t* name = nullptr;
  size_t size = 0;
  bool is_named = checks.selects_context &&
                  openssl.SSL_client_hello_get0_ext(ssl, kServerNameExtension, &name, &size) == 1;
  if (is_named) scope.append(reinterpret_cast<const char*>(name), size);
  uint8_t digest[kMaxDigestBytes];
  unsigned digest_size = 0;
  const Digest* sha256 = openssl.EVP_get_digestbyname("SHA256");
  bool digested = sha256 != nullptr &&
                  openssl.EVP_Digest(scope.data(), scope.size(), digest, &digest_size, sha256, nullptr) == 1;
  bool bound = digested && digest_size <= kMaxSessionContextBytes &&
               openssl.SSL_set_session_id_context(ssl, digest, digest_size) == 1;
  return bound ? kClientHelloSuccess : kClientHelloError;
}

// Suspends the handshake of a server until TypeScript has chosen a context for the name: no JavaScript runs while OpenSSL
// is at work.
int ChooseCertificate(Ssl* ssl, void*) {
  Connection* connection = Connection::Of(ssl);
  return connection->checks.selects_context && !connection->context_chosen ? -1 : 1;
}

void LogKeys(const Ssl* ssl, const char* line) {
  Connection* connection = Connection::Of(ssl);
  if (connection->checks.logs_keys) connection->key_lines.emplace_back(line);
}

// A resumed handshake has no certificates to verify: what the first one found is in the session, and the certificate may
// be for another host than the one that is meant now.
int64_t CheckResumed(Connection& connection) {
  if (openssl.SSL_session_reused(connection.ssl) == 0 || connection.checks.server) return 0;
  long verify = openssl.SSL_get_verify_result(connection.ssl);
  const std::string& host = connection.checks.host;
  X509* certificate = openssl.SSL_get1_peer_certificate(connection.ssl);
  if (verify == kVerifyOk && !host.empty() && (certificate == nullptr || !IsFor(certificate, host))) {
    connection.host_mismatch = true;
    verify = kVerifyHostMismatch;
  }
  openssl.X509_free(certificate);
  if (verify == kVerifyOk || !connection.checks.rejects) return 0;
  Failure failure;
  failure.verify = verify;
  failure.verify_reason = openssl.X509_verify_cert_error_string(verify);
  return connection.FailWith(std::move(failure));
}

}  // namespace

void SetHandshakeCallbacks(SslContext* context) {
  openssl.SSL_CTX_set_cert_verify_callback(context, VerifyPeer, nullptr);
  openssl.SSL_CTX_set_client_hello_cb(context, BindSession, nullptr);
  openssl.SSL_CTX_set_cert_cb(context, ChooseCertificate, nullptr);
  openssl.SSL_CTX_set_alpn_select_cb(context, SelectProtocol, nullptr);
}

void EnableKeyLog(SslContext* context) { openssl.SSL_CTX_set_keylog_callback(context, LogKeys); }

int64_t ContinueHandshake(Connection& connection) {
  if (connection.established) return 0;
  if (connection.failed) return connection.FailWith(connection.failure);
  connection.link.ClearError();
  int64_t flushed = connection.link.Flush();
  if (flushed < 0 && flushed != -EAGAIN) return flushed;
  openssl.ERR_clear_error();
  int result = openssl.SSL_do_handshake(connection.ssl);
  if (result != 1) {
    int64_t reason = connection.Settle(result);
    return reason == 0 ? -ECONNRESET : reason;
  }
  int64_t checked = CheckResumed(connection);
  if (checked < 0) return checked;
  // The peer waits for the last message of the handshake.
  flushed = connection.link.Flush();
  if (flushed == 0) connection.Establish();
  return flushed;
}

}  // namespace berkeley::tls
