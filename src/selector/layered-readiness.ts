// Sockets with a layer between the verbs and the kernel, in a selector. The kernel's readiness says nothing of the bytes
// that the layer holds, nor of those that it has still to send.

import { flushUnsent } from '../socket/sending.js'
import { EVENT_READ } from './events.js'
import type { Registration } from './registration.js'

/** How long a wait lasts at most while a layer has bytes to send. */
const FLUSH_INTERVAL_MS = 5

export class LayeredReadiness<Data> {
  readonly #registrations = new Set<Registration<Data>>()

  /** Notes a registration if its socket has a layer. */
  add(registration: Registration<Data>): void {
    if (registration.descriptor !== null && !registration.descriptor.isDirect) this.#registrations.add(registration)
  }

  remove(registration: Registration<Data>): void {
    this.#registrations.delete(registration)
  }

  /** The registrations that wait to read, and whose layer holds bytes. */
  readable(): readonly Registration<Data>[] {
    if (this.#registrations.size === 0) return []
    return [...this.#registrations].filter(({ armed, interest, descriptor }) => {
      return armed && (interest & EVENT_READ) !== 0 && descriptor!.heldBytes > 0
    })
  }

  /**
   * Sends what layers have left, and shortens a wait while some have.
   * @param waitMs the addon's number
   */
  boundWait(waitMs: number): number {
    let isUnsent = false
    for (const { descriptor } of this.#registrations) if (!isFlushed(descriptor!)) isUnsent = true
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
