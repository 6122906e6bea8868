// The statistics of a series of pings, with the figures of iputils' ping(8).

/** Round-trip times in milliseconds. `mdev` is their standard deviation. */
export interface RoundTrips {
  readonly min: number
  readonly avg: number
  readonly max: number
  readonly mdev: number
}

/** Counts requests, replies and errors. */
export class Statistics {
  transmitted = 0
  received = 0
  duplicates = 0
  errors = 0
  #min = Number.POSITIVE_INFINITY
  #max = 0
  #sum = 0
  #sumOfSquares = 0

  /** Counts a reply and the time that it took. */
  add(ms: number): void {
    this.received++
    this.#min = Math.min(this.#min, ms)
    this.#max = Math.max(this.#max, ms)
    this.#sum += ms
    this.#sumOfSquares += ms * ms
  }

  /** The longest round trip; 0 where there was none. */
  get longestMs(): number {
    return this.#max
  }

  /** The part of the requests that had no reply, in percent. */
  get lossPercent(): number {
    return this.transmitted === 0 ? 0 : ((this.transmitted - this.received) * 100) / this.transmitted
  }

  /** `null` where there was no reply. */
  get roundTrips(): RoundTrips | null {
    if (this.received === 0) return null
    const avg = this.#sum / this.received
    // Rounding may leave a difference of equal times a little below 0.
    const mdev = Math.sqrt(Math.max(this.#sumOfSquares / this.received - avg * avg, 0))
    return { min: this.#min, avg, max: this.#max, mdev }
  }
}
