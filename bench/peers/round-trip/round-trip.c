// 64-byte requests to the echo server, one at a time: a blocking client over TCP, or with the variant `unix` over a unix socket.
#include "../shared/measure.h"

static int fd;
static char block[64];

static void Run(long operations) {
  for (long i = 0; i < operations; i++) {
    Check(send(fd, block, sizeof block, 0) == sizeof block, "send");
    Check(recv(fd, block, sizeof block, 0) == sizeof block, "recv");
  }
}

int main(int argc, char **argv) {
  Check(argc >= 4, "usage: round-trip tcp|unix OPERATIONS PORT [--idle-thread]");
  StartIdleThread(argc, argv);
  fd = strcmp(argv[1], "unix") == 0 ? ConnectUnix(atoi(argv[3])) : Connect(atoi(argv[3]));
  Measure(Run, atol(argv[2]), 2 * sizeof block);
}
