#include "tls/roots.h"

#include <memory>
#include <mutex>
#include <vector>

#include "tls/der.h"
#include "tls/memory_bio.h"

namespace berkeley::tls {

namespace {

struct Free {
  void operator()(X509* certificate) const { openssl.X509_free(certificate); }
  void operator()(X509Name* name) const { openssl.X509_NAME_free(name); }
  void operator()(void* bytes) const { openssl.CRYPTO_free(bytes, __FILE__, __LINE__); }
};
using Certificate = std::unique_ptr<X509, Free>;
using Name = std::unique_ptr<X509Name, Free>;

// A certificate of which only the subject is parsed until it is needed.
class Root {
 public:
  Root(std::unique_ptr<uint8_t, Free> der, size_t size) : der_(std::move(der)), size_(size), subject_(ReadSubject()) {}

  // Whether OpenSSL can read it.
  bool is_readable() const { return subject_ != nullptr; }
  bool is_parsed() const { return is_parsed_; }
  bool IsOf(const X509Name* name) const { return openssl.X509_NAME_cmp(subject_.get(), name) == 0; }

  // One that cannot be parsed, or added to the store, is not trusted.
  void AddTo(X509Store* store) {
    if (is_parsed_) return;
    is_parsed_ = true;
    Certificate certificate = Parse();
    if (certificate != nullptr) openssl.X509_STORE_add_cert(store, certificate.get());
  }

 private:
  Certificate Parse() const {
    const uint8_t* bytes = der_.get();
    return Certificate(openssl.d2i_X509(nullptr, &bytes, static_cast<long>(size_)));
  }

  Name ReadSubject() const {
    std::string_view subject = SubjectOf({reinterpret_cast<char*>(der_.get()), size_});
    auto* bytes = reinterpret_cast<const uint8_t*>(subject.data());
    if (!subject.empty()) return Name(openssl.d2i_X509_NAME(nullptr, &bytes, static_cast<long>(subject.size())));
    // OpenSSL reads more than DER: lengths that are not definite, for one.
    Certificate certificate = Parse();
    if (certificate == nullptr) return nullptr;
    return Name(openssl.X509_NAME_dup(openssl.X509_get_subject_name(certificate.get())));
  }

  std::unique_ptr<uint8_t, Free> der_;
  size_t size_;
  Name subject_;
  bool is_parsed_ = false;
};

class Roots {
 public:
  bool Read(const std::string& pem);
  bool Start();
  X509Store* Use() { return openssl.X509_STORE_up_ref(store_) == 1 ? store_ : nullptr; }
  int CountParsed();
  void Load(const X509Name* name);

 private:
  std::mutex lock_;
  std::vector<Root> all_;
  X509Store* store_ = nullptr;
};

// Never freed: contexts of every thread use it.
Roots* roots = nullptr;

// OpenSSL calls these two for the issuers of a chain.

int GetIssuer(X509** issuer, X509StoreContext* context, X509* certificate) {
  roots->Load(openssl.X509_get_issuer_name(certificate));
  return openssl.X509_STORE_CTX_get1_issuer(issuer, context, certificate);
}

Stack* LookUp(X509StoreContext* context, const X509Name* name) {
  roots->Load(name);
  return openssl.X509_STORE_CTX_get1_certs(context, name);
}

// As node:tls, it ends at what it cannot read.
bool Roots::Read(const std::string& pem) {
  MemoryBio bio(pem);
  for (;;) {
    char* kind = nullptr;
    char* header = nullptr;
    uint8_t* der = nullptr;
    long size = 0;
    if (openssl.PEM_read_bio(bio.get(), &kind, &header, &der, &size) != 1) break;
    std::unique_ptr<char, Free> owned_kind(kind), owned_header(header);
    std::unique_ptr<uint8_t, Free> owned_der(der);
    std::string_view name(kind);
    if (name != "CERTIFICATE" && name != "X509 CERTIFICATE") continue;
    Root root(std::move(owned_der), static_cast<size_t>(size));
    if (!root.is_readable()) break;
    all_.push_back(std::move(root));
  }
  if (all_.empty()) return false;
  // Reading beyond the last one leaves "no start line".
  openssl.ERR_clear_error();
  return true;
}

bool Roots::Start() {
  store_ = openssl.X509_STORE_new();
  if (store_ == nullptr) return false;
  openssl.X509_STORE_set_get_issuer(store_, GetIssuer);
  openssl.X509_STORE_set_lookup_certs(store_, LookUp);
  return true;
}

int Roots::CountParsed() {
  std::lock_guard<std::mutex> guard(lock_);
  int count = 0;
  for (const Root& root : all_) count += root.is_parsed() ? 1 : 0;
  return count;
}

// Adds all roots of this name before OpenSSL looks for them: several can have it, of which it takes the one whose key fits.
void Roots::Load(const X509Name* name) {
  // An error of a root that cannot be parsed, left in the queue, would be taken for one of the connection.
  openssl.ERR_set_mark();
  {
    std::lock_guard<std::mutex> guard(lock_);
    for (Root& root : all_) {
      if (root.IsOf(name)) root.AddTo(store_);
    }
  }
  openssl.ERR_pop_to_mark();
}

std::mutex& SetLock() {
  static auto* lock = new std::mutex;
  return *lock;
}

}  // namespace

bool SetRoots(const std::string& pem) {
  auto read = std::make_unique<Roots>();
  if (!read->Read(pem)) return false;
  std::lock_guard<std::mutex> guard(SetLock());
  // Another thread may have been faster.
  if (roots != nullptr) return true;
  if (!read->Start()) return false;
  roots = read.release();
  return true;
}

int CountParsedRoots() {
  std::lock_guard<std::mutex> guard(SetLock());
  return roots == nullptr ? -1 : roots->CountParsed();
}

X509Store* UseRoots() {
  std::lock_guard<std::mutex> guard(SetLock());
  return roots == nullptr ? nullptr : roots->Use();
}

}  // namespace berkeley::tls
