// Lookups of localhost, one after the other, in the calling thread.
#include <netdb.h>

#include "../shared/measure.h"

static void Run(long operations) {
  for (long i = 0; i < operations; i++) {
    struct addrinfo hints = {.ai_socktype = SOCK_STREAM}, *found = NULL;
    Check(getaddrinfo("localhost", "80", &hints, &found) == 0, "getaddrinfo");
    freeaddrinfo(found);
  }
}

int main(int argc, char **argv) {
  Check(argc == 4, "usage: lookup - OPERATIONS PORT");
  Measure(Run, atol(argv[2]), 0);
}
