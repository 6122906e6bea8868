// One thread echoes for many connections, by epoll: an operation is a message of 64 bytes.
// The variant is how many connections; server.c sends on 64 of them at a time and checks every byte.
#include "../shared/measure.h"

#include <sys/epoll.h>

enum { kRoom = 1024, kMessage = 64 };

static int set;
static char block[4096];

static void Echo(int fd) {
  ssize_t got = recv(fd, block, sizeof block, MSG_DONTWAIT);
  Must(got == kMessage, "recv");
  Must(send(fd, block, (size_t)got, MSG_DONTWAIT | MSG_NOSIGNAL) == got, "send");
}

static void Run(long operations) {
  struct epoll_event events[kRoom];
  for (long done = 0; done < operations;) {
    int count = epoll_wait(set, events, kRoom, -1);
    Must(count > 0, "epoll_wait");
    for (int i = 0; i < count; i++) Echo(events[i].data.fd);
    done += count;
  }
}

int main(int count, char **words) {
  Must(count == 4, "usage: echo-many CONNECTIONS OPERATIONS PORT");
  RaiseDescriptorLimit();
  int port = atoi(words[3]);
  int control = Connect(port);
  char connections[16];
  int length = snprintf(connections, sizeof connections, "%s\n", words[1]);
  Must(send(control, connections, (size_t)length, 0) == length, "send");
  set = epoll_create1(EPOLL_CLOEXEC);
  for (int i = 0; i < atoi(words[1]); i++) {
    struct epoll_event event = {.events = EPOLLIN, .data.fd = Connect(port)};
    Must(epoll_ctl(set, EPOLL_CTL_ADD, event.data.fd, &event) == 0, "epoll_ctl");
  }
  Measure(Run, atol(words[2]), 2 * kMessage);
}
