// web/ is the draft "Sockets API" of WinterTC, which Cloudflare's runtime has as `cloudflare:sockets`: `berkeley/web`. It is
// a face over web streams and TLS; drivers that are written for that API run on it.
//
// This file: the socket of the draft, and `connect`.

import { addressText } from '../addresses/text.js'
import type { AsyncSocket } from '../async/async-socket.js'
import { openConnection } from '../async/open-connection.js'
import { misuse } from '../core/errors.js'
import { checkNames, type Names } from '../core/option-names.js'
import { own } from '../core/own-options.js'
import { checkObject, checkString } from '../core/validate.js'
import { TCP_NODELAY } from '../options/generated/options.js'
import { WebConnection, type WebStreams } from '../streams/web-connection.js'
import { AsyncTlsSocket, openTls, wrapTlsAsync } from '../tls/async-tls-socket.js'
import { type TlsOptions, WRAP_TLS_OPTIONS } from '../tls/options.js'
import {
  type ConnectOptions,
  type ConnectPlan,
  planConnect,
  type SecureTransport,
  type SocketAddress,
} from './options.js'

/** What is known of a connection once it is open. */
export interface SocketInfo {
  /** `192.0.2.1:443`, `[2001:db8::1]:443`. */
  readonly remoteAddress: string | null
  readonly localAddress: string | null
  /** The protocol that was agreed on; `null` without TLS, or where none was offered. */
  readonly alpn: string | null
}

/** What `startTls` takes. */
export interface StartTlsOptions extends TlsOptions {
  /** The name that the certificate must be for, as Cloudflare calls it; the host of `connect` unless given. */
  readonly expectedServerHostname?: string
}

/** Members that pg-cloudflare passes on: its own socket, and the host that pg connects to. */
interface DriverOptions {
  readonly socket?: unknown
  readonly host?: unknown
}

const START_TLS_OPTIONS: Names<StartTlsOptions & DriverOptions> = {
  ...WRAP_TLS_OPTIONS,
  expectedServerHostname: true,
  socket: true,
  host: true,
}

const HIGH_WATER_MARK_BYTES = 65536

/** Makes a socket of a connection in the making. */
let socketOver: (opening: Opening) => StreamSocket

/** A connection in the making, and what its socket shows. */
interface Opening {
  readonly connecting: Promise<AsyncSocket>
  readonly abort: AbortController
  readonly plan: ConnectPlan
  readonly secureTransport: SecureTransport
  readonly upgraded: boolean
}

/**
 * A connection as the draft has it: two web streams and promises of its beginning and its end. Made by `connect`.
 * @example
 * import { connect } from 'berkeley/web'
 * const socket = connect('example.org:443', { secureTransport: 'on' })
 * const writer = socket.writable.getWriter()
 * await writer.write(Buffer.from('GET / HTTP/1.0\r\nhost: example.org\r\n\r\n'))
 * console.log((await socket.opened).remoteAddress, await new Response(socket.readable).text())
 */
export class StreamSocket {
  /** What the peer sends. Nothing is received before it is read. */
  readonly readable: WebStreams['readable']
  /** What is sent to the peer: bytes, or text as UTF-8. */
  readonly writable: WebStreams['writable']
  /** Resolves when the connection, and TLS with `secureTransport: 'on'`, is there; rejects where that fails. */
  readonly opened: Promise<SocketInfo>
  /** Resolves when both directions have ended; rejects with the error that ended them. */
  readonly closed: Promise<undefined>
  /** What `connect` was asked for; `'on'` for the socket that `startTls` returns. */
  readonly secureTransport: SecureTransport
  readonly #connection: WebConnection
  readonly #opening: Opening
  #upgraded: boolean

  static {
    socketOver = (opening) => new StreamSocket(opening)
  }

  /** @internal */
  private constructor(opening: Opening) {
    const { connecting, abort, plan, secureTransport, upgraded } = opening
    this.#opening = opening
    this.secureTransport = secureTransport
    this.#upgraded = upgraded
    let settle: (error?: unknown) => void = () => {}
    this.closed = new Promise((resolve, reject) => {
      settle = (error) => (error === undefined ? resolve(undefined) : reject(error))
    })
    this.#connection = new WebConnection(connecting, {
      allowHalfOpen: plan.allowHalfOpen,
      highWaterMark: HIGH_WATER_MARK_BYTES,
      onOver: settle,
      abortConnecting: (reason) => abort.abort(reason),
    })
    this.readable = this.#connection.streams.readable
    this.writable = this.#connection.streams.writable
    this.opened = connecting.then(infoOf)
    // The streams fail with the same error: a program that reads only them must not end by it.
    for (const promise of [this.opened, this.closed]) promise.catch(() => {})
  }

  /** Whether TLS was, or is being, put over the connection by `startTls`. */
  get upgraded(): boolean {
    return this.#upgraded
  }

  /**
   * Sends what was written, ends both directions and closes the connection. A connection in the making is given up.
   * @returns `closed`
   * @example
   * import { connect } from 'berkeley/web'
   * await connect('localhost:80').close()
   */
  close(): Promise<undefined> {
    void this.#connection.finish()
    return this.closed
  }

  /**
   * Begins TLS over the connection, for a socket with `secureTransport: 'starttls'`, once: what was written is sent, both
   * streams of this socket end, `closed` resolves, and the new socket has streams of its own. No read may wait meanwhile.
   * The options are those of node:tls. Failures are those of the new socket's `opened`.
   * @throws TypeError `ERR_TLS_UNSUPPORTED` for another `secureTransport`, and the second time
   * @throws TypeError `ERR_INVALID_ARG_TYPE`, `ERR_INVALID_ARG_VALUE`
   * @example
   * import { connect } from 'berkeley/web'
   * const plain = connect('mail.example.org:587', { secureTransport: 'starttls' })
   * const secure = plain.startTls()
   */
  startTls(options: StartTlsOptions = {}): StreamSocket {
    const tls = startTlsOptions(options, this.#opening.plan)
    if (this.secureTransport !== 'starttls') {
      throw misuse(TypeError, 'ERR_TLS_UNSUPPORTED', "startTls needs connect with { secureTransport: 'starttls' }")
    }
    if (this.#upgraded) throw misuse(TypeError, 'ERR_TLS_UNSUPPORTED', 'startTls was called before')
    this.#upgraded = true
    const abort = new AbortController()
    const connecting = this.#wrapped(tls, abort.signal)
    return socketOver({ ...this.#opening, connecting, abort, secureTransport: 'on', upgraded: true })
  }

  async #wrapped(tls: TlsOptions, signal: AbortSignal): Promise<AsyncSocket> {
    const plain = await this.#released()
    try {
      return await wrapTlsAsync(plain, { ...tls, signal })
    } catch (error) {
      plain.close()
      throw error
    }
  }

  /** The connection, given away by this socket; closed where that fails. */
  async #released(): Promise<AsyncSocket> {
    try {
      await this.#opening.connecting
      return await this.#connection.release()
    } catch (error) {
      void this.#connection.finish()
      throw error
    }
  }
}

function startTlsOptions(given: StartTlsOptions & DriverOptions, plan: ConnectPlan): TlsOptions {
  checkObject(given, 'options')
  checkNames(given, 'options', START_TLS_OPTIONS, (value) => value !== undefined)
  const { expectedServerHostname, socket: _socket, host: _host, ...tls } = own(given)
  if (expectedServerHostname === undefined) return { ...plan.tls, ...tls }
  checkString(expectedServerHostname, 'options.expectedServerHostname')
  return { ...plan.tls, ...tls, servername: expectedServerHostname }
}

function infoOf(socket: AsyncSocket): SocketInfo {
  return {
    remoteAddress: addressText(socket.getPeerName()),
    localAddress: addressText(socket.getSockName()),
    alpn: socket instanceof AsyncTlsSocket ? socket.tls.alpnProtocol || null : null,
  }
}

/**
 * Connects to a host and a port, and returns the socket at once; its `opened` says when it is there. The function
 * `connect` of `cloudflare:sockets`. TLS is as in `openTls`: the certificate is verified.
 * @throws TypeError `ERR_INVALID_ARG_TYPE`, `ERR_INVALID_ARG_VALUE`; RangeError `ERR_OUT_OF_RANGE`. Failures to connect are
 *   those of `opened`, `closed` and both streams
 * @example
 * import { connect } from 'berkeley/web'
 * const { readable, writable, opened } = connect({ hostname: 'localhost', port: 6379 }, { allowHalfOpen: true })
 * console.log((await opened).localAddress)
 */
export function connect(address: SocketAddress | string, options: ConnectOptions = {}): StreamSocket {
  const plan = planConnect(address, options)
  const { host, port, secureTransport, tls } = plan
  const abort = new AbortController()
  const { signal } = abort
  const target = { host, port }
  const opening = secureTransport === 'on' ? openTls(target, { ...tls, signal }) : openConnection(target, { signal })
  return socketOver({ connecting: opening.then(undelayed), abort, plan, secureTransport, upgraded: false })
}

/**
 * The draft has no option for it, and in Cloudflare's runtime it is always set. Without it a second small write is held back
 * until the peer acknowledges the first one, which takes 40 ms where the peer delays that: RFC 896, RFC 1122 4.2.3.2.
 */
function undelayed(socket: AsyncSocket): AsyncSocket {
  socket.setOption(TCP_NODELAY, true)
  return socket
}
