// The distribution of latencies, as HdrHistogram counts it: exact up to 2,047, then in buckets that are 0.1 % wide, so that
// it takes the same memory for any number of values. node:perf_hooks has one too, but threads on Bun and Deno cannot post
// it: Bun refuses to clone it, and on Deno the message is lost.

/** The values of one power of two fall into so many buckets. */
const BUCKETS = 1024
/** Larger values count as this one: 73 minutes, in nanoseconds. */
const MAX_VALUE = 2 ** 42 - 1
const WORD = 2 ** 32

/** What one thread sends another. */
export interface LatencyCounts {
  readonly counts: Uint32Array
  readonly sum: number
  readonly max: number
}

/** The place of the highest bit of a positive integer. */
function highestBit(value: number): number {
  return value < WORD ? 31 - Math.clz32(value) : 63 - Math.clz32(value / WORD)
}

function bucketOf(value: number): number {
  if (value < 2 * BUCKETS) return value
  const shift = highestBit(value) - 10
  return BUCKETS * shift + Math.floor(value / 2 ** shift)
}

/** The largest integer of a bucket. */
function topOf(bucket: number): number {
  if (bucket < 2 * BUCKETS) return bucket
  const shift = Math.floor(bucket / BUCKETS) - 1
  return (bucket - BUCKETS * shift + 1) * 2 ** shift - 1
}

/** Counts positive integers. */
export class LatencyHistogram {
  readonly #counts = new Uint32Array(bucketOf(MAX_VALUE) + 1)
  #count = 0
  #sum = 0
  #max = 0

  record(value: number): void {
    this.#counts[bucketOf(Math.min(value, MAX_VALUE))]!++
    this.#count++
    this.#sum += value
    if (value > this.#max) this.#max = value
  }

  /** Adds what another thread has counted. */
  add({ counts, sum, max }: LatencyCounts): void {
    for (const [bucket, count] of counts.entries()) {
      this.#counts[bucket]! += count
      this.#count += count
    }
    this.#sum += sum
    this.#max = Math.max(this.#max, max)
  }

  /** What `add` takes. It can be posted. */
  toCounts(): LatencyCounts {
    return { counts: this.#counts, sum: this.#sum, max: this.#max }
  }

  get count(): number {
    return this.#count
  }

  get mean(): number {
    return this.#sum / this.#count
  }

  get max(): number {
    return this.#max
  }

  /** The value that so many percent of the values do not exceed, at most 0.1 % too large; 0 where there are none. */
  percentile(percent: number): number {
    const rank = Math.max(1, Math.ceil((percent * this.#count) / 100))
    let seen = 0
    for (const [bucket, count] of this.#counts.entries()) {
      seen += count
      if (seen >= rank) return Math.min(topOf(bucket), this.#max)
    }
    return this.#max
  }
}
