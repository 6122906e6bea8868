// What many connections share: certificates, keys, trust, versions, ciphers. TypeScript makes one and sets it up before
// the first connection; it does not change afterwards.
#pragma once

#include <node_api.h>

#include <atomic>
#include <string>

#include "tls/openssl.h"

namespace berkeley::tls {

class Context {
 public:
  static const napi_type_tag tag;
  static std::atomic<int> alive;
  static constexpr int64_t kBytes = 32768;

  Context();
  ~Context();
  Context(const Context&) = delete;
  Context& operator=(const Context&) = delete;

  SslContext* get() const { return context_; }

  // Each returns false with the reason in OpenSSL's queue.
  bool Trust(const std::string& pem);
  bool TrustRoots();
  bool UseChain(const std::string& pem);
  bool UseKey(const std::string& pem, const std::string& passphrase);
  bool UsePkcs12(const std::string& der, const std::string& passphrase);
  bool UseCiphers(const std::string& names);
  bool UseCipherSuites(const std::string& names);
  bool UseVersions(int min, int max);

  // The session of these bytes, which belongs to the context; null with the reason in OpenSSL's queue. Decoding one takes
  // as long as a resumed handshake, and a program mostly resumes the same session again: the last one is kept.
  SslSession* Session(const std::string& der);

 private:
  bool UseOwnStore();

  SslContext* context_;
  X509Store* store_ = nullptr;  // the context owns it
  std::string session_der_;
  SslSession* session_ = nullptr;
};

}  // namespace berkeley::tls
