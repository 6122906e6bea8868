// setsockopt(2), shutdown(2) and socketpair(2) for programs that Emscripten links, whose libc has only stubs of them. Compile
// it into the program, beside `--js-library library.js` of this folder; `withSockets` of berkeley/emscripten makes the calls.
#include <errno.h>
#include <sys/socket.h>

extern int berkeley_setsockopt(int fd, int level, int name, const void *value, socklen_t length);
extern int berkeley_shutdown(int fd, int how);
extern int berkeley_socketpair(int family, int type, int protocol, int fds[2]);

// The result of a system call as C returns it.
static int returned(int result) {
  if (result >= 0) return result;
  errno = -result;
  return -1;
}

int setsockopt(int fd, int level, int name, const void *value, socklen_t length) {
  return returned(berkeley_setsockopt(fd, level, name, value, length));
}

int shutdown(int fd, int how) { return returned(berkeley_shutdown(fd, how)); }

int socketpair(int family, int type, int protocol, int fds[2]) {
  return returned(berkeley_socketpair(family, type, protocol, fds));
}
