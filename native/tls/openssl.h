// tls/ is TLS over a connected socket: OpenSSL's state machine under the wait loop.
//
// Facts that decide how:
// - The process has an OpenSSL already: Node exports all functions of its own. They are looked up by name at run time, as
//   libuv's are, so no OpenSSL is compiled into the addon and security updates of the runtime apply. Elsewhere the
//   system's libssl is loaded.
// - The declarations here are our own. Every type is opaque, and only functions are used that OpenSSL 3 and 4 both have;
//   macros of the headers are calls of SSL_ctrl and SSL_CTX_ctrl with the numbers below, which are part of the ABI.
// - OpenSSL reads and writes through a BIO of ours (link.h) that calls recv(2) and send(2) on the socket's descriptor. A
//   pair of memory BIOs would copy each byte once more in each direction.
#pragma once

#include <cstddef>
#include <cstdint>

namespace berkeley::tls {

struct Ssl;
struct SslContext;
struct SslMethod;
struct SslSession;
struct SslCipher;
struct Bio;
struct BioMethod;
struct X509;
struct X509Name;
struct X509Store;
struct X509StoreContext;
struct Key;
struct Pkcs12;
struct Stack;
struct Digest;

using ProtocolSelector = int (*)(Ssl*, const uint8_t** out, uint8_t* out_size, const uint8_t* in, unsigned in_size,
                                 void* data);
using PasswordCallback = int (*)(char* buffer, int size, int writing, void* data);

// The result, the name, and the parameters of each function.
#define BERKELEY_OPENSSL(ROW)                                                                                     \
  ROW(unsigned long, OpenSSL_version_num, ())                                                                     \
  ROW(const char*, OpenSSL_version, (int))                                                                        \
  /* errors */                                                                                                    \
  ROW(void, ERR_clear_error, ())                                                                                  \
  ROW(int, ERR_set_mark, ())                                                                                      \
  ROW(int, ERR_pop_to_mark, ())                                                                                   \
  ROW(unsigned long, ERR_peek_error, ())                                                                          \
  ROW(const char*, ERR_reason_error_string, (unsigned long))                                                      \
  ROW(const char*, ERR_lib_error_string, (unsigned long))                                                         \
  ROW(const char*, X509_verify_cert_error_string, (long))                                                         \
  /* BIO */                                                                                                       \
  ROW(int, BIO_get_new_index, ())                                                                                 \
  ROW(BioMethod*, BIO_meth_new, (int, const char*))                                                               \
  ROW(int, BIO_meth_set_write, (BioMethod*, int (*)(Bio*, const char*, int)))                                     \
  ROW(int, BIO_meth_set_read, (BioMethod*, int (*)(Bio*, char*, int)))                                            \
  ROW(int, BIO_meth_set_ctrl, (BioMethod*, long (*)(Bio*, int, long, void*)))                                     \
  ROW(Bio*, BIO_new, (const BioMethod*))                                                                          \
  ROW(Bio*, BIO_new_mem_buf, (const void*, int))                                                                  \
  ROW(int, BIO_free, (Bio*))                                                                                      \
  ROW(void, BIO_set_data, (Bio*, void*))                                                                          \
  ROW(void*, BIO_get_data, (Bio*))                                                                                \
  ROW(void, BIO_set_init, (Bio*, int))                                                                            \
  ROW(void, BIO_set_flags, (Bio*, int))                                                                           \
  ROW(void, BIO_clear_flags, (Bio*, int))                                                                         \
  /* contexts */                                                                                                  \
  ROW(const SslMethod*, TLS_method, ())                                                                           \
  ROW(SslContext*, SSL_CTX_new, (const SslMethod*))                                                               \
  ROW(void, SSL_CTX_free, (SslContext*))                                                                          \
  ROW(long, SSL_CTX_ctrl, (SslContext*, int, long, void*))                                                        \
  ROW(uint64_t, SSL_CTX_set_options, (SslContext*, uint64_t))                                                     \
  ROW(int, SSL_CTX_set_cipher_list, (SslContext*, const char*))                                                   \
  ROW(int, SSL_CTX_set_ciphersuites, (SslContext*, const char*))                                                  \
  ROW(int, SSL_CTX_use_certificate, (SslContext*, X509*))                                                         \
  ROW(int, SSL_CTX_use_PrivateKey, (SslContext*, Key*))                                                           \
  ROW(int, SSL_CTX_add_client_CA, (SslContext*, X509*))                                                           \
  ROW(void, SSL_CTX_set_cert_store, (SslContext*, X509Store*))                                                    \
  ROW(void, SSL_CTX_set_cert_verify_callback, (SslContext*, int (*)(X509StoreContext*, void*), void*))            \
  ROW(void, SSL_CTX_set_cert_cb, (SslContext*, int (*)(Ssl*, void*), void*))                                      \
  ROW(void, SSL_CTX_set_alpn_select_cb, (SslContext*, ProtocolSelector, void*))                                   \
  ROW(void, SSL_CTX_set_keylog_callback, (SslContext*, void (*)(const Ssl*, const char*)))                        \
  ROW(void, SSL_CTX_set_client_hello_cb, (SslContext*, int (*)(Ssl*, int*, void*), void*))                        \
  ROW(int, SSL_client_hello_get0_ext, (Ssl*, unsigned, const uint8_t**, size_t*))                                 \
  ROW(int, SSL_set_session_id_context, (Ssl*, const uint8_t*, unsigned))                                          \
  ROW(int, EVP_Digest, (const void*, size_t, uint8_t*, unsigned*, const Digest*, void*))                          \
  ROW(int, SSL_CTX_set_session_id_context, (SslContext*, const uint8_t*, unsigned))                               \
  /* connections */                                                                                               \
  ROW(Ssl*, SSL_new, (SslContext*))                                                                               \
  ROW(void, SSL_free, (Ssl*))                                                                                     \
  ROW(void, SSL_set_bio, (Ssl*, Bio*, Bio*))                                                                      \
  ROW(int, SSL_set_ex_data, (Ssl*, int, void*))                                                                   \
  ROW(void*, SSL_get_ex_data, (const Ssl*, int))                                                                  \
  ROW(int, SSL_get_ex_data_X509_STORE_CTX_idx, ())                                                                \
  ROW(long, SSL_ctrl, (Ssl*, int, long, void*))                                                                   \
  ROW(uint64_t, SSL_set_options, (Ssl*, uint64_t))                                                                \
  ROW(void, SSL_set_verify, (Ssl*, int, void*))                                                                   \
  ROW(int, SSL_set_alpn_protos, (Ssl*, const uint8_t*, unsigned))                                                 \
  ROW(SslContext*, SSL_set_SSL_CTX, (Ssl*, SslContext*))                                                          \
  ROW(const char*, SSL_get_servername, (const Ssl*, int))                                                         \
  ROW(void, SSL_set_connect_state, (Ssl*))                                                                        \
  ROW(void, SSL_set_accept_state, (Ssl*))                                                                         \
  ROW(int, SSL_do_handshake, (Ssl*))                                                                              \
  ROW(int, SSL_read_ex, (Ssl*, void*, size_t, size_t*))                                                           \
  ROW(int, SSL_peek_ex, (Ssl*, void*, size_t, size_t*))                                                           \
  ROW(int, SSL_write_ex, (Ssl*, const void*, size_t, size_t*))                                                    \
  ROW(int, SSL_shutdown, (Ssl*))                                                                                  \
  ROW(int, SSL_get_shutdown, (const Ssl*))                                                                        \
  ROW(int, SSL_get_error, (const Ssl*, int))                                                                      \
  ROW(int, SSL_free_buffers, (Ssl*))                                                                              \
  ROW(int, SSL_pending, (const Ssl*))                                                                             \
  /* facts */                                                                                                     \
  ROW(const char*, SSL_get_version, (const Ssl*))                                                                 \
  ROW(const char*, SSL_rstate_string, (const Ssl*))                                                               \
  ROW(const SslCipher*, SSL_get_current_cipher, (const Ssl*))                                                     \
  ROW(const char*, SSL_CIPHER_get_name, (const SslCipher*))                                                       \
  ROW(const char*, SSL_CIPHER_standard_name, (const SslCipher*))                                                  \
  ROW(const char*, SSL_CIPHER_get_version, (const SslCipher*))                                                    \
  ROW(void, SSL_get0_alpn_selected, (const Ssl*, const uint8_t**, unsigned*))                                     \
  ROW(long, SSL_get_verify_result, (const Ssl*))                                                                  \
  ROW(X509*, SSL_get1_peer_certificate, (const Ssl*))                                                             \
  ROW(X509*, SSL_get_certificate, (const Ssl*))                                                                   \
  ROW(Stack*, SSL_get_peer_cert_chain, (const Ssl*))                                                              \
  ROW(int, OPENSSL_sk_num, (const Stack*))                                                                        \
  ROW(void*, OPENSSL_sk_value, (const Stack*, int))                                                               \
  ROW(size_t, SSL_get_finished, (const Ssl*, void*, size_t))                                                      \
  ROW(size_t, SSL_get_peer_finished, (const Ssl*, void*, size_t))                                                 \
  ROW(int, SSL_export_keying_material,                                                                            \
      (Ssl*, uint8_t*, size_t, const char*, size_t, const uint8_t*, size_t, int))                                 \
  /* sessions */                                                                                                  \
  ROW(SslSession*, SSL_get1_session, (Ssl*))                                                                      \
  ROW(int, SSL_set_session, (Ssl*, SslSession*))                                                                  \
  ROW(int, SSL_session_reused, (const Ssl*))                                                                      \
  ROW(void, SSL_SESSION_free, (SslSession*))                                                                      \
  ROW(int, SSL_SESSION_is_resumable, (const SslSession*))                                                         \
  ROW(int, i2d_SSL_SESSION, (const SslSession*, uint8_t**))                                                       \
  ROW(SslSession*, d2i_SSL_SESSION, (SslSession**, const uint8_t**, long))                                        \
  /* certificates and keys */                                                                                     \
  ROW(X509*, PEM_read_bio_X509_AUX, (Bio*, X509**, PasswordCallback, void*))                                      \
  ROW(X509*, PEM_read_bio_X509, (Bio*, X509**, PasswordCallback, void*))                                          \
  ROW(Key*, PEM_read_bio_PrivateKey, (Bio*, Key**, PasswordCallback, void*))                                      \
  ROW(void, EVP_PKEY_free, (Key*))                                                                                \
  ROW(Pkcs12*, d2i_PKCS12_bio, (Bio*, Pkcs12**))                                                                  \
  ROW(int, PKCS12_parse, (Pkcs12*, const char*, Key**, X509**, Stack**))                                          \
  ROW(void, PKCS12_free, (Pkcs12*))                                                                               \
  ROW(void, OPENSSL_sk_pop_free, (Stack*, void (*)(void*)))                                                       \
  ROW(void, X509_free, (X509*))                                                                                   \
  ROW(int, i2d_X509, (const X509*, uint8_t**))                                                                    \
  ROW(X509Store*, X509_STORE_new, ())                                                                             \
  ROW(void, X509_STORE_free, (X509Store*))                                                                        \
  ROW(int, X509_STORE_up_ref, (X509Store*))                                                                       \
  ROW(int, X509_STORE_add_cert, (X509Store*, X509*))                                                              \
  ROW(int, PEM_read_bio, (Bio*, char** name, char** header, uint8_t** bytes, long* size))                         \
  ROW(int, ASN1_get_object, (const uint8_t**, long* size, int* tag, int* kind, long max))                         \
  ROW(X509*, d2i_X509, (X509**, const uint8_t**, long))                                                           \
  ROW(const X509Name*, X509_get_subject_name, (const X509*))                                                      \
  ROW(X509Name*, d2i_X509_NAME, (X509Name**, const uint8_t**, long))                                              \
  ROW(void, X509_NAME_free, (X509Name*))                                                                          \
  ROW(X509Name*, X509_NAME_dup, (const X509Name*))                                                                \
  ROW(int, X509_NAME_cmp, (const X509Name*, const X509Name*))                                                     \
  ROW(const X509Name*, X509_get_issuer_name, (const X509*))                                                       \
  ROW(void, X509_STORE_set_get_issuer, (X509Store*, int (*)(X509**, X509StoreContext*, X509*)))                   \
  ROW(int, X509_STORE_CTX_get1_issuer, (X509**, X509StoreContext*, X509*))                                        \
  ROW(void, X509_STORE_set_lookup_certs, (X509Store*, Stack* (*)(X509StoreContext*, const X509Name*)))            \
  ROW(Stack*, X509_STORE_CTX_get1_certs, (X509StoreContext*, const X509Name*))                                    \
  ROW(int, X509_verify_cert, (X509StoreContext*))                                                                 \
  ROW(void, X509_STORE_CTX_set_verify_cb, (X509StoreContext*, int (*)(int, X509StoreContext*)))                   \
  ROW(int, X509_STORE_CTX_get_error, (const X509StoreContext*))                                                   \
  ROW(void, X509_STORE_CTX_set_error, (X509StoreContext*, int))                                                   \
  ROW(void*, X509_STORE_CTX_get_ex_data, (const X509StoreContext*, int))                                          \
  ROW(X509*, X509_STORE_CTX_get0_cert, (const X509StoreContext*))                                                 \
  ROW(int, X509_check_host, (X509*, const char*, size_t, unsigned, char**))                                       \
  ROW(int, X509_check_ip_asc, (X509*, const char*, unsigned))                                                     \
  ROW(int, X509_get_signature_nid, (const X509*))                                                                 \
  ROW(int, OBJ_find_sigid_algs, (int, int*, int*))                                                                \
  ROW(const char*, OBJ_nid2sn, (int))                                                                             \
  ROW(const Digest*, EVP_get_digestbyname, (const char*))                                                         \
  ROW(int, X509_digest, (const X509*, const Digest*, uint8_t*, unsigned*))                                        \
  ROW(void, CRYPTO_free, (void*, const char*, int))

struct OpenSsl {
#define BERKELEY_FIELD(result, name, parameters) result(*name) parameters = nullptr;
  BERKELEY_OPENSSL(BERKELEY_FIELD)
#undef BERKELEY_FIELD
};

// The functions, once Load has found them.
extern OpenSsl openssl;

// Finds OpenSSL: the process's own, or with `system`, or where the process has none, the system's. Returns whether it is
// there. Later calls return what the first one did.
bool Load(bool system);

// Numbers of OpenSSL's ABI.
constexpr unsigned long kOldestVersion = 0x30000000;
constexpr unsigned long kFirstUnknownVersion = 0x50000000;

constexpr int kBioSourceSink = 0x0400;
constexpr int kBioRead = 0x01, kBioWrite = 0x02, kBioShouldRetry = 0x08, kBioRetryFlags = 0x0f;
constexpr int kBioControlEof = 2, kBioControlFlush = 11;

constexpr int kModeEnablePartialWrite = 0x01, kModeAcceptMovingWriteBuffer = 0x02, kModeReleaseBuffers = 0x10;
constexpr int kControlMode = 33, kControlSessionCacheMode = 44, kControlServerName = 55, kControlChainCertificate = 89;
constexpr int kControlMinVersion = 123, kControlMaxVersion = 124;
constexpr int kSessionCacheServer = 2;
constexpr uint64_t kOptionIgnoreUnexpectedEof = uint64_t{1} << 7;
constexpr uint64_t kOptionNoRenegotiation = uint64_t{1} << 30, kOptionServerPreference = uint64_t{1} << 22;

constexpr int kVerifyNone = 0, kVerifyPeer = 1, kVerifyFailIfNoPeer = 2;
constexpr int kErrorSsl = 1, kErrorWantRead = 2, kErrorWantWrite = 3, kErrorWantCertificate = 4, kErrorSystem = 5,
              kErrorZeroReturn = 6;
constexpr int kClientHelloSuccess = 1, kClientHelloError = 0;
constexpr unsigned kServerNameExtension = 0, kMaxSessionContextBytes = 32, kMaxDigestBytes = 64;
constexpr int kSentShutdown = 1, kReceivedShutdown = 2;
constexpr unsigned long kReasonMask = 0x7fffff, kReasonFirstAlert = 1000;
constexpr int kReasonUnexpectedEof = 294;
constexpr int kAlpnOk = 0, kAlpnAlertFatal = 2, kAlpnNoAck = 3;
constexpr int kVerifyOk = 0, kVerifyUnspecified = 1, kVerifyHostMismatch = 62, kVerifyAddressMismatch = 64;
constexpr unsigned kNoPartialWildcards = 0x4;
// A record contains at most so many bytes of the program's.
constexpr size_t kMaxRecordBytes = 16384;

}  // namespace berkeley::tls
