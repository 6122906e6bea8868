#include "tls/roots.h"

#include <memory>
#include <mutex>
#include <vector>

#include "tls/der.h"
#include "tls/memory_bio.h"

namespace berkeley::tls {

namespace {

struct Free {
  void operator()(X509Name* name) const { openssl.X509_NAME_free(name); }
  void operator()(void* bytes) const { openssl.CRYPTO_free(bytes, __FILE__, __LINE__); }
};

// A certificate of which only the subject is parsed until it is needed. Then it is kept: the pointer stays valid.
class Root {
 public:
  Root(std::unique_ptr<uint8_t, Free> der, size_t size) : der_(std::move(der)), size_(size) {
    std::string_view subject = SubjectOf({reinterpret_cast<char*>(der_.get()), size});
    auto* bytes = reinterpret_cast<const uint8_t*>(subject.data());
    if (!subject.empty()) subject_.reset(openssl.d2i_X509_NAME(nullptr, &bytes, static_cast<long>(subject.size())));
  }

  bool is_parsed() const { return is_parsed_; }

  // Whether it has this subject. One whose subject is not found has to be parsed for it.
  bool IsOf(const X509Name* name, X509Store* store) {
    const X509Name* subject = subject_.get();
    if (subject == nullptr && Parse(store) != nullptr) subject = openssl.X509_get_subject_name(certificate_);
    return subject != nullptr && openssl.X509_NAME_cmp(subject, name) == 0;
  }

  // Null if it cannot be parsed or added to the store: then it is not trusted.
  X509* Parse(X509Store* store) {
    if (is_parsed_) return certificate_;
    is_parsed_ = true;
    const uint8_t* bytes = der_.get();
    X509* certificate = openssl.d2i_X509(nullptr, &bytes, static_cast<long>(size_));
    if (certificate == nullptr) return nullptr;
    if (openssl.X509_STORE_add_cert(store, certificate) == 1) {
      certificate_ = certificate;
    } else {
      openssl.X509_free(certificate);
    }
    return certificate_;
  }

 private:
  std::unique_ptr<uint8_t, Free> der_;
  size_t size_;
  std::unique_ptr<X509Name, Free> subject_;
  bool is_parsed_ = false;
  X509* certificate_ = nullptr;
};

class Roots {
 public:
  bool Read(const std::string& pem);
  bool Start(X509LookupMethod* method);
  X509Store* Use() { return openssl.X509_STORE_up_ref(store_) == 1 ? store_ : nullptr; }
  int CountParsed();
  X509* Find(const X509Name* name);

 private:
  std::mutex lock_;
  std::vector<Root> all_;
  X509Store* store_ = nullptr;
};

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
    if (name == "CERTIFICATE" || name == "X509 CERTIFICATE") all_.emplace_back(std::move(owned_der), size);
  }
  if (all_.empty()) return false;
  // Reading beyond the last one leaves "no start line".
  openssl.ERR_clear_error();
  return true;
}

bool Roots::Start(X509LookupMethod* method) {
  store_ = openssl.X509_STORE_new();
  return store_ != nullptr && openssl.X509_STORE_add_lookup(store_, method) != nullptr;
}

int Roots::CountParsed() {
  std::lock_guard<std::mutex> guard(lock_);
  int count = 0;
  for (const Root& root : all_) count += root.is_parsed() ? 1 : 0;
  return count;
}

// Parses all of this name: several can have it, of which OpenSSL takes the one whose key fits.
X509* Roots::Find(const X509Name* name) {
  std::lock_guard<std::mutex> guard(lock_);
  X509* found = nullptr;
  for (Root& root : all_) {
    X509* certificate = root.IsOf(name, store_) ? root.Parse(store_) : nullptr;
    if (found == nullptr) found = certificate;
  }
  return found;
}

std::mutex& SetLock() {
  static auto* lock = new std::mutex;
  return *lock;
}

// Never freed: contexts of every thread use it.
Roots* roots = nullptr;

// OpenSSL calls it for an issuer that the store does not have.
int FindBySubject(X509Lookup*, int type, const X509Name* name, X509Object* result) {
  constexpr int kCertificate = 1;
  // An error of a root that cannot be parsed, left in the queue, would be taken for one of the connection.
  openssl.ERR_set_mark();
  X509* found = type == kCertificate ? roots->Find(name) : nullptr;
  openssl.ERR_pop_to_mark();
  // The caller takes a reference of its own and never gives back that of the object. From then on it finds the certificate in
  // the store, so few are lost, of certificates that are never freed anyway.
  return found == nullptr ? 0 : openssl.X509_OBJECT_set1_X509(result, found);
}

X509LookupMethod* NewMethod() {
  X509LookupMethod* method = openssl.X509_LOOKUP_meth_new("berkeley");
  if (method != nullptr) openssl.X509_LOOKUP_meth_set_get_by_subject(method, FindBySubject);
  return method;
}

}  // namespace

bool SetRoots(const std::string& pem) {
  auto read = std::make_unique<Roots>();
  if (!read->Read(pem)) return false;
  std::lock_guard<std::mutex> guard(SetLock());
  // Another thread may have been faster.
  if (roots != nullptr) return true;
  static X509LookupMethod* method = NewMethod();
  if (method == nullptr || !read->Start(method)) return false;
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
