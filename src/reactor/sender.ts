// Sending for a face that does not wait: what the kernel does not take now is queued, and sent when it takes more.

import { MSG_MORE } from '../native/generated/constants.js'
import { flushUnsent, send } from '../socket/sending.js'
import type { Channel } from './channel.js'
import type { Operation } from './registration.js'
import { SendQueue } from './send-queue.js'

/** How a face is reported to: the same functions for all of its kind, called with the one that is meant. */
export interface SendingFace<Owner> {
  /** The kernel took so many bytes. */
  sent(owner: Owner, count: number): void
  /** The queue is empty, and the kernel may take more. */
  drained(owner: Owner): void
  /** Sending failed. */
  failed(owner: Owner, error: Error): void
}

/** More follows at once: TCP need not send a partial segment. */
const MORE = Math.max(MSG_MORE, 0)

export class Sender<Owner> implements Operation {
  readonly #channel: Channel
  readonly #owner: Owner
  readonly #face: SendingFace<Owner>
  readonly #queue = new SendQueue()
  /** When the kernel last took queued bytes, on a clock of the face's. */
  takenAt = 0
  #isWaiting = false

  constructor(channel: Channel, owner: Owner, face: SendingFace<Owner>) {
    this.#channel = channel
    this.#owner = owner
    this.#face = face
  }

  /** How many bytes are queued. */
  get queuedBytes(): number {
    return this.#queue.length
  }

  /** Queues a copy of bytes that the kernel has not taken. */
  queueCopy(bytes: Uint8Array): void {
    this.#queue.push(bytes)
  }

  /** Queues memory of the caller's, which must not change until it is sent. */
  queue(memory: Uint8Array): void {
    this.#queue.append(memory)
  }

  /** Waits until the kernel takes more. */
  wait(): void {
    if (this.#isWaiting) return
    this.#isWaiting = true
    this.#channel.block(false)
    this.#channel.registration.setWriter(this)
    try {
      this.#channel.enter()
    } catch (error) {
      this.#face.failed(this.#owner, error as Error)
    }
  }

  /** Sends what is queued, as far as the kernel takes it. */
  proceed(): void {
    let isFlushed: boolean
    try {
      const isTaken = this.#queue.flush((bytes, more) => this.sendNow(bytes, more))
      isFlushed = isTaken && flushUnsent(this.#channel.descriptor, 0)
    } catch (error) {
      this.stop()
      this.#face.failed(this.#owner, error as Error)
      return
    }
    // The face may have ended while it was reported to.
    if (this.#channel.descriptor.fd < 0) return
    if (isFlushed) {
      this.stop()
      this.#face.drained(this.#owner)
    } else if (this.#isWaiting) this.#channel.block(false)
    else this.wait()
  }

  /** Waits no more. */
  stop(): void {
    if (!this.#isWaiting) return
    this.#isWaiting = false
    this.#channel.registration.setWriter(null)
  }

  fail(error: Error): void {
    this.#face.failed(this.#owner, error)
  }

  /**
   * Passes bytes to the kernel, in front of what is queued: how many it took.
   * @throws SocketError
   */
  sendNow(bytes: Uint8Array, more = false): number {
    const count = sendOn(this.#channel, bytes, more)
    if (count > 0) this.#face.sent(this.#owner, count)
    return count
  }
}

/**
 * Passes bytes of a channel's to the kernel: how many it took.
 * @throws SocketError
 */
export function sendOn(channel: Channel, bytes: Uint8Array, more = false): number {
  const count = send(channel.descriptor, bytes, more ? MORE : 0, 0) ?? 0
  if (count > 0) channel.registration.proved()
  return count
}
