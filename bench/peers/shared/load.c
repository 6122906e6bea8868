// The load of a peer that serves: `load MODE CONNECTIONS BYTES OPERATIONS PORT PID sleeps|polls`.
//   echo:   each connection sends a message, waits for all of it to come back and checks it, then sends the next
//   accept: connects, ends its side, waits for the peer's end; so many connections at a time
//   file:   asks on one connection for OPERATIONS x BYTES bytes, by a line with their number, and drops them
//   idle:   opens the connections, exchanges a message on each and lets them be: bytes are the peer's growth
// It prints the trial in the peer's place: the processor time is that of process PID.
//
// A load that sleeps while nothing comes is what clients are. But to wake one on another core costs the peer a part of
// each message, and a client far away would not have to be woken; one that polls instead looks at what the peer writes
// all the time, and slows it down by that. Neither is the truth, so there are both.
#include "measure.h"

#include <errno.h>
#include <sys/epoll.h>

enum { kRoom = 1024, kPeriod = 251, kBatch = 64, kSources = 8, kWarmConnections = 256, kCollections = 3, kMost = 1 << 20 };

typedef struct {
  int fd;
  long number;
  size_t sent, got;
} Slot;

static int set, port, patience;
static pid_t peer;
static long connections;
static size_t bytes;
static char *pattern, *received;
static Slot *slots;

// Messages differ from their neighbours, and none has to be composed.
static void MakePattern(void) {
  pattern = malloc(bytes + kPeriod);
  received = malloc(bytes > sizeof(long) ? bytes : 65536);
  for (size_t i = 0; i < bytes + kPeriod; i++) pattern[i] = (char)(i % kPeriod);
}

static const char *Message(const Slot *slot) { return pattern + slot->number % kPeriod; }

static void Watch(Slot *slot) {
  struct epoll_event event = {.events = EPOLLIN | EPOLLOUT | EPOLLET, .data.ptr = slot};
  Must(epoll_ctl(set, EPOLL_CTL_ADD, slot->fd, &event) == 0, "epoll_ctl");
}

static void Send(Slot *slot) {
  while (slot->sent < bytes) {
    ssize_t taken = send(slot->fd, Message(slot) + slot->sent, bytes - slot->sent, MSG_DONTWAIT | MSG_NOSIGNAL);
    if (taken < 0 && errno == EAGAIN) return;
    Must(taken > 0, "send");
    slot->sent += (size_t)taken;
  }
}

static void Receive(Slot *slot) {
  while (slot->got < bytes) {
    ssize_t got = recv(slot->fd, received, bytes - slot->got, MSG_DONTWAIT);
    if (got < 0 && errno == EAGAIN) return;
    Must(got > 0, "recv");
    Must(memcmp(Message(slot) + slot->got, received, (size_t)got) == 0, "the echo differs");
    slot->got += (size_t)got;
  }
}

static void Begin(Slot *slot) {
  slot->number++;
  slot->sent = slot->got = 0;
  Send(slot);
}

static void EchoOver(Slot *first, long count, long operations) {
  struct epoll_event events[kRoom];
  long begun = 0, done = 0;
  while (begun < count && begun < operations) Begin(&first[begun++]);
  while (done < operations) {
    int ready = epoll_wait(set, events, kRoom, patience);
    for (int i = 0; i < ready; i++) {
      Slot *slot = events[i].data.ptr;
      Send(slot);
      int whole = slot->got == bytes;
      Receive(slot);
      if (whole || slot->got < bytes) continue;
      done++;
      if (begun < operations) begun++, Begin(slot);
    }
  }
}

static void Open(Slot *first, long count) {
  for (long i = 0; i < count; i++) {
    first[i] = (Slot){.fd = Connect(port), .number = i, .sent = bytes, .got = bytes};
    Watch(&first[i]);
  }
}

static void EchoRound(long operations) { EchoOver(slots, connections, operations); }

static void Echo(long operations) {
  Open(slots, connections);
  Measure(EchoRound, operations, 2 * (long)bytes);
}

// Who ends first keeps the pair of addresses for a minute. With one source the ports would be used up.
static void Knock(Slot *slot, long number) {
  struct sockaddr_in source = Loopback(0), address = Loopback(port);
  int on = 1;
  source.sin_addr.s_addr = htonl(INADDR_LOOPBACK + (uint32_t)(number % kSources));
  slot->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  Must(slot->fd >= 0, "socket");
  Must(setsockopt(slot->fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &on, sizeof on) == 0, "IP_BIND_ADDRESS_NO_PORT");
  Must(bind(slot->fd, (struct sockaddr *)&source, sizeof source) == 0, "bind");
  Must(connect(slot->fd, (struct sockaddr *)&address, sizeof address) == 0, "connect");
  Must(shutdown(slot->fd, SHUT_WR) == 0, "shutdown");
  Watch(slot);
}

static int HasEnded(Slot *slot) {
  ssize_t got = recv(slot->fd, received, 1, MSG_DONTWAIT);
  Must(got == 0 || (got < 0 && errno == EAGAIN), "recv");
  return got == 0;
}

static void AcceptRound(long operations) {
  struct epoll_event events[kRoom];
  long begun = 0, done = 0;
  for (; begun < connections && begun < operations; begun++) Knock(&slots[begun], begun);
  while (done < operations) {
    int ready = epoll_wait(set, events, kRoom, patience);
    for (int i = 0; i < ready; i++) {
      Slot *slot = events[i].data.ptr;
      if (!HasEnded(slot)) continue;
      close(slot->fd);
      done++;
      if (begun < operations) Knock(slot, begun++);
    }
  }
}

static void Accept(long operations) { Measure(AcceptRound, operations, 0); }

static void FileRound(long operations) {
  char line[32];
  long left = operations * (long)bytes;
  int length = snprintf(line, sizeof line, "%ld\n", left);
  Must(send(slots->fd, line, (size_t)length, 0) == length, "send");
  while (left > 0) {
    struct epoll_event event;
    ssize_t got = recv(slots->fd, NULL, kMost, MSG_TRUNC | MSG_DONTWAIT);
    Must(got > 0 || (got < 0 && errno == EAGAIN), "recv");
    if (got > 0) left -= got;
    else epoll_wait(set, &event, 1, patience);
  }
}

static void File(long operations) {
  slots->fd = Connect(port);
  Watch(slots);
  Measure(FileRound, operations, (long)bytes);
}

// A peer that collects garbage does so on this signal; what it gives back goes in threads of its own, a little later.
static void Collect(void) {
  for (int i = 0; i < kCollections; i++) {
    Must(kill(peer, SIGUSR2) == 0, "kill");
    usleep(200000);
  }
}

static long Resident(void) {
  char name[64];
  long size, resident;
  snprintf(name, sizeof name, "/proc/%d/statm", (int)peer);
  FILE *file = fopen(name, "r");
  Must(file != NULL, name);
  Must(fscanf(file, "%ld %ld", &size, &resident) == 2, name);
  fclose(file);
  return resident * sysconf(_SC_PAGESIZE);
}

// A few at a time: the queue of a listener is short, and who does not fit waits a second.
static void OpenAll(long count) {
  for (long first = 0; first < count; first += kBatch) {
    long some = count - first < kBatch ? count - first : kBatch;
    Open(slots + first, some);
    EchoOver(slots + first, some, some);
  }
}

static void Idle(long operations) {
  long warm = operations < kWarmConnections ? operations : kWarmConnections;
  OpenAll(warm);
  for (long i = 0; i < warm; i++) close(slots[i].fd);
  Collect();
  long before = Resident();
  double cpu = CpuSeconds(), began = Seconds();
  OpenAll(operations);
  double seconds = Seconds() - began, used = CpuSeconds() - cpu;
  Collect();
  PrintTrial(seconds, operations, Resident() - before, used);
}

static const struct {
  const char *name;
  void (*run)(long operations);
} kModes[] = {{"echo", Echo}, {"accept", Accept}, {"file", File}, {"idle", Idle}};

int main(int count, char **words) {
  Must(count == 8, "usage: load echo|accept|file|idle CONNECTIONS BYTES OPERATIONS PORT PID sleeps|polls");
  RaiseDescriptorLimit();
  connections = atol(words[2]);
  bytes = (size_t)atol(words[3]);
  long operations = atol(words[4]);
  port = atoi(words[5]);
  peer = (pid_t)atoi(words[6]);
  patience = strcmp(words[7], "polls") == 0 ? 0 : -1;
  Must(clock_getcpuclockid(peer, &measured) == 0, "clock_getcpuclockid");
  set = epoll_create1(EPOLL_CLOEXEC);
  slots = calloc((size_t)(connections > operations ? connections : operations), sizeof *slots);
  MakePattern();
  for (size_t i = 0; i < sizeof kModes / sizeof *kModes; i++) {
    if (strcmp(kModes[i].name, words[1]) == 0) return kModes[i].run(operations), 0;
  }
  Must(0, words[1]);
}
