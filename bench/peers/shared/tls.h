// TLS 1.3 for the C peers and their server, by libssl. TLS_CERTIFICATES names the folder of cert.pem and key.pem.
#pragma once

#include "measure.h"

#include <openssl/err.h>
#include <openssl/ssl.h>

static inline void CheckTls(int condition, const char *message) {
  if (condition) return;
  fprintf(stderr, "%s\n", message);
  ERR_print_errors_fp(stderr);
  exit(1);
}

static inline const char *CertificateFile(const char *name) {
  static char path[4096];
  const char *folder = getenv("TLS_CERTIFICATES");
  CheckTls(folder != NULL, "TLS_CERTIFICATES is not set");
  snprintf(path, sizeof path, "%s/%s", folder, name);
  return path;
}

static inline SSL_CTX *NewContext(const SSL_METHOD *method) {
  SSL_CTX *context = SSL_CTX_new(method);
  CheckTls(context != NULL, "SSL_CTX_new");
  CheckTls(SSL_CTX_set_min_proto_version(context, TLS1_3_VERSION) == 1, "SSL_CTX_set_min_proto_version");
  return context;
}
