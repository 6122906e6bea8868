// Sockets of a selector that have a layer between the verbs and the kernel, or a reader. The kernel's readiness says
// nothing of the bytes that these hold, nor of those that a layer has still to send.

import { flushUnsent } from '../socket/sending.js'
import { EVENT_READ } from './events.js'
import type { Registration } from './registration.js'

/** How long a wait lasts at most while a layer has bytes to send. */
const FLUSH_INTERVAL_MS = 5

export class LayeredReadiness<Data> {
  readonly #layered = new Set<Registration<Data>>()
  /** Whose reader may hold bytes: it has received some since they were last looked through. */
  readonly #read = new Set<Registration<Data>>()

  /** Notes a registration if its socket has a layer, or a reader. */
  add(registration: Registration<Data>): void {
    if (registration.descriptor?.isDirect === false) this.#layered.add(registration)
    this.readerReceived(registration)
  }

  readerReceived(registration: Registration<Data>): void {
    if (registration.descriptor?.unread) this.#read.add(registration)
  }

  remove(registration: Registration<Data>): void {
    this.#layered.delete(registration)
    this.#read.delete(registration)
  }

  /** The registrations that wait to read, and whose layer or reader offers bytes. */
  readable(): readonly Registration<Data>[] {
    if (this.#layered.size + this.#read.size === 0) return []
    const offering = [...new Set([...this.#layered, ...this.#read])].filter(({ descriptor }) => descriptor!.offersBytes)
    this.#read.clear()
    for (const registration of offering) this.readerReceived(registration)
    return offering.filter(({ armed, interest }) => armed && (interest & EVENT_READ) !== 0)
  }

  /**
   * Sends what layers have left, and shortens a wait while some have.
   * @param waitMs the addon's number
   */
  boundWait(waitMs: number): number {
    let isUnsent = false
    for (const { descriptor } of this.#layered) if (!isFlushed(descriptor!)) isUnsent = true
    if (!isUnsent) return waitMs
    return waitMs < 0 ? FLUSH_INTERVAL_MS : Math.min(waitMs, FLUSH_INTERVAL_MS)
  }
}

/** A failure is left to the socket's next verb. */
function isFlushed(descriptor: Parameters<typeof flushUnsent>[0]): boolean {
  try {
    return flushUnsent(descriptor, 0)
  } catch {
    return true
  }
}
