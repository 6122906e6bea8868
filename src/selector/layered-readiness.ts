// Sockets of a selector that have a layer between the verbs and the kernel, or a reader. The kernel's readiness says
// nothing of the bytes that these hold, nor of those that a layer has still to send.

import { flushUnsent } from '../socket/sending.js'
import { EVENT_READ } from './events.js'
import type { Registration } from './registration.js'

/** How long a wait lasts at most while a layer has bytes to send. */
const FLUSH_INTERVAL_MS = 5

export class LayeredReadiness<Data> {
  readonly #layered = new Set<Registration<Data>>()
  /** Without a layer, and with a reader that held bytes when it was last looked at, or has received some since. */
  readonly #withReader = new Set<Registration<Data>>()

  /** Notes a registration if its socket has a layer, or a reader. */
  add(registration: Registration<Data>): void {
    const { descriptor } = registration
    if (descriptor === null) return
    if (!descriptor.isDirect) this.#layered.add(registration)
    else if (descriptor.unread !== null) registration.readerHolds()
  }

  noteReader(registration: Registration<Data>): void {
    if (!this.#layered.has(registration)) this.#withReader.add(registration)
  }

  remove(registration: Registration<Data>): void {
    this.#layered.delete(registration)
    this.#withReader.delete(registration)
  }

  /** The registrations that wait to read, and whose layer or reader offers bytes. */
  findReadable(): readonly Registration<Data>[] {
    const found: Registration<Data>[] = []
    for (const registration of this.#layered) {
      if (registration.descriptor!.offersBytes) found.push(registration)
    }
    for (const registration of this.#withReader) {
      if (registration.descriptor!.offersBytes) found.push(registration)
      else this.#forget(registration)
    }
    return found.filter(({ armed, interest }) => armed && (interest & EVENT_READ) !== 0)
  }

  /** Until its reader holds something again. */
  #forget(registration: Registration<Data>): void {
    registration.isNoted = false
    this.#withReader.delete(registration)
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
