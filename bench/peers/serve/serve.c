// A server that sends back what it gets, by epoll: one thread, any number of connections.
#include "../shared/measure.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/epoll.h>

enum { kRoom = 1024, kBlock = 65536 };

// What the kernel did not take; such a connection is not read before it is gone.
typedef struct {
  int fd;
  size_t left;
  char *rest;
} Connection;

static int set;
static char block[kBlock];

static void Watch(int operation, Connection *connection, uint32_t events) {
  struct epoll_event event = {.events = events, .data.ptr = connection};
  Must(epoll_ctl(set, operation, connection->fd, &event) == 0, "epoll_ctl");
}

static void Accept(int listener) {
  int on = 1;
  for (int fd; (fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC)) >= 0;) {
    Connection *connection = calloc(1, sizeof *connection);
    connection->fd = fd;
    Must(setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on) == 0, "TCP_NODELAY");
    Watch(EPOLL_CTL_ADD, connection, EPOLLIN);
  }
  Must(errno == EAGAIN, "accept");
}

static void Close(Connection *connection) {
  close(connection->fd);
  free(connection->rest);
  free(connection);
}

// How many bytes the kernel takes now; -1 when the peer has gone.
static ssize_t Send(const Connection *connection, const char *bytes, size_t count) {
  ssize_t taken = send(connection->fd, bytes, count, MSG_NOSIGNAL);
  return taken < 0 && errno == EAGAIN ? 0 : taken;
}

static void Keep(Connection *connection, const char *bytes, size_t count) {
  if (connection->rest == NULL) connection->rest = malloc(kBlock);
  memmove(connection->rest, bytes, count);
  connection->left = count;
}

static void Echo(Connection *connection) {
  ssize_t got = recv(connection->fd, block, sizeof block, 0);
  ssize_t taken = got > 0 ? Send(connection, block, (size_t)got) : -1;
  if (taken < 0) return Close(connection);
  if (taken == got) return;
  Keep(connection, block + taken, (size_t)(got - taken));
  Watch(EPOLL_CTL_MOD, connection, EPOLLOUT);
}

static void Flush(Connection *connection) {
  ssize_t taken = Send(connection, connection->rest, connection->left);
  if (taken < 0) return Close(connection);
  Keep(connection, connection->rest + taken, connection->left - (size_t)taken);
  if (connection->left == 0) Watch(EPOLL_CTL_MOD, connection, EPOLLIN);
}

int main(void) {
  RaiseDescriptorLimit();
  signal(SIGUSR2, SIG_IGN);
  set = epoll_create1(EPOLL_CLOEXEC);
  Connection listener = {.fd = Listen()};
  Must(fcntl(listener.fd, F_SETFL, O_NONBLOCK) == 0, "O_NONBLOCK");
  Watch(EPOLL_CTL_ADD, &listener, EPOLLIN);
  for (;;) {
    struct epoll_event events[kRoom];
    int count = epoll_wait(set, events, kRoom, -1);
    for (int i = 0; i < count; i++) {
      Connection *connection = events[i].data.ptr;
      if (connection == &listener) Accept(listener.fd);
      else if (connection->left > 0) Flush(connection);
      else Echo(connection);
    }
  }
}
