// The awaited face of a TLS connection.

import { type InspectOptions, inspect } from 'node:util'
import { errorTarget } from '../addresses/families.js'
import { AsyncSocket, performVerb, takeIdleDescriptor } from '../async/async-socket.js'
import { type OpenConnectionOptions, openConnection } from '../async/open-connection.js'
import { ASYNC_OPTIONS, type AsyncOptions } from '../async/pending-operation.js'
import type { SocketVerb } from '../async/verbs.js'
import type { ConnectionTarget } from '../connect/plan.js'
import { Deadline, effectiveTimeout, FOREVER } from '../core/deadline.js'
import { withTimeout } from '../core/errors.js'
import { checkOptionNames, type Names } from '../core/option-names.js'
import { own } from '../core/own-options.js'
import { wrongType } from '../core/validate.js'
import type { Descriptor } from '../socket/descriptor.js'
import { descriptorOf, takeDescriptor } from '../socket/face.js'
import { flushUnsent } from '../socket/sending.js'
import { CONNECTION_OPTIONS, connectionOptions, planFor } from './connect-tls.js'
import { planTls, type TlsOptions, type WrapTlsOptions } from './options.js'
import type { TlsDescriptor } from './tls-descriptor.js'
import { TlsInfo } from './tls-info.js'
import { handshakeTimeout, TlsSocket, unwrapped, wrapped } from './tls-socket.js'

/** How to connect, how to make the TLS connection, and what cancels that. */
export interface OpenTlsOptions extends OpenConnectionOptions, TlsOptions {}

/** How a socket becomes a TLS connection, how long that may take, and what cancels it. */
export interface WrapTlsAsyncOptions extends WrapTlsOptions, AsyncOptions {}

const SIGNAL: Names<{ signal: AbortSignal }> = { signal: true }
const OPEN_OPTIONS: Names<object> = { ...CONNECTION_OPTIONS, ...SIGNAL }

const layerOf = ({ descriptor }: { readonly descriptor: Descriptor }): TlsDescriptor => descriptor as TlsDescriptor

const HANDSHAKE: SocketVerb<undefined, void> = {
  syscall: 'handshake',
  reads: true,
  attempt: (channel) => {
    const layer = layerOf(channel)
    return layer.settle(layer.handshake(0), 'handshake', 0) === undefined ? undefined : true
  },
}

const FLUSH: SocketVerb<undefined, void> = {
  syscall: 'send',
  reads: false,
  attempt: ({ descriptor }) => flushUnsent(descriptor, 0) || undefined,
}

const UNWRAP: SocketVerb<undefined, void> = {
  syscall: 'unwrap',
  reads: true,
  attempt: (channel) => {
    const layer = layerOf(channel)
    return layer.settle(layer.unwrap(0), 'unwrap', 0) === undefined ? undefined : true
  },
}

/**
 * A connection over TLS with the verbs of AsyncSocket, made by `openTls`, `wrapTlsAsync` and `TlsSocket.toAsync`. What is
 * said of TlsSocket is true of it too. A send is complete once the kernel has all of its records.
 * @example
 * const socket = await openTls({ host: 'example.org', port: 443 })
 * await socket.sendAll('GET / HTTP/1.0\r\nhost: example.org\r\n\r\n')
 * for await (const chunk of socket.chunks()) process.stdout.write(chunk)
 */
export class AsyncTlsSocket extends AsyncSocket {
  /** What was agreed on: version, cipher, certificates, session. */
  readonly tls: TlsInfo

  /** @internal */
  constructor(descriptor: TlsDescriptor) {
    super(descriptor)
    this.tls = new TlsInfo(() => descriptorOf(this) as TlsDescriptor)
  }

  /** Bytes that this object holds and that `recv` returns without waiting. */
  get pending(): number {
    return descriptorOf(this).heldBytes
  }

  /**
   * Completes the handshake.
   * @throws TlsError, SocketError as `TlsSocket.handshake`; AbortError
   * @example
   * await secureAwaited.handshake({ timeout: 5000 })
   */
  async handshake(options?: AsyncOptions): Promise<void> {
    checkOptionNames(options, ASYNC_OPTIONS)
    return performVerb(this, HANDSHAKE, undefined, 0, options)
  }

  /**
   * Ends this side with close_notify, as `TlsSocket.shutdown`; the promise waits until the kernel has taken everything.
   * @throws SocketError, TlsError as `send`
   * @example
   * await secureAwaited.shutdown('write')
   */
  override async shutdown(how: 'read' | 'write' | 'both'): Promise<void> {
    super.shutdown(how)
    if (how === 'write') await performVerb(this, FLUSH, undefined, 0, undefined)
  }

  /**
   * Ends TLS in both directions and resolves to the plain socket, as `TlsSocket.unwrap`.
   * @throws TlsError, SocketError as `TlsSocket.unwrap`; AbortError
   * @example
   * const plain = await secureAwaited.unwrap()
   */
  async unwrap(options?: AsyncOptions): Promise<AsyncSocket> {
    checkOptionNames(options, ASYNC_OPTIONS)
    descriptorOf(this).bare('unwrap')
    await performVerb(this, UNWRAP, undefined, 0, options)
    return new AsyncSocket(unwrapped(this))
  }

  /**
   * A TlsSocket, whose verbs block, in place of this one, as `AsyncSocket.toBlocking`.
   * @throws SocketError `ERR_SOCKET_BUSY` while a verb waits; `ERR_SOCKET_CLOSED`
   * @example
   * const blocking = secureAwaited.toBlocking()
   */
  override toBlocking(): TlsSocket {
    return new TlsSocket(takeIdleDescriptor(this) as TlsDescriptor)
  }

  /** What console.log shows. @internal */
  override [inspect.custom](_depth: number, options: InspectOptions): string {
    const { timeout, closed, tls } = this
    const { fd } = descriptorOf(this)
    return `AsyncTlsSocket ${inspect({ fd, timeout, closed, tls }, options)}`
  }
}

async function established(socket: AsyncTlsSocket, options: AsyncOptions): Promise<AsyncTlsSocket> {
  try {
    await socket.handshake(options)
    return socket
  } catch (error) {
    socket.close()
    throw error
  }
}

/** The time that is left, as options of a verb. */
function verbOptions({ timeout }: Deadline, given: AsyncOptions): AsyncOptions {
  const { signal } = own(given)
  return signal === undefined ? { timeout } : { timeout, signal }
}

/**
 * `connectTls`, awaited. Cancelling closes the connection.
 * @throws AbortError `ABORT_ERR` if `options.signal` was aborted
 * @throws TlsError, SocketError and others as `connectTls`
 * @example
 * const socket = await openTls({ host: 'example.org', port: 443 }, { signal: AbortSignal.timeout(5000) })
 */
export async function openTls(target: ConnectionTarget, options: OpenTlsOptions = {}): Promise<AsyncTlsSocket> {
  const plan = planFor(target, options, OPEN_OPTIONS)
  const deadline = new Deadline(effectiveTimeout(options, FOREVER, 'connect', () => errorTarget(target)))
  try {
    const plain = await openConnection(target, { ...connectionOptions(options), ...verbOptions(deadline, options) })
    plain.setTimeout(own(options).timeout ?? null)
    return await established(new AsyncTlsSocket(wrapped(plain, plan)), verbOptions(deadline, options))
  } catch (error) {
    throw withTimeout(error, deadline.whole)
  }
}

/**
 * `wrapTls`, awaited: puts TLS over a connected socket, which is detached, and resolves when the handshake is complete; in
 * non-blocking mode at once. A handshake that fails or is cancelled closes the connection.
 * @throws SocketError `ERR_SOCKET_BUSY` while a verb of the socket's waits
 * @throws TlsError, SocketError, TypeError as `wrapTls`; AbortError
 * @example
 * const secured = await wrapTlsAsync(awaited, { servername: 'mail.example.org' })
 */
export async function wrapTlsAsync(socket: AsyncSocket, options: WrapTlsAsyncOptions = {}): Promise<AsyncTlsSocket> {
  if (!(socket instanceof AsyncSocket) || socket instanceof AsyncTlsSocket) {
    throw wrongType('socket', 'an AsyncSocket without TLS', socket)
  }
  const plan = planTls(options, '', SIGNAL)
  const limit = handshakeTimeout(socket, options)
  const deadline = new Deadline(limit)
  const secure = new AsyncTlsSocket(wrapped(socket.toBlocking(), plan))
  return limit === 0 ? secure : established(secure, verbOptions(deadline, options))
}

declare module './tls-socket.js' {
  interface TlsSocket {
    /**
     * An AsyncTlsSocket, whose verbs are awaited, in place of this socket, as `Socket.toAsync`.
     * @throws SocketError `ERR_SOCKET_CLOSED`, `ERR_SOCKET_DETACHED`
     * @example
     * const awaited = secure.toAsync()
     */
    toAsync(): AsyncTlsSocket
  }
}

Object.defineProperty(TlsSocket.prototype, 'toAsync', {
  configurable: true,
  writable: true,
  value(this: TlsSocket) {
    return new AsyncTlsSocket(takeDescriptor(this) as TlsDescriptor)
  },
})
