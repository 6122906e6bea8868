// The errors that the manual pages name for each call, and Linux's own where accept(2) and tcp(7) speak of them.

/** By the names of native/faults/calls.inc. `short` transfers one byte. */
const ERRORS: Readonly<Record<string, string>> = {
  socket: 'EACCES EAFNOSUPPORT EINVAL EMFILE ENFILE ENOBUFS ENOMEM EPROTONOSUPPORT',
  socketpair: 'EAFNOSUPPORT EFAULT EMFILE ENFILE EOPNOTSUPP EPROTONOSUPPORT',
  bind: 'EACCES EADDRINUSE EBADF EINVAL ENOTSOCK EADDRNOTAVAIL EFAULT ELOOP ENAMETOOLONG ENOENT ENOMEM ENOTDIR EROFS',
  listen: 'EADDRINUSE EBADF ENOTSOCK EOPNOTSUPP',
  connect:
    'EACCES EPERM EADDRINUSE EADDRNOTAVAIL EAFNOSUPPORT EAGAIN EALREADY EBADF ECONNREFUSED EFAULT EINPROGRESS EINTR ' +
    'EISCONN ENETUNREACH ENOTSOCK EPROTOTYPE ETIMEDOUT',
  accept:
    'EAGAIN EBADF ECONNABORTED EFAULT EINTR EINVAL EMFILE ENFILE ENOBUFS ENOMEM ENOTSOCK EOPNOTSUPP EPERM EPROTO ' +
    'ENOSR ESOCKTNOSUPPORT EPROTONOSUPPORT ETIMEDOUT ENETDOWN ENOPROTOOPT EHOSTDOWN ENONET EHOSTUNREACH ENETUNREACH',
  shutdown: 'EBADF EINVAL ENOTCONN ENOTSOCK',
  getsockopt: 'EBADF EFAULT EINVAL ENOPROTOOPT ENOTSOCK',
  setsockopt: 'EBADF EFAULT EINVAL ENOPROTOOPT ENOTSOCK ENOMEM EPERM',
  getsockname: 'EBADF EFAULT EINVAL ENOBUFS ENOTSOCK',
  getpeername: 'EBADF EFAULT EINVAL ENOBUFS ENOTCONN ENOTSOCK',
  fcntl: 'EBADF EINVAL EMFILE EPERM EINTR',
  ioctl: 'EBADF EFAULT EINVAL ENOTTY',
  close: 'EBADF EINTR EIO ENOSPC EDQUOT',
  recv: 'EAGAIN EBADF ECONNREFUSED EFAULT EINTR EINVAL ENOMEM ENOTCONN ENOTSOCK ECONNRESET ETIMEDOUT short',
  recvfrom: 'EAGAIN EBADF ECONNREFUSED EFAULT EINTR EINVAL ENOMEM ENOTCONN ENOTSOCK',
  send:
    'EACCES EAGAIN EALREADY EBADF ECONNRESET EDESTADDRREQ EFAULT EINTR EINVAL EISCONN EMSGSIZE ENOBUFS ENOMEM ' +
    'ENOTCONN ENOTSOCK EOPNOTSUPP EPIPE short',
  sendto:
    'EACCES EAGAIN EALREADY EBADF ECONNRESET EDESTADDRREQ EFAULT EINTR EINVAL EISCONN EMSGSIZE ENOBUFS ENOMEM ' +
    'ENOTCONN ENOTSOCK EOPNOTSUPP EPIPE',
  recvmsg: 'EAGAIN EBADF ECONNREFUSED EFAULT EINTR EINVAL ENOMEM ENOTCONN ENOTSOCK EMSGSIZE',
  recvmmsg: 'EAGAIN EBADF ECONNREFUSED EFAULT EINTR EINVAL ENOMEM ENOTCONN ENOTSOCK',
  sendmsg:
    'EACCES EAGAIN EALREADY EBADF ECONNRESET EDESTADDRREQ EFAULT EINTR EINVAL EISCONN EMSGSIZE ENOBUFS ENOMEM ' +
    'ENOTCONN ENOTSOCK EOPNOTSUPP EPIPE ETOOMANYREFS',
  sendmmsg:
    'EACCES EAGAIN EALREADY EBADF ECONNRESET EDESTADDRREQ EFAULT EINTR EINVAL EISCONN EMSGSIZE ENOBUFS ENOMEM ' +
    'ENOTCONN ENOTSOCK EOPNOTSUPP EPIPE',
  sendfile: 'EAGAIN EBADF EFAULT EINVAL EIO ENOMEM EOVERFLOW ESPIPE EPIPE ECONNRESET EINTR short',
  pread: 'EBADF EFAULT EINTR EINVAL EIO EISDIR EOVERFLOW ESPIPE short',
  lseek: 'EBADF EINVAL EOVERFLOW ESPIPE',
  poll: 'EFAULT EINTR EINVAL ENOMEM',
  epoll_create: 'EINVAL EMFILE ENFILE ENOMEM',
  epoll_ctl: 'EBADF EEXIST EINVAL ELOOP ENOENT ENOMEM ENOSPC EPERM',
  epoll_wait: 'EBADF EFAULT EINTR EINVAL',
  eventfd: 'EINVAL EMFILE ENFILE ENODEV ENOMEM',
  // Of wake descriptors, which are eventfd(2)'s. A write of 1 fails with EAGAIN only where the descriptor is readable.
  read: 'EAGAIN EINTR',
  write: 'EINTR',
  pthread_create: 'EAGAIN EINVAL EPERM',
  mmap: 'EACCES EAGAIN EBADF EINVAL ENFILE ENODEV ENOMEM EPERM',
  open: 'EACCES EEXIST ELOOP EMFILE ENAMETOOLONG ENFILE ENOENT ENOMEM ENOSPC ENOTDIR EROFS EINTR',
  fstat: 'EBADF EFAULT ENOMEM EOVERFLOW',
  ftruncate: 'EFBIG EINTR EINVAL EIO EPERM',
  fallocate: 'EBADF EFBIG EINTR EINVAL ENODEV ENOSPC',
  sigaction: 'EFAULT EINVAL',
  getrlimit: 'EFAULT EINVAL',
  getaddrinfo: 'EAI_AGAIN EAI_FAIL EAI_FAMILY EAI_MEMORY EAI_NONAME EAI_SERVICE EMFILE ENOMEM EAGAIN',
  getnameinfo: 'EAI_AGAIN EAI_FAIL EAI_FAMILY EAI_MEMORY EAI_NONAME EMFILE ENOMEM',
  gethostname: 'EFAULT EINVAL ENAMETOOLONG EPERM',
  if_nameindex: 'ENOBUFS EMFILE ENFILE ENOMEM',
  if_nametoindex: 'ENODEV ENOENT EMFILE ENFILE ENOMEM',
  if_indextoname: 'ENXIO EMFILE ENFILE ENOMEM',
  getserv: 'ERANGE EMFILE ENOENT EIO',
  getproto: 'ERANGE EMFILE ENOENT EIO',
  // Node-API has a status of its own, so the errno does not matter.
  napi_create: 'ENOMEM',
}

/**
 * What a call that the event loop makes cannot report while it could go on. An edge-triggered epoll set reports readiness
 * once, until a call has failed with EAGAIN (or EALREADY, while a Fast Open is under way) or has transferred less than
 * asked for; epoll(7). Linux takes care of that where it lacks memory: tcp_sendmsg() raises the event again.
 */
const NOT_YET = new Set(['EAGAIN', 'EALREADY', 'short'])
const TRANSFERS = new Set([
  'accept',
  'recv',
  'recvfrom',
  'send',
  'sendto',
  'sendfile',
  'recvmsg',
  'sendmsg',
  'recvmmsg',
  'sendmmsg',
])

/** The errors to try of a call, made by the event loop or not. */
export function errorsOf(call: string, inEventLoop: boolean): string[] {
  const errors = ERRORS[call]!.split(' ')
  return inEventLoop && TRANSFERS.has(call) ? errors.filter((error) => !NOT_YET.has(error)) : errors
}

/** Errors after which a call is tried again: they come in bursts. */
const PASSING = new Set(['EAGAIN', 'EINTR', 'ECONNABORTED', 'ENETDOWN', 'EPROTO', 'short'])

/**
 * What cannot go on for ever. An error of a new connection takes that from the listener's queue; accept(2). A connect that
 * poll(2) has reported as ended is in progress no more. An epoll set that fails, because foreign code has closed it, is no
 * longer watched by libuv either.
 */
const ENDS: Readonly<Record<string, string>> = {
  accept: 'ECONNABORTED EPROTO ENETDOWN ENOPROTOOPT EHOSTDOWN ENONET EHOSTUNREACH ENETUNREACH',
  connect: 'EINPROGRESS EALREADY',
  epoll_wait: 'EBADF EFAULT EINVAL',
}

/** Whether a fault may persist. Of all calls only poll(2) sleeps, so no signal interrupts another again and again. */
function mayPersist(call: string, error: string): boolean {
  return error === 'EINTR' ? call === 'poll' : ENDS[call]?.split(' ').includes(error) !== true
}

/** What `when` stands for: the N-th call; that one and 19 more, of an error that passes; and all that follow. */
export function whens(call: string, error: string, nth: number): string[] {
  return [String(nth), ...(PASSING.has(error) ? [`${nth}x20`] : []), ...(mayPersist(call, error) ? [`${nth}+`] : [])]
}

/** The parts of `call:error:when`. */
export function partsOf(fault: string): { call: string; error: string; when: string } {
  const [call, error, when] = fault.split(':') as [string, string, string]
  return { call, error, when }
}
