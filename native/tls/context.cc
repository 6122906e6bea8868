#include "tls/context.h"

#include <algorithm>
#include <cstring>

#include "tls/memory_bio.h"
#include "tls/roots.h"

namespace berkeley::tls {

const napi_type_tag Context::tag = {0x6265726b656c6579, 0x746c732d63747831};
std::atomic<int> Context::alive{0};

namespace {

// OpenSSL asks for the passphrase of an encrypted key. Without this it would ask on the terminal.
int Password(char* buffer, int size, int, void* data) {
  auto* passphrase = static_cast<const std::string*>(data);
  if (passphrase == nullptr || passphrase->size() > static_cast<size_t>(size)) return -1;
  memcpy(buffer, passphrase->data(), passphrase->size());
  return static_cast<int>(passphrase->size());
}

std::string no_passphrase;

// Calls `use` with each certificate of a PEM text. False if it fails, or if the first cannot be read.
template <typename Use>
bool ForEachCertificate(const std::string& pem, Use use) {
  MemoryBio bio(pem);
  int count = 0;
  for (;; count++) {
    X509* certificate = openssl.PEM_read_bio_X509(bio.get(), nullptr, Password, &no_passphrase);
    if (certificate == nullptr) break;
    bool used = use(certificate);
    openssl.X509_free(certificate);
    if (!used) return false;
  }
  if (count == 0) return false;
  // Reading beyond the last one leaves "no start line".
  openssl.ERR_clear_error();
  return true;
}

void FreeCertificate(void* certificate) { openssl.X509_free(static_cast<X509*>(certificate)); }

}  // namespace

Context::Context() : context_(openssl.SSL_CTX_new(openssl.TLS_method())) {
  alive++;
  if (context_ == nullptr) return;
  static constexpr uint8_t kSessionContext[] = {'b', 'e', 'r', 'k', 'e', 'l', 'e', 'y'};
  constexpr int kModes = kModeEnablePartialWrite | kModeAcceptMovingWriteBuffer;
  openssl.SSL_CTX_ctrl(context_, kControlMode, kModes, nullptr);
  // node:tls too lets the order of the server's ciphers decide (honorCipherOrder).
  openssl.SSL_CTX_set_options(context_, kOptionNoRenegotiation | kOptionServerPreference);
  openssl.SSL_CTX_ctrl(context_, kControlSessionCacheMode, kSessionCacheServer, nullptr);
  openssl.SSL_CTX_set_session_id_context(context_, kSessionContext, sizeof kSessionContext);
}

Context::~Context() {
  alive--;
  openssl.SSL_SESSION_free(session_);
  openssl.SSL_CTX_free(context_);
}

SslSession* Context::Session(const std::string& der) {
  // A fatal alert on a connection makes its session one that is not resumed: the bytes may still be tried.
  if (session_ != nullptr && der == session_der_ && openssl.SSL_SESSION_is_resumable(session_) == 1) return session_;
  auto* bytes = reinterpret_cast<const uint8_t*>(der.data());
  SslSession* decoded = openssl.d2i_SSL_SESSION(nullptr, &bytes, static_cast<long>(der.size()));
  if (decoded == nullptr) return nullptr;
  openssl.SSL_SESSION_free(session_);
  session_ = decoded;
  session_der_ = der;
  return session_;
}

bool Context::UseOwnStore() {
  if (store_ != nullptr) return true;
  store_ = openssl.X509_STORE_new();
  if (store_ == nullptr) return false;
  openssl.SSL_CTX_set_cert_store(context_, store_);
  return true;
}

bool Context::Trust(const std::string& pem) {
  if (!UseOwnStore()) return false;
  return ForEachCertificate(pem, [&](X509* certificate) {
    // As a server it sends the names, so that a client with several certificates can choose.
    bool named = openssl.SSL_CTX_add_client_CA(context_, certificate) == 1;
    return named && openssl.X509_STORE_add_cert(store_, certificate) == 1;
  });
}

bool Context::TrustRoots() {
  X509Store* store = UseRoots();
  if (store == nullptr) return false;
  // Frees the store that the context had.
  openssl.SSL_CTX_set_cert_store(context_, store);
  store_ = nullptr;
  return true;
}

bool Context::UseChain(const std::string& pem) {
  bool is_leaf = true;
  return ForEachCertificate(pem, [&](X509* certificate) {
    if (!is_leaf) return openssl.SSL_CTX_ctrl(context_, kControlChainCertificate, 1, certificate) == 1;
    is_leaf = false;
    return openssl.SSL_CTX_use_certificate(context_, certificate) == 1;
  });
}

bool Context::UseKey(const std::string& pem, const std::string& passphrase) {
  MemoryBio bio(pem);
  std::string copy = passphrase;
  Key* key = openssl.PEM_read_bio_PrivateKey(bio.get(), nullptr, Password, &copy);
  bool used = key != nullptr && openssl.SSL_CTX_use_PrivateKey(context_, key) == 1;
  openssl.EVP_PKEY_free(key);
  return used;
}

bool Context::UsePkcs12(const std::string& der, const std::string& passphrase) {
  MemoryBio bio(der);
  Pkcs12* file = openssl.d2i_PKCS12_bio(bio.get(), nullptr);
  if (file == nullptr) return false;
  Key* key = nullptr;
  X509* certificate = nullptr;
  Stack* others = nullptr;
  bool used = openssl.PKCS12_parse(file, passphrase.c_str(), &key, &certificate, &others) == 1;
  used = used && certificate != nullptr && openssl.SSL_CTX_use_certificate(context_, certificate) == 1;
  used = used && key != nullptr && openssl.SSL_CTX_use_PrivateKey(context_, key) == 1;
  for (int i = 0; used && others != nullptr && i < openssl.OPENSSL_sk_num(others); i++) {
    used = openssl.SSL_CTX_ctrl(context_, kControlChainCertificate, 1, openssl.OPENSSL_sk_value(others, i)) == 1;
  }
  openssl.OPENSSL_sk_pop_free(others, FreeCertificate);
  openssl.X509_free(certificate);
  openssl.EVP_PKEY_free(key);
  openssl.PKCS12_free(file);
  return used;
}

bool Context::UseCiphers(const std::string& names) {
  return openssl.SSL_CTX_set_cipher_list(context_, names.c_str()) == 1;
}

bool Context::UseCipherSuites(const std::string& names) {
  return openssl.SSL_CTX_set_ciphersuites(context_, names.c_str()) == 1;
}

bool Context::UseVersions(int min, int max) {
  return openssl.SSL_CTX_ctrl(context_, kControlMinVersion, min, nullptr) == 1 &&
         openssl.SSL_CTX_ctrl(context_, kControlMaxVersion, max, nullptr) == 1;
}

}  // namespace berkeley::tls
