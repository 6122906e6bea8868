// The heart of event-driven use: all sockets of an environment that somebody awaits, in one set, and one call from the
// event loop for all that have become ready.

// The global of this name is a getter that asks each time whether it was replaced: here it is asked for each few messages.
import { performance } from 'node:perf_hooks'
import { failure } from '../core/errors.js'
import { native } from '../native/addon.js'
import { errno } from '../native/errno.js'
import { POLLIN, POLLOUT, POLLPRI, POLLRDHUP } from '../native/generated/constants.js'
import {
  READY_EVENTS,
  READY_GENERATION,
  READY_ROW_FIELDS,
  READY_SLOT,
  type ReadinessBackend,
} from '../readiness/backend.js'
import { NO_FD, NO_ROW, ROWS, receivedAhead } from './batch-receive.js'
import { beginTurn, forNobody, nextTurn } from './fairness.js'
import { type Bell, openBell } from './notifier.js'
import type { ReactorEntry, Registry } from './registration.js'

const ALL = POLLIN | POLLOUT | POLLPRI | POLLRDHUP
const LONGEST_MS = 1
/** When so many have been told in one turn of the event loop, the set is not asked for more. */
const MOST = 64
/** Where fewer have come than these, no more is expected by now. */
const MANY = 8
/** To look at the clock costs as much as to copy a small message: among quick handlers it is looked at after so many. */
const LOOK_EVERY = 4
const QUICK_MS = 0.1
// Readiness that proves false is asked for again after 1, 2, 4 ... 10 ms.
const LONGEST_PAUSE = 10

class Reactor implements Registry {
  readonly #bell: Bell
  readonly #set: ReadinessBackend
  readonly #edges: boolean
  readonly #slots: (ReactorEntry | null)[] = [null]
  readonly #free: number[] = []
  #generation = 0
  /** What the set has told last, and which part of it is still to be passed on. */
  #rows: Int32Array = new Int32Array(0)
  #at = 0
  #end = 0
  #due = false

  constructor() {
    this.#bell = openBell(() => this.#ring())
    this.#set = this.#bell.set
    this.#edges = this.#set.supports.edge
    // It is this environment's for good.
    if (this.#set.descriptor >= 0) native.own(this.#set.descriptor, this, '')
    this.#bell.watch()
  }

  /** Begins to tell an entry of its descriptor's readiness. What is so already is told as well. */
  add(entry: ReactorEntry): void {
    if (entry.registry !== null) return
    entry.slot = this.#free.pop() ?? this.#slots.length
    this.#slots[entry.slot] = entry
    entry.registry = this
    const answer = this.#enter(entry)
    if (answer === 0) return
    this.forget(entry)
    throw failure(answer, 'epoll_ctl')
  }

  remove(entry: ReactorEntry, gone: boolean): void {
    if (entry.registry === null) return
    // The kernel takes it from the set itself: one system call less for each connection.
    if (!(gone && this.#edges)) this.#leave(entry)
    this.forget(entry)
  }

  /** Gives up an entry whose descriptor is closed already. */
  forget(entry: ReactorEntry): void {
    if (entry.registry === null) return
    entry.registry = null
    this.#slots[entry.slot] = null
    this.#free.push(entry.slot)
  }

  replace(entry: ReactorEntry, fd: number): void {
    this.#leave(entry)
    entry.fd = fd
    this.#check(entry, this.#enter(entry))
  }

  /** Level-triggered sets must be asked for nothing but what is waited for: otherwise they would ring for ever. */
  update(entry: ReactorEntry): void {
    if (this.#edges || entry.wanted === entry.events) return
    const isDoubtful = entry.falseAlarms > 1 && (entry.wanted & ~entry.events) !== 0
    if (isDoubtful) setTimeout(() => this.#update(entry), Math.min(LONGEST_PAUSE, 2 ** (entry.falseAlarms - 2)))
    else this.#update(entry)
  }

  #update(entry: ReactorEntry): void {
    if (entry.registry !== null) this.#check(entry, this.#apply(entry))
  }

  #apply(entry: ReactorEntry): number {
    const before = entry.events
    entry.events = entry.wanted
    if (before === entry.events) return 0
    this.#bell.watch()
    if (entry.events !== 0) return before === 0 ? this.#set.add(entry) : this.#set.modify(entry)
    this.#set.remove(entry)
    return 0
  }

  /** What the set refuses, such as more than the system watches for one user, those hear of who would wait in vain. */
  #check(entry: ReactorEntry, answer: number): void {
    if (answer >= 0) return
    this.remove(entry, false)
    // Not in the midst of a verb: it may prove to be done, and somebody else may have entered it anew.
    void Promise.resolve().then(() => {
      if (entry.registry === null) entry.refused(failure(answer, 'epoll_ctl'))
    })
  }

  /** Somebody waits: the process goes on until `release`. */
  hold(): void {
    this.#bell.hold()
  }

  release(): void {
    this.#bell.release()
  }

  #leave(entry: ReactorEntry): void {
    if (this.#edges || entry.events !== 0) {
      this.#set.remove(entry)
      this.#bell.watch()
    }
    // A thread that polls a descriptor holds it open, though it be closed here: the peer would not hear of it, not even
    // if this thread waits for that next.
    this.#bell.watchNow()
  }

  #enter(entry: ReactorEntry): number {
    this.#generation = (this.#generation + 1) | 0
    entry.generation = this.#generation
    entry.events = 0
    if (this.#edges) {
      entry.events = entry.lookingUp ? POLLIN : ALL
      const answer = this.#set.add(entry)
      // A socket that was dropped had the number, and its registration lives as long as a duplicate of it does.
      return answer === -errno.EEXIST ? this.#set.modify(entry) : answer
    }
    return this.#apply(entry)
  }

  /**
   * Tells the entries what has come, at most for a while: those left over are told after whatever else the event loop has
   * to do. While many are told more comes, and to ask for it here is cheaper than to be called for it.
   */
  #ring(): void {
    beginTurn()
    const end = performance.now() + LONGEST_MS
    try {
      for (let told = 0, came = MANY; told < MOST && came >= MANY; told += came) {
        came = this.#at === this.#end ? this.#take() : (this.#end - this.#at) / READY_ROW_FIELDS
        if (!this.#deliver(end)) break
      }
    } finally {
      if (this.#at < this.#end) this.#ringLater()
      else this.#bell.rearm()
    }
  }

  /** Asks the set: how many have become ready. */
  #take(): number {
    const count = Math.max(0, this.#set.wait(0))
    this.#rows = this.#set.ready
    this.#at = 0
    this.#end = count * READY_ROW_FIELDS
    this.#receive(Math.min(count, ROWS))
    return count
  }

  /** Receives for those who let it. */
  #receive(count: number): void {
    let last = NO_ROW
    for (let row = 0; row < count; row++) {
      const entry = this.#entryAt(row * READY_ROW_FIELDS)
      const mayAsk = entry?.mayReceive === true && entry.reader !== null
      const asks = mayAsk && (this.#rows[row * READY_ROW_FIELDS + READY_EVENTS]! & POLLIN) !== 0
      receivedAhead.ask(row, asks ? entry.fd : NO_FD)
      if (asks) entry.row = last = row
    }
    if (last !== NO_ROW) receivedAhead.receive(last + 1)
  }

  /** The entry of a row, unless it has left meanwhile. */
  #entryAt(at: number): ReactorEntry | null {
    const entry = this.#slots[this.#rows[at + READY_SLOT]!]
    return entry && entry.generation === this.#rows[at + READY_GENERATION] ? entry : null
  }

  /** Tells them, until the time is over: whether there is time left. */
  #deliver(end: number): boolean {
    let looked = performance.now()
    let quick = 0
    while (this.#at < this.#end) {
      const at = this.#at
      this.#at += READY_ROW_FIELDS
      this.#entryAt(at)?.ready(this.#rows[at + READY_EVENTS]!)
      if (quick-- > 0) continue
      const now = performance.now()
      if (now > end) return false
      quick = now - looked < QUICK_MS ? LOOK_EVERY - 1 : 0
      looked = now
    }
    return performance.now() < end
  }

  /** Goes on after whatever else the event loop has to do, once: the bell may ring before that. */
  #ringLater(): void {
    if (this.#due) return
    this.#due = true
    nextTurn(() => {
      this.#due = false
      this.#ring()
    })
  }
}

let instance: Reactor | null = null
const make = forNobody(() => new Reactor())

/** The reactor of this environment, made when it is first needed. @throws SocketError `EMFILE` */
export function reactor(): Reactor {
  instance ??= make()
  return instance
}
