// The load of a peer that is a server: `load MODE CONNECTIONS BYTES OPERATIONS PORT PID sleeps|polls`.
//   echo:   each connection sends a message, receives the whole echo and checks it, then sends the next one
//   datagram: the same with UDP sockets in turn, of which at most 64 wait for an echo
//   accept: opens connections, shuts down the sending side and waits for the end of the stream; CONNECTIONS at a time
//   file:   requests OPERATIONS x BYTES bytes on one connection, by a line with their number, and discards them
//   idle:   opens the connections and exchanges a message on each; the bytes of the trial are the growth of the peer's
//           resident memory
// It prints the trial instead of the peer. The processor time is that of process PID.
//
// Real clients sleep while they wait. But waking a process on another core costs the peer time for each message, and a
// remote client would not cause this cost. A load that polls causes no wakeups, but it keeps reading the memory that
// the peer writes, which slows the peer down. Both are biased, so both can be measured.
#include "measure.h"

#include <errno.h>
#include <sys/epoll.h>

enum {
  kMaxEvents = 1024,
  kPatternPeriod = 251,
  kConnectionsPerBatch = 64,
  kSourceAddresses = 8,
  kWarmUpConnections = 256,
  kCollections = 3,
  kMaxInFlight = 64,
  kMaxReceiveBytes = 1 << 20
};

typedef struct {
  int fd;
  long number;
  size_t sent, got;
} Slot;

static int set, port, wait_ms;
static pid_t peer;
static long connections;
static size_t bytes;
static char *pattern, *received;
static Slot *slots;

// Consecutive messages differ, and none is copied: each starts at its own offset of the pattern.
static void MakePattern(void) {
  pattern = malloc(bytes + kPatternPeriod);
  received = malloc(bytes > sizeof(long) ? bytes : 65536);
  for (size_t i = 0; i < bytes + kPatternPeriod; i++) pattern[i] = (char)(i % kPatternPeriod);
}

static const char *Message(const Slot *slot) { return pattern + slot->number % kPatternPeriod; }

static void WatchFor(Slot *slot, uint32_t events) {
  struct epoll_event event = {.events = events | EPOLLET, .data.ptr = slot};
  Check(epoll_ctl(set, EPOLL_CTL_ADD, slot->fd, &event) == 0, "epoll_ctl");
}

static void Watch(Slot *slot) { WatchFor(slot, EPOLLIN | EPOLLOUT); }

static void Send(Slot *slot) {
  while (slot->sent < bytes) {
    ssize_t accepted = send(slot->fd, Message(slot) + slot->sent, bytes - slot->sent, MSG_DONTWAIT | MSG_NOSIGNAL);
    if (accepted < 0 && errno == EAGAIN) return;
    Check(accepted > 0, "send");
    slot->sent += (size_t)accepted;
  }
}

static void Receive(Slot *slot) {
  while (slot->got < bytes) {
    ssize_t got = recv(slot->fd, received, bytes - slot->got, MSG_DONTWAIT);
    if (got < 0 && errno == EAGAIN) return;
    Check(got > 0, "recv");
    Check(memcmp(Message(slot) + slot->got, received, (size_t)got) == 0, "the echo differs");
    slot->got += (size_t)got;
  }
}

static void StartMessage(Slot *slot) {
  slot->number++;
  slot->sent = slot->got = 0;
  Send(slot);
}

static void EchoOver(Slot *first, long count, long operations) {
  struct epoll_event events[kMaxEvents];
  long started = 0, done = 0;
  while (started < count && started < operations) StartMessage(&first[started++]);
  while (done < operations) {
    int ready = epoll_wait(set, events, kMaxEvents, wait_ms);
    for (int i = 0; i < ready; i++) {
      Slot *slot = events[i].data.ptr;
      Send(slot);
      int was_complete = slot->got == bytes;
      Receive(slot);
      if (was_complete || slot->got < bytes) continue;
      done++;
      if (started < operations) started++, StartMessage(slot);
    }
  }
}

static void Open(Slot *first, long count) {
  for (long i = 0; i < count; i++) {
    first[i] = (Slot){.fd = Connect(port), .number = i, .sent = bytes, .got = bytes};
    Watch(&first[i]);
  }
}

// In batches: a listener's queue is short, and a connection that does not fit is retried only after a second.
static void OpenAll(long count) {
  for (long first = 0; first < count; first += kConnectionsPerBatch) {
    long size = count - first < kConnectionsPerBatch ? count - first : kConnectionsPerBatch;
    Open(slots + first, size);
    EchoOver(slots + first, size, size);
  }
}

static void EchoRound(long operations) { EchoOver(slots, connections, operations); }

static void Echo(long operations) {
  OpenAll(connections);
  Measure(EchoRound, operations, 2 * (long)bytes);
}

static void ConnectDatagrams(Slot *slot) {
  struct sockaddr_in address = Loopback(port);
  slot->fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  Check(slot->fd >= 0, "socket");
  Check(connect(slot->fd, (struct sockaddr *)&address, sizeof address) == 0, "connect");
  slot->sent = slot->got = bytes;
  WatchFor(slot, EPOLLIN);
}

// The next slot in turn that waits for no echo.
static Slot *NextIdle(void) {
  static long next;
  do next = (next + 1) % connections;
  while (slots[next].got < bytes);
  return &slots[next];
}

// More datagrams in flight would not fit into the receive buffer that a socket has by default.
static void DatagramRound(long operations) {
  struct epoll_event events[kMaxEvents];
  long started = 0, done = 0;
  for (; started < kMaxInFlight && started < connections && started < operations; started++) StartMessage(NextIdle());
  while (done < operations) {
    int ready = epoll_wait(set, events, kMaxEvents, wait_ms);
    for (int i = 0; i < ready; i++) {
      Slot *slot = events[i].data.ptr;
      if (slot->got == bytes) continue;
      Receive(slot);
      if (slot->got < bytes) continue;
      done++;
      if (started < operations) started++, StartMessage(NextIdle());
    }
  }
}

static void Datagram(long operations) {
  for (long i = 0; i < connections; i++) {
    slots[i].number = i;
    ConnectDatagrams(&slots[i]);
  }
  Measure(DatagramRound, operations, 2 * (long)bytes);
}

// The side that closes first keeps the pair of addresses for a minute (TIME_WAIT). One source address would run out of
// ports.
static void ConnectAndShutDown(Slot *slot, long number) {
  struct sockaddr_in source = Loopback(0), address = Loopback(port);
  int on = 1;
  source.sin_addr.s_addr = htonl(INADDR_LOOPBACK + (uint32_t)(number % kSourceAddresses));
  slot->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  Check(slot->fd >= 0, "socket");
  Check(setsockopt(slot->fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &on, sizeof on) == 0, "IP_BIND_ADDRESS_NO_PORT");
  Check(bind(slot->fd, (struct sockaddr *)&source, sizeof source) == 0, "bind");
  Check(connect(slot->fd, (struct sockaddr *)&address, sizeof address) == 0, "connect");
  Check(shutdown(slot->fd, SHUT_WR) == 0, "shutdown");
  Watch(slot);
}

static int HasEnded(Slot *slot) {
  ssize_t got = recv(slot->fd, received, 1, MSG_DONTWAIT);
  Check(got == 0 || (got < 0 && errno == EAGAIN), "recv");
  return got == 0;
}

static void AcceptRound(long operations) {
  struct epoll_event events[kMaxEvents];
  long started = 0, done = 0;
  for (; started < connections && started < operations; started++) ConnectAndShutDown(&slots[started], started);
  while (done < operations) {
    int ready = epoll_wait(set, events, kMaxEvents, wait_ms);
    for (int i = 0; i < ready; i++) {
      Slot *slot = events[i].data.ptr;
      if (!HasEnded(slot)) continue;
      close(slot->fd);
      done++;
      if (started < operations) ConnectAndShutDown(slot, started++);
    }
  }
}

static void Accept(long operations) { Measure(AcceptRound, operations, 0); }

static void FileRound(long operations) {
  char line[32];
  long left = operations * (long)bytes;
  int length = snprintf(line, sizeof line, "%ld\n", left);
  Check(send(slots->fd, line, (size_t)length, 0) == length, "send");
  while (left > 0) {
    struct epoll_event event;
    ssize_t got = recv(slots->fd, NULL, kMaxReceiveBytes, MSG_TRUNC | MSG_DONTWAIT);
    Check(got > 0 || (got < 0 && errno == EAGAIN), "recv");
    if (got > 0) left -= got;
    else epoll_wait(set, &event, 1, wait_ms);
  }
}

static void File(long operations) {
  slots->fd = Connect(port);
  Watch(slots);
  Measure(FileRound, operations, (long)bytes);
}

// A peer with a garbage collector collects on this signal. Its own threads return the memory a little later.
static void CollectGarbage(void) {
  for (int i = 0; i < kCollections; i++) {
    Check(kill(peer, SIGUSR2) == 0, "kill");
    usleep(200000);
  }
}

static long Resident(void) {
  char name[64];
  long size, resident;
  snprintf(name, sizeof name, "/proc/%d/statm", (int)peer);
  FILE *file = fopen(name, "r");
  Check(file != NULL, name);
  Check(fscanf(file, "%ld %ld", &size, &resident) == 2, name);
  fclose(file);
  return resident * sysconf(_SC_PAGESIZE);
}

static void Idle(long operations) {
  long warm = operations < kWarmUpConnections ? operations : kWarmUpConnections;
  OpenAll(warm);
  for (long i = 0; i < warm; i++) close(slots[i].fd);
  CollectGarbage();
  long before = Resident();
  double cpu = CpuSeconds(), start = Seconds();
  OpenAll(operations);
  double seconds = Seconds() - start, used = CpuSeconds() - cpu;
  CollectGarbage();
  PrintTrial(seconds, operations, Resident() - before, used);
}

static const struct {
  const char *name;
  void (*run)(long operations);
} kModes[] = {{"echo", Echo}, {"datagram", Datagram}, {"accept", Accept}, {"file", File}, {"idle", Idle}};

int main(int argc, char **argv) {
  Check(argc == 8, "usage: load echo|datagram|accept|file|idle CONNECTIONS BYTES OPERATIONS PORT PID sleeps|polls");
  RaiseDescriptorLimit();
  connections = atol(argv[2]);
  bytes = (size_t)atol(argv[3]);
  long operations = atol(argv[4]);
  port = atoi(argv[5]);
  peer = (pid_t)atoi(argv[6]);
  wait_ms = strcmp(argv[7], "polls") == 0 ? 0 : -1;
  Check(clock_getcpuclockid(peer, &cpu_clock) == 0, "clock_getcpuclockid");
  set = epoll_create1(EPOLL_CLOEXEC);
  slots = calloc((size_t)(connections > operations ? connections : operations), sizeof *slots);
  MakePattern();
  for (size_t i = 0; i < sizeof kModes / sizeof *kModes; i++) {
    if (strcmp(kModes[i].name, argv[1]) == 0) return kModes[i].run(operations), 0;
  }
  Check(0, argv[1]);
}
