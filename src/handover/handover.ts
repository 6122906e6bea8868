// Giving a descriptor to another thread or process, so that at every moment somebody is there to close it.
//
// A number that is sent away belongs to nobody until it arrives: if the receiver dies first it stays open for ever, and
// a sender that closes it all the same may hit another file that has the number by then. So the sender keeps its own
// descriptor, and the receiver makes a duplicate of it: `dupFd` in a thread, and the kernel itself in a new process.

import { failure, misuse } from '../core/errors.js'
import { checkInteger, checkObject } from '../core/validate.js'
import { native } from '../native/addon.js'
import { Socket } from '../socket/socket.js'

/** The first descriptor that a process is started with beyond its standard three. */
export const FIRST_PASSED = 3

/**
 * A socket on a duplicate of a descriptor that somebody else of this process keeps open, such as a Socket of another
 * thread; `dup(2)`. It stays theirs: they close it when the duplicate has been made, or when the thread that was to
 * make it has ended.
 * @param fd the number, as `socket.fd` tells it in the other thread
 * @throws SocketError `EBADF`, `ENOTSOCK`, `EMFILE`; TypeError, RangeError
 * @example
 * // worker.postMessage(socket.fd) over there; here:
 * parentPort.once('message', (fd) => {
 *   const socket = dupFd(fd)
 *   parentPort.postMessage('adopted') // now it may be closed there
 * })
 */
export function dupFd(fd: number): Socket {
  checkInteger(fd, 'fd', 0, 0x7fffffff)
  const copy = native.dup(fd)
  if (copy < 0) throw failure(copy, 'dup')
  native.disown(copy)
  try {
    return Socket.fromFd(copy)
  } catch (error) {
    native.close(copy, false, true, 0)
    throw error
  }
}

/** What `child_process.spawn` takes, so that the new process inherits sockets. */
export interface HandOver {
  /** The standard three as this process has them, then the sockets. */
  readonly stdio: ('inherit' | number)[]
  /** This process' environment, and what `listenFds` reads there. */
  readonly env: NodeJS.ProcessEnv
}

/**
 * Prepares to start a process that inherits listening sockets: there `listenFds` answers them, by the names given here.
 * This process keeps its own, and both accept from the same queue: so a restart loses no connection when the old
 * process stops accepting only once the new one has begun.
 * @param sockets by name; a name is not empty, and holds neither a colon nor a control character
 * @throws TypeError `ERR_INVALID_ARG_VALUE` for a name that cannot be passed on; SocketError `ERR_SOCKET_CLOSED`
 * @example
 * import { spawn } from 'node:child_process'
 * import { createServer, handOver } from 'berkeley'
 *
 * const listener = createServer({ host: '127.0.0.1', port: 8080 })
 * const { stdio, env } = handOver({ web: listener })
 * spawn(process.execPath, ['server.js'], { stdio, env })
 */
export function handOver(sockets: Readonly<Record<string, Socket>>): HandOver {
  checkObject(sockets, 'sockets')
  const names = Object.keys(sockets)
  for (const name of names) checkName(name)
  const fds = Object.values(sockets).map(descriptorOf)
  return {
    stdio: ['inherit', 'inherit', 'inherit', ...fds],
    env: {
      ...process.env,
      LISTEN_PID: undefined,
      LISTEN_PIDFDID: undefined,
      LISTEN_PPID: String(process.pid),
      LISTEN_FDS: String(fds.length),
      LISTEN_FDNAMES: names.join(':'),
    },
  }
}

function checkName(name: string): void {
  // What sd_listen_fds(3) allows: no separator, nothing unprintable.
  if (/^[\x20-9;-\x7e]{1,255}$/.test(name)) return
  throw misuse(TypeError, 'ERR_INVALID_ARG_VALUE', `sockets: ${JSON.stringify(name)} cannot be passed on as a name`)
}

function descriptorOf(socket: Socket): number {
  if (!(socket instanceof Socket)) throw misuse(TypeError, 'ERR_INVALID_ARG_TYPE', 'sockets must be Socket objects')
  // Asked of the kernel, so that one that is closed or given away is told here and not by the new process.
  socket.getSockName()
  return socket.fd
}
