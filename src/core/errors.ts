// core/ has what all folders above it need: errors, bytes, time limits, checks of arguments, IP addresses as text.
// Nothing here knows sockets.
//
// This file has the errors, in Node's shape. Only this file decides what an errno means to the caller.

import { CHANGED_MEANWHILE, CLOSED_MEANWHILE, native, TIMED_OUT } from '../native/addon.js'
import { errno, errnoName } from '../native/errno.js'
import { noteInterruption } from '../native/interrupting-signal.js'
import { signalNumbers } from '../native/node-modules.js'
import { recordOwnFrames, startStackAtCaller } from './caller-stack.js'
import { own } from './own-options.js'

// As it is now: a program may replace it, a test by fake timers. Importing node:timers would load all of them.
const { setImmediate } = globalThis

/** The subject of an operation, as fields of its error: an address, named as in Node's errors, or an option; its time. */
export interface ErrorTarget {
  readonly address?: string
  readonly port?: number
  readonly path?: string
  readonly option?: string
  /** Milliseconds that the operation had, where they are over. */
  readonly timeout?: number
}

/** Sets an own property of an error, whatever accessor a polluted Object.prototype has for its name. */
function setOwn(error: Error, name: string, value: unknown): void {
  const descriptor = { __proto__: null, value, enumerable: true, configurable: true, writable: true }
  Object.defineProperty(error, name, descriptor as PropertyDescriptor)
}

/** Gives an error fields of its own, whatever accessors of these names Object.prototype has. Returns the error. */
export function withFields<Failed extends Error, Fields extends object>(
  error: Failed,
  fields: Fields,
): Failed & Fields {
  for (const [name, value] of Object.entries(fields)) setOwn(error, name, value)
  return error as Failed & Fields
}

/** Replaces the message of an error, also on the first line of its stack. Returns the error. */
export function withMessage<Failed extends Error>(error: Failed, message: string): Failed {
  const { stack, message: former } = error
  error.message = message
  if (typeof stack === 'string') error.stack = stack.replace(former, () => message)
  return error
}

/**
 * A failure that the operating system reports, or a use that the socket's state forbids.
 * @example
 * try {
 *   new Socket().connect({ host: '127.0.0.1', port: 1 })
 * } catch (error) {
 *   if (error instanceof SocketError && error.code === 'ECONNREFUSED') console.log('no server listens there')
 * }
 */
export class SocketError extends Error {
  /** The name of the errno, or a code of this library (`ERR_...`). Compare this. */
  readonly code: string
  /** The errno, negative as in Node's errors; 0 if no system call failed. */
  readonly errno: number
  /** The call that failed. */
  readonly syscall: string
  /** The host of the address: numeric, or the name where its lookup or several of its addresses failed. */
  declare readonly address?: string
  /** The port of the address. */
  declare readonly port?: number
  /** The path of a unix address. */
  declare readonly path?: string
  /** The name of the option, such as `SO_MARK`. */
  declare readonly option?: string
  /** The errors of all addresses of a name, where it has several, in the order of failing. */
  declare readonly errors?: readonly SocketError[]
  /** How many bytes `sendAll` had sent. */
  declare bytesSent?: number
  /** The bytes that a reader had received of an unfinished message. */
  declare partial?: Buffer

  constructor(message: string, code: string, errnoValue: number, syscall: string, target: ErrorTarget = {}) {
    const limit = recordOwnFrames()
    super(message)
    this.code = code
    this.errno = errnoValue
    this.syscall = syscall
    withFields(this, target)
    startStackAtCaller(this, limit)
  }

  static {
    SocketError.prototype.name = 'SocketError'
  }
}

/**
 * The operation would have to wait, and its mode is not to wait: `EAGAIN`, `EINPROGRESS` or `EALREADY`.
 * @example
 * socket.setBlocking(false)
 * try {
 *   console.log(socket.recv(1024))
 * } catch (error) {
 *   if (!(error instanceof WouldBlockError)) throw error
 *   doOtherWork()
 * }
 */
export class WouldBlockError extends SocketError {
  /**
   * What to wait for before the call is repeated, where a receive or a send would have waited. Under TLS a handshake may
   * make a receive wait until the socket is writable, and a send until it is readable.
   */
  declare readonly waitsFor?: 'read' | 'write'

  static {
    WouldBlockError.prototype.name = 'WouldBlockError'
  }
}

/**
 * The timeout of an operation expired: `ERR_SOCKET_TIMEOUT`. The kernel's own `ETIMEDOUT` is a plain SocketError.
 * @example
 * try {
 *   console.log(socket.recv(1024, { timeout: 1000 }))
 * } catch (error) {
 *   if (error instanceof SocketTimeoutError) console.log(`nothing arrived within ${error.timeout} ms`)
 *   else throw error
 * }
 */
export class SocketTimeoutError extends SocketError {
  /** Milliseconds that the operation had, rounded up: its `timeout`, or the time until its `deadline`. */
  declare readonly timeout?: number

  static {
    SocketTimeoutError.prototype.name = 'SocketTimeoutError'
  }
}

/**
 * A signal that has a listener, or `interruptThread`, ended a wait: `EINTR`. No data is lost; the call may be repeated.
 * @example
 * process.on('SIGINT', () => console.log('stopping'))
 * try {
 *   listener.accept()
 * } catch (error) {
 *   if (!(error instanceof InterruptedError && error.signal === 'SIGINT')) throw error
 *   listener.close()
 * }
 */
export class InterruptedError extends SocketError {
  /** What ended the wait: a signal, or another thread by `interruptThread`. */
  readonly reason: 'signal' | 'thread'
  /** The signal's name, if a signal ended the wait. */
  declare readonly signal?: NodeJS.Signals

  constructor(syscall: string, target: ErrorTarget, signum: number) {
    const signal = signum > 0 ? signalName(signum) : undefined
    const cause =
      signum > 0
        ? `by ${signal ?? `signal ${signum}`}, whose listener runs once you catch this and return to the event loop`
        : 'by another thread'
    super(`${describe(syscall, 'EINTR', target)}: interrupted ${cause}`, 'EINTR', -errno.EINTR, syscall, target)
    this.reason = signum > 0 ? 'signal' : 'thread'
    if (signal !== undefined) this.signal = signal
  }

  static {
    InterruptedError.prototype.name = 'InterruptedError'
  }
}

/**
 * A lookup of a name failed; `code` is getaddrinfo's: `EAI_NONAME`, `EAI_AGAIN`, ... A lack of
 * descriptors is a SocketError: `EMFILE`, `ENFILE`.
 * @example
 * try {
 *   resolve('no-such-host.invalid')
 * } catch (error) {
 *   if (error instanceof ResolveError) console.log(error.code, error.hostname)
 * }
 */
export class ResolveError extends Error {
  /** The name of the EAI code. Compare this. */
  readonly code: string
  /** The EAI code's number; for `EAI_SYSTEM` the negative errno. */
  readonly errno: number
  /** `getaddrinfo` or `getnameinfo`. */
  readonly syscall: string
  /** The name that was looked up. */
  declare readonly hostname?: string

  constructor(code: string, number: number, syscall: string, hostname: string | null, explanation: string) {
    const limit = recordOwnFrames()
    super(`${syscall} ${code}${hostname === null ? '' : ` ${hostname}`}: ${explanation}`)
    this.code = code
    this.errno = number
    this.syscall = syscall
    if (hostname !== null) this.hostname = hostname
    startStackAtCaller(this, limit)
  }

  static {
    ResolveError.prototype.name = 'ResolveError'
  }
}

/**
 * An AbortSignal cancelled an awaited operation; `cause` is the signal's reason. Node's own AbortError has this shape.
 * @example
 * try {
 *   await awaited.recv(1024, { signal: AbortSignal.timeout(1000) })
 * } catch (error) {
 *   if (error instanceof AbortError) console.log(error.cause)
 * }
 */
export class AbortError extends Error {
  /** `ABORT_ERR`. */
  readonly code = 'ABORT_ERR'

  constructor(reason: unknown) {
    const limit = recordOwnFrames()
    super('The operation was aborted', { cause: reason })
    startStackAtCaller(this, limit)
  }

  static {
    AbortError.prototype.name = 'AbortError'
  }
}

/**
 * The error for a wrong argument, thrown before any system call: a TypeError or RangeError with a `code`, as Node's.
 */
export function misuse(Kind: typeof TypeError | typeof RangeError, code: string, message: string): Error {
  const limit = recordOwnFrames()
  const error = new Kind(message)
  setOwn(error, 'code', code)
  startStackAtCaller(error, limit)
  // The stack's first line shows the code, as in Node's own errors.
  if (typeof error.stack === 'string') error.stack = error.stack.replace(error.name, `${error.name} [${code}]`)
  return error
}

/** The error for `for await` over what blocks. */
export function notAsync(): Error {
  return misuse(TypeError, 'ERR_NOT_ASYNC', 'for await needs an AsyncSocket: call toAsync(), or use for, which blocks')
}

/** The error for a use that the socket's state forbids: closed, detached, a reader that holds data. */
export function stateError(code: string, syscall: string, explanation: string, target: ErrorTarget = {}): SocketError {
  return new SocketError(`${named(syscall, code, target)}: ${explanation}`, code, 0, syscall, target)
}

/**
 * The error for a negative result of a native call: would-block, timeout, interruption, the kernel's failure, or a socket
 * or memory that JavaScript took away while the call waited.
 */
export function failure(result: number, syscall: string, target: ErrorTarget = {}): SocketError {
  if (result === TIMED_OUT) {
    const subject = withWholeTimeout(target)
    return new SocketTimeoutError(describeTimeout(syscall, subject), 'ERR_SOCKET_TIMEOUT', 0, syscall, subject)
  }
  if (result === -errno.EINTR) return interrupted(syscall, target, native.interruption())
  if (result === CLOSED_MEANWHILE) {
    return stateError('ERR_SOCKET_CLOSED', syscall, 'the socket was closed or given away while the call waited')
  }
  if (result === CHANGED_MEANWHILE) {
    return stateError('ERR_BUFFER_CHANGED', syscall, 'the memory was detached or shrunk while the call waited')
  }
  const code = errnoName(result)
  const Kind = wouldBlock(result) ? WouldBlockError : SocketError
  return new Kind(describe(syscall, code, target), code, result, syscall, target)
}

/** The error of a call that began after its deadline. */
export function deadlinePassed(syscall: string, target: ErrorTarget): SocketTimeoutError {
  const message = `${named(syscall, 'timed out', target)}: its deadline, a time of performance.now(), had passed before the call`
  const sent = syscall === 'send' || syscall === 'sendfile' ? { bytesSent: 0 } : {}
  return withFields(new SocketTimeoutError(message, 'ERR_SOCKET_TIMEOUT', 0, syscall, target), { timeout: 0, ...sent })
}

/**
 * The signal's listener runs in a later turn of the event loop. The loop would end before that turn if nothing else
 * kept it alive: an immediate within an immediate keeps it for one whole turn, because the first may run in the current
 * one.
 */
function interrupted(syscall: string, target: ErrorTarget, signum: number): InterruptedError {
  if (signum > 0) {
    noteInterruption(signum)
    setImmediate(setImmediate, () => {})
  }
  return new InterruptedError(syscall, target, signum)
}

/** Whether a result means that the operation is not done yet and may be done later. */
export function wouldBlock(result: number): boolean {
  return result === -errno.EAGAIN || result === -errno.EINPROGRESS || result === -errno.EALREADY
}

const FATAL_TO_LISTENER: readonly number[] = [errno.EBADF, errno.EINVAL, errno.ENOTSOCK, errno.EOPNOTSUPP, errno.EFAULT]

/**
 * Whether accepting can continue after an error of accept(2). Only the few errors that say that the socket is no listener
 * end it. Every other one concerns a single connection, or a shortage of descriptors or memory, and new kinds appear with
 * new protocols (ENOSR, ETIMEDOUT, EACCES, ...). Accepting pauses then instead of calling again at once: with EPERM, say,
 * Linux leaves the connection in the queue, and an immediate call would meet it again for ever.
 */
export function isTransientAcceptError(error: SocketError): boolean {
  return error.errno !== 0 && !FATAL_TO_LISTENER.includes(-error.errno)
}

function describe(syscall: string, code: string, given: ErrorTarget): string {
  const target = own(given)
  const reason = reasonOf(syscall, code, target)
  return reason === null ? named(syscall, code, target) : `${named(syscall, code, target)}: ${reason}`
}

function named(syscall: string, code: string, { address, port, path, option }: ErrorTarget): string {
  const name = path ?? option
  if (name !== undefined) return `${syscall} ${code} ${name}`
  if (port === undefined) return address === undefined ? `${syscall} ${code}` : `${syscall} ${code} ${address}`
  // Node puts no brackets around an IPv6 address either.
  return `${syscall} ${code} ${address ?? ''}:${port}`
}

/** A deadline leaves fractions of a millisecond; waits are rounded up as well. */
function withWholeTimeout(given: ErrorTarget): ErrorTarget {
  const target = own(given)
  return target.timeout === undefined ? target : { ...target, timeout: Math.ceil(target.timeout) }
}

function describeTimeout(syscall: string, target: ErrorTarget): string {
  const message = named(syscall, 'timed out', target)
  const { timeout } = target
  return timeout === undefined ? message : `${message} after ${timeout} ms`
}

/**
 * The error of a step of an operation, and where its time was over, with the limit of the whole operation in place of what
 * was left of it for the step.
 * @param whole as the addon's number
 */
export function withTimeout(error: unknown, whole: number): unknown {
  if (!(error instanceof SocketTimeoutError) || whole <= 0) return error
  const timeout = Math.ceil(whole)
  const message = error.message.replace(` after ${error.timeout} ms`, ` after ${timeout} ms`)
  return withFields(withMessage(error, message), { timeout })
}

const NO_DESCRIPTORS = 'the process has as many descriptors open as its limit allows (ulimit -n)'

/** Errors that have one reason, which their number alone does not say: accept(2), send(2), listen(2), epoll_ctl(2). */
const REASONS: ReadonlyMap<string, string> = new Map([
  ['accept EINVAL', 'the socket does not listen'],
  ['poll EAGAIN', 'it is not ready; on a non-blocking socket { timeout: null } waits'],
  ['send EDESTADDRREQ', 'the socket has no peer: connect it, or use sendTo'],
  ['listen ENOTSUP', 'sockets of this type accept no connections'],
  ['accept ENOTSUP', 'sockets of this type accept no connections'],
  [
    'register EPERM',
    'epoll does not watch this: regular files, directories and /dev/null are always ready, as select() and poll() report',
  ],
])

const JOINS_GROUP = /MEMBERSHIP|JOIN/

/** Ports below this one need a privilege, unless the system's administrator has moved the limit. */
const FIRST_UNPRIVILEGED_PORT = 1024

function reasonOf(syscall: string, code: string, { port, path, option }: ErrorTarget): string | null {
  if (code === 'EMFILE') return NO_DESCRIPTORS
  if (option !== undefined && code === 'EADDRINUSE' && JOINS_GROUP.test(option)) {
    return 'the socket is a member of this group already'
  }
  if (syscall === 'sendto' && code === 'EACCES' && port !== undefined) {
    return 'sending to a broadcast address needs SO_BROADCAST'
  }
  if (syscall === 'bind' && code === 'EADDRINUSE' && port !== undefined) {
    return 'another socket uses the port'
  }
  if (syscall === 'bind' && code === 'EACCES') {
    if (path !== undefined) return 'the folder of the path cannot be written to'
    const isPrivileged = port !== undefined && port < FIRST_UNPRIVILEGED_PORT
    return isPrivileged ? `a port below ${FIRST_UNPRIVILEGED_PORT} needs a privilege` : null
  }
  return REASONS.get(`${syscall} ${code}`) ?? null
}

function signalName(signum: number): NodeJS.Signals | undefined {
  const found = Object.entries(signalNumbers()).find(([, number]) => number === signum)
  return found?.[0] as NodeJS.Signals | undefined
}

/** Throws an error as an uncaught exception, after the current JavaScript has returned. */
export function throwLater(error: unknown): void {
  process.nextTick(() => {
    throw error
  })
}
