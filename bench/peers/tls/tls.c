// TLS 1.3 by libssl, as a client that verifies the server. `send` and `receive`: blocks of 64 KiB. `full` and `resumed`:
// connect, handshake, one byte, close.
#include "../shared/tls.h"

enum { kBlockBytes = 65536 };

static SSL_CTX *context;
static SSL *ssl;
static SSL_SESSION *session;
static int port;
static char block[kBlockBytes];

static SSL *Open(void) {
  SSL *opened = SSL_new(context);
  CheckTls(SSL_set1_host(opened, "localhost") == 1, "SSL_set1_host");
  CheckTls(SSL_set_tlsext_host_name(opened, "localhost") == 1, "SSL_set_tlsext_host_name");
  if (session != NULL) CheckTls(SSL_set_session(opened, session) == 1, "SSL_set_session");
  CheckTls(SSL_set_fd(opened, Connect(port)) == 1, "SSL_set_fd");
  CheckTls(SSL_connect(opened) == 1, "SSL_connect");
  return opened;
}

static void Close(SSL *opened) {
  int fd = SSL_get_fd(opened);
  SSL_shutdown(opened);
  SSL_free(opened);
  close(fd);
}

static void Send(long operations) {
  for (long i = 0; i < operations; i++) CheckTls(SSL_write(ssl, block, kBlockBytes) == kBlockBytes, "SSL_write");
}

static void Receive(long operations) {
  for (long remaining = operations * kBlockBytes; remaining > 0;) {
    int got = SSL_read(ssl, block, remaining < kBlockBytes ? (int)remaining : kBlockBytes);
    CheckTls(got > 0, "SSL_read");
    remaining -= got;
  }
}

static void Handshakes(long operations) {
  for (long i = 0; i < operations; i++) {
    SSL *opened = Open();
    CheckTls(SSL_read(opened, block, 1) == 1, "SSL_read");
    CheckTls(SSL_session_reused(opened) == (session != NULL), "resumption");
    Close(opened);
  }
}

int main(int argc, char **argv) {
  Check(argc == 4, "usage: tls send|receive|full|resumed OPERATIONS PORT");
  signal(SIGPIPE, SIG_IGN);
  long operations = atol(argv[2]);
  port = atoi(argv[3]);
  context = NewContext(TLS_client_method());
  SSL_CTX_set_verify(context, SSL_VERIFY_PEER, NULL);
  CheckTls(SSL_CTX_load_verify_locations(context, CertificateFile("cert.pem"), NULL) == 1, "cert.pem");
  if (strcmp(argv[1], "full") == 0) return Measure(Handshakes, operations, 0), 0;
  ssl = Open();
  if (strcmp(argv[1], "resumed") == 0) {
    CheckTls(SSL_read(ssl, block, 1) == 1, "SSL_read");
    session = SSL_get1_session(ssl);
    return Measure(Handshakes, operations, 0), 0;
  }
  Measure(strcmp(argv[1], "send") == 0 ? Send : Receive, operations, kBlockBytes);
}
