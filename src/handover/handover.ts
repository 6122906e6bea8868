// handover/ gives sockets to other threads and processes, and takes those that a service manager passed
// (activation.ts).
//
// In this file, a socket is given away so that its descriptor has an owner at every moment.
//
// A descriptor that is only sent as a number would have no owner until it arrives: if the receiver ends first, it stays
// open for ever, and if the sender closes it anyway, the number may already stand for another file. So the sender keeps
// its own descriptor, and the receiver gets a duplicate: `dupFd` makes it in a thread, the kernel makes it in a new
// process.

import { failure } from '../core/errors.js'
import { checkInteger, checkObject, isInstance, mustBe, wrongType, wrongValue } from '../core/validate.js'
import { native } from '../native/addon.js'
import { descriptorOf } from '../socket/face.js'
import { adoptOrClose } from '../socket/opening.js'
import { Socket } from '../socket/socket.js'

/** The first descriptor that a process inherits after the standard three. */
export const FIRST_PASSED_FD = 3

/**
 * Makes a socket of a duplicate of a descriptor that another owner in this process keeps open, such as a Socket in
 * another thread. Corresponds to `dup(2)`. The descriptor still belongs to that owner, which closes it once the
 * duplicate has been made, or once the thread that was to make it has ended.
 * @param fd the descriptor, as `socket.fd` returns it in the other thread
 * @throws SocketError `EBADF` when the descriptor is not open
 * @throws SocketError `ENOTSOCK` when it is no socket
 * @throws SocketError `EMFILE` when no descriptor is left
 * @throws TypeError `ERR_INVALID_ARG_TYPE` when it is no number
 * @throws RangeError `ERR_OUT_OF_RANGE` when it is negative, too large or no integer
 * @example
 * // The other thread has called worker.postMessage(socket.fd).
 * parentPort.once('message', (fd) => {
 *   const socket = dupFd(fd)
 *   parentPort.postMessage('adopted') // the other thread may close its socket now
 * })
 */
export function dupFd(fd: number): Socket {
  checkInteger(fd, 'fd', 0, 0x7fffffff)
  const copy = native.dup(fd)
  if (copy < 0) throw failure(copy, 'dup')
  native.disown(copy)
  return new Socket(adoptOrClose(copy))
}

/** Options for `child_process.spawn`, with which the new process inherits sockets. */
export interface HandOver {
  /** The three standard streams of this process, then the sockets. */
  readonly stdio: ('inherit' | number)[]
  /** The environment of this process, and the variables that `listenFds` reads in the new one. */
  readonly env: NodeJS.ProcessEnv
}

/**
 * Prepares options to start a process that inherits listening sockets: `listenFds` returns them there, with these
 * names. This process keeps its own, and both processes accept from the same queue. A restart therefore loses no
 * connection if the old process stops accepting after the new one has begun.
 * @param sockets by name; a name has 1 to 255 printable ASCII characters and no colon
 * @throws TypeError `ERR_INVALID_ARG_TYPE` when `sockets` is no object, or a member is no Socket
 * @throws TypeError `ERR_INVALID_ARG_VALUE` when a name cannot be passed on
 * @throws SocketError `ERR_SOCKET_CLOSED` when a socket is closed
 * @throws SocketError `ERR_SOCKET_DETACHED` when a socket has been given away
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
  for (const name of names) checkPassedName(name)
  const fds = Object.values(sockets).map(passedFd)
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

/** The names that sd_listen_fds(3) allows. */
function checkPassedName(name: string): void {
  if (/^[\x20-9;-\x7e]{1,255}$/.test(name)) return
  const expected = '1 to 255 printable ASCII characters without a colon'
  throw wrongValue(mustBe('the name of a socket', expected, name))
}

function passedFd(socket: Socket): number {
  if (!isInstance(socket, Socket)) throw wrongType('each member of sockets', 'a Socket', socket)
  // It may still be a Proxy of one, or an imitation.
  descriptorOf(socket)
  // This throws for a socket that is closed or given away, before a process is started that could not use it.
  socket.getSockName()
  return socket.fd
}
