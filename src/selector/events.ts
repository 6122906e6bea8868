// The events of a Selector, and their translation to and from the bits of poll(2).

import { outOfRange, wrongType } from '../core/validate.js'
import { POLLERR, POLLHUP, POLLIN, POLLNVAL, POLLOUT, POLLPRI, POLLRDHUP } from '../native/generated/constants.js'

/** Bytes, a datagram or a connection can be taken, or the stream has ended. */
export const EVENT_READ = 1
/** There is room to send, or a connect has ended. */
export const EVENT_WRITE = 2
/** Urgent data can be received. */
export const EVENT_PRIORITY = 4
/** An error is pending: `takeError` returns it. Reported whether requested or not. */
export const EVENT_ERROR = 8
/** Both directions have ended, or there is no connection. Reported whether requested or not. */
export const EVENT_HANGUP = 16
/** The peer has ended its side of the stream, though bytes may still be there to receive; POLLRDHUP of `poll(2)`. Linux. */
export const EVENT_READ_HANGUP = 32
/** The number is no open descriptor; POLLNVAL. Only `poll` reports it, whether requested or not. */
export const EVENT_INVALID = 64

const NAMES = {
  EVENT_READ,
  EVENT_WRITE,
  EVENT_PRIORITY,
  EVENT_ERROR,
  EVENT_HANGUP,
  EVENT_READ_HANGUP,
  EVENT_INVALID,
}

/**
 * The names of events, for messages.
 * @example
 * for (const { events } of selector.select()) console.log(eventNames(events)) // [ 'EVENT_READ', 'EVENT_HANGUP' ]
 */
export function eventNames(events: number): string[] {
  return Object.entries(NAMES).flatMap(([name, event]) => (events & event ? [name] : []))
}

/** The events that a registration can request. */
export const REQUESTABLE_EVENTS = EVENT_READ | EVENT_WRITE | EVENT_PRIORITY | EVENT_READ_HANGUP
/** The events that are reported whether requested or not. */
export const UNREQUESTED_EVENTS = EVENT_ERROR | EVENT_HANGUP

const BITS: readonly (readonly [event: number, poll: number])[] = [
  [EVENT_READ, POLLIN],
  [EVENT_WRITE, POLLOUT],
  [EVENT_PRIORITY, POLLPRI],
  [EVENT_ERROR, POLLERR],
  [EVENT_HANGUP, POLLHUP],
  [EVENT_INVALID, POLLNVAL],
]

// Each ready socket needs a translation, so both directions are tables. The bits of poll(2) that BITS names are below
// 64 on every system. POLLRDHUP is not, and -1 where a system lacks it.
const POLL_BIT_PATTERNS = 64
const READ_HANGUP = Math.max(POLLRDHUP, 0)
const POLL_BITS_OF = new Int32Array(REQUESTABLE_EVENTS + 1)
const EVENTS_OF = new Uint8Array(POLL_BIT_PATTERNS)
for (const [event, poll] of [...BITS, [EVENT_READ_HANGUP, READ_HANGUP]] as const) {
  for (let events = 0; events <= REQUESTABLE_EVENTS; events++) if (events & event) POLL_BITS_OF[events]! |= poll
  for (let bits = 0; bits < POLL_BIT_PATTERNS; bits++) if (bits & poll) EVENTS_OF[bits]! |= event
}

/** The bits of poll(2) that request these events. */
export function pollBitsOf(events: number): number {
  return POLL_BITS_OF[events]!
}

/** The events that these bits of poll(2) report. */
export function eventsOf(pollBits: number): number {
  const events = EVENTS_OF[pollBits & (POLL_BIT_PATTERNS - 1)]!
  return pollBits & READ_HANGUP ? events | EVENT_READ_HANGUP : events
}

/**
 * The events that a caller requests.
 * @throws TypeError `ERR_INVALID_ARG_TYPE` if they are no number
 * @throws RangeError `ERR_OUT_OF_RANGE` for others than those that can be requested
 */
export function checkedEvents(events: unknown): number {
  if (typeof events !== 'number') throw wrongType('events', "EVENT_READ, EVENT_WRITE, or several events or'ed", events)
  const isValid = Number.isInteger(events) && (events & ~REQUESTABLE_EVENTS) === 0
  if (isValid) return events
  const names = 'EVENT_READ, EVENT_WRITE, EVENT_PRIORITY, EVENT_READ_HANGUP'
  throw outOfRange(`events must be ${names}, several of them or'ed, or 0, not ${events}`, {
    argument: 'events',
    value: events,
  })
}
