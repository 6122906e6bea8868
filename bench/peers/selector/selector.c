// Waits for many descriptors of which a few are ready, by epoll, without any I/O: an operation is one event.
// The variant is how many are registered.
#include "../shared/measure.h"

#include <sys/epoll.h>

enum { kReady = 64, kRoom = 1024 };

static int set;
static long seen;

static void Register(int fd) {
  struct epoll_event event = {.events = EPOLLIN, .data.fd = fd};
  Must(epoll_ctl(set, EPOLL_CTL_ADD, fd, &event) == 0, "epoll_ctl");
}

static void Run(long operations) {
  struct epoll_event events[kRoom];
  for (long done = 0; done < operations; done += kReady) {
    int count = epoll_wait(set, events, kRoom, -1);
    Must(count == kReady, "epoll_wait");
    for (int i = 0; i < count; i++) seen += events[i].data.fd + (events[i].events & EPOLLIN);
  }
}

int main(int count, char **words) {
  Must(count == 4, "usage: selector REGISTERED OPERATIONS PORT");
  RaiseDescriptorLimit();
  set = epoll_create1(EPOLL_CLOEXEC);
  Must(set >= 0, "epoll_create1");
  for (int i = 0; i < kReady; i++) {
    int ends[2];
    Must(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, ends) == 0, "socketpair");
    Must(send(ends[1], "x", 1, 0) == 1, "send");
    Register(ends[0]);
  }
  for (int i = kReady; i < atoi(words[1]); i++) {
    int fd = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    Must(fd >= 0, "socket");
    Register(fd);
  }
  Measure(Run, atol(words[2]), 0);
  return seen == 0;
}
