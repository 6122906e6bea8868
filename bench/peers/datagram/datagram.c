// 64-byte UDP datagrams over loopback, sent and received in one thread.
#include "../shared/measure.h"

static int from;
static int to;
static struct sockaddr_in target;
static char block[64];

static int Bound(struct sockaddr_in *address) {
  socklen_t length = sizeof *address;
  int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  Check(fd >= 0, "socket");
  *address = Loopback(0);
  Check(bind(fd, (struct sockaddr *)address, length) == 0, "bind");
  Check(getsockname(fd, (struct sockaddr *)address, &length) == 0, "getsockname");
  return fd;
}

static void Run(long operations) {
  for (long i = 0; i < operations; i++) {
    struct sockaddr_in peer;
    socklen_t length = sizeof peer;
    ssize_t sent = sendto(from, block, sizeof block, 0, (struct sockaddr *)&target, sizeof target);
    Check(sent == sizeof block, "sendto");
    Check(recvfrom(to, block, sizeof block, 0, (struct sockaddr *)&peer, &length) == sizeof block, "recvfrom");
  }
}

int main(int argc, char **argv) {
  Check(argc == 4, "usage: datagram VARIANT OPERATIONS PORT");
  struct sockaddr_in own;
  from = Bound(&own);
  to = Bound(&target);
  Measure(Run, atol(argv[2]), sizeof block);
}
