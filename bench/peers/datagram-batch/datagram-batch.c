// Batches of UDP datagrams over loopback with sendmmsg and recvmmsg, sent and received in one thread: 64 of 64 bytes, or 50
// of 1200 bytes.
#define _GNU_SOURCE
#include "../shared/measure.h"

enum { kMaxPerBatch = 64, kMaxBytes = 1200 };

static int from, to;
static struct sockaddr_in target;
static unsigned per_batch;
static size_t bytes;
static char outgoing[kMaxBytes], incoming[kMaxPerBatch][kMaxBytes];

static int Bound(struct sockaddr_in *address) {
  socklen_t length = sizeof *address;
  int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  Check(fd >= 0, "socket");
  *address = Loopback(0);
  Check(bind(fd, (struct sockaddr *)address, length) == 0, "bind");
  Check(getsockname(fd, (struct sockaddr *)address, &length) == 0, "getsockname");
  return fd;
}

static void Run(long operations) {
  struct mmsghdr out[kMaxPerBatch] = {0}, in[kMaxPerBatch] = {0};
  struct iovec out_vectors[kMaxPerBatch], in_vectors[kMaxPerBatch];
  struct sockaddr_in senders[kMaxPerBatch];
  for (long done = 0; done < operations; done += per_batch) {
    for (unsigned i = 0; i < per_batch; i++) {
      out_vectors[i] = (struct iovec){outgoing, bytes};
      out[i].msg_hdr = (struct msghdr){&target, sizeof target, &out_vectors[i], 1, 0, 0, 0};
      in_vectors[i] = (struct iovec){incoming[i], bytes};
      in[i].msg_hdr = (struct msghdr){&senders[i], sizeof senders[i], &in_vectors[i], 1, 0, 0, 0};
    }
    Check(sendmmsg(from, out, per_batch, 0) == (int)per_batch, "sendmmsg");
    for (unsigned received = 0; received < per_batch;) {
      int count = recvmmsg(to, in, per_batch, MSG_WAITFORONE, NULL);
      Check(count > 0, "recvmmsg");
      received += (unsigned)count;
    }
  }
}

int main(int argc, char **argv) {
  Check(argc == 4, "usage: datagram-batch VARIANT OPERATIONS PORT");
  int is_small = strcmp(argv[1], "batch") == 0;
  per_batch = is_small ? 64 : 50;
  bytes = is_small ? 64 : 1200;
  struct sockaddr_in own;
  from = Bound(&own);
  to = Bound(&target);
  Measure(Run, atol(argv[2]), bytes);
}
