// A BIO over bytes in memory, which must outlive it.
#pragma once

#include <string>

#include "tls/openssl.h"

namespace berkeley::tls {

class MemoryBio {
 public:
  explicit MemoryBio(const std::string& bytes)
      : bio_(openssl.BIO_new_mem_buf(bytes.data(), static_cast<int>(bytes.size()))) {}
  ~MemoryBio() { openssl.BIO_free(bio_); }
  MemoryBio(const MemoryBio&) = delete;
  MemoryBio& operator=(const MemoryBio&) = delete;
  Bio* get() const { return bio_; }

 private:
  Bio* bio_;
};

}  // namespace berkeley::tls
