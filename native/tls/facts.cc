// What a connection agreed on, for TypeScript.
#include <algorithm>

#include "js/object.h"
#include "tls/arguments.h"
#include "tls/exports.h"
#include "tls/handle.h"
#include "tls/connection.h"

namespace berkeley {
namespace tls {
namespace {

constexpr size_t kMaxFinishedBytes = 64;
constexpr size_t kMaxDigestBytes = 64;
constexpr int kMaxExportBytes = 65536;

// Bytes that `tlsBytes` returns; src/tls/numbers.ts has the same numbers.
enum class Subject : int32_t { kSession, kFinished, kPeerFinished, kServerEndPoint };

std::string OrEmpty(const char* text) { return text == nullptr ? "" : text; }

napi_value Facts(Call& call) {
  auto connection = OpenConnection(call);
  if (!call.ok()) return call.Return(0);
  Ssl* ssl = connection->ssl;
  const SslCipher* cipher = openssl.SSL_get_current_cipher(ssl);
  const uint8_t* protocol = nullptr;
  unsigned protocol_size = 0;
  openssl.SSL_get0_alpn_selected(ssl, &protocol, &protocol_size);
  return Object(call)
      .Text("protocol", OrEmpty(openssl.SSL_get_version(ssl)))
      .Text("cipher", OrEmpty(cipher == nullptr ? nullptr : openssl.SSL_CIPHER_get_name(cipher)))
      .Text("standardName", OrEmpty(cipher == nullptr ? nullptr : openssl.SSL_CIPHER_standard_name(cipher)))
      .Text("cipherVersion", OrEmpty(cipher == nullptr ? nullptr : openssl.SSL_CIPHER_get_version(cipher)))
      .Text("alpnProtocol", std::string(reinterpret_cast<const char*>(protocol), protocol_size))
      .Text("servername", OrEmpty(openssl.SSL_get_servername(ssl, 0)))
      .Return();
}

// A certificate of the peer's as DER: the first is its own. Null after the last.
napi_value PeerCertificate(Call& call) {
  auto connection = OpenConnection(call);
  int index = call.Int(1);
  call.Require(index >= 0);
  if (!call.ok()) return call.Return(0);
  Stack* chain = openssl.SSL_get_peer_cert_chain(connection->ssl);
  // A server's list leaves the client's own certificate out.
  int at = connection->checks.server ? index - 1 : index;
  X509* own = index == 0 ? openssl.SSL_get1_peer_certificate(connection->ssl) : nullptr;
  // OpenSSL keeps a server's certificate that was refused in the list alone.
  bool in_chain = own == nullptr && at >= 0 && chain != nullptr && at < openssl.OPENSSL_sk_num(chain);
  X509* certificate = in_chain ? static_cast<X509*>(openssl.OPENSSL_sk_value(chain, at)) : own;
  uint8_t* der = nullptr;
  int size = certificate == nullptr ? -1 : openssl.i2d_X509(certificate, &der);
  napi_value result = size < 0 ? ReturnNull(call) : ReturnBytes(call, der, static_cast<size_t>(size));
  if (der != nullptr) openssl.CRYPTO_free(der, "", 0);
  openssl.X509_free(own);
  return result;
}

napi_value Session(Call& call, Ssl* ssl) {
  SslSession* session = openssl.SSL_get1_session(ssl);
  uint8_t* der = nullptr;
  int size = session == nullptr ? 0 : openssl.i2d_SSL_SESSION(session, &der);
  napi_value result = size <= 0 ? ReturnNull(call) : ReturnBytes(call, der, static_cast<size_t>(size));
  if (der != nullptr) openssl.CRYPTO_free(der, "", 0);
  if (session != nullptr) openssl.SSL_SESSION_free(session);
  return result;
}

// RFC 5929, section 4: the hash of the server's certificate by the hash of its signature, SHA-256 in place of MD5 and
// SHA-1.
std::string ServerEndPoint(Ssl* ssl, bool server) {
  X509* peer = server ? nullptr : openssl.SSL_get1_peer_certificate(ssl);
  X509* certificate = server ? openssl.SSL_get_certificate(ssl) : peer;
  std::string binding;
  int hash = 0, key = 0;
  if (certificate != nullptr && openssl.OBJ_find_sigid_algs(openssl.X509_get_signature_nid(certificate), &hash, &key)) {
    std::string name = OrEmpty(openssl.OBJ_nid2sn(hash));
    const Digest* digest = openssl.EVP_get_digestbyname(name == "MD5" || name == "SHA1" ? "SHA256" : name.c_str());
    uint8_t bytes[kMaxDigestBytes];
    unsigned size = 0;
    bool made = digest != nullptr && openssl.X509_digest(certificate, digest, bytes, &size) == 1;
    if (made) binding.assign(reinterpret_cast<char*>(bytes), size);
  }
  openssl.X509_free(peer);
  openssl.ERR_clear_error();
  return binding;
}

napi_value BytesOf(Call& call) {
  auto connection = OpenConnection(call);
  auto subject = static_cast<Subject>(call.Int(1));
  if (!call.ok()) return call.Return(0);
  Ssl* ssl = connection->ssl;
  if (subject == Subject::kSession) return Session(call, ssl);
  if (subject == Subject::kServerEndPoint) {
    std::string binding = ServerEndPoint(ssl, connection->checks.server);
    return binding.empty() ? ReturnNull(call) : ReturnBytes(call, binding.data(), binding.size());
  }
  uint8_t bytes[kMaxFinishedBytes];
  auto get = subject == Subject::kFinished ? openssl.SSL_get_finished : openssl.SSL_get_peer_finished;
  size_t size = std::min(get(ssl, bytes, sizeof bytes), sizeof bytes);
  return size == 0 ? ReturnNull(call) : ReturnBytes(call, bytes, size);
}

napi_value ExportKeyingMaterial(Call& call) {
  auto connection = OpenConnection(call);
  int size = call.Int(1);
  bool has_context = call.Bool(4);
  std::string label = CopyOf(call, 2), context = CopyOf(call, 3);
  call.Require(size > 0 && size <= kMaxExportBytes);
  if (!call.ok()) return call.Return(0);
  std::string out(static_cast<size_t>(size), '\0');
  openssl.ERR_clear_error();
  int made = openssl.SSL_export_keying_material(
      connection->ssl, reinterpret_cast<uint8_t*>(out.data()), out.size(), label.data(), label.size(),
      reinterpret_cast<const uint8_t*>(context.data()), context.size(), has_context);
  return made == 1 ? ReturnBytes(call, out.data(), out.size()) : call.Return(Fail());
}

// Takes the lines for the key log that the handshake has produced.
napi_value TakeKeyLines(Call& call) {
  auto connection = OpenConnection(call);
  if (!call.ok()) return call.Return(0);
  std::string all;
  for (const std::string& line : connection->key_lines) all += line + "\n";
  connection->key_lines.clear();
  return ReturnBytes(call, all.data(), all.size());
}

}  // namespace
}  // namespace tls

const Export kTlsFactExports[] = {{"tlsFacts", tls::Facts},
                                  {"tlsPeerCertificate", tls::PeerCertificate},
                                  {"tlsBytes", tls::BytesOf},
                                  {"tlsExportKeyingMaterial", tls::ExportKeyingMaterial},
                                  {"tlsTakeKeyLines", tls::TakeKeyLines},
                                  {nullptr, nullptr}};

}  // namespace berkeley
