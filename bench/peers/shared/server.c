// The other side, a process of its own: prints its port, then serves one connection after another until it is killed.
//   echo:   sends back what it gets
//   sink:   reads to the end
//   source: sends 64 KiB blocks until the peer is gone
//   close:  closes at once
//   drive:  is told a number, accepts so many connections more and lets 64 of them echo at a time
#include "measure.h"

enum { kAtATime = 64, kMessage = 64 };

static char block[65536];
static int listener;

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
  Must(fd >= 0, "accept");
  Must(setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on) == 0, "TCP_NODELAY");
  return fd;
}

// Every message differs from all others.
static void Compose(char *message, long number) {
  memset(message, (int)(number % 251), kMessage);
  memcpy(message, &number, sizeof number);
}

// False once the peer has gone. A byte that comes back changed ends this process, and so the peer.
static int Exchange(const int *fds, int count, long number) {
  char message[kMessage], answer[kMessage];
  for (int i = 0; i < kAtATime; i++) {
    Compose(message, number + i);
    if (send(fds[(number + i) * 7919 % count], message, kMessage, 0) != kMessage) return 0;
  }
  for (int i = 0; i < kAtATime; i++) {
    Compose(message, number + i);
    if (recv(fds[(number + i) * 7919 % count], answer, kMessage, MSG_WAITALL) != kMessage) return 0;
    Must(memcmp(message, answer, kMessage) == 0, "the echo differs");
  }
  return 1;
}

static void Drive(int control) {
  Must(recv(control, block, 16, 0) > 0, "recv");
  int count = atoi(block);
  int *fds = calloc((size_t)count, sizeof *fds);
  for (int i = 0; i < count; i++) fds[i] = Accept();
  for (long number = 0; Exchange(fds, count, number); number += kAtATime) continue;
  for (int i = 0; i < count; i++) close(fds[i]);
  free(fds);
}

static const struct {
  const char *name;
  void (*serve)(int fd);
} kServers[] = {{"echo", Echo}, {"sink", Sink}, {"source", Source}, {"close", Close}, {"drive", Drive}};

static void (*Named(const char *name))(int fd) {
  for (size_t i = 0; i < sizeof kServers / sizeof *kServers; i++) {
    if (strcmp(kServers[i].name, name) == 0) return kServers[i].serve;
  }
  fprintf(stderr, "no server is called %s\n", name);
  exit(1);
}

int main(int count, char **words) {
  Must(count == 2, "usage: server echo|sink|source|close|drive");
  RaiseDescriptorLimit();
  void (*serve)(int fd) = Named(words[1]);
  signal(SIGPIPE, SIG_IGN);
  listener = Listen();
  for (;;) {
    int fd = Accept();
    serve(fd);
    close(fd);
  }
}
