// The server of `serveBlocking`: its threads, its events, and its end.

import { EventEmitter } from 'node:events'
import { type InspectOptions, inspect } from 'node:util'
import type { ResourceLimits, Worker } from 'node:worker_threads'
import { addressText } from '../addresses/text.js'
import type { Address } from '../addresses/types.js'
import { pathRemover } from '../connect/listener-path.js'
import { callAfter, checkedTimeout, FOREVER } from '../core/deadline.js'
import { SocketError } from '../core/errors.js'
import { checkNames, checkOptionNames, type Names } from '../core/option-names.js'
import { own } from '../core/own-options.js'
import { UNCLONEABLE } from '../core/uncloneable.js'
import { checkedOptions, checkObject, isArray, mustBe, outOfRange, wrongValue } from '../core/validate.js'
import type { Socket } from '../socket/socket.js'
import { CONTEXT_OPTIONS, type TlsContextOptions } from '../tls/context.js'
import { planTls, type TlsOptions } from '../tls/options.js'
import { errorFromCopy, errorFromData } from './error-from-data.js'
import { CONTROL_BYTES, CONTROL_PHASE, PHASE_STOPPING, type ThreadMessage, type TlsStart } from './protocol.js'
import { type SlotEvents, WorkerSlot } from './slot.js'

/** TLS for a server of threads: what can be passed to them. */
export interface ServeBlockingTlsOptions
  extends TlsContextOptions,
    Pick<TlsOptions, 'rejectUnauthorized' | 'requestCert' | 'ALPNProtocols' | 'allowTruncation'> {
  /** Milliseconds that a handshake may take; 10 seconds unless given, `null` for ever. */
  readonly handshakeTimeout?: number | null
}

/** How the threads run. */
export interface ServeBlockingOptions<Context> {
  /** The second argument of every handler: a structured clone, in which a SharedArrayBuffer is shared. */
  readonly context?: Context
  /**
   * Serves TLS: handlers get a TlsSocket whose handshake is complete. A handshake that fails is an `error` of that
   * connection.
   */
  readonly tls?: ServeBlockingTlsOptions
  /** As for `new Worker`. */
  readonly resourceLimits?: ResourceLimits
  /** As for `new Worker`. */
  readonly execArgv?: string[]
  /** As for `close`, where that has no limit of its own, and at the end of an `await using` block. */
  readonly drainMs?: number | null
}

/** Where an error occurred. */
export interface ErrorSource {
  readonly threadId: number
  /** The peer whose connection was being served; `null` for an error outside of a handler, which ended the thread. */
  readonly peerAddress: Address | null
}

/** A thread that has ended by itself. */
export interface DeadThread {
  readonly threadId: number
  readonly exitCode: number
  /** Milliseconds until another thread is started: more when threads end again and again. */
  readonly delay: number
}

/** The events of a BlockingServer. */
export interface BlockingServerEvents {
  /**
   * A handler threw, or a thread ended by an error. As with every emitter, an `error` without a listener is thrown, which ends
   * the process.
   *
   * The error is a copy: of its class where that is one of the library or the language, else of the nearest that its class
   * extends, with its `name`, `stack`, `cause` and `errors`, and those enumerable properties that can be cloned. An
   * `HttpError` is a SocketError of that name.
   */
  error: [error: NodeJS.ErrnoException, source: ErrorSource]
  /** A thread has begun to serve. */
  ready: [threadId: number]
  /** A thread has ended. Its connection is closed, and another thread is started. */
  replace: [dead: DeadThread]
  /**
   * Descriptors have run out (`EMFILE`, ...), or a rule forbids accepting (`EPERM`), and the threads pause. Emitted
   * once before `recovered`.
   */
  exhausted: [error: NodeJS.ErrnoException]
  /** Connections have been accepted for a second without another shortage. */
  recovered: []
  /** All threads have ended. */
  close: []
}

/** How to end a server. */
export interface CloseOptions {
  /** The milliseconds that handlers have to return; `null` sets no limit. */
  readonly drainMs?: number | null
}

const CLOSE_OPTIONS: Names<CloseOptions> = { drainMs: true }

/** The parts of a server. */
interface ServerParts {
  readonly listener: Socket
  /** Whether closing the server shuts the listener down. One that was given goes on: the caller still has it. */
  readonly ownsListener: boolean
  readonly threads: number
  readonly module: string
  readonly options: ServeBlockingOptions<unknown>
}

/** A server whose connections are served by threads, made by `serveBlocking`. */
export class BlockingServer<At extends Address = Address>
  extends EventEmitter<BlockingServerEvents>
  implements AsyncDisposable
{
  /** @internal */
  readonly uncloneable = UNCLONEABLE
  readonly #listener: Socket
  readonly #ownsListener: boolean
  readonly #drainMs: number | null
  readonly #control = new Int32Array(new SharedArrayBuffer(CONTROL_BYTES))
  readonly #slots: WorkerSlot[] = []
  readonly #address: At
  readonly #removePath: () => void
  readonly #ended: Promise<void>
  #resolveEnded = (): void => {}
  /** Why threads could not begin to serve, since one last did. */
  #startFailure: string | null = null
  #liveSlots = 0
  #hasInterrupted = false

  /** @internal */
  constructor({ listener, ownsListener, threads, module, options }: ServerParts) {
    super()
    this.#ended = new Promise((resolve) => {
      this.#resolveEnded = resolve
    })
    this.#listener = listener
    this.#ownsListener = ownsListener
    this.#drainMs = options.drainMs ?? null
    this.#address = listener.getSockName() as At
    this.#removePath = pathRemover(this.#address)
    try {
      this.#startThreads(threads, module, options)
    } catch (error) {
      // The threads that were started still use the listener. It is closed when they have ended.
      this.#stop()
      if (this.#liveSlots === 0) listener.close()
      throw error
    }
  }

  /** The address it listens on. */
  get address(): At {
    return this.#address
  }

  /** The threads that are running. */
  get workers(): readonly Worker[] {
    return this.#slots.flatMap(({ worker }) => worker ?? [])
  }

  /**
   * Stops accepting, and waits until all handlers have returned.
   *
   * After `drainMs`, the waits of the remaining handlers throw InterruptedError, and 100 ms later their threads are
   * terminated and their connections closed. A listener that the server made refuses connections at once, and so those
   * that wait to be accepted. A listener that it was given keeps its queue. Closing again waits as well, and may
   * shorten the time.
   * @throws RangeError `ERR_OUT_OF_RANGE` for a `drainMs` below 0
   * @throws TypeError `ERR_INVALID_ARG_TYPE` for a `drainMs` that is no number
   * @throws TypeError `ERR_INVALID_ARG_VALUE` for an option that does not exist
   * @example
   * const server = serveBlocking({ host: '127.0.0.1', port: 7 }, new URL('../echo.js', import.meta.url))
   * await server.close({ drainMs: 500 })
   */
  async close(options: CloseOptions = {}): Promise<void> {
    checkOptionNames(options, CLOSE_OPTIONS)
    const { drainMs = this.#drainMs } = checkedOptions(options)
    const limitMs = checkedTimeout(drainMs, 'drainMs')
    this.#stop()
    const cancel = limitMs === FOREVER ? null : callAfter(limitMs, () => this.#interruptHandlers())
    await this.#ended
    cancel?.()
  }

  /**
   * Closes the server at the end of an `await using` block, and waits until all handlers have returned.
   * @example
   * await using server = serveBlocking({ host: '127.0.0.1', port: 7 }, new URL('../echo.js', import.meta.url))
   * console.log(server.address.port)
   */
  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }

  /**
   * Makes the server keep the process running, as it does unless `unref` is called.
   * @example
   * const server = serveBlocking({ host: '127.0.0.1', port: 7 }, new URL('../echo.js', import.meta.url)).unref()
   * server.ref()
   */
  ref(): this {
    for (const slot of this.#slots) slot.keepAlive(true)
    return this
  }

  /**
   * Lets the process end although the server is open.
   * @example
   * serveBlocking({ host: '127.0.0.1', port: 7 }, new URL('../echo.js', import.meta.url)).unref()
   */
  unref(): this {
    for (const slot of this.#slots) slot.keepAlive(false)
    return this
  }

  /** What console.log shows. @internal */
  [inspect.custom](_depth: number, options: InspectOptions): string {
    return `BlockingServer ${inspect(this.toJSON(), options)}`
  }

  /** What JSON.stringify shows. @internal */
  toJSON(): object {
    return { address: addressText(this.address), threads: this.workers.length }
  }

  #startThreads(threads: number, module: string, options: ServeBlockingOptions<unknown>): void {
    const { context, drainMs: _, tls, ...workerOptions } = own(options)
    const tlsStart = tls === undefined ? undefined : checkedTls(tls)
    const control = this.#control.buffer as SharedArrayBuffer
    const start = { listenerFd: this.#listener.fd, control, startedAt: Date.now(), module, context, tls: tlsStart }
    while (this.#liveSlots < threads) {
      const name = `serve-blocking ${this.#liveSlots}`
      this.#slots.push(new WorkerSlot(start, { ...workerOptions, name }, this.#slotEvents()))
      this.#liveSlots++
    }
  }

  #stop(): void {
    if (Atomics.exchange(this.#control, CONTROL_PHASE, PHASE_STOPPING) === PHASE_STOPPING) return
    Atomics.notify(this.#control, CONTROL_PHASE)
    if (this.#ownsListener) {
      stopListening(this.#listener)
      this.#removePath()
    }
    for (const slot of this.#slots) slot.stop()
  }

  #interruptHandlers(): void {
    this.#hasInterrupted = true
    for (const slot of this.#slots) slot.interrupt()
  }

  #slotEvents(): SlotEvents {
    return {
      message: (message, threadId) => this.#received(message, threadId),
      failed: (error, threadId, hasServed) => this.#threadFailed(error, threadId, hasServed),
      died: (threadId, exitCode, delay) => this.emit('replace', { threadId, exitCode, delay }),
      ended: () => this.#slotEnded(),
    }
  }

  #received(message: ThreadMessage, threadId: number): void {
    if (message.kind === 'ready') {
      this.#startFailure = null
      this.emit('ready', threadId)
    } else if (message.kind === 'exhausted') this.emit('exhausted', errorFromData(message.error))
    else if (message.kind === 'recovered') this.emit('recovered')
    else this.#handlerFailed(message, threadId)
  }

  /** A module that does not load fails in every thread, and in those that replace them: the first failure is reported. */
  #threadFailed(thrown: unknown, threadId: number, hasServed: boolean): void {
    const error = errorFromCopy(thrown)
    const failure = hasServed ? null : String(error)
    if (failure !== null && failure === this.#startFailure) return
    this.#startFailure = failure
    this.emit('error', error, { threadId, peerAddress: null })
  }

  #handlerFailed({ error, peerAddress }: Extract<ThreadMessage, { kind: 'failed' }>, threadId: number): void {
    const failure: NodeJS.ErrnoException = errorFromData(error)
    // `close` itself interrupted the handler.
    if (this.#hasInterrupted && failure.code === 'EINTR') return
    this.emit('error', failure, { threadId, peerAddress })
  }

  #slotEnded(): void {
    this.#liveSlots--
    if (this.#liveSlots > 0) return
    this.#listener.close()
    this.#resolveEnded()
    this.emit('close')
  }
}

/** Makes a listener refuse connections, although threads whose handlers still run have duplicates of it. */
function stopListening(listener: Socket): void {
  try {
    listener.shutdown('both')
  } catch (error) {
    // Some systems cannot shut a listener down. It then goes on until the last thread has closed its duplicate.
    if (!(error instanceof SocketError && error.code === 'ENOTCONN')) throw error
  }
}

/** The options of TLS that can be passed to a thread: no functions. */
export const SERVER_TLS_OPTIONS: Names<ServeBlockingTlsOptions> = {
  ...CONTEXT_OPTIONS,
  handshakeTimeout: true,
  rejectUnauthorized: true,
  requestCert: true,
  ALPNProtocols: true,
  allowTruncation: true,
}

/** The longest handshake, so that a silent client does not occupy a thread. */
const HANDSHAKE_TIMEOUT_MS = 10_000

/** Checks the options here, certificates and keys included, because each thread would fail by them. */
function checkedTls(tls: ServeBlockingTlsOptions): TlsStart {
  checkObject(tls, 'options.tls')
  const { handshakeTimeout = HANDSHAKE_TIMEOUT_MS, ...options } = own(tls)
  // 0 would be a try, and hand out connections without a handshake.
  if (checkedTimeout(handshakeTimeout, 'handshakeTimeout') === 0) {
    throw outOfRange(mustBe('options.tls.handshakeTimeout', 'more than 0 milliseconds', handshakeTimeout), {
      argument: 'options.tls.handshakeTimeout',
      value: handshakeTimeout,
      min: 0,
    })
  }
  checkNames(options, 'options.tls', SERVER_TLS_OPTIONS, (value) => value !== undefined)
  planTls({ ...options, isServer: true }, '')
  const has = (pem: unknown): boolean => pem !== undefined && !(isArray(pem) && pem.length === 0)
  if (!has(options.pfx) && !(has(options.cert) && has(options.key))) {
    throw wrongValue('options.tls must have cert and key, or pfx: without a certificate no handshake succeeds')
  }
  return { options, handshakeTimeout }
}
