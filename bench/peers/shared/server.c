// The other end of a client, in its own process: prints its port, then serves one connection after another until it is
// killed.
//   echo:   sends back the bytes that it receives
//   unix:   the same over a unix socket, whose number it prints in place of a port
//   sink:   reads to the end
//   source: sends 64 KiB blocks until the client closes
//   close:  closes at once
//   drive:  receives a number, accepts that many more connections and exchanges messages on 64 of them at a time
#include "measure.h"

enum { kBatch = 64, kMessageBytes = 64 };

static char block[65536];
static int listener;
static int is_unix;

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

static int Accept(void) {
  int on = 1;
  int fd = accept(listener, NULL, NULL);
  Check(fd >= 0, "accept");
  if (is_unix) return fd;
  Check(setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on) == 0, "TCP_NODELAY");
  return fd;
}

// No two messages are equal.
static void Compose(char *message, long number) {
  memset(message, (int)(number % 251), kMessageBytes);
  memcpy(message, &number, sizeof number);
}

// Returns 0 once the client has closed. A wrong byte in an echo ends this process, and with it the client.
static int Exchange(const int *fds, int count, long number) {
  char message[kMessageBytes], echo[kMessageBytes];
  for (int i = 0; i < kBatch; i++) {
    Compose(message, number + i);
    if (send(fds[(number + i) * 7919 % count], message, kMessageBytes, 0) != kMessageBytes) return 0;
  }
  for (int i = 0; i < kBatch; i++) {
    Compose(message, number + i);
    if (recv(fds[(number + i) * 7919 % count], echo, kMessageBytes, MSG_WAITALL) != kMessageBytes) return 0;
    Check(memcmp(message, echo, kMessageBytes) == 0, "the echo differs");
  }
  return 1;
}

static void Drive(int control) {
  Check(recv(control, block, 16, 0) > 0, "recv");
  int count = atoi(block);
  int *fds = calloc((size_t)count, sizeof *fds);
  for (int i = 0; i < count; i++) fds[i] = Accept();
  for (long number = 0; Exchange(fds, count, number); number += kBatch) continue;
  for (int i = 0; i < count; i++) close(fds[i]);
  free(fds);
}

static const struct {
  const char *name;
  void (*serve)(int fd);
} kServers[] = {{"echo", Echo}, {"unix", Echo}, {"sink", Sink}, {"source", Source}, {"close", Close}, {"drive", Drive}};

static void (*FindServer(const char *name))(int fd) {
  for (size_t i = 0; i < sizeof kServers / sizeof *kServers; i++) {
    if (strcmp(kServers[i].name, name) == 0) return kServers[i].serve;
  }
  fprintf(stderr, "no variant is called %s\n", name);
  exit(1);
}

int main(int argc, char **argv) {
  Check(argc == 2, "usage: server echo|unix|sink|source|close|drive");
  RaiseDescriptorLimit();
  void (*serve)(int fd) = FindServer(argv[1]);
  signal(SIGPIPE, SIG_IGN);
  is_unix = strcmp(argv[1], "unix") == 0;
  listener = is_unix ? ListenUnix() : Listen();
  for (;;) {
    int fd = Accept();
    serve(fd);
    close(fd);
  }
}
