// The other end of a TLS client, in its own process: prints its port, then serves one connection after another.
//   sink:   reads to the end
//   source: sends 64 KiB blocks until the client closes
//   close:  sends a byte and close_notify, and closes. The byte makes a client receive the session tickets before it
#include "tls.h"

static char block[65536];

static void Sink(SSL *ssl) {
  while (SSL_read(ssl, block, sizeof block) > 0) continue;
}

static void Source(SSL *ssl) {
  while (SSL_write(ssl, block, sizeof block) > 0) continue;
}

static void Close(SSL *ssl) {
  if (SSL_write(ssl, block, 1) == 1) SSL_shutdown(ssl);
}

static const struct {
  const char *name;
  void (*serve)(SSL *ssl);
} kServers[] = {{"sink", Sink}, {"source", Source}, {"close", Close}};

static void (*FindServer(const char *name))(SSL *ssl) {
  for (size_t i = 0; i < sizeof kServers / sizeof *kServers; i++) {
    if (strcmp(kServers[i].name, name) == 0) return kServers[i].serve;
  }
  fprintf(stderr, "no variant is called %s\n", name);
  exit(1);
}

int main(int argc, char **argv) {
  Check(argc == 2, "usage: tls-server sink|source|close");
  void (*serve)(SSL *ssl) = FindServer(argv[1]);
  signal(SIGPIPE, SIG_IGN);
  SSL_CTX *context = NewContext(TLS_server_method());
  CheckTls(SSL_CTX_use_certificate_file(context, CertificateFile("cert.pem"), SSL_FILETYPE_PEM) == 1, "cert.pem");
  CheckTls(SSL_CTX_use_PrivateKey_file(context, CertificateFile("key.pem"), SSL_FILETYPE_PEM) == 1, "key.pem");
  int listener = Listen();
  for (;;) {
    int on = 1, fd = accept(listener, NULL, NULL);
    Check(fd >= 0, "accept");
    Check(setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on) == 0, "TCP_NODELAY");
    SSL *ssl = SSL_new(context);
    SSL_set_fd(ssl, fd);
    if (SSL_accept(ssl) == 1) serve(ssl);
    ERR_clear_error();
    SSL_free(ssl);
    close(fd);
  }
}
