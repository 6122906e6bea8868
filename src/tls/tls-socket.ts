// tls/ is TLS over a connected socket, in each way to wait.
//
//   tls-descriptor.ts    the layer under the verbs: all faces of a socket work over it
//   tls-socket.ts        the blocking face; async-tls-socket.ts, the awaited one
//   context.ts           certificates, keys, trust: made once, used for many connections
//   options.ts           node:tls's options, checked
//   tls-info.ts          what was agreed on
//   errors.ts            failures, with the codes of node:tls
//
// A TlsSocket is a Socket: Selector, attach, toDuplex and toWeb take it, and its bytes pass through TLS.
//
// This file: the blocking face.

import { type InspectOptions, inspect } from 'node:util'
import { effectiveTimeout, FOREVER, WAIT_OPTIONS, type WaitOptions } from '../core/deadline.js'
import { SocketTimeoutError } from '../core/errors.js'
import { checkOptionNames } from '../core/option-names.js'
import { wrongType } from '../core/validate.js'
import { required } from '../socket/descriptor.js'
import { descriptorOf, takeDescriptor } from '../socket/face.js'
import { flushUnsent } from '../socket/sending.js'
import { Socket } from '../socket/socket.js'
import { planTls, type TlsPlan, type WrapTlsOptions } from './options.js'
import { TlsDescriptor } from './tls-descriptor.js'
import { TlsInfo } from './tls-info.js'

/** How a socket becomes a TLS connection, and how long the handshake may take. */
export interface WrapTlsWaitOptions extends WrapTlsOptions, WaitOptions {}

/** The TLS layer of a face. @internal */
function tlsDescriptorOf(socket: Socket): TlsDescriptor {
  return descriptorOf(socket) as TlsDescriptor
}

/**
 * A connection over TLS with the verbs of Socket, made by `connectTls` and `wrapTls`. Each verb waits as the socket's mode
 * says; the handshake is a part of the first one. `null` is the end of the stream: the peer's close_notify. An end
 * without it is an error, `ERR_TLS_TRUNCATED`.
 *
 * Verbs that would bypass TLS throw `ERR_TLS_UNSUPPORTED`: recvFrom, sendTo, dup. `sendFile` reads and encrypts at most a
 * MiB in one call; only regular files and block devices can be sent so. Of the flags, MSG_PEEK, MSG_WAITALL and
 * MSG_DONTWAIT have an effect.
 * @example
 * using socket = connectTls({ host: 'example.org', port: 443 })
 * socket.sendAll('GET / HTTP/1.0\r\nhost: example.org\r\n\r\n')
 * for (const chunk of socket.chunks()) process.stdout.write(chunk)
 */
export class TlsSocket extends Socket {
  /** What was agreed on: version, cipher, certificates, session. */
  readonly tls: TlsInfo

  /** @internal */
  constructor(descriptor: TlsDescriptor) {
    super(descriptor)
    this.tls = new TlsInfo(() => tlsDescriptorOf(this))
  }

  /** Bytes that this object holds and that `recv` returns: `poll(2)` does not see them, `wait` and Selector do. */
  get pending(): number {
    return tlsDescriptorOf(this).heldBytes
  }

  /**
   * Bytes that `send` has taken and that the kernel has not: at most a record, in a mode that does not wait. The next verb
   * sends them.
   */
  get unsentBytes(): number {
    return tlsDescriptorOf(this).unsentBytes
  }

  /**
   * Completes the handshake, within one time limit; `SSL_do_handshake(3)`. After `wrapTls` it is needed only in
   * non-blocking mode.
   * @throws TlsError for a certificate that is not valid, a peer that does not speak TLS, ...
   * @throws WouldBlockError `EAGAIN`; its `waitsFor` is what to wait for
   * @throws SocketTimeoutError `ERR_SOCKET_TIMEOUT`
   * @throws InterruptedError `EINTR`
   * @throws SocketError `ECONNRESET` where the peer closes the connection
   * @example
   * secure.handshake({ timeout: 5000 })
   */
  handshake(options?: WaitOptions): void {
    checkOptionNames(options, WAIT_OPTIONS)
    const descriptor = tlsDescriptorOf(this)
    descriptor.open('handshake')
    const limit = effectiveTimeout(options, descriptor.timeout, 'handshake')
    required(descriptor.settle(descriptor.handshake(limit), 'handshake', limit), 'handshake', descriptor)
  }

  /**
   * `handshake` that never waits.
   * @returns whether it is complete
   * @throws TlsError, SocketError as `handshake`
   * @example
   * if (!secure.tryHandshake()) console.log('not yet')
   */
  tryHandshake(): boolean {
    const descriptor = tlsDescriptorOf(this)
    descriptor.open('handshake')
    return descriptor.settle(descriptor.handshake(0), 'handshake', 0) !== undefined
  }

  /**
   * Ends this side with close_notify: the peer reads the end of the stream, and its data can still be received. 'read' and
   * 'both' also shut the kernel's socket down. It waits, as the mode says, until the kernel has taken everything. Before
   * the handshake is complete 'write' completes it first; in non-blocking mode a later verb does, and close_notify follows.
   * @throws SocketError, TlsError as `send` and `handshake`
   * @example
   * secure.shutdown('write')
   */
  override shutdown(how: 'read' | 'write' | 'both'): void {
    super.shutdown(how)
    const descriptor = tlsDescriptorOf(this)
    if (how === 'write') flushUnsent(descriptor, descriptor.timeout)
  }

  /**
   * Ends TLS in both directions and returns the plain socket, whose connection goes on; `SSL_shutdown(3)`. It sends
   * close_notify and waits for the peer's. This object is detached. Plain bytes that the peer sent after its close_notify
   * are in the plain socket's reader.
   * @throws TlsError `ERR_SSL_APPLICATION_DATA_AFTER_CLOSE_NOTIFY` while data of the peer's is unread
   * @throws SocketError `ERR_READER_HOLDS_DATA`
   * @throws WouldBlockError, SocketTimeoutError, InterruptedError: call again to wait on
   * @example
   * const plain = secure.unwrap({ timeout: 1000 })
   */
  unwrap(options?: WaitOptions): Socket {
    checkOptionNames(options, WAIT_OPTIONS)
    const descriptor = tlsDescriptorOf(this)
    descriptor.bare('unwrap')
    const limit = effectiveTimeout(options, descriptor.timeout, 'unwrap')
    required(descriptor.settle(descriptor.unwrap(limit), 'unwrap', limit), 'unwrap')
    return new Socket(unwrapped(this))
  }

  /** What console.log shows. @internal */
  override [inspect.custom](_depth: number, options: InspectOptions): string {
    const { timeout, closed, tls } = this
    const { fd } = descriptorOf(this)
    return `TlsSocket ${inspect({ fd, timeout, closed, tls }, options)}`
  }
}

/** The plain descriptor of a face whose TLS has ended. The face is detached. The connection is closed where that fails. @internal */
export function unwrapped(face: Parameters<typeof takeDescriptor>[0]): ReturnType<TlsDescriptor['takePlain']> {
  const layer = descriptorOf(face)
  layer.open('unwrap')
  // Before the face is detached: where the runtime lacks the memory, the socket stays as it was.
  const rest = (layer as TlsDescriptor).takeBuffered()
  const taken = takeDescriptor(face) as TlsDescriptor
  try {
    return taken.takePlain(rest)
  } catch (error) {
    taken.close()
    throw error
  }
}

/** Puts TLS over the descriptor of a face, which is detached. The connection is closed where that fails. @internal */
export function wrapped(face: Parameters<typeof takeDescriptor>[0], plan: TlsPlan): TlsDescriptor {
  const plain = takeDescriptor(face)
  try {
    return new TlsDescriptor(plain, plan)
  } catch (error) {
    plain.close()
    throw error
  }
}

/**
 * Puts TLS over a connected socket, as STARTTLS does, and completes the handshake within one time limit; Python's
 * `SSLContext.wrap_socket`. The socket is detached: its connection, timeout and mode, and what its reader holds, pass to
 * the TlsSocket. In non-blocking mode the handshake is left to `handshake` or the first verb. A handshake that fails
 * closes the connection.
 * @throws TlsError, SocketTimeoutError, InterruptedError, SocketError as `TlsSocket.handshake`
 * @throws TypeError `ERR_INVALID_ARG_VALUE` for a client without `servername`
 * @throws TypeError `ERR_INVALID_ARG_TYPE`
 * @example
 * socket.sendAll('STARTTLS\r\n')
 * socket.reader().readLine()
 * const secured = wrapTls(socket, { servername: 'mail.example.org' })
 */
export function wrapTls(socket: Socket, options: WrapTlsWaitOptions = {}): TlsSocket {
  if (!(socket instanceof Socket) || socket instanceof TlsSocket) {
    throw wrongType('socket', 'a Socket without TLS', socket)
  }
  const plan = planTls(options, '')
  const limit = handshakeTimeout(socket, options)
  const secure = new TlsSocket(wrapped(socket, plan))
  if (limit !== 0) completeHandshake(secure, limit)
  return secure
}

/**
 * How long the handshake of a socket that is to be wrapped may take. Where its deadline has passed, it has failed.
 * @throws SocketTimeoutError after closing the connection
 * @internal
 */
export function handshakeTimeout(socket: Pick<Socket, 'timeout' | 'close'>, options: WaitOptions): number {
  try {
    return effectiveTimeout(options, socket.timeout ?? FOREVER, 'handshake')
  } catch (error) {
    if (error instanceof SocketTimeoutError) socket.close()
    throw error
  }
}

/** Completes the handshake, or closes the connection. @internal */
export function completeHandshake(socket: TlsSocket, limit: number): void {
  const descriptor = tlsDescriptorOf(socket)
  try {
    required(descriptor.settle(descriptor.handshake(limit), 'handshake', limit), 'handshake', descriptor)
  } catch (error) {
    socket.close()
    throw error
  }
}
