// A shortage while accepting: of descriptors (EMFILE), of memory, or of permission (EPERM).
//
// accept(2) fails and the listener stays ready, so a thread that tried again at once would spin. Each thread pauses by
// itself, longer after each failure. The time of the last shortage is shared by all threads of a server, so that the
// shortage and its end are each reported once, by the first thread that notices.

import { backoffMs } from '../core/backoff.js'
import { CONTROL_LAST_SHORTAGE, CONTROL_PHASE, PHASE_RUNNING } from './protocol.js'

const FIRST_ACCEPT_PAUSE_MS = 20
const MAX_ACCEPT_PAUSE_MS = 100
/** The unit of the shared time: a 32-bit integer counts almost seven years of it. */
const TICK_MS = 100
/** The time without a shortage after which it is over. At the limit, one may begin and end with each connection. */
const RECOVERY_TICKS = 10

/** One thread's view of the shortage. */
export class Shortage {
  readonly #control: Int32Array
  readonly #startedAt: number
  /** How often accepting has failed since this thread accepted a connection. */
  #failures = 0

  constructor(control: Int32Array, startedAt: number) {
    this.#control = control
    this.#startedAt = startedAt
  }

  /** After a failure to accept, waits until the server stops or a pause is over. */
  pause(): void {
    if (this.#failures === 0) return
    const pauseMs = backoffMs(this.#failures, FIRST_ACCEPT_PAUSE_MS, MAX_ACCEPT_PAUSE_MS)
    Atomics.wait(this.#control, CONTROL_PHASE, PHASE_RUNNING, pauseMs)
  }

  /** Records that accepting failed. @returns whether the shortage begins with that, and so has to be reported */
  failed(): boolean {
    this.#failures++
    return Atomics.exchange(this.#control, CONTROL_LAST_SHORTAGE, this.#tick()) === 0
  }

  /** Records that a connection was accepted. @returns whether the shortage ends with that, and so has to be reported */
  accepted(): boolean {
    this.#failures = 0
    const last = Atomics.load(this.#control, CONTROL_LAST_SHORTAGE)
    if (last === 0 || this.#tick() - last < RECOVERY_TICKS) return false
    return Atomics.compareExchange(this.#control, CONTROL_LAST_SHORTAGE, last, 0) === last
  }

  /** The time in ticks, from 1 on. It is that of Date.now(): performance.now() differs between threads. */
  #tick(): number {
    return 1 + Math.floor((Date.now() - this.#startedAt) / TICK_MS)
  }
}
