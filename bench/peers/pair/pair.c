// 64 bytes sent and received on a unix stream pair, in one thread.
//   blocking:    plain blocking calls, as in a typical C program
//   nonblocking: the same system calls and flags as berkeley
#include "../shared/measure.h"

static int ends[2];
static int send_flags;
static int recv_flags;
static char block[64];

static void Run(long operations) {
  for (long i = 0; i < operations; i++) {
    Check(send(ends[0], block, sizeof block, send_flags) == sizeof block, "send");
    Check(recv(ends[1], block, sizeof block, recv_flags) == sizeof block, "recv");
  }
}

int main(int argc, char **argv) {
  Check(argc >= 4, "usage: pair blocking|nonblocking OPERATIONS PORT [--idle-thread]");
  StartIdleThread(argc, argv);
  int nonblocking = strcmp(argv[1], "nonblocking") == 0;
  if (nonblocking) {
    send_flags = MSG_DONTWAIT | MSG_NOSIGNAL;
    recv_flags = MSG_DONTWAIT;
  }
  int type = SOCK_STREAM | SOCK_CLOEXEC | (nonblocking ? SOCK_NONBLOCK : 0);
  Check(socketpair(AF_UNIX, type, 0, ends) == 0, "socketpair");
  Measure(Run, atol(argv[2]), sizeof block);
}
