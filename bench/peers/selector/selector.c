// Waits for many descriptors, a few of them ready, by epoll, without any I/O: an operation is one event.
// The variant is the number of registered descriptors.
#include "../shared/measure.h"

#include <sys/epoll.h>

enum { kReadyCount = 64, kMaxEvents = 1024 };

static int set;
static long seen;

static void Register(int fd) {
  struct epoll_event event = {.events = EPOLLIN, .data.fd = fd};
  Check(epoll_ctl(set, EPOLL_CTL_ADD, fd, &event) == 0, "epoll_ctl");
}

static void Run(long operations) {
  struct epoll_event events[kMaxEvents];
  for (long done = 0; done < operations; done += kReadyCount) {
    int count = epoll_wait(set, events, kMaxEvents, -1);
    Check(count == kReadyCount, "epoll_wait");
    for (int i = 0; i < count; i++) seen += events[i].data.fd + (events[i].events & EPOLLIN);
  }
}

int main(int argc, char **argv) {
  Check(argc == 4, "usage: selector REGISTERED OPERATIONS PORT");
  RaiseDescriptorLimit();
  set = epoll_create1(EPOLL_CLOEXEC);
  Check(set >= 0, "epoll_create1");
  for (int i = 0; i < kReadyCount; i++) {
    int ends[2];
    Check(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, ends) == 0, "socketpair");
    Check(send(ends[1], "x", 1, 0) == 1, "send");
    Register(ends[0]);
  }
  for (int i = kReadyCount; i < atoi(argv[1]); i++) {
    int fd = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    Check(fd >= 0, "socket");
    Register(fd);
  }
  Measure(Run, atol(argv[2]), 0);
  return seen == 0;
}
