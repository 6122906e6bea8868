// An echo server for WASI preview 1, which poll(2) lets serve many connections. Descriptor 3 is the listening socket that its
// host has made. The number of connections after which it ends may be given.
//   clang --target=wasm32-wasi -O1 examples/wasi-echo.c -o echo.wasm && berkeley wasi --listen 127.0.0.1:7000 echo.wasm
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

enum { LISTENER = 3, MAX_CONNECTIONS = 64, BLOCK_BYTES = 4096 };

static struct pollfd polled[1 + MAX_CONNECTIONS];
static int count = 1;

static void accept_all(void) {
  int fd;
  while (count <= MAX_CONNECTIONS && (fd = accept4(LISTENER, NULL, NULL, SOCK_NONBLOCK)) >= 0) {
    polled[count++] = (struct pollfd){.fd = fd, .events = POLLIN};
  }
}

// Whether the connection goes on. A peer that does not read loses what does not fit into its queue.
static int echo(int fd) {
  char block[BLOCK_BYTES];
  ssize_t received = recv(fd, block, sizeof block, 0);
  if (received < 0) return errno == EAGAIN;
  if (received > 0) return send(fd, block, received, 0) >= 0 || errno == EAGAIN;
  return 0;
}

int main(int argc, char **argv) {
  int left = argc > 1 ? atoi(argv[1]) : -1;
  fcntl(LISTENER, F_SETFL, O_NONBLOCK);
  polled[0] = (struct pollfd){.fd = LISTENER, .events = POLLIN};
  while (left != 0) {
    if (poll(polled, count, -1) < 0) {
      perror("poll");
      return 1;
    }
    for (int index = count - 1; index > 0; index--) {
      if (polled[index].revents == 0 || echo(polled[index].fd)) continue;
      shutdown(polled[index].fd, SHUT_RDWR);
      close(polled[index].fd);
      polled[index] = polled[--count];
      left -= left > 0;
    }
    if (polled[0].revents) accept_all();
  }
  return 0;
}
