// Sockets that this process was started with: socket activation.

import { misuse } from '../core/errors.js'
import { Socket } from '../socket/socket.js'
import { FIRST_PASSED } from './handover.js'

/** A socket that came with the process. */
export interface PassedSocket {
  /** What the parent calls it; `unknown` where it gave no names. */
  readonly name: string
  readonly socket: Socket
}

/** How to take the sockets over. */
export interface ListenFdsOptions {
  /** Leaves the environment variables as they are. Without it they are removed, so that no child believes in them. */
  readonly keepEnvironment?: boolean
}

const VARIABLES = ['LISTEN_PID', 'LISTEN_PPID', 'LISTEN_PIDFDID', 'LISTEN_FDS', 'LISTEN_FDNAMES']

/**
 * Adopts the sockets that a service manager, or a parent that used `handOver`, started this process with;
 * `sd_listen_fds_with_names(3)`: the variables LISTEN_FDS, LISTEN_FDNAMES, and LISTEN_PID, or LISTEN_PPID from
 * `handOver`. They are adopted all or, when one is no socket, not at all.
 * @returns the sockets in their order; none where the variables are not there, or are meant for another process
 * @throws TypeError `ERR_INVALID_ARG_VALUE` for variables that contradict themselves; SocketError `EBADF`, `ENOTSOCK`,
 *   `ERR_FD_OWNED` (they were taken before)
 * @example
 * const [passed] = listenFds()
 * const listener = passed?.socket ?? createServer({ host: '127.0.0.1', port: 8080 })
 */
export function listenFds(options: ListenFdsOptions = {}): PassedSocket[] {
  try {
    return isForUs() ? adopt(names(count())) : []
  } finally {
    if (options.keepEnvironment !== true) for (const variable of VARIABLES) delete process.env[variable]
  }
}

/** A process that inherited the variables, but not the descriptors, must not believe in them. */
function isForUs(): boolean {
  const { LISTEN_PID, LISTEN_PPID } = process.env
  if (LISTEN_PID !== undefined) return wholeNumber('LISTEN_PID', LISTEN_PID) === process.pid
  // A parent cannot know the number of a process that it is about to start: it tells its own.
  return LISTEN_PPID !== undefined && wholeNumber('LISTEN_PPID', LISTEN_PPID) === process.ppid
}

function count(): number {
  const { LISTEN_FDS } = process.env
  return LISTEN_FDS === undefined ? 0 : wholeNumber('LISTEN_FDS', LISTEN_FDS)
}

function names(many: number): string[] {
  const { LISTEN_FDNAMES } = process.env
  if (LISTEN_FDNAMES === undefined) return new Array<string>(many).fill('unknown')
  const found = LISTEN_FDNAMES === '' ? [] : LISTEN_FDNAMES.split(':')
  if (found.length !== many) throw contradiction('LISTEN_FDNAMES', `names ${found.length} of ${many} descriptors`)
  return found
}

function adopt(passed: readonly string[]): PassedSocket[] {
  const taken: PassedSocket[] = []
  try {
    for (const [index, name] of passed.entries()) taken.push({ name, socket: Socket.fromFd(FIRST_PASSED + index) })
    return taken
  } catch (error) {
    for (const { socket } of taken) socket.detach()
    throw error
  }
}

function wholeNumber(variable: string, text: string): number {
  const number = /^\d+$/.test(text) ? Number(text) : Number.NaN
  if (number <= 0x7fffffff - FIRST_PASSED) return number
  throw contradiction(variable, `must be a number of at least 0, not '${text}'`)
}

function contradiction(variable: string, explanation: string): Error {
  return misuse(TypeError, 'ERR_INVALID_ARG_VALUE', `environment variable ${variable} ${explanation}`)
}
