// TLS as a layer of the socket: see socket/transport.ts for the interface, and native/tls/ for what happens below.
//
// The handshake is a part of the first verb that is called, as in OpenSSL; wrapTls and connectTls call it themselves. It
// returns here when it needs JavaScript: for a context by the client's name, and for a check of the server's identity by
// the program. So no JavaScript runs while OpenSSL is at work.

import { copyFromScratch, firstBytes, joined } from '../core/bytes.js'
import { Deadline } from '../core/deadline.js'
import { type ErrorTarget, misuse, SocketError, stateError, wouldBlock } from '../core/errors.js'
import { Bytes, lengthOf } from '../core/intrinsics.js'
import { native, TLS_FAILED, TLS_NEEDS_CONTEXT, type TlsHandle } from '../native/addon.js'
import { errno } from '../native/errno.js'
import { MSG_WAITALL } from '../native/generated/constants.js'
import { certificateOf } from '../native/node-modules.js'
import { Descriptor, LAYERED } from '../socket/descriptor.js'
import { type FilePart, fdOf } from '../socket/file-part.js'
import { readerBuffer, takeUnread } from '../socket/reader-source.js'
import { contextHandle } from './context.js'
import { connectionError } from './errors.js'
import {
  ALLOWS_TRUNCATION,
  HELD,
  IS_SERVER,
  LOGS_KEYS,
  MOVED,
  REJECTS,
  REQUESTS,
  REUSED,
  SELECTS_CONTEXT,
  UNSENT,
  VERIFY,
  WANTS_WRITE,
} from './numbers.js'
import type { TlsPlan } from './options.js'
import { verifyCode } from './verify-codes.js'

/** How much one call joins of several pieces: more than most send queues have room for. */
const MAX_JOINED_BYTES = 262144

/** Verbs of the kernel's socket that would bypass TLS. */
const REFUSED: ReadonlySet<string> = new Set([
  'accept',
  'bind',
  'connect',
  'dup',
  'listen',
  'recvfrom',
  'recvmmsg',
  'recvmsg',
  'sendmmsg',
  'sendmsg',
  'sendto',
])

export class TlsDescriptor extends Descriptor {
  readonly plan: TlsPlan
  readonly #handle: TlsHandle
  readonly #state = new Int32Array(6)
  #isFreed = false
  /** The bytes that had moved when a verb was last reported to watchers. */
  #movedBefore = 0
  /** Whether the handshake is complete, the program's own checks included. */
  isEstablished = false
  /** Whether close_notify is to be sent as soon as the handshake is complete. */
  #endsAfterHandshake = false
  /** Why the handshake failed in JavaScript; later verbs throw it again. */
  #error: Error | null = null
  /** Why the peer's certificate is not valid, where that does not end the handshake; a code. */
  authorizationError: string | null = null

  constructor(plain: Descriptor, plan: TlsPlan) {
    const handle = newHandle(plain.fd, plan)
    const unread = takeUnread(plain)
    super(plain.fd, plain.family, plain.type, plain.protocol)
    this.plan = plan
    this.#handle = handle
    native.tlsShare(handle, new Uint8Array(this.#state.buffer))
    plain.passTo(this)
    this.gate |= LAYERED
    this.closeWhenDropped()
    // The reader may have received the beginning of the handshake.
    if (unread !== null) native.tlsPrepend(handle, unread)
  }

  /** The handle, for calls about an open connection. */
  handle(syscall: string): TlsHandle {
    this.open(syscall)
    return this.#handle
  }

  /** Continues the handshake: 0, or a negative native result. */
  handshake(timeout: number): number {
    if (this.#error !== null) throw this.#error
    if (this.isEstablished) return 0
    const deadline = new Deadline(timeout)
    for (;;) {
      this.open('handshake')
      const result = native.tlsHandshake(this.#handle, deadline.remaining)
      this.#reportKeys()
      this.open('handshake')
      if (result === TLS_NEEDS_CONTEXT) this.#selectContext()
      else return result === 0 ? this.#establish() : result
    }
  }

  #reportKeys(): void {
    const { keylog } = this.plan
    if (keylog === undefined || this.#isFreed) return
    const lines = native.tlsTakeKeyLines(this.#handle).toString('latin1')
    for (const line of lines.split('\n')) if (line !== '') keylog(Buffer.from(`${line}\n`, 'latin1'))
  }

  #selectContext(): void {
    const { servername } = native.tlsFacts(this.#handle)
    const chosen = this.#failing(() => {
      const context = servername === '' ? null : (this.plan.selectContext?.(servername) ?? null)
      return context === null ? null : contextHandle(context)
    })
    this.open('handshake')
    if (native.tlsSetContext(this.#handle, chosen) === 0) return
    this.#failing(() => {
      throw connectionError(native.tlsFailure(), 'handshake', this.plan.host)
    })
  }

  /** The handshake is complete: what remains is the program's own check, and an end that waits. 0, or a negative result. */
  #establish(): number {
    const verify = this.#state[VERIFY]!
    const { checkServerIdentity, isServer, host, rejects } = this.plan
    if (verify !== 0) this.authorizationError = verifyCode(verify)
    if (checkServerIdentity !== undefined && !isServer && verify === 0) {
      this.#failing(() => {
        const der = native.tlsPeerCertificate(this.#handle, 0)
        const error = der === null ? undefined : checkServerIdentity(host, certificateOf(der).toLegacyObject())
        if (error === undefined) return
        if (rejects) throw error
        this.authorizationError = (error as { code?: string }).code ?? error.message
      })
      this.open('handshake')
    }
    this.isEstablished = true
    if (!this.#endsAfterHandshake) return 0
    this.#endsAfterHandshake = false
    return native.tlsEnd(this.#handle)
  }

  /** Runs code of the program's. If it throws, the connection can transfer nothing any more. */
  #failing<Result>(run: () => Result): Result {
    try {
      return run()
    } catch (error) {
      this.#error = error as Error
      throw error
    }
  }

  /** The time that a verb has left after the handshake, or a negative result of the handshake that ends it. */
  #afterHandshake(timeout: number): { readonly result: number; readonly timeout: number } {
    const deadline = new Deadline(timeout)
    const result = this.handshake(timeout)
    return { result, timeout: deadline.remaining }
  }

  override receiveBytes(memory: Uint8Array | number, flags: number, timeout: number): number {
    if (this.isEstablished) return native.tlsRecv(this.#handle, memory, flags, timeout)
    const { result, timeout: left } = this.#afterHandshake(timeout)
    return result < 0 ? result : native.tlsRecv(this.handle('recv'), memory, flags, left)
  }

  override sendBytes(memory: Uint8Array | number, flags: number, timeout: number): number {
    if (this.isEstablished) return native.tlsSend(this.#handle, memory, flags, timeout)
    if (this.#endsAfterHandshake && (typeof memory === 'number' ? memory : lengthOf(memory)) > 0) return -errno.EPIPE
    // The handshake may run JavaScript of the program's, which uses the scratch memory.
    const bytes = typeof memory === 'number' ? new Bytes(memory) : memory
    if (typeof memory === 'number') copyFromScratch(bytes, memory)
    const { result, timeout: left } = this.#afterHandshake(timeout)
    return result < 0 ? result : native.tlsSend(this.handle('send'), bytes, flags, left)
  }

  /**
   * In one piece, because a record is one; the parts are copied, and the copy is encrypted. A call that need not send all
   * copies no more than the kernel may take: an awaited send would copy the rest again in each attempt.
   */
  override sendParts(parts: readonly Uint8Array[], flags: number, timeout: number): number {
    const sent = flags & MSG_WAITALL ? parts : firstBytes(parts, MAX_JOINED_BYTES)
    return this.sendBytes(joined(sent), flags, timeout)
  }

  override sendFile({ file, offset, length }: FilePart, timeout: number): number {
    this.open('sendfile')
    const { result, timeout: left } = this.#afterHandshake(timeout)
    if (result < 0) return result
    // After the handshake, which may run JavaScript of the program's: that may have closed the file.
    const fd = fdOf(file)
    return native.tlsSendFile(this.handle('sendfile'), fd, offset, length, left)
  }

  /**
   * Before the handshake is complete there is no close_notify, and the kernel's end would break the handshake off: the
   * peer would take it for a fault. So the end waits for the handshake, and counts as unsent until then.
   */
  override endSending(): number {
    if (this.isEstablished) return native.tlsEnd(this.#handle)
    this.#endsAfterHandshake = true
    // The event loop waits for the peer's part of the handshake, so this side has to begin it.
    const result = this.handshake(0)
    return wouldBlock(result) ? 0 : result
  }

  /** Sends close_notify and waits for the peer's: 0, or a negative native result. */
  unwrap(timeout: number): number {
    const { result, timeout: left } = this.#afterHandshake(timeout)
    return result < 0 ? result : native.tlsUnwrap(this.handle('unwrap'), left)
  }

  /** Takes the bytes that followed the peer's close_notify. */
  takeBuffered(): Uint8Array {
    return native.tlsTakeBuffered(this.#handle)
  }

  /** The plain descriptor in place of this one, with bytes that it is to receive first. */
  takePlain(bytes: Uint8Array): Descriptor {
    const descriptor = new Descriptor(this.fd, this.family, this.type, this.protocol).closeWhenDropped()
    this.#free()
    this.passTo(descriptor)
    // They come before anything that is still to be received.
    for (let rest = bytes; rest.length > 0; ) rest = rest.subarray(hold(descriptor, rest))
    return descriptor
  }

  /** Whether the handshake has resumed a session. */
  get isSessionReused(): boolean {
    return this.#state[REUSED] !== 0
  }

  override get heldBytes(): number {
    return this.#state[HELD]!
  }

  override get unsentBytes(): number {
    return this.#state[UNSENT]! + (this.#endsAfterHandshake ? 1 : 0)
  }

  /** After the handshake a receive never has to send, nor a send to receive: renegotiation is refused. */
  override waitsToRead(operationReads: boolean): boolean {
    return this.isEstablished ? operationReads : this.#state[WANTS_WRITE] === 0
  }

  override get isDirect(): boolean {
    return false
  }

  override get isContinuous(): boolean {
    return false
  }

  override failure(result: number, syscall: string, target?: ErrorTarget): SocketError {
    const call = this.isEstablished ? syscall : 'handshake'
    if (result === TLS_FAILED) {
      const certificate = this.#isFreed ? null : native.tlsPeerCertificate(this.#handle, 0)
      return connectionError(native.tlsFailure(), call, this.plan.host, certificate)
    }
    if (result === -errno.ECONNRESET && !this.isEstablished) {
      const message = 'handshake ECONNRESET: the peer closed the connection before the TLS handshake was complete'
      return new SocketError(message, 'ECONNRESET', result, call)
    }
    return super.failure(result, call, target)
  }

  /** A verb that has received a part of a record made progress, although it would block. */
  override reportAttempt(result: number, syscall: string): void {
    const moved = this.#state[MOVED]!
    const hasMoved = moved !== this.#movedBefore
    this.#movedBefore = moved
    super.reportAttempt(hasMoved && wouldBlock(result) ? 0 : result, syscall)
  }

  override open(syscall: string): number {
    const fd = super.open(syscall)
    if (!REFUSED.has(syscall)) return fd
    throw misuse(TypeError, 'ERR_TLS_UNSUPPORTED', `${syscall} would bypass TLS: use recv and send, or unwrap first`)
  }

  override detach(): number {
    this.open('detach')
    throw stateError('ERR_TLS_ACTIVE', 'detach', 'TLS is active on this socket: call unwrap first')
  }

  /** Sends close_notify if the kernel takes it at once, and closes. */
  override close(): void {
    if (this.fd >= 0 && this.isEstablished) native.tlsEnd(this.#handle)
    super.close()
    this.#free()
  }

  #free(): void {
    if (this.#isFreed) return
    this.#isFreed = true
    this.#state.fill(0)
    native.tlsFree(this.#handle)
  }
}

/** Puts bytes into the buffer of the socket's reader: how many had room. */
function hold(descriptor: Descriptor, bytes: Uint8Array): number {
  const buffer = readerBuffer(descriptor)
  const memory = buffer.lend()
  const count = Math.min(memory.length, bytes.length)
  memory.set(bytes.subarray(0, count))
  buffer.added(count)
  return count
}

function newHandle(fd: number, plan: TlsPlan): TlsHandle {
  const { isServer, host, checksHost, serverName, rejects, requests, allowsTruncation, protocols, session } = plan
  const checks =
    (rejects ? REJECTS : 0) |
    (requests ? REQUESTS : 0) |
    (allowsTruncation ? ALLOWS_TRUNCATION : 0) |
    (isServer && plan.selectContext !== undefined ? SELECTS_CONTEXT : 0) |
    (plan.keylog === undefined ? 0 : LOGS_KEYS) |
    (isServer ? IS_SERVER : 0)
  const handle = native.tlsConnection(
    contextHandle(plan.context),
    fd,
    checks,
    Buffer.from(checksHost ? host : ''),
    Buffer.from(serverName),
    protocols,
    session,
  )
  if (typeof handle === 'number') throw connectionError(native.tlsFailure(), 'wrapTls', host)
  return handle
}
