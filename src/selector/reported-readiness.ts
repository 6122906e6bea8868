// The readiness that a selector has reported for one registration, and whether it proves false.

import { backoffMs, MAX_BACKOFF_MS } from '../core/backoff.js'
import { REQUESTABLE_EVENTS, UNREQUESTED_EVENTS } from './events.js'

/** The first false report may be chance: another process was faster. */
const TOLERATED_FALSE_REPORTS = 1
/** After this time without a false report, the next one counts as the first again. */
const FALSE_REPORT_EXPIRY_MS = 5 * MAX_BACKOFF_MS

/** The last report for one registration, and the outcome of verbs since. Directions are EVENT_READ and EVENT_WRITE. */
export class ReportedReadiness {
  /** The events that are not watched until the time `withheldUntil` of performance.now(), because they proved false. */
  withheld = 0
  withheldUntil = 0
  #reportNumber = 0
  #reported = 0
  #blocked = 0
  #progressed = 0
  #falseReports = 0
  #lastFalse = 0
  #lastFalseAt = 0

  /** Records that the selector's report of this number contained these events. */
  report(number: number, events: number): void {
    this.#reportNumber = number
    this.#reported = events
  }

  /** Records that a verb made progress in this direction. */
  progress(direction: number): void {
    this.#progressed |= direction
  }

  /**
   * Records that a verb would have blocked in this direction.
   * @returns whether that is the first since the last assessment
   */
  block(direction: number): boolean {
    const isFirst = this.#blocked === 0
    this.#blocked |= direction
    return isFirst
  }

  /**
   * Compares the outcome of verbs with the selector's last report.
   * @param isWatched false where the watched descriptor says nothing of these verbs: it is a lookup's, or is not armed
   * @returns whether events have to be withheld: see `withheld` and `withheldUntil`
   */
  assess(lastReport: number, isWatched: boolean): boolean {
    const falseEvents = isWatched && this.#reportNumber === lastReport ? this.#falseEvents() : 0
    if (this.#progressed & this.#lastFalse) this.#falseReports = 0
    this.#blocked = this.#progressed = 0
    return falseEvents !== 0 && this.#withhold(falseEvents)
  }

  /** The reported events that proved false: those of one direction, so that the other is still reported; or all. */
  #falseEvents(): number {
    if (this.#progressed === 0 && (this.#reported & UNREQUESTED_EVENTS) !== 0) {
      return REQUESTABLE_EVENTS | UNREQUESTED_EVENTS
    }
    return this.#reported & this.#blocked & ~this.#progressed
  }

  #withhold(falseEvents: number): boolean {
    const now = performance.now()
    if (now - this.#lastFalseAt > FALSE_REPORT_EXPIRY_MS) this.#falseReports = 0
    this.#lastFalse = falseEvents
    this.#lastFalseAt = now
    this.#falseReports++
    const pauseMs = backoffMs(this.#falseReports - TOLERATED_FALSE_REPORTS)
    if (pauseMs === 0) return false
    this.withheld |= falseEvents
    this.withheldUntil = now + pauseMs
    return true
  }
}
