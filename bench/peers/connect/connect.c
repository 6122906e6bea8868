// Connects over TCP, reads to the end (the server closes at once) and closes.
#include "../shared/measure.h"

static struct sockaddr_in server;

static void Run(long operations) {
  for (long i = 0; i < operations; i++) {
    char byte;
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    Must(fd >= 0, "socket");
    Must(connect(fd, (struct sockaddr *)&server, sizeof server) == 0, "connect");
    Must(recv(fd, &byte, 1, 0) == 0, "recv");
    Must(close(fd) == 0, "close");
  }
}

int main(int count, char **words) {
  Must(count == 4, "usage: connect VARIANT OPERATIONS PORT");
  server = Loopback(atoi(words[3]));
  Measure(Run, atol(words[2]), 0);
}
