// How a C peer measures: it warms itself up, times its loop alone and prints one line of JSON.
//
// Every peer, in whichever language, is called `program VARIANT OPERATIONS PORT` and warms up in the same rounds as
// measure.py and measure.ts, so that a compiler's or interpreter's start is nobody's subject.
#pragma once

#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { kWarmRounds = 10, kWarmShare = 40 };

static inline void Must(int holds, const char *what) {
  if (holds) return;
  perror(what);
  exit(1);
}

// As many descriptors as the system lets this process have; Node raises its own limit in the same way.
static inline void RaiseDescriptorLimit(void) {
  struct rlimit limit;
  getrlimit(RLIMIT_NOFILE, &limit);
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
}

static inline double Seconds(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

// Whose processor time is measured, all threads together: this process', unless it is the load of one that serves.
static clockid_t measured = CLOCK_PROCESS_CPUTIME_ID;

static inline double CpuSeconds(void) {
  struct timespec used;
  Must(clock_gettime(measured, &used) == 0, "clock_gettime");
  return (double)used.tv_sec + (double)used.tv_nsec / 1e9;
}

static inline void PrintTrial(double seconds, long operations, long bytes, double cpu) {
  printf("{\"seconds\":%.9f,\"operations\":%ld,\"bytes\":%ld,\"cpu\":%.6f}\n", seconds, operations, bytes, cpu);
}

static inline void Measure(void (*run)(long operations), long operations, long bytes_each) {
  for (int round = 0; round < kWarmRounds; round++) run((operations + kWarmShare - 1) / kWarmShare);
  double cpu = CpuSeconds();
  double began = Seconds();
  run(operations);
  double seconds = Seconds() - began;
  PrintTrial(seconds, operations, operations * bytes_each, CpuSeconds() - cpu);
}

static inline struct sockaddr_in Loopback(int port) {
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

// A TCP connection to this machine, without Nagle's delay.
static inline int Connect(int port) {
  struct sockaddr_in address = Loopback(port);
  int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  Must(fd >= 0, "socket");
  Must(connect(fd, (struct sockaddr *)&address, sizeof address) == 0, "connect");
  int on = 1;
  Must(setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on) == 0, "TCP_NODELAY");
  return fd;
}

// A listening socket, whose port is this process' first line.
static inline int Listen(void) {
  struct sockaddr_in address = Loopback(0);
  socklen_t length = sizeof address;
  int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  Must(fd >= 0, "socket");
  Must(bind(fd, (struct sockaddr *)&address, length) == 0, "bind");
  Must(listen(fd, SOMAXCONN) == 0, "listen");
  Must(getsockname(fd, (struct sockaddr *)&address, &length) == 0, "getsockname");
  printf("%d\n", ntohs(address.sin_port));
  fflush(stdout);
  return fd;
}
