// False readiness in a selector. A level-triggered wait reports it again at once, and a loop of select and try would
// spin: see core/backoff.ts. So events that proved false are not watched for a while.

import type { ReadinessBackend } from '../readiness/backend.js'
import type { Registration } from './registration.js'

/** Not 0, which the backend takes as "do not wait". */
const MIN_WAIT_MS = 0.001

/** The registrations of one selector whose readiness is in doubt, and those whose events are withheld. */
export class FalseReadiness<Data> {
  readonly #backend: ReadinessBackend
  readonly #withheld = new Set<Registration<Data>>()
  #suspects: Registration<Data>[] = []

  constructor(backend: ReadinessBackend) {
    this.#backend = backend
  }

  /** A verb would have blocked although its socket may have been reported as ready. */
  suspect(registration: Registration<Data>): void {
    this.#suspects.push(registration)
  }

  /** Withholds the events that have proved false since the selector's last report. */
  assess(lastReport: number): void {
    if (this.#suspects.length === 0) return
    const suspects = this.#suspects
    this.#suspects = []
    for (const registration of suspects) {
      if (registration.provedFalse(lastReport)) this.#withhold(registration)
    }
  }

  #withhold(registration: Registration<Data>): void {
    this.#withheld.add(registration)
    if (registration.isSuspended) this.#backend.remove(registration)
    else this.#backend.modify(registration)
  }

  /** Watches events again when their pause is over. */
  resume(): void {
    if (this.#withheld.size === 0) return
    const now = performance.now()
    for (const registration of this.#withheld) {
      if (registration.readiness.withheldUntil > now) continue
      this.release(registration)
      if (registration.armed) this.#backend.modify(registration)
    }
  }

  /** Withholds no events of a registration any longer. The caller updates the backend. */
  release(registration: Registration<Data>): void {
    registration.readiness.withheld = 0
    this.#withheld.delete(registration)
  }

  /** The time for the next wait: what is left of the caller's time, or until the first pause is over. */
  boundWait(leftMs: number): number {
    if (this.#withheld.size === 0) return leftMs
    let first = Number.POSITIVE_INFINITY
    for (const { readiness } of this.#withheld) first = Math.min(first, readiness.withheldUntil)
    const pauseMs = Math.max(MIN_WAIT_MS, first - performance.now())
    return leftMs < 0 ? pauseMs : Math.min(leftMs, pauseMs)
  }
}
