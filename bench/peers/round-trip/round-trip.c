// 64-byte requests over TCP to the echo server, one at a time: a blocking client.
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
  Check(argc == 4, "usage: round-trip VARIANT OPERATIONS PORT");
  fd = Connect(atoi(argv[3]));
  Measure(Run, atol(argv[2]), 2 * sizeof block);
}
