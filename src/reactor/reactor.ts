// The heart of the event loop's side: all registered sockets of an environment, in one set of the kernel's, and one call
// from the event loop for all that have become ready.

import { backoffMs } from '../core/backoff.js'
import { failure } from '../core/errors.js'
import { native } from '../native/addon.js'
import { errno } from '../native/errno.js'
import { POLLIN, POLLOUT } from '../native/generated/constants.js'
import {
  READY_EVENTS,
  READY_GENERATION,
  READY_ROW_FIELDS,
  READY_SLOT,
  type ReadinessBackend,
} from '../readiness/backend.js'
import { batchReceive, MAX_BATCH_ROWS, NO_FD, NO_ROW } from './batch-receive.js'
import {
  MANY_READY_SOCKETS,
  MAX_COMPLETIONS_PER_TURN,
  nextTurn,
  renewBudget,
  spend,
  withoutContext,
} from './fairness.js'
import { type Notifier, openNotifier } from './notifier.js'
import { READ_EVENTS, type Registration, type Registry } from './registration.js'

const ALL_EVENTS = READ_EVENTS | POLLOUT

class Reactor implements Registry {
  readonly #notifier: Notifier
  readonly #set: ReadinessBackend
  readonly #isEdgeTriggered: boolean
  readonly #slots: (Registration | null)[] = [null]
  readonly #free: number[] = []
  #generation = 0
  /** The set's last report, and which part of it is still to be delivered. */
  #rows: Int32Array = new Int32Array(0)
  #next = 0
  #end = 0
  #isDue = false

  constructor() {
    this.#notifier = openNotifier(() => this.#run())
    this.#set = this.#notifier.set
    this.#isEdgeTriggered = this.#set.supports.edge
    // It is this environment's for good.
    if (this.#set.descriptor >= 0) native.own(this.#set.descriptor, this, '')
    this.#notifier.watch()
  }

  /** Begins to report a descriptor's readiness, and first what is ready already. */
  add(registration: Registration): void {
    if (registration.registry !== null) return
    registration.slot = this.#free.pop() ?? this.#slots.length
    this.#slots[registration.slot] = registration
    registration.registry = this
    const result = this.#enter(registration)
    if (result === 0) return
    this.forget(registration)
    throw failure(result, 'epoll_ctl')
  }

  remove(registration: Registration, gone: boolean): void {
    if (registration.registry === null) return
    // The kernel removes it from the set itself: one system call less for each connection.
    if (!(gone && this.#isEdgeTriggered)) this.#leave(registration)
    this.forget(registration)
  }

  forget(registration: Registration): void {
    if (registration.registry === null) return
    registration.registry = null
    this.#slots[registration.slot] = null
    this.#free.push(registration.slot)
  }

  replace(registration: Registration, fd: number): void {
    this.#leave(registration)
    registration.fd = fd
    this.#check(registration, this.#enter(registration))
  }

  /** A level-triggered set must watch only the events that are waited for: it would report others for ever. */
  update(registration: Registration): void {
    if (this.#isEdgeTriggered) {
      this.#widen(registration)
      return
    }
    if (registration.wanted === registration.events) return
    const isFalse = registration.falseReports > 1 && (registration.wanted & ~registration.events) !== 0
    if (isFalse) setTimeout(() => this.#update(registration), backoffMs(registration.falseReports - 1))
    else this.#update(registration)
  }

  /** Begins to watch for writing, for good. The kernel then reports what is ready by now, so that no edge is lost. */
  #widen(registration: Registration): void {
    if (registration.events !== READ_EVENTS || (registration.wanted & POLLOUT) === 0) return
    registration.events = ALL_EVENTS
    this.#check(registration, this.#set.modify(registration))
  }

  #update(registration: Registration): void {
    if (registration.registry !== null) this.#check(registration, this.#apply(registration))
  }

  #apply(registration: Registration): number {
    const before = registration.events
    registration.events = registration.wanted
    if (before === registration.events) return 0
    this.#notifier.watch()
    if (registration.events !== 0) return before === 0 ? this.#set.add(registration) : this.#set.modify(registration)
    this.#set.remove(registration)
    return 0
  }

  /** What the set refuses, such as more descriptors than a user may watch, fails the operations that would wait in vain. */
  #check(registration: Registration, result: number): void {
    if (result >= 0) return
    this.remove(registration, false)
    // Not in the middle of a verb, which may succeed at once; another may have entered the registration anew by then.
    void Promise.resolve().then(() => {
      if (registration.registry === null) registration.refused(failure(result, 'epoll_ctl'))
    })
  }

  /** One more channel keeps the process alive, until `unref`. */
  ref(): void {
    this.#notifier.ref()
  }

  unref(): void {
    this.#notifier.unref()
  }

  #leave(registration: Registration): void {
    if (this.#isEdgeTriggered || registration.events !== 0) {
      this.#set.remove(registration)
      this.#notifier.watch()
    }
    // A thread that polls a descriptor keeps its file open after it was closed here: the peer would not see the end, not
    // even where this thread waits for that next.
    this.#notifier.watchNow()
  }

  #enter(registration: Registration): number {
    this.#generation = (this.#generation + 1) | 0
    registration.generation = this.#generation
    registration.events = 0
    if (this.#isEdgeTriggered) {
      registration.events = firstEvents(registration)
      const result = this.#set.add(registration)
      // A dropped socket had the number, and is in the set as long as a duplicate of it is open.
      return result === -errno.EEXIST ? this.#set.modify(registration) : result
    }
    return this.#apply(registration)
  }

  /**
   * Delivers what the set reports, within the turn's budget; the rest is delivered after whatever else the event loop has
   * to do. While many are delivered more become ready, and asking for them here is cheaper than being called for them.
   */
  #run(): void {
    renewBudget()
    try {
      for (
        let asked = 0, reported = MANY_READY_SOCKETS;
        asked < MAX_COMPLETIONS_PER_TURN && reported >= MANY_READY_SOCKETS;
      ) {
        reported = this.#next === this.#end ? this.#ask() : (this.#end - this.#next) / READY_ROW_FIELDS
        asked += reported
        if (!this.#deliver()) break
      }
    } finally {
      if (this.#next < this.#end) this.#runLater()
      else this.#notifier.rearm()
      // The promises that were settled run next, with a budget of their own.
      renewBudget()
    }
  }

  /** Asks the set: how many sockets have become ready. */
  #ask(): number {
    const count = Math.max(0, this.#set.wait(0))
    this.#rows = this.#set.ready
    this.#next = 0
    this.#end = count * READY_ROW_FIELDS
    this.#receiveBatch(Math.min(count, MAX_BATCH_ROWS))
    return count
  }

  /** Receives for the registrations that allow it. */
  #receiveBatch(count: number): void {
    let last = NO_ROW
    for (let row = 0; row < count; row++) {
      const registration = this.#registrationAt(row * READY_ROW_FIELDS)
      const allowsBatch = registration?.allowsBatch === true && registration.reader !== null
      const receives = allowsBatch && (this.#rows[row * READY_ROW_FIELDS + READY_EVENTS]! & POLLIN) !== 0
      batchReceive.setRow(row, receives ? registration.fd : NO_FD)
      if (receives) registration.row = last = row
    }
    if (last !== NO_ROW) batchReceive.receive(last + 1)
  }

  /** The registration of a row, unless it has left since. */
  #registrationAt(at: number): Registration | null {
    const registration = this.#slots[this.#rows[at + READY_SLOT]!]
    return registration && registration.generation === this.#rows[at + READY_GENERATION] ? registration : null
  }

  /** Delivers until the budget is spent: whether some of it is left. */
  #deliver(): boolean {
    while (this.#next < this.#end) {
      if (!spend()) return false
      const at = this.#next
      this.#next += READY_ROW_FIELDS
      this.#registrationAt(at)?.deliver(this.#rows[at + READY_EVENTS]!)
    }
    return true
  }

  /** Continues in the next turn, once: the notifier may notify before that. */
  #runLater(): void {
    if (this.#isDue) return
    this.#isDue = true
    nextTurn(() => {
      this.#isDue = false
      this.#run()
    })
  }
}

/** What an edge-triggered set watches a descriptor for. */
function firstEvents(registration: Registration): number {
  if (registration.isLookingUp) return POLLIN
  const readsOnly = registration.watchesWritesOnDemand && (registration.wanted & POLLOUT) === 0
  return readsOnly ? READ_EVENTS : ALL_EVENTS
}

let instance: Reactor | null = null
const make = withoutContext(() => new Reactor())

/** The reactor of this environment, made when it is first needed. @throws SocketError `EMFILE` */
export function reactor(): Reactor {
  instance ??= make()
  return instance
}
