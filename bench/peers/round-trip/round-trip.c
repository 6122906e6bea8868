// 64-byte requests over TCP to the echo server, each answered before the next: a blocking client.
#include "../shared/measure.h"

static int fd;
static char block[64];

static void Run(long operations) {
  for (long i = 0; i < operations; i++) {
    Must(send(fd, block, sizeof block, 0) == sizeof block, "send");
    Must(recv(fd, block, sizeof block, 0) == sizeof block, "recv");
  }
}

int main(int count, char **words) {
  Must(count == 4, "usage: round-trip VARIANT OPERATIONS PORT");
  fd = Connect(atoi(words[3]));
  Measure(Run, atol(words[2]), 2 * sizeof block);
}
