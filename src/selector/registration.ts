// One registration of a selector: what is watched, for what, and how its readiness proves.

import { misuse } from '../core/errors.js'
import { checkInteger } from '../core/validate.js'
import { POLLERR, POLLHUP, POLLIN, POLLOUT, POLLPRI } from '../native/generated/constants.js'
import type { Watch } from '../readiness/backend.js'
import type { Descriptor } from '../socket/descriptor.js'
import { descriptorOf } from '../socket/face.js'
import { Socket } from '../socket/socket.js'
import type { Watcher } from '../socket/watcher.js'

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

/** What can be asked for, and what comes unasked. */
const INTEREST = EVENT_READ | EVENT_WRITE | EVENT_PRIORITY
const UNASKED = EVENT_ERROR | EVENT_HANGUP

const BITS: readonly (readonly [event: number, poll: number])[] = [
  [EVENT_READ, POLLIN],
  [EVENT_WRITE, POLLOUT],
  [EVENT_PRIORITY, POLLPRI],
  [EVENT_ERROR, POLLERR],
  [EVENT_HANGUP, POLLHUP],
]

const pollBits = (events: number): number =>
  BITS.reduce((bits, [event, poll]) => (events & event ? bits | poll : bits), 0)
const eventBits = (bits: number): number =>
  BITS.reduce((events, [event, poll]) => (bits & poll ? events | event : events), 0)

// Tables, because they are asked for every ready socket. poll(2)'s common bits are below 64 on every system.
const POLL_OF = Int32Array.from({ length: INTEREST + 1 }, (_, events) => pollBits(events))
const EVENTS_OF = Uint8Array.from({ length: 64 }, (_, bits) => eventBits(bits))

/**
 * What a registration tells its selector. It does not keep the selector alive, for the socket has it: a selector that
 * the program drops must be closed, whatever sockets it watched.
 */
export interface Registrar<Data> {
  moved(entry: Entry<Data>): void
  ends(entry: Entry<Data>): void
  /** A verb that would block: the readiness that was reported may be false. */
  doubts(entry: Entry<Data>): void
  /** Whether the selector has not been dropped. */
  lives(): boolean
}

/** How to watch, where the backend `supports` it. */
export interface WatchOptions {
  /** Only changes are reported: read or write until it would block, or nothing more is told. */
  readonly edge?: boolean
  /** Nothing more is reported after the first time, until `modify`. */
  readonly oneShot?: boolean
}

/** Milliseconds that readiness which proves false is withheld: 1, 2, 4, 8, 10, 10 ... */
const LONGEST_PAUSE = 10
/** After so many without a refusal, the next is chance again. */
const FORGIVEN = 5 * LONGEST_PAUSE

/** A registration. Its Watch fields are what the backend has been told. */
export class Entry<Data> implements Watch, Watcher {
  readonly slot: number
  readonly target: Socket | number
  readonly socket: Socket | null
  readonly descriptor: Descriptor | null
  /** What the user registered; `fd` may be that of a lookup meanwhile. */
  readonly userFd: number
  data: Data
  interest: number
  fd: number
  generation: number
  edge: boolean
  oneShot: boolean
  /** Not after a one-shot registration has reported, until `modify`; nor once it has ended. */
  armed = true
  /** The events of the last report, and which of the selector's reports that was. */
  came = 0
  round = 0
  /** Events that are not believed until the time `until`. */
  withheld = 0
  until = 0
  readonly #registrar: Registrar<Data>
  #refused = 0
  #wentOn = 0
  #refusals = 0
  #doubtful = 0
  #doubtedAt = 0

  constructor(
    slot: number,
    generation: number,
    target: Socket | number,
    interest: number,
    data: Data,
    how: WatchOptions,
    registrar: Registrar<Data>,
  ) {
    this.slot = slot
    this.generation = generation
    this.target = target
    this.socket = typeof target === 'number' ? null : target
    this.descriptor = typeof target === 'number' ? null : descriptorOf(target)
    this.userFd = typeof target === 'number' ? target : descriptorOf(target).fd
    this.fd = typeof target === 'number' ? target : descriptorOf(target).readinessFd()
    this.interest = checkInterest(interest)
    this.data = data
    this.edge = how.edge === true
    this.oneShot = how.oneShot === true
    this.#registrar = registrar
  }

  /** Whether a lookup's descriptor is watched in place of the socket's. */
  get lookingUp(): boolean {
    return this.fd !== this.userFd
  }

  /** The events that the backend watches for. */
  get events(): number {
    return this.lookingUp ? POLLIN : POLL_OF[this.interest & ~this.withheld]!
  }

  /** Whether the backend does not have it for now: errors and hang-ups cannot be left out otherwise. */
  get out(): boolean {
    return (this.withheld & UNASKED) !== 0
  }

  get observesVerbs(): boolean {
    return true
  }

  moved(): void {
    this.#registrar.moved(this)
  }

  ends(): void {
    this.#registrar.ends(this)
  }

  lives(): boolean {
    return this.#registrar.lives()
  }

  tried(reading: boolean, wentOn: boolean): void {
    const direction = reading ? EVENT_READ : EVENT_WRITE
    if (wentOn) {
      this.#wentOn |= direction
      return
    }
    if (this.#refused === 0) this.#registrar.doubts(this)
    this.#refused |= direction
  }

  /**
   * Judges what verbs came to against what was reported in `round`. Readiness with which every verb answers "would
   * block" would have the program turn round for nothing, so it is withheld for a while: once is chance, then 1, 2, 4
   * ... 10 ms.
   * @returns whether there is something to withhold: see `withheld`, `until`
   */
  judge(round: number): boolean {
    const falsified = this.round === round && this.armed && !this.lookingUp ? this.#falsified() : 0
    if (this.#wentOn & this.#doubtful) this.#refusals = 0
    this.#refused = this.#wentOn = 0
    if (falsified === 0) return false
    const now = performance.now()
    if (now - this.#doubtedAt > FORGIVEN) this.#refusals = 0
    this.#doubtful = falsified
    this.#doubtedAt = now
    if (++this.#refusals < 2) return false
    this.withheld |= falsified
    this.until = now + Math.min(LONGEST_PAUSE, 2 ** (this.#refusals - 2))
    return true
  }

  /** Of the events that came, those that proved false: one direction, so that the other is still told; or all. */
  #falsified(): number {
    if (this.#wentOn === 0 && (this.came & UNASKED) !== 0) return INTEREST | UNASKED
    return this.came & this.#refused & ~this.#wentOn
  }
}

/** Events as users see them. */
export function eventsOf(poll: number): number {
  return EVENTS_OF[poll & 63]!
}

export function checkInterest(interest: number): number {
  if (typeof interest !== 'number') throw misuse(TypeError, 'ERR_INVALID_ARG_TYPE', 'events must be a number')
  if (!Number.isInteger(interest) || interest <= 0 || (interest & ~INTEREST) !== 0) {
    const wanted = 'EVENT_READ, EVENT_WRITE, EVENT_PRIORITY or several of them'
    throw misuse(RangeError, 'ERR_OUT_OF_RANGE', `events must be ${wanted}, not ${interest}`)
  }
  return interest
}

export function checkTarget(target: Socket | number): void {
  if (typeof target === 'number') checkInteger(target, 'fd', 0, 0x7fffffff)
  else if (!(target instanceof Socket)) {
    throw misuse(TypeError, 'ERR_INVALID_ARG_TYPE', 'what to watch must be a Socket or the number of a descriptor')
  }
}
