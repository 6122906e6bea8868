// An echo server of datagrams: `each` by recvfrom and sendto, `batch` by recvmmsg and sendmmsg. Both receive until the
// queue is empty before they wait.
#include "../shared/measure.h"

#include <errno.h>
#include <poll.h>

enum { kBatch = 64, kMaxBytes = 2048 };

static int fd;
static char blocks[kBatch][kMaxBytes];
static struct sockaddr_in addresses[kBatch];
static struct iovec parts[kBatch];
static struct mmsghdr messages[kBatch];

static int EchoOne(void) {
  socklen_t length = sizeof addresses[0];
  struct sockaddr *address = (struct sockaddr *)&addresses[0];
  ssize_t got = recvfrom(fd, blocks[0], kMaxBytes, MSG_DONTWAIT, address, &length);
  if (got < 0) return 0;
  Check(sendto(fd, blocks[0], (size_t)got, MSG_DONTWAIT, address, length) == got, "sendto");
  return 1;
}

static int EchoBatch(void) {
  for (int i = 0; i < kBatch; i++) {
    parts[i] = (struct iovec){blocks[i], kMaxBytes};
    messages[i].msg_hdr = (struct msghdr){
        .msg_name = &addresses[i], .msg_namelen = sizeof addresses[i], .msg_iov = &parts[i], .msg_iovlen = 1};
  }
  int count = recvmmsg(fd, messages, kBatch, MSG_DONTWAIT, NULL);
  if (count < 0) return 0;
  for (int i = 0; i < count; i++) parts[i].iov_len = messages[i].msg_len;
  Check(sendmmsg(fd, messages, (unsigned)count, MSG_DONTWAIT) == count, "sendmmsg");
  return 1;
}

int main(int argc, char **argv) {
  Check(argc == 2, "usage: serve-datagrams each|batch");
  int (*echo)(void) = strcmp(argv[1], "batch") == 0 ? EchoBatch : EchoOne;
  struct sockaddr_in address = Loopback(0);
  socklen_t length = sizeof address;
  signal(SIGUSR2, SIG_IGN);
  fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  Check(fd >= 0, "socket");
  Check(bind(fd, (struct sockaddr *)&address, length) == 0, "bind");
  Check(getsockname(fd, (struct sockaddr *)&address, &length) == 0, "getsockname");
  printf("%d\n", ntohs(address.sin_port));
  fflush(stdout);
  for (;;) {
    struct pollfd wait = {.fd = fd, .events = POLLIN};
    Check(poll(&wait, 1, -1) == 1, "poll");
    while (echo()) continue;
    Check(errno == EAGAIN, "receive");
  }
}
