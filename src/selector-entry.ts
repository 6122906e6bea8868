// One registration of a selector: what is watched, for what, and how its readiness proves.

import { POLLERR, POLLHUP, POLLIN, POLLOUT, POLLPRI } from './constants.js'
import { misuse } from './errors.js'
import type { Watch } from './selector-backend.js'
import type { Socket } from './socket.js'
import { PROGRESSED, REFUSED, type Watcher } from './socket-base.js'

/** There is something to receive or accept, or the end of the stream. */
export const EVENT_READ = 1
/** Something can be sent, or a connect has ended. */
export const EVENT_WRITE = 2
/** There is urgent data. */
export const EVENT_PRIORITY = 4
/** An error is pending: `takeError` tells which. Reported whether asked for or not. */
export const EVENT_ERROR = 8
/** Both directions have ended, or there is no connection. Reported whether asked for or not. */
export const EVENT_HANGUP = 16

/** What can be asked for. */
const INTEREST = EVENT_READ | EVENT_WRITE | EVENT_PRIORITY

const BITS: readonly (readonly [event: number, poll: number])[] = [
  [EVENT_READ, POLLIN],
  [EVENT_WRITE, POLLOUT],
  [EVENT_PRIORITY, POLLPRI],
  [EVENT_ERROR, POLLERR],
  [EVENT_HANGUP, POLLHUP],
]

/** How to watch, where the backend `supports` it. */
export interface WatchOptions {
  /** Only changes are reported: read or write until it would block, or nothing more is told. */
  readonly edge?: boolean
  /** Nothing more is reported after the first time, until `modify`. */
  readonly oneShot?: boolean
}

/** Milliseconds that readiness which proves false is not believed: 1, 2, 4, 8, 10, 10 ... */
const LONGEST_PAUSE = 10

/** A registration. Its Watch fields are what the backend has been told. */
export class Entry<Data> implements Watch {
  readonly slot: number
  readonly socket: Socket | null
  /** What the user registered; `fd` may be that of a lookup meanwhile. */
  readonly userFd: number
  data: Data
  interest: number
  fd: number
  generation: number
  edge: boolean
  oneShot: boolean
  /** How the socket tells what becomes of its descriptor. */
  watcher: Watcher | null = null
  #refusals = 0

  constructor(
    slot: number,
    generation: number,
    target: Socket | number,
    interest: number,
    data: Data,
    how: WatchOptions,
  ) {
    this.slot = slot
    this.generation = generation
    this.socket = typeof target === 'number' ? null : target
    this.userFd = typeof target === 'number' ? target : target.fd
    this.fd = typeof target === 'number' ? target : target.watchedFd()
    this.interest = checkInterest(interest)
    this.data = data
    this.edge = how.edge === true
    this.oneShot = how.oneShot === true
  }

  /** Whether a lookup's descriptor is watched in place of the socket's. */
  get lookingUp(): boolean {
    return this.fd !== this.userFd
  }

  /** The events that the backend watches for. */
  get events(): number {
    if (this.lookingUp) return POLLIN
    return BITS.reduce((bits, [event, poll]) => (this.interest & event ? bits | poll : bits), 0)
  }

  /**
   * How long not to believe what was reported last: readiness that makes every verb answer "would block" would have the
   * program turn round for nothing. Once is chance.
   */
  pause(): number {
    const outcome = this.socket?.takeOutcome() ?? 0
    this.#refusals = (outcome & (PROGRESSED | REFUSED)) === REFUSED ? this.#refusals + 1 : 0
    return this.#refusals < 2 ? 0 : Math.min(LONGEST_PAUSE, 2 ** (this.#refusals - 2))
  }
}

/** Events as users see them. */
export function eventsOf(poll: number): number {
  // The common ones first, and no loop: this runs for every ready socket.
  let events = (poll & POLLIN ? EVENT_READ : 0) | (poll & POLLOUT ? EVENT_WRITE : 0)
  if (poll & POLLPRI) events |= EVENT_PRIORITY
  if (poll & POLLERR) events |= EVENT_ERROR
  if (poll & POLLHUP) events |= EVENT_HANGUP
  return events
}

export function checkInterest(interest: number): number {
  if (typeof interest !== 'number') throw misuse(TypeError, 'ERR_INVALID_ARG_TYPE', 'events must be a number')
  if (!Number.isInteger(interest) || interest <= 0 || (interest & ~INTEREST) !== 0) {
    const wanted = 'EVENT_READ, EVENT_WRITE, EVENT_PRIORITY or several of them'
    throw misuse(RangeError, 'ERR_OUT_OF_RANGE', `events must be ${wanted}, not ${interest}`)
  }
  return interest
}
