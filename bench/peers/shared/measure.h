// How a C peer measures: it warms itself up, times its loop alone and prints one line of JSON.
//
// A peer in any language is started as `program VARIANT OPERATIONS PORT`. It warms up in the same rounds as those of
// measure.py and measure.ts: the start of a compiler or interpreter must not be measured.
#pragma once

#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

enum { kWarmUpRounds = 10, kWarmUpDivisor = 40 };

static inline void Check(int condition, const char *message) {
  if (condition) return;
  perror(message);
  exit(1);
}

// Raises the soft limit of descriptors to the hard limit, as Node does at its start.
static inline void RaiseDescriptorLimit(void) {
  struct rlimit limit;
  getrlimit(RLIMIT_NOFILE, &limit);
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
}

static inline void *DoNothing(void *unused) {
  for (;;) pause();
  return unused;
}

// `--idle-thread` as the last argument starts a thread that does nothing. In a process with two threads the kernel counts
// references to the table of descriptors and to files, which it leaves out in a process with one. Every runtime has threads.
static inline void StartIdleThread(int argc, char **argv) {
  pthread_t thread;
  if (strcmp(argv[argc - 1], "--idle-thread") != 0) return;
  Check(pthread_create(&thread, NULL, DoNothing, NULL) == 0, "pthread_create");
}

static inline double Seconds(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

// The clock of the process that is measured, all threads together: this process, or the server if this is the load.
static clockid_t cpu_clock = CLOCK_PROCESS_CPUTIME_ID;

static inline double CpuSeconds(void) {
  struct timespec used;
  Check(clock_gettime(cpu_clock, &used) == 0, "clock_gettime");
  return (double)used.tv_sec + (double)used.tv_nsec / 1e9;
}

static inline void PrintTrial(double seconds, long operations, long bytes, double cpu) {
  printf("{\"seconds\":%.9f,\"operations\":%ld,\"bytes\":%ld,\"cpu\":%.6f}\n", seconds, operations, bytes, cpu);
}

static inline void Measure(void (*run)(long operations), long operations, long bytes_each) {
  for (int round = 0; round < kWarmUpRounds; round++) run((operations + kWarmUpDivisor - 1) / kWarmUpDivisor);
  double cpu = CpuSeconds();
  double start = Seconds();
  run(operations);
  double seconds = Seconds() - start;
  PrintTrial(seconds, operations, operations * bytes_each, CpuSeconds() - cpu);
}

static inline struct sockaddr_in Loopback(int port) {
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

static inline int ConnectTo(const void *address, socklen_t size) {
  int fd = socket(((const struct sockaddr *)address)->sa_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
  Check(fd >= 0, "socket");
  Check(connect(fd, (const struct sockaddr *)address, size) == 0, "connect");
  return fd;
}

// A TCP connection to this machine, without Nagle's algorithm.
static inline int Connect(int port) {
  struct sockaddr_in address = Loopback(port);
  int fd = ConnectTo(&address, sizeof address);
  int on = 1;
  Check(setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on) == 0, "TCP_NODELAY");
  return fd;
}

// The path of the unix socket of a server, by the number of its process.
static inline struct sockaddr_un UnixPath(int number) {
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  snprintf(address.sun_path, sizeof address.sun_path, "/tmp/berkeley-bench-%d.sock", number);
  return address;
}

// A connection to the unix socket of that number.
static inline int ConnectUnix(int number) {
  struct sockaddr_un address = UnixPath(number);
  return ConnectTo(&address, sizeof address);
}

static char unix_path[sizeof(struct sockaddr_un)];

static inline void RemoveUnixPath(int signal_number) {
  unlink(unix_path);
  _exit(128 + signal_number);
}

// A listening unix socket. The number of the process is printed as the first line, in place of a port. SIGTERM ends a
// server, and then removes the path.
static inline int ListenUnix(void) {
  struct sockaddr_un address = UnixPath((int)getpid());
  strcpy(unix_path, address.sun_path);
  int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  Check(fd >= 0, "socket");
  unlink(unix_path);
  Check(bind(fd, (struct sockaddr *)&address, sizeof address) == 0, "bind");
  signal(SIGTERM, RemoveUnixPath);
  Check(listen(fd, SOMAXCONN) == 0, "listen");
  printf("%d\n", (int)getpid());
  fflush(stdout);
  return fd;
}

// A listening socket. Its port is printed as the first line.
static inline int Listen(void) {
  struct sockaddr_in address = Loopback(0);
  socklen_t length = sizeof address;
  int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  Check(fd >= 0, "socket");
  Check(bind(fd, (struct sockaddr *)&address, length) == 0, "bind");
  Check(listen(fd, SOMAXCONN) == 0, "listen");
  Check(getsockname(fd, (struct sockaddr *)&address, &length) == 0, "getsockname");
  printf("%d\n", ntohs(address.sin_port));
  fflush(stdout);
  return fd;
}
