// A server of threads, each of which serves one connection at a time in plain blocking style.

import { EventEmitter } from 'node:events'
import { isAbsolute } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { ResourceLimits, Worker, WorkerOptions } from 'node:worker_threads'
import type { Address, HostAddress, HostInput, UnixPathAddress, UnixPathInput } from '../addresses/types.js'
import { createServer, type ServerTarget } from '../connect/create-server.js'
import { pathRemover } from '../connect/listener-path.js'
import { after, FOREVER, timeoutNumber } from '../core/deadline.js'
import { misuse, SocketError } from '../core/errors.js'
import { checkInteger, checkOptionNames, checkOptions } from '../core/validate.js'
import { dupFd } from '../handover/handover.js'

import type { Socket } from '../socket/socket.js'
import { CONTROL_BYTES, fromPlain, PHASE, STOPPING, type ThreadMessage, type ThreadStart } from './protocol.js'
import { Slot, type SlotEvents } from './slot.js'

/** What a module of handlers exports as its default: it serves a connection, which is closed when it returns. */
export type ConnectionHandler<Context = unknown> = (socket: Socket, context: Context) => void | Promise<void>

/** A listener that the server makes, and ends when it is closed. */
export type OwnListener<Target extends ServerTarget = ServerTarget> = Target & {
  /**
   * How many connections may wait for a thread, in the kernel's queue: no thread accepts one before it is free. The
   * kernel's most unless given. When it is full, clients wait in their `connect`.
   */
  readonly maxPending?: number
  /** As in `createServer`. */
  readonly reusePort?: boolean
  /** As in `createServer`. */
  readonly dualStack?: boolean
}

/** A listening socket of the caller's, which stays theirs: the server accepts from a duplicate of it. */
export interface GivenListener {
  readonly listener: Socket
}

/** Where to accept, and how many connections are served at a time. */
export type ServeBlockingTarget<Where = OwnListener | GivenListener> = Where & {
  /** 4 unless given. */
  readonly threads?: number
}

/** How the threads run. */
export interface ServeBlockingOptions<Context> {
  /** What every handler gets as its second argument: a structured clone, in which a SharedArrayBuffer is shared. */
  readonly context?: Context
  /** As for `new Worker`. */
  readonly resourceLimits?: ResourceLimits
  /** As for `new Worker`. */
  readonly execArgv?: string[]
}

/** Where an error came from. */
export interface ErrorSource {
  readonly threadId: number
  /** Whose connection was being served; `null` for an error that no handler threw, but that ended the thread. */
  readonly peerAddress: Address | null
}

/** A thread that died. */
export interface DeadThread {
  readonly threadId: number
  readonly exitCode: number
  /** In how many milliseconds another takes its place: longer when threads die again and again. */
  readonly delay: number
}

/** What a BlockingServer tells. */
export interface BlockingServerEvents {
  /** A handler threw, or a thread died of an error. As with every emitter, without a listener it is thrown. */
  error: [error: Error, source: ErrorSource]
  /** A thread serves from now on. */
  ready: [threadId: number]
  /** A thread died, its connection was closed, and it is being replaced. */
  replace: [dead: DeadThread]
  /**
   * Descriptors ran out (`EMFILE`, ...), or a rule forbids to accept (`EPERM`): accepting pauses. Told once, until
   * `recovered`.
   */
  exhausted: [error: Error]
  /** Connections have been accepted again for a second without a shortage. */
  recovered: []
  /** All threads have ended. */
  close: []
}

/** How to end a server. */
export interface CloseOptions {
  /** How many milliseconds handlers have to finish; `null`, as without it: as many as they want. */
  readonly drainMs?: number | null
}

/** A server whose connections are served by threads. Made by `serveBlocking`. */
export class BlockingServer<At extends Address = Address>
  extends EventEmitter<BlockingServerEvents>
  implements AsyncDisposable
{
  readonly #listener: Socket
  readonly #endsListener: boolean
  readonly #control = new Int32Array(new SharedArrayBuffer(CONTROL_BYTES))
  readonly #slots: Slot[] = []
  readonly #address: At
  readonly #removePath: () => void
  readonly #ended: Promise<void>
  readonly #resolveEnded: () => void
  #living = 0
  #cutting = false

  /** @internal */
  constructor(
    listener: Socket,
    endsListener: boolean,
    threads: number,
    module: string,
    options: ServeBlockingOptions<unknown>,
  ) {
    super()
    const { promise, resolve } = withResolver()
    this.#ended = promise
    this.#resolveEnded = resolve
    this.#listener = listener
    this.#endsListener = endsListener
    this.#address = listener.getSockName() as At
    this.#removePath = pathRemover(this.#address)
    const { context, ...limits } = options
    const control = this.#control.buffer as SharedArrayBuffer
    const start = { listenerFd: listener.fd, control, began: Date.now(), module, context }
    try {
      while (this.#slots.length < threads) this.#begin(start, { ...limits, name: `serve-blocking ${this.#living}` })
    } catch (error) {
      // Those that began use the listener still: it is closed when they have ended.
      this.#stop()
      if (this.#living === 0) listener.close()
      throw error
    }
  }

  /** Where it listens. */
  get address(): At {
    return this.#address
  }

  /** The threads that run now. */
  get workers(): readonly Worker[] {
    return this.#slots.flatMap(({ worker }) => worker ?? [])
  }

  /**
   * Stops accepting, and waits until the handlers are done. After `drainMs` their waits throw InterruptedError, and a
   * moment later their threads are terminated and the connections closed. A listener that the server made refuses
   * connections from now on, also those that wait; one that was given keeps its queue. Closing again waits likewise,
   * and may shorten the time.
   * @throws RangeError `ERR_OUT_OF_RANGE`, TypeError `ERR_INVALID_ARG_TYPE`
   * @example
   * const server = serveBlocking({ host: '127.0.0.1', port: 7 }, new URL('../echo.js', import.meta.url))
   * await server.close({ drainMs: 500 })
   */
  async close(options: CloseOptions = {}): Promise<void> {
    checkOptions(options)
    checkOptionNames(options, { drainMs: true })
    const { drainMs = null } = options
    const limit = timeoutNumber(drainMs, 'drainMs')
    this.#stop()
    const cancel = limit === FOREVER ? null : after(limit, () => this.#cut())
    await this.#ended
    cancel?.()
  }

  /** Closes the server at the end of an `await using` block, and waits for its handlers. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }

  /** Lets the server keep the process running, as it does at first. */
  ref(): this {
    for (const slot of this.#slots) slot.count(true)
    return this
  }

  /** Lets the process end although the server is open. */
  unref(): this {
    for (const slot of this.#slots) slot.count(false)
    return this
  }

  #begin(start: ThreadStart, options: WorkerOptions): void {
    this.#slots.push(new Slot(start, options, this.#slotEvents()))
    this.#living++
  }

  #stop(): void {
    if (Atomics.exchange(this.#control, PHASE, STOPPING) === STOPPING) return
    Atomics.notify(this.#control, PHASE)
    if (this.#endsListener) end(this.#listener, this.#removePath)
    for (const slot of this.#slots) slot.stop()
  }

  #cut(): void {
    this.#cutting = true
    for (const slot of this.#slots) slot.cut()
  }

  #slotEvents(): SlotEvents {
    return {
      message: (message, threadId) => this.#hear(message, threadId),
      failed: (error, threadId) => this.emit('error', error, { threadId, peerAddress: null }),
      died: (threadId, exitCode, delay) => this.emit('replace', { threadId, exitCode, delay }),
      ended: () => this.#slotEnded(),
    }
  }

  #hear(message: ThreadMessage, threadId: number): void {
    if (message.kind === 'ready') this.emit('ready', threadId)
    else if (message.kind === 'exhausted') this.emit('exhausted', fromPlain(message.error))
    else if (message.kind === 'recovered') this.emit('recovered')
    else this.#handlerFailed(message, threadId)
  }

  #handlerFailed({ error, peerAddress }: Extract<ThreadMessage, { kind: 'failed' }>, threadId: number): void {
    // The handler passed on what `close` itself did to it.
    if (this.#cutting && error.fields['code'] === 'EINTR') return
    this.emit('error', fromPlain(error), { threadId, peerAddress })
  }

  #slotEnded(): void {
    this.#living--
    if (this.#living > 0) return
    this.#listener.close()
    this.#resolveEnded()
    this.emit('close')
  }
}

/**
 * Serves connections by threads, each with a handler in plain blocking style; Python's ThreadingTCPServer with a fixed
 * number of threads. This thread stays free. A handler that throws ends its own connection; a thread that dies is
 * replaced. Node's worker threads; `accept(2)` in each.
 * @param target where to listen, or a listener; how many `threads`; `maxPending`
 * @param module the URL or absolute path of a module whose default export is the handler: see ConnectionHandler
 * @throws what `createServer` throws; TypeError, RangeError; DataCloneError for a context that cannot be cloned
 * @example
 * const server = serveBlocking({ host: '127.0.0.1', port: 7, threads: 8 }, new URL('../echo.js', import.meta.url))
 * server.on('error', (error, { peerAddress }) => console.error(peerAddress, error))
 * // In echo.js, whose default export it is:
 * const handle: ConnectionHandler = (socket) => {
 *   for (const chunk of socket.chunks()) socket.sendAll(chunk)
 * }
 */
export function serveBlocking<Context = unknown>(
  target: ServeBlockingTarget<OwnListener<HostInput>>,
  module: string | URL,
  options?: ServeBlockingOptions<Context>,
): BlockingServer<HostAddress>
export function serveBlocking<Context = unknown>(
  target: ServeBlockingTarget<OwnListener<UnixPathInput>>,
  module: string | URL,
  options?: ServeBlockingOptions<Context>,
): BlockingServer<UnixPathAddress>
export function serveBlocking<Context = unknown>(
  target: ServeBlockingTarget,
  module: string | URL,
  options?: ServeBlockingOptions<Context>,
): BlockingServer
export function serveBlocking<Context>(
  target: ServeBlockingTarget,
  module: string | URL,
  options: ServeBlockingOptions<Context> = {},
): BlockingServer {
  const { threads = 4 } = target ?? {}
  checkInteger(threads, 'threads', 1, 1024)
  const url = moduleUrl(module)
  const endsListener = !(typeof target === 'object' && target !== null && 'listener' in target)
  const listener = endsListener ? listen(target) : dupFd(listeningFd(target.listener))
  return new BlockingServer(listener, endsListener, threads, url, options)
}

function listen(target: OwnListener): Socket {
  const { maxPending, reusePort, dualStack } = target ?? {}
  return createServer(target, {
    ...(maxPending === undefined ? {} : { backlog: maxPending }),
    ...(reusePort === undefined ? {} : { reusePort }),
    ...(dualStack === undefined ? {} : { dualStack }),
  })
}

function listeningFd(listener: Socket): number {
  if (listener?.listening === true) return listener.fd
  throw misuse(TypeError, 'ERR_INVALID_ARG_VALUE', 'target.listener must be a listening Socket')
}

function moduleUrl(module: string | URL): string {
  if (module instanceof URL) return module.href
  if (typeof module === 'string' && /^(file|data|node):/.test(module)) return module
  if (typeof module === 'string' && isAbsolute(module)) return pathToFileURL(module).href
  throw misuse(
    TypeError,
    'ERR_INVALID_ARG_VALUE',
    "module must be a URL or an absolute path, such as new URL('../handler.js', import.meta.url)",
  )
}

/** Ends a listener for all threads at once, those among them whose handlers still run. */
function end(listener: Socket, removePath: () => void): void {
  try {
    listener.shutdown('both')
  } catch (error) {
    // A system that ends no listener so: it goes with the last thread.
    if (!(error instanceof SocketError && error.code === 'ENOTCONN')) throw error
  }
  removePath()
}

function withResolver(): { promise: Promise<void>; resolve: () => void } {
  let resolve = (): void => {}
  const promise = new Promise<void>((settle) => {
    resolve = settle
  })
  return { promise, resolve }
}
