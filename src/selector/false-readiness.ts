// Readiness that cannot be believed: a unix socket that connects to a full backlog or sends to a full receiver, and an
// error queue that nobody reads, poll ready at once, and each verb then would block. A loop of select and try would turn
// round for nothing; so what proves false is left out of the set for a while.

import type { SelectorBackend } from '../readiness/backend.js'
import type { Entry } from './registration.js'

export class Doubts<Data> {
  readonly #backend: SelectorBackend
  readonly #withheld = new Set<Entry<Data>>()
  #doubted: Entry<Data>[] = []

  constructor(backend: SelectorBackend) {
    this.#backend = backend
  }

  /** A verb would have blocked. */
  raise(entry: Entry<Data>): void {
    this.#doubted.push(entry)
  }

  /** Withholds what has proved false since the report `round`. */
  judge(round: number): void {
    if (this.#doubted.length === 0) return
    const doubted = this.#doubted
    this.#doubted = []
    for (const entry of doubted) {
      if (!entry.judge(round)) continue
      this.#withheld.add(entry)
      if (entry.out) this.#backend.remove(entry)
      else this.#backend.modify(entry)
    }
  }

  /** Lets those be reported again whose time has come. */
  resume(): void {
    if (this.#withheld.size === 0) return
    const now = performance.now()
    for (const entry of this.#withheld) {
      if (entry.until > now) continue
      this.believe(entry)
      if (entry.armed) this.#backend.modify(entry)
    }
  }

  /** Forgets what was held against it. */
  believe(entry: Entry<Data>): void {
    entry.withheld = 0
    this.#withheld.delete(entry)
  }

  /** How long to wait at most, of the time that is `left`. */
  untilResumed(left: number): number {
    if (this.#withheld.size === 0) return left
    let soonest = Number.POSITIVE_INFINITY
    for (const { until } of this.#withheld) soonest = Math.min(soonest, until)
    // Not 0, which would not wait at all and be taken for the user's own.
    const pause = Math.max(0.001, soonest - performance.now())
    return left < 0 ? pause : Math.min(left, pause)
  }
}
