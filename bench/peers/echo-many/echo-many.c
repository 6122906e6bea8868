// One thread echoes on many connections, by epoll: an operation is a message of 64 bytes.
// The variant is the number of connections. server.c sends on 64 of them at a time and checks every byte.
#include "../shared/measure.h"

#include <sys/epoll.h>

enum { kMaxEvents = 1024, kMessageBytes = 64 };

static int set;
static char block[4096];

static void Echo(int fd) {
  ssize_t got = recv(fd, block, sizeof block, MSG_DONTWAIT);
  Check(got == kMessageBytes, "recv");
  Check(send(fd, block, (size_t)got, MSG_DONTWAIT | MSG_NOSIGNAL) == got, "send");
}

static void Run(long operations) {
  struct epoll_event events[kMaxEvents];
  for (long done = 0; done < operations;) {
    int count = epoll_wait(set, events, kMaxEvents, -1);
    Check(count > 0, "epoll_wait");
    for (int i = 0; i < count; i++) Echo(events[i].data.fd);
    done += count;
  }
}

int main(int argc, char **argv) {
  Check(argc == 4, "usage: echo-many CONNECTIONS OPERATIONS PORT");
  RaiseDescriptorLimit();
  int port = atoi(argv[3]);
  int control = Connect(port);
  char connections[16];
  int length = snprintf(connections, sizeof connections, "%s\n", argv[1]);
  Check(send(control, connections, (size_t)length, 0) == length, "send");
  set = epoll_create1(EPOLL_CLOEXEC);
  for (int i = 0; i < atoi(argv[1]); i++) {
    struct epoll_event event = {.events = EPOLLIN, .data.fd = Connect(port)};
    Check(epoll_ctl(set, EPOLL_CTL_ADD, event.data.fd, &event) == 0, "epoll_ctl");
  }
  Measure(Run, atol(argv[2]), 2 * kMessageBytes);
}
