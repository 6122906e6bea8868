// reactor/ is the socket in the event loop. The channel is what native/wait/wait.cc is for the blocking verbs:
// readiness, receiving, sending, closing and keeping the process alive are decided here and in its parts, once for all
// faces over it (AsyncSocket, the connections of handlers, streams, accept loops), which only adapt. Nothing here knows
// which face it serves.
//
//   waitable.ts       entering the reactor, and keeping the process alive
//   registration.ts   what is known of the readiness of each direction, and the operation that waits in it
//   receiver.ts       receiving for a face that takes whatever arrives
//   sender.ts         what waits to be sent
//   acceptor.ts       an accept loop
//   fairness.ts       how much of all that may be done in one turn
//   batch-receive.ts  small messages of many sockets, received in one call
//   reactor.ts        all registrations of a thread, in one set of the kernel's
//   notifier.ts       the wakeup of the event loop when that set has something ready

import type { SocketError } from '../core/errors.js'
import { TIMED_OUT } from '../native/addon.js'
import type { Descriptor } from '../socket/descriptor.js'
import { resetOnClose } from '../socket/options.js'
import { Waitable } from './waitable.js'

export class Channel extends Waitable {
  readonly descriptor: Descriptor

  constructor(descriptor: Descriptor) {
    super(descriptor.fd)
    this.descriptor = descriptor
    this.registration.watchesWritesOnDemand = !descriptor.isTcp
    if (descriptor.fd >= 0) descriptor.watch(this.registration)
  }

  override timedOut(syscall: string, timeout: number): SocketError {
    return this.descriptor.failed(TIMED_OUT, syscall, timeout)
  }

  /** For faces that the program may drop: it leaves the reactor then. What a server holds until it is closed needs no such care. */
  leaveWhenDropped(): void {
    this.registration.leaveWithOwner(this)
  }

  /** @throws SocketError of a socket that has ended meanwhile: its number may be another's, which would never be woken. */
  override enter(): void {
    this.descriptor.open('poll')
    super.enter()
  }

  override get isReadable(): boolean {
    return this.registration.readable || this.descriptor.offersBytes
  }

  /** A layer under the verbs may have to read before it can write, and the other way round. */
  override block(operationReads: boolean): void {
    const waitsToRead = this.descriptor.waitsToRead(operationReads)
    if (operationReads) this.registration.blockReading(waitsToRead)
    else this.registration.blockWriting(waitsToRead)
  }

  /**
   * A receive without flags returned `count` bytes where `asked` would have fitted. A short one may prove that the kernel
   * holds no more; the next receive then waits for the kernel's edge instead of asking.
   */
  received(count: number, asked: number): void {
    const { registration, descriptor } = this
    registration.proved()
    const isShort = count > 0 && count < asked
    if (isShort && descriptor.isContinuous && !registration.isInterrupted) registration.blockReading()
  }

  /**
   * The one way a socket leaves the event loop and is closed: the process no longer stays alive for it, a connection with
   * undelivered bytes is reset, and the descriptor leaves the reactor and is closed, without waiting.
   * @param isUndelivered whether bytes of the peer's were received and not delivered. The kernel resets a connection that
   *   is closed with unread bytes, and so does this: the peer must not take it for an orderly end
   * @returns why close(2) failed, if it did
   */
  close(isUndelivered = false): SocketError | null {
    const { descriptor } = this
    this.isActive = false
    if (descriptor.fd < 0) return null
    try {
      descriptor.timeout = 0
      try {
        // Others may hold the connection: it continues for them.
        if (isUndelivered && !descriptor.isShared) resetOnClose(descriptor)
      } finally {
        descriptor.close()
      }
      return null
    } catch (error) {
      return error as SocketError
    }
  }
}
