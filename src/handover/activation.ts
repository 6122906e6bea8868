// Socket activation: the sockets with which this process was started, sd_listen_fds(3).

import { SocketError } from '../core/errors.js'
import { checkOptionNames, type Names } from '../core/option-names.js'
import { checkedOptions, mustBe, wrongValue } from '../core/validate.js'
import { errnoMessage } from '../native/errno.js'
import { Socket } from '../socket/socket.js'
import { FIRST_PASSED_FD } from './handover.js'

/** A socket with which the process was started. */
export interface PassedSocket {
  /** The name that the parent gave to it; `unknown` if the parent gave no names. */
  readonly name: string
  readonly socket: Socket
}

/** How `listenFds` adopts the sockets. */
export interface ListenFdsOptions {
  /** Keeps the environment variables. By default they are removed, so that no child process acts on them. */
  readonly keepEnvironment?: boolean
}

const LISTEN_FDS_OPTIONS: Names<ListenFdsOptions> = { keepEnvironment: true }

/** Every descriptor fits in an int. */
const MAX_WHOLE_NUMBER = 0x7fffffff - FIRST_PASSED_FD

const VARIABLES = ['LISTEN_PID', 'LISTEN_PPID', 'LISTEN_PIDFDID', 'LISTEN_FDS', 'LISTEN_FDNAMES']

/**
 * Adopts the sockets with which a service manager, or a parent that used `handOver`, started this process. Corresponds
 * to `sd_listen_fds_with_names(3)`: reads LISTEN_FDS, LISTEN_FDNAMES, and LISTEN_PID, or LISTEN_PPID of `handOver`.
 * Either all are adopted or, if one is no socket, none.
 * @returns the sockets in their order; none if the variables are missing, or meant for another process
 * @throws TypeError `ERR_INVALID_ARG_TYPE` when options are no object
 * @throws TypeError `ERR_INVALID_ARG_VALUE` when a variable is no number, or there are too many or too few names
 * @throws SocketError `EBADF` when a descriptor is not open
 * @throws SocketError `ENOTSOCK` when a descriptor is no socket
 * @throws SocketError `ERR_FD_OWNED` when a Socket of this process already owns a descriptor
 * @example
 * const [passed] = listenFds()
 * const listener = passed?.socket ?? createServer({ host: '127.0.0.1', port: 8080 })
 */
export function listenFds(options: ListenFdsOptions = {}): PassedSocket[] {
  checkOptionNames(options, LISTEN_FDS_OPTIONS)
  const { keepEnvironment } = checkedOptions(options)
  try {
    return isForUs() ? adopt(count()) : []
  } finally {
    if (keepEnvironment !== true) for (const variable of VARIABLES) delete process.env[variable]
  }
}

/** A process that inherited the variables but not the descriptors must not act on them. */
function isForUs(): boolean {
  const { LISTEN_PID, LISTEN_PPID } = process.env
  if (LISTEN_PID !== undefined) return wholeNumber('LISTEN_PID', LISTEN_PID) === process.pid
  // A parent does not know the id of a process before it starts it, so `handOver` passes its own.
  return LISTEN_PPID !== undefined && wholeNumber('LISTEN_PPID', LISTEN_PPID) === process.ppid
}

function count(): number {
  const { LISTEN_FDS } = process.env
  return LISTEN_FDS === undefined ? 0 : wholeNumber('LISTEN_FDS', LISTEN_FDS)
}

/** The names that the parent gave to this many descriptors; null if it gave none. */
function names(fdCount: number): readonly string[] | null {
  const { LISTEN_FDNAMES } = process.env
  if (LISTEN_FDNAMES === undefined) return null
  const found = LISTEN_FDNAMES === '' ? [] : LISTEN_FDNAMES.split(':')
  if (found.length === fdCount) return found
  throw wrongValue(`environment variable LISTEN_FDNAMES names ${found.length} of ${fdCount} descriptors`)
}

/**
 * Adopts one descriptor after the other. Nothing is allocated by the announced count, which may be any number: the first
 * descriptor that is not open ends it. The limit of descriptors says less, because it may have been lowered below those
 * that were open.
 */
function adopt(fdCount: number): PassedSocket[] {
  const given = names(fdCount)
  const taken: PassedSocket[] = []
  try {
    for (let index = 0; index < fdCount; index++) {
      taken.push({ name: given?.[index] ?? 'unknown', socket: adopted(FIRST_PASSED_FD + index, fdCount) })
    }
    return taken
  } catch (error) {
    for (const { socket } of taken) socket.detach()
    throw error
  }
}

function adopted(fd: number, fdCount: number): Socket {
  try {
    return Socket.fromFd(fd)
  } catch (error) {
    if (!(error instanceof SocketError) || error.errno === 0) throw error
    const { code, errno, syscall } = error
    const announced = `descriptor ${fd}, of the ${fdCount} that LISTEN_FDS announces`
    throw new SocketError(`${syscall} ${code}: ${announced}: ${errnoMessage(errno)}`, code, errno, syscall)
  }
}

function wholeNumber(variable: string, text: string): number {
  const number = /^\d+$/.test(text) ? Number(text) : Number.NaN
  if (number <= MAX_WHOLE_NUMBER) return number
  throw wrongValue(mustBe(`environment variable ${variable}`, `a number from 0 to ${MAX_WHOLE_NUMBER}`, text))
}
