// An echo server by epoll: one thread, any number of connections.
#include "../shared/measure.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/epoll.h>

enum { kMaxEvents = 1024, kBlockBytes = 65536 };

// `rest` holds the `left` bytes that the kernel has not accepted. Until they are sent, the connection is not read.
typedef struct {
  int fd;
  size_t left;
  char *rest;
} Connection;

static int set;
static char block[kBlockBytes];

static void Watch(int operation, Connection *connection, uint32_t events) {
  struct epoll_event event = {.events = events, .data.ptr = connection};
  Check(epoll_ctl(set, operation, connection->fd, &event) == 0, "epoll_ctl");
}

static void Accept(int listener) {
  int on = 1;
  for (int fd; (fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC)) >= 0;) {
    Connection *connection = calloc(1, sizeof *connection);
    connection->fd = fd;
    Check(setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on) == 0, "TCP_NODELAY");
    Watch(EPOLL_CTL_ADD, connection, EPOLLIN);
  }
  Check(errno == EAGAIN, "accept");
}

static void Close(Connection *connection) {
  close(connection->fd);
  free(connection->rest);
  free(connection);
}

// Returns the number of bytes that the kernel accepted, or -1 once the client has closed.
static ssize_t Send(const Connection *connection, const char *bytes, size_t count) {
  ssize_t accepted = send(connection->fd, bytes, count, MSG_NOSIGNAL);
  return accepted < 0 && errno == EAGAIN ? 0 : accepted;
}

static void Keep(Connection *connection, const char *bytes, size_t count) {
  if (connection->rest == NULL) connection->rest = malloc(kBlockBytes);
  memmove(connection->rest, bytes, count);
  connection->left = count;
}

static void Echo(Connection *connection) {
  ssize_t got = recv(connection->fd, block, sizeof block, 0);
  ssize_t accepted = got > 0 ? Send(connection, block, (size_t)got) : -1;
  if (accepted < 0) return Close(connection);
  if (accepted == got) return;
  Keep(connection, block + accepted, (size_t)(got - accepted));
  Watch(EPOLL_CTL_MOD, connection, EPOLLOUT);
}

static void Flush(Connection *connection) {
  ssize_t accepted = Send(connection, connection->rest, connection->left);
  if (accepted < 0) return Close(connection);
  Keep(connection, connection->rest + accepted, connection->left - (size_t)accepted);
  if (connection->left == 0) Watch(EPOLL_CTL_MOD, connection, EPOLLIN);
}

int main(void) {
  RaiseDescriptorLimit();
  signal(SIGUSR2, SIG_IGN);
  set = epoll_create1(EPOLL_CLOEXEC);
  Connection listener = {.fd = Listen()};
  Check(fcntl(listener.fd, F_SETFL, O_NONBLOCK) == 0, "O_NONBLOCK");
  Watch(EPOLL_CTL_ADD, &listener, EPOLLIN);
  for (;;) {
    struct epoll_event events[kMaxEvents];
    int count = epoll_wait(set, events, kMaxEvents, -1);
    for (int i = 0; i < count; i++) {
      Connection *connection = events[i].data.ptr;
      if (connection == &listener) Accept(listener.fd);
      else if (connection->left > 0) Flush(connection);
      else Echo(connection);
    }
  }
}
