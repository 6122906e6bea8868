// 64-byte UDP datagrams over loopback, sent and received in one thread.
#include "../shared/measure.h"

static int from;
static int to;
static struct sockaddr_in target;
static char block[64];

static int Bound(struct sockaddr_in *address) {
  socklen_t length = sizeof *address;
  int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  Must(fd >= 0, "socket");
  *address = Loopback(0);
  Must(bind(fd, (struct sockaddr *)address, length) == 0, "bind");
  Must(getsockname(fd, (struct sockaddr *)address, &length) == 0, "getsockname");
  return fd;
}

static void Run(long operations) {
  for (long i = 0; i < operations; i++) {
    struct sockaddr_in peer;
    socklen_t length = sizeof peer;
    ssize_t sent = sendto(from, block, sizeof block, 0, (struct sockaddr *)&target, sizeof target);
    Must(sent == sizeof block, "sendto");
    Must(recvfrom(to, block, sizeof block, 0, (struct sockaddr *)&peer, &length) == sizeof block, "recvfrom");
  }
}

int main(int count, char **words) {
  Must(count == 4, "usage: datagram VARIANT OPERATIONS PORT");
  struct sockaddr_in own;
  from = Bound(&own);
  to = Bound(&target);
  Measure(Run, atol(words[2]), sizeof block);
}
