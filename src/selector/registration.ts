// One registration of a selector: a socket or a descriptor, the events it is watched for, and the user's data.

import type { Names } from '../core/option-names.js'
import { checkInteger, isInstance, wrongType } from '../core/validate.js'
import { POLLIN } from '../native/generated/constants.js'
import type { Watch } from '../readiness/backend.js'
import type { Descriptor } from '../socket/descriptor.js'
import { descriptorOf } from '../socket/face.js'
import { Socket } from '../socket/socket.js'
import type { Watcher } from '../socket/watcher.js'
import { checkedEvents, EVENT_READ, EVENT_WRITE, pollBitsOf, UNREQUESTED_EVENTS } from './events.js'
import { ReportedReadiness } from './reported-readiness.js'

/** A target to watch: a Socket, or the number of any descriptor that can be polled. */
export type Selectable = Socket | number

/** How to watch, where `supports` of the selector allows it. */
export interface WatchOptions {
  /**
   * Reports changes only. Read or write until the verb would block: otherwise no change follows, and no report. Bytes that a
   * reader or TLS holds are reported at each `select`.
   */
  readonly edge?: boolean
  /** Reports once, and then nothing until `modify`. */
  readonly oneShot?: boolean
}

export const WATCH_OPTIONS: Names<WatchOptions> = { edge: true, oneShot: true }

/**
 * The calls of a registration to its selector. They do not keep the selector alive: a socket holds its registrations,
 * and a selector that the program has dropped must be closed although its sockets live on.
 */
export interface RegistrationOwner<Data> {
  /** Another descriptor has to be watched now. */
  descriptorChanged(registration: Registration<Data>): void
  /** The descriptor is about to be closed or given away. */
  descriptorEnds(registration: Registration<Data>): void
  /** A verb would have blocked: the first since the last assessment. */
  verbBlocked(registration: Registration<Data>): void
  /** The reader of the socket holds bytes that a call may return. */
  readerHolds(registration: Registration<Data>): void
  /** Whether the selector has not been collected. */
  isAlive(): boolean
}

/** Its Watch fields are those that the backend was last given. */
export class Registration<Data> implements Watch, Watcher {
  readonly slot: number
  readonly target: Selectable
  /** Null for a descriptor that was registered by its number. */
  readonly socket: Socket | null
  readonly descriptor: Descriptor | null
  /** The descriptor of the target. `fd` differs from it while a lookup's descriptor is watched. */
  readonly targetFd: number
  readonly readiness = new ReportedReadiness()
  data: Data
  interest: number
  fd: number
  generation: number
  edge: boolean
  oneShot: boolean
  /** False once it has ended, and from the report of a one-shot registration until `modify`. */
  armed = true
  /** Whether its selector looks at what its reader holds. */
  isNoted = false
  readonly #owner: RegistrationOwner<Data>

  constructor(
    slot: number,
    generation: number,
    target: Selectable,
    events: number,
    data: Data,
    options: WatchOptions,
    owner: RegistrationOwner<Data>,
  ) {
    this.slot = slot
    this.generation = generation
    this.target = target
    this.socket = typeof target === 'number' ? null : target
    this.descriptor = typeof target === 'number' ? null : descriptorOf(target)
    this.targetFd = typeof target === 'number' ? target : descriptorOf(target).fd
    this.fd = typeof target === 'number' ? target : descriptorOf(target).readinessFd()
    this.interest = checkedEvents(events)
    this.data = data
    this.edge = options.edge === true
    this.oneShot = options.oneShot === true
    this.#owner = owner
  }

  /** Whether a lookup's descriptor is watched in place of the socket's. */
  get isLookingUp(): boolean {
    return this.fd !== this.targetFd
  }

  /** The bits of poll(2) to watch for. The descriptor of a lookup becomes readable when the lookup has ended. */
  get events(): number {
    return this.isLookingUp ? POLLIN : pollBitsOf(this.interest & ~this.readiness.withheld)
  }

  /** Whether it is not in the backend's set now. Errors and hang-ups are always reported, except by removing it. */
  get isSuspended(): boolean {
    return (this.readiness.withheld & UNREQUESTED_EVENTS) !== 0
  }

  /** Whether this report proved false, so that events have to be withheld. */
  provedFalse(lastReport: number): boolean {
    return this.readiness.assess(lastReport, this.armed && !this.isLookingUp)
  }

  get observesVerbs(): boolean {
    return true
  }

  moved(): void {
    this.#owner.descriptorChanged(this)
  }

  ends(): void {
    this.#owner.descriptorEnds(this)
  }

  tried(reading: boolean, wentOn: boolean): void {
    const direction = reading ? EVENT_READ : EVENT_WRITE
    if (wentOn) this.readiness.progress(direction)
    else if (this.readiness.block(direction)) this.#owner.verbBlocked(this)
  }

  readerHolds(): void {
    if (this.isNoted) return
    this.isNoted = true
    this.#owner.readerHolds(this)
  }

  lives(): boolean {
    return this.#owner.isAlive()
  }
}

/**
 * @throws TypeError `ERR_INVALID_ARG_TYPE` if it is neither a Socket nor a number
 * @throws RangeError `ERR_OUT_OF_RANGE` for a number that cannot be a descriptor
 */
export function checkTarget(target: unknown): asserts target is Selectable {
  if (typeof target === 'number') checkInteger(target, 'fd', 0, 0x7fffffff)
  else if (!isInstance(target, Socket))
    throw wrongType('target', 'a Socket of berkeley, or the number of a descriptor (0: standard input)', target)
}
