// Connects over TCP, reads to the end (the server closes at once) and closes.
#include "../shared/measure.h"

static struct sockaddr_in server;

static void Run(long operations) {
  for (long i = 0; i < operations; i++) {
    char byte;
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    Check(fd >= 0, "socket");
    Check(connect(fd, (struct sockaddr *)&server, sizeof server) == 0, "connect");
    Check(recv(fd, &byte, 1, 0) == 0, "recv");
    Check(close(fd) == 0, "close");
  }
}

int main(int argc, char **argv) {
  Check(argc == 4, "usage: connect VARIANT OPERATIONS PORT");
  server = Loopback(atoi(argv[3]));
  Measure(Run, atol(argv[2]), 0);
}
