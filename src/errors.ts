// Errors of Node's shape. What an errno means to the caller is decided here, and nowhere else.

import { constants as os } from 'node:os'
import { setImmediate } from 'node:timers'
import { fileURLToPath } from 'node:url'
import type { Address, AddressInput } from './addresses.js'
import { errno, errnoName } from './errno.js'
import { CHANGED_MEANWHILE, CLOSED_MEANWHILE, native, TIMED_OUT } from './native.js'

/** What the operation was about: where it was going, as Node's errors say it, or an option. */
export interface ErrorTarget {
  readonly address?: string
  readonly port?: number
  readonly path?: string
  readonly option?: string
}

/**
 * A failure of the operating system, or a use of a socket that its state forbids.
 * @example
 * try {
 *   new Socket().connect({ host: '127.0.0.1', port: 1 })
 * } catch (error) {
 *   if (error instanceof SocketError && error.code === 'ECONNREFUSED') console.log('nobody listens there')
 * }
 */
export class SocketError extends Error {
  /** The name of the errno, or a code of this library (`ERR_...`): what to compare. */
  readonly code: string
  /** The errno, negative as in Node's errors; 0 where the operating system was not asked. */
  readonly errno: number
  /** The call that failed. */
  readonly syscall: string
  /** The numeric host it was about. */
  declare readonly address?: string
  /** The port it was about. */
  declare readonly port?: number
  /** The unix path it was about. */
  declare readonly path?: string
  /** The name of the option it was about, such as `SO_MARK`. */
  declare readonly option?: string
  /** How many bytes a `sendAll` had sent. */
  declare bytesSent?: number
  /** What a reader had received of an unfinished message. */
  declare partial?: Buffer

  constructor(message: string, code: string, errnoValue: number, syscall: string, target: ErrorTarget = {}) {
    super(message)
    this.code = code
    this.errno = errnoValue
    this.syscall = syscall
    Object.assign(this, target)
    startStackAtCaller(this)
  }

  static {
    SocketError.prototype.name = 'SocketError'
  }
}

/** The operation would have to wait, and was told not to: `EAGAIN`, `EINPROGRESS` or `EALREADY`. */
export class WouldBlockError extends SocketError {
  static {
    WouldBlockError.prototype.name = 'WouldBlockError'
  }
}

/** The time for an operation ran out: `ERR_SOCKET_TIMEOUT`. The kernel's own `ETIMEDOUT` is a plain SocketError. */
export class SocketTimeoutError extends SocketError {
  static {
    SocketTimeoutError.prototype.name = 'SocketTimeoutError'
  }
}

/** A wait was ended by a signal that JavaScript listens to, or by `interruptThread`: `EINTR`. Nothing was lost. */
export class InterruptedError extends SocketError {
  /** What ended it. */
  readonly reason: 'signal' | 'thread'
  /** The signal's name, if it was one. */
  declare readonly signal?: NodeJS.Signals

  constructor(syscall: string, target: ErrorTarget, signum: number) {
    const signal = signum > 0 ? signalName(signum) : undefined
    super(describe(syscall, 'EINTR', target), 'EINTR', -errno.EINTR, syscall, target)
    this.reason = signum > 0 ? 'signal' : 'thread'
    if (signal !== undefined) this.signal = signal
  }

  static {
    InterruptedError.prototype.name = 'InterruptedError'
  }
}

/** A name that does not resolve; `code` is getaddrinfo's (`EAI_NONAME`, `EAI_AGAIN`, ...). */
export class ResolveError extends Error {
  /** The name of the EAI code: what to compare. */
  readonly code: string
  /** The EAI code's number; for `EAI_SYSTEM` the negative errno. */
  readonly errno: number
  /** `getaddrinfo` or `getnameinfo`. */
  readonly syscall: string
  /** The name that was asked for. */
  declare readonly hostname?: string

  constructor(code: string, number: number, syscall: string, hostname: string | null, explanation: string) {
    super(`${syscall} ${code}${hostname === null ? '' : ` ${hostname}`}: ${explanation}`)
    this.code = code
    this.errno = number
    this.syscall = syscall
    if (hostname !== null) this.hostname = hostname
    startStackAtCaller(this)
  }

  static {
    ResolveError.prototype.name = 'ResolveError'
  }
}

/** An awaited operation was cancelled by its AbortSignal; `cause` is the signal's reason. Node's own has this shape. */
export class AbortError extends Error {
  /** `ABORT_ERR`. */
  readonly code = 'ABORT_ERR'

  constructor(reason: unknown) {
    super('The operation was aborted', { cause: reason })
    startStackAtCaller(this)
  }

  static {
    AbortError.prototype.name = 'AbortError'
  }
}

/** A misuse, told before any system call: a TypeError or RangeError with Node's kind of `code`. */
export function misuse(Kind: typeof TypeError | typeof RangeError, code: string, message: string): Error {
  const error = new Kind(message)
  Object.defineProperty(error, 'code', { value: code, enumerable: true, configurable: true, writable: true })
  startStackAtCaller(error)
  // As Node's own: the stack's first line shows the code.
  if (typeof error.stack === 'string') error.stack = error.stack.replace(error.name, `${error.name} [${code}]`)
  return error
}

/** A use that the socket's own state forbids (closed, detached, a reader that holds data). */
export function stateError(code: string, syscall: string, explanation: string): SocketError {
  return new SocketError(`${syscall} ${code}: ${explanation}`, code, 0, syscall)
}

/**
 * The error for a negative result of a native call: would-block, timeout, interruption, the kernel's failure, or a socket
 * or memory that JavaScript took away while the call waited.
 */
export function failure(answer: number, syscall: string, target: ErrorTarget = {}): SocketError {
  if (answer === TIMED_OUT) {
    return new SocketTimeoutError(`${describe(syscall, 'timed out', target)}`, 'ERR_SOCKET_TIMEOUT', 0, syscall, target)
  }
  if (answer === -errno.EINTR) return interrupted(syscall, target, native.interruption())
  if (answer === CLOSED_MEANWHILE) {
    return stateError('ERR_SOCKET_CLOSED', syscall, 'the socket was closed or given away while the call waited')
  }
  if (answer === CHANGED_MEANWHILE) {
    return stateError('ERR_BUFFER_CHANGED', syscall, 'the memory was detached or shrunk while the call waited')
  }
  const code = errnoName(answer)
  const Kind = wouldBlock(answer) ? WouldBlockError : SocketError
  return new Kind(describe(syscall, code, target), code, answer, syscall, target)
}

/** A signal's listener runs in the event loop, which would not look for signals again where nothing keeps it going. */
function interrupted(syscall: string, target: ErrorTarget, signum: number): InterruptedError {
  // The first may run in the turn that is under way, the second has a whole one before it.
  if (signum > 0) setImmediate(setImmediate, () => {})
  return new InterruptedError(syscall, target, signum)
}

/** Whether an answer means that the operation is not done yet, but may be later. */
export function wouldBlock(answer: number): boolean {
  return answer === -errno.EAGAIN || answer === -errno.EINPROGRESS || answer === -errno.EALREADY
}

const PASSING: readonly number[] = [errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM, errno.EPERM]

/**
 * Whether what accept(2) failed with says nothing of the listener, and passes: too few descriptors, too little memory;
 * and EPERM, "firewall rules forbid connection". That is not among the errors which accept(2) says to treat like EAGAIN
 * by retrying, and Linux asks its security modules before it takes the connection from the queue: who tried again at
 * once would be told of the same one, for ever.
 */
export function passes(error: SocketError): boolean {
  return PASSING.includes(-error.errno)
}

/** An address as errors show it. */
export function errorTarget(address: AddressInput | Address | null | undefined): ErrorTarget {
  if (address === null || address === undefined || address.family === 'raw') return {}
  if ('host' in address) return { ...(address.host ? { address: address.host } : {}), port: address.port }
  if ('abstract' in address) return { path: `\\0${Buffer.from(address.abstract).toString('latin1')}` }
  return 'path' in address && typeof address.path === 'string' ? { path: address.path } : {}
}

function describe(syscall: string, code: string, target: ErrorTarget): string {
  const { address, port, path, option } = target
  const name = path ?? option
  if (name !== undefined) return `${syscall} ${code} ${name}`
  if (port === undefined) return `${syscall} ${code}`
  // Without brackets around an IPv6 address: as Node has it.
  return `${syscall} ${code} ${address ?? ''}:${port}`
}

function signalName(signum: number): NodeJS.Signals | undefined {
  const found = Object.entries(os.signals).find(([, number]) => number === signum)
  return found?.[0] as NodeJS.Signals | undefined
}

// A frame tells its file by URL; under --enable-source-maps it tells the source's, by path.
const ownFolders = ['.', '../../src/']
  .map((folder) => new URL(folder, import.meta.url))
  .flatMap((url) => [url.href, fileURLToPath(url)])

/** Of this library, or of what JavaScript itself has between our frames: `at Generator.next (<anonymous>)`. */
const isOwn = (line: string): boolean =>
  line.endsWith('(<anonymous>)') || ownFolders.some((folder) => line.includes(folder))

/** Takes this library's own frames off the top of the stack: the first frame is the caller's. */
function startStackAtCaller(error: Error): void {
  // Whoever has replaced Error.prepareStackTrace may have made anything of it.
  if (typeof error.stack !== 'string') return
  const lines = error.stack.split('\n')
  const first = lines.findIndex((line) => line.startsWith('    at '))
  if (first < 0) return
  let last = first
  while (last < lines.length && isOwn(lines[last]!)) last++
  if (last < lines.length) lines.splice(first, last - first)
  error.stack = lines.join('\n')
}

/** An uncaught exception, after whatever is being done here. */
export function throwLater(error: unknown): void {
  process.nextTick(() => {
    throw error
  })
}
