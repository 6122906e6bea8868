// 64 bytes sent and received on a unix stream pair, in one thread.
//   blocking:    what a C programmer writes
//   nonblocking: the system calls that berkeley makes, flag by flag
#include "../shared/measure.h"

static int ends[2];
static int send_flags;
static int recv_flags;
static char block[64];

static void Run(long operations) {
  for (long i = 0; i < operations; i++) {
    Must(send(ends[0], block, sizeof block, send_flags) == sizeof block, "send");
    Must(recv(ends[1], block, sizeof block, recv_flags) == sizeof block, "recv");
  }
}

int main(int count, char **words) {
  Must(count == 4, "usage: pair blocking|nonblocking OPERATIONS PORT");
  int nonblocking = strcmp(words[1], "nonblocking") == 0;
  if (nonblocking) {
    send_flags = MSG_DONTWAIT | MSG_NOSIGNAL;
    recv_flags = MSG_DONTWAIT;
  }
  int type = SOCK_STREAM | SOCK_CLOEXEC | (nonblocking ? SOCK_NONBLOCK : 0);
  Must(socketpair(AF_UNIX, type, 0, ends) == 0, "socketpair");
  Measure(Run, atol(words[2]), sizeof block);
}
