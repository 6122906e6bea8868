// Blocks of 64 KiB over TCP: `send` to the sink server, `receive` from the source server.
#include "../shared/measure.h"

enum { kBlock = 65536 };

static int fd;
static char block[kBlock];

static void Send(long operations) {
  for (long i = 0; i < operations; i++) {
    for (size_t done = 0; done < kBlock;) {
      ssize_t sent = send(fd, block + done, kBlock - done, 0);
      Must(sent > 0, "send");
      done += (size_t)sent;
    }
  }
}

static void Receive(long operations) {
  for (long left = operations * kBlock; left > 0;) {
    ssize_t got = recv(fd, block, left < kBlock ? (size_t)left : kBlock, 0);
    Must(got > 0, "recv");
    left -= got;
  }
}

int main(int count, char **words) {
  Must(count == 4, "usage: blocks send|receive OPERATIONS PORT");
  fd = Connect(atoi(words[3]));
  Measure(strcmp(words[1], "send") == 0 ? Send : Receive, atol(words[2]), kBlock);
}
