// The other side, a process of its own: prints its port, then serves one connection after another until it is killed.
//   echo:   sends back what it gets
//   sink:   reads to the end
//   source: sends 64 KiB blocks until the peer is gone
//   close:  closes at once
#include "measure.h"

static char block[65536];

static void Echo(int fd) {
  for (ssize_t got; (got = recv(fd, block, sizeof block, 0)) > 0;) {
    if (send(fd, block, (size_t)got, 0) != got) return;
  }
}

static void Sink(int fd) {
  while (recv(fd, block, sizeof block, 0) > 0) continue;
}

static void Source(int fd) {
  while (send(fd, block, sizeof block, 0) > 0) continue;
}

static void Close(int fd) { (void)fd; }

static const struct {
  const char *name;
  void (*serve)(int fd);
} kServers[] = {{"echo", Echo}, {"sink", Sink}, {"source", Source}, {"close", Close}};

static void (*Named(const char *name))(int fd) {
  for (size_t i = 0; i < sizeof kServers / sizeof *kServers; i++) {
    if (strcmp(kServers[i].name, name) == 0) return kServers[i].serve;
  }
  fprintf(stderr, "no server is called %s\n", name);
  exit(1);
}

static int Listen(void) {
  struct sockaddr_in address = Loopback(0);
  socklen_t length = sizeof address;
  int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  Must(listener >= 0, "socket");
  Must(bind(listener, (struct sockaddr *)&address, length) == 0, "bind");
  Must(listen(listener, SOMAXCONN) == 0, "listen");
  Must(getsockname(listener, (struct sockaddr *)&address, &length) == 0, "getsockname");
  printf("%d\n", ntohs(address.sin_port));
  fflush(stdout);
  return listener;
}

int main(int count, char **words) {
  Must(count == 2, "usage: server echo|sink|source|close");
  void (*serve)(int fd) = Named(words[1]);
  signal(SIGPIPE, SIG_IGN);
  for (int listener = Listen();;) {
    int on = 1;
    int fd = accept(listener, NULL, NULL);
    Must(fd >= 0, "accept");
    Must(setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on) == 0, "TCP_NODELAY");
    serve(fd);
    close(fd);
  }
}
