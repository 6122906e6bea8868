// Blocks of 64 KiB over TCP: `send` to the sink server, `receive` from the source server.
#include "../shared/measure.h"

enum { kBlockBytes = 65536 };

static int fd;
static char block[kBlockBytes];

static void Send(long operations) {
  for (long i = 0; i < operations; i++) {
    for (size_t done = 0; done < kBlockBytes;) {
      ssize_t sent = send(fd, block + done, kBlockBytes - done, 0);
      Check(sent > 0, "send");
      done += (size_t)sent;
    }
  }
}

static void Receive(long operations) {
  for (long remaining = operations * kBlockBytes; remaining > 0;) {
    ssize_t got = recv(fd, block, remaining < kBlockBytes ? (size_t)remaining : kBlockBytes, 0);
    Check(got > 0, "recv");
    remaining -= got;
  }
}

int main(int argc, char **argv) {
  Check(argc == 4, "usage: blocks send|receive OPERATIONS PORT");
  fd = Connect(atoi(argv[3]));
  Measure(strcmp(argv[1], "send") == 0 ? Send : Receive, atol(argv[2]), kBlockBytes);
}
