// streams/ has the faces of a socket for code that expects streams. duplex-flow.ts is a stream of Node's over the channel
// of reactor/; web-streams.ts is a pair of web streams over an AsyncSocket. Nothing here waits for the kernel by itself.
//
// This file adds to duplex-flow.ts what Node's libraries use of a net.Socket, under its names.

import type { AddressInfo } from 'node:net'
import { addAbortSignal } from 'node:stream'
import type { Address } from '../addresses/types.js'
import type { AsyncSocket } from '../async/async-socket.js'
import { MAX_TIMER_MS } from '../core/deadline.js'
import { misuse, SocketError } from '../core/errors.js'
import { checkOptionNames, type Names } from '../core/option-names.js'
import { checkedOptions, checkSignal } from '../core/validate.js'
import { SO_KEEPALIVE, SO_LINGER, TCP_KEEPIDLE, TCP_NODELAY } from '../options/generated/options.js'
import type { ReadableOption, WritableOption } from '../options/row.js'
import { SHARED } from '../socket/descriptor.js'
import { getOption, setOption } from '../socket/options.js'
import type { Socket } from '../socket/socket.js'
import { FlowDuplex, type FlowOptions } from './duplex-flow.js'

/** How to make a stream of a socket. */
export interface DuplexOptions extends FlowOptions {
  /** Our side stays open after the peer has ended its own, until `end` is called. `false` unless given. */
  readonly allowHalfOpen?: boolean
}

const DUPLEX_OPTIONS: Names<DuplexOptions> = {
  allowHalfOpen: true,
  highWaterMark: true,
  readableHighWaterMark: true,
  writableHighWaterMark: true,
  signal: true,
}

/**
 * A `stream.Duplex` over a socket of this package, with the members of net.Socket that libraries use. Made by
 * `toDuplex`. The argument of its 'close' event is, as a net.Socket's, whether an error was the reason.
 */
export class SocketDuplex extends FlowDuplex {
  /** Always false: the stream was connected when it was made, or emits 'error'. */
  readonly connecting = false
  /** As `connecting`. */
  readonly pending = false
  /** None: this is no matter of the stream's. */
  readonly autoSelectFamilyAttemptedAddresses: string[] = []
  /** The milliseconds of `setTimeout`, once it has been called. */
  declare timeout?: number
  /** Our own host. */
  declare readonly localAddress?: string
  /** `IPv4` or `IPv6`. */
  declare readonly localFamily?: string
  /** Our own port. */
  declare readonly localPort?: number
  #timer: NodeJS.Timeout | null = null
  #local: AddressInfo | undefined
  #remote: AddressInfo | undefined

  /** `open`, `readOnly`, `writeOnly` or `closed`. */
  get readyState(): 'open' | 'readOnly' | 'writeOnly' | 'closed' {
    if (this.readable) return this.writable ? 'open' : 'readOnly'
    return this.writable ? 'writeOnly' : 'closed'
  }

  /** The descriptor's number; -1 once the stream is closed. It stays the stream's: do not close it. */
  get fd(): number {
    this.descriptor.traits |= SHARED
    return this.descriptor.fd
  }

  /**
   * The value of an option; `getsockopt(2)`.
   * @throws SocketError, TypeError as `Socket.getOption`
   * @example
   * toDuplex(socket).getOption(TCP_INFO).rtt
   */
  getOption<Value>(option: ReadableOption<Value>): Value {
    return getOption(this.descriptor, option)
  }

  /**
   * Sets an option; `setsockopt(2)`.
   * @throws SocketError, TypeError, RangeError as `Socket.setOption`
   * @example
   * toDuplex(socket).setOption(TCP_USER_TIMEOUT, 30_000)
   */
  setOption<Input>(option: WritableOption<Input>, value: NoInfer<Input>): void {
    setOption(this.descriptor, option, value)
  }

  /** How many bytes were written that the kernel has not taken yet. */
  get bufferSize(): number {
    return this.writableLength
  }

  /** The peer's host; `undefined` where it has none, or none was asked for before the connection was gone. */
  get remoteAddress(): string | undefined {
    return this.#peer?.address
  }

  /** `IPv4` or `IPv6`. */
  get remoteFamily(): string | undefined {
    return this.#peer?.family
  }

  /** The peer's port. */
  get remotePort(): number | undefined {
    return this.#peer?.port
  }

  /** Our own address; an empty object where it has no host. */
  address(): AddressInfo | Record<string, never> {
    return this.#own ?? {}
  }

  /**
   * Only says 'connect' in the next tick, and calls `listener`: the stream is connected already. For libraries that are
   * given a stream and connect it themselves, such as pg. Arguments before the listener are theirs, and mean nothing.
   */
  connect(...args: unknown[]): this {
    const listener = args.at(-1)
    if (typeof listener === 'function') this.once('connect', listener as () => void)
    process.nextTick(() => {
      if (this.destroyed) return
      this.emit('connect')
      this.emit('ready')
    })
    return this
  }

  /** Sends small pieces at once instead of gathering them: TCP_NODELAY of `tcp(7)`. */
  setNoDelay(noDelay = true): this {
    if (this.#isInternet) this.#set(TCP_NODELAY, Boolean(noDelay))
    return this
  }

  /**
   * Probes an idle connection: SO_KEEPALIVE of `socket(7)`.
   * @param initialDelay milliseconds until the first probe, by whole seconds; 0 leaves it as it is
   */
  setKeepAlive(enable = false, initialDelay = 0): this {
    if (!this.#isInternet) return this
    this.#set(SO_KEEPALIVE, Boolean(enable))
    const seconds = Math.floor(initialDelay / 1000)
    if (enable && seconds > 0) this.#set(TCP_KEEPIDLE, seconds)
    return this
  }

  /**
   * Says 'timeout' when no byte has gone in either direction for so long; the stream stays open.
   * @param ms milliseconds; 0 ends it
   * @param listener for the next 'timeout' alone
   * @throws RangeError `ERR_OUT_OF_RANGE`
   */
  setTimeout(ms: number, listener?: () => void): this {
    if (typeof ms !== 'number' || !(ms >= 0 && Number.isFinite(ms))) {
      throw misuse(RangeError, 'ERR_OUT_OF_RANGE', 'ms must be a finite number of milliseconds, at least 0')
    }
    this.timeout = ms
    this.#stopTimer()
    if (ms > 0 && !this.destroyed) this.#startTimer(Math.min(Math.ceil(ms), MAX_TIMER_MS))
    if (listener === undefined) return this
    return ms > 0 ? this.once('timeout', listener) : this.off('timeout', listener)
  }

  /** Sends what was written, ends our side, and closes without waiting for the peer's end. */
  destroySoon(): void {
    if (this.writable) this.end()
    if (this.writableFinished) this.destroy()
    else this.once('finish', () => this.destroy())
  }

  /**
   * Ends the connection at once. Over TCP the peer sees `ECONNRESET`; unix sockets know no reset, and their peer sees the end,
   * unless something that it sent was unread.
   */
  resetAndDestroy(): this {
    if (this.#isInternet) this.#set(SO_LINGER, 0)
    return this.destroy()
  }

  /** @internal */
  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    this.#stopTimer()
    super._destroy(error, done)
  }

  /** @internal */
  protected override moved(): void {
    this.#timer?.refresh()
  }

  get #isInternet(): boolean {
    return this.descriptor.isInternet
  }

  // A connection that has just gone has no address any more: it is asked for once.
  get #peer(): AddressInfo | undefined {
    this.#remote ??= addressInfoOf(() => this.descriptor.peer ?? this.descriptor.peerName())
    return this.#remote
  }

  get #own(): AddressInfo | undefined {
    this.#local ??= addressInfoOf(() => this.descriptor.sockName())
    return this.#local
  }

  /** Libraries set options of connections that may just have gone: they expect no exception for that. */
  #set<Input>(option: WritableOption<Input>, value: NoInfer<Input>): void {
    try {
      setOption(this.descriptor, option, value)
    } catch (error) {
      if (!(error instanceof SocketError)) throw error
    }
  }

  // Getters could not be declared as net.Socket's are: there or missing, and never undefined.
  static {
    for (const part of ['address', 'family', 'port'] as const) {
      const name = `local${part.charAt(0).toUpperCase()}${part.slice(1)}`
      Object.defineProperty(SocketDuplex.prototype, name, {
        configurable: true,
        get(this: SocketDuplex) {
          return this.#own?.[part]
        },
      })
    }
  }

  #startTimer(ms: number): void {
    this.#timer = setTimeout(() => this.emit('timeout'), ms).unref()
  }

  #stopTimer(): void {
    if (this.#timer !== null) clearTimeout(this.#timer)
    this.#timer = null
  }
}

/** An address as net.Socket has it; `undefined` for one without a host, or where there is none. */
function addressInfoOf(ask: () => Address): AddressInfo | undefined {
  try {
    const address = ask()
    if (!('host' in address)) return undefined
    return { address: address.host, family: address.family === 'inet6' ? 'IPv6' : 'IPv4', port: address.port }
  } catch (error) {
    if (error instanceof SocketError) return undefined
    throw error
  }
}

/**
 * A `stream.Duplex` in place of a connected socket, for libraries that run over streams. The socket is given away: it
 * throws `ERR_SOCKET_DETACHED` from now on, and the stream closes the descriptor. Its timeout ends with it: the stream has
 * a `setTimeout` of its own.
 * @throws TypeError `ERR_NOT_A_STREAM`, `ERR_INVALID_ARG_TYPE`, and what `stream.Duplex` says of the options; SocketError
 *   `ERR_SOCKET_BUSY` while a verb waits, `ERR_SOCKET_CONNECTING`, `ERR_SOCKET_CLOSED`, `ERR_PROXY_UNFINISHED` for a
 *   half-read header. The socket stays its owner's then
 * @example
 * const duplex = toDuplex(await openConnection({ host: 'localhost', port: 80 }))
 * duplex.end('GET / HTTP/1.0\r\n\r\n')
 * duplex.pipe(process.stdout)
 */
export function toDuplex(socket: Socket | AsyncSocket, options: DuplexOptions = {}): SocketDuplex {
  checkOptionNames(options, DUPLEX_OPTIONS)
  const { signal, ...others } = checkedOptions(options)
  if (signal !== undefined) checkSignal(signal)
  const stream = new SocketDuplex(socket, others)
  // One that was aborted before ends the stream at once, which takes a whole one.
  return signal === undefined ? stream : addAbortSignal(signal, stream)
}
