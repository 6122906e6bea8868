// Waiting for many sockets at once; Python's `selectors`.

import { checkedTimeout, Deadline } from '../core/deadline.js'
import { failure, misuse } from '../core/errors.js'
import { native, TIMED_OUT } from '../native/addon.js'
import { selectorBackend } from '../native/environment.js'
import { errno } from '../native/errno.js'
import {
  ROW,
  ROW_EVENTS,
  ROW_GENERATION,
  ROW_SLOT,
  type SelectorBackend,
  type Supports,
  WAKER_SLOT,
  wakerWatch,
} from '../readiness/backend.js'
import { EpollBackend, hasEpoll } from '../readiness/epoll.js'
import { PollBackend } from '../readiness/poll.js'
import { lookupHasFailed } from '../socket/connecting.js'
import type { Socket } from '../socket/socket.js'
import { Doubts } from './false-readiness.js'
import {
  checkInterest,
  checkTarget,
  Entry,
  EVENT_ERROR,
  EVENT_WRITE,
  eventsOf,
  type Registrar,
  type WatchOptions,
} from './registration.js'
import { openWaker, type Waker } from './waker.js'

/** A socket or descriptor that is ready. */
export interface Ready<Data> {
  /** The socket; `null` for a descriptor that was registered by its number. */
  readonly socket: Socket | null
  readonly fd: number
  /** `EVENT_READ`, ... or'ed; of those asked for, and `EVENT_ERROR` and `EVENT_HANGUP`. */
  readonly events: number
  /** What it was registered with. */
  readonly data: Data
}

/** What can be watched: a Socket, or the number of any descriptor that can be polled. */
export type Selectable = Socket | number

type Registered<Data> = undefined extends Data
  ? [data?: Data, options?: WatchOptions]
  : [data: Data, options?: WatchOptions]

function chosenBackend(): SelectorBackend {
  const wanted = selectorBackend()
  if (wanted === 'poll' || (wanted === undefined && !hasEpoll)) return new PollBackend()
  if (hasEpoll && (wanted === undefined || wanted === 'epoll')) return new EpollBackend()
  throw misuse(TypeError, 'ERR_INVALID_ARG_VALUE', `BERKELEY_SELECTOR: this system has no '${wanted}'`)
}

/**
 * Watches many sockets and waits until some are ready; `epoll(7)`, or `poll(2)` where there is none (the environment
 * variable BERKELEY_SELECTOR chooses: `epoll`, `poll`). Level-triggered: what is ready and not used is reported again.
 * Where the kernel calls a socket ready and every verb then would block, that is withheld for up to 10 ms.
 * A socket that is closed leaves by itself. A descriptor registered by number must be unregistered before it is closed.
 * @example
 * using selector = new Selector<string>()
 * selector.register(a, EVENT_READ, 'a')
 * selector.register(b, EVENT_READ | EVENT_WRITE, 'b')
 * for (const { socket, events, data } of selector.select(100)) console.log(data, events & EVENT_READ)
 */
export class Selector<Data = undefined> {
  readonly #backend: SelectorBackend
  readonly #entries = new Map<Selectable, Entry<Data>>()
  readonly #slots: (Entry<Data> | null)[] = [null]
  readonly #free: number[] = []
  readonly #doubts: Doubts<Data>
  #round = 0
  #generation = 0
  #moves = 0
  #waker: Waker | null = null
  #wakerFd = -1
  #wakes = 0
  #closed = false
  readonly #registrar: Registrar<Data>

  /** @internal */
  constructor(backend: SelectorBackend)
  /** @throws SocketError `EMFILE`; TypeError for a BERKELEY_SELECTOR that this system lacks */
  constructor()
  constructor(backend: SelectorBackend = chosenBackend()) {
    this.#backend = backend
    this.#doubts = new Doubts(backend)
    if (backend.descriptor >= 0) native.own(backend.descriptor, this, '')
    this.#registrar = Selector.#registrarOf(backend, this.#doubts, backend.descriptor >= 0 ? null : this)
  }

  /** What the backend can do besides level-triggered readiness. */
  get supports(): Supports {
    return this.#backend.supports
  }

  /** `epoll` or `poll`. */
  get backend(): string {
    return this.#backend.name
  }

  /** How many are registered. */
  get size(): number {
    return this.#entries.size
  }

  /** What ends this selector's wait from any thread: see `wake`. It can be posted to a worker. */
  get waker(): Waker {
    this.#checkOpen()
    if (this.#waker !== null) return this.#waker
    const { fd, waker } = openWaker(this)
    must(this.#backend.add(wakerWatch(fd)))
    this.#wakerFd = fd
    this.#waker = waker
    return waker
  }

  /**
   * Begins to watch a socket or descriptor.
   * @param events `EVENT_READ`, `EVENT_WRITE`, `EVENT_PRIORITY`, or'ed
   * @param data comes back with what is ready
   * @throws TypeError `ERR_ALREADY_REGISTERED`, `ERR_INVALID_ARG_TYPE`, `ERR_FEATURE_UNSUPPORTED`; RangeError
   *   `ERR_OUT_OF_RANGE`; SocketError `ERR_SOCKET_CLOSED`, `EBADF`, `EPERM` (epoll watches no regular file)
   */
  register(target: Selectable, events: number, ...[data, options = {}]: Registered<Data>): void {
    this.#checkOpen()
    checkTarget(target)
    if (this.#entries.has(target)) throw misuse(TypeError, 'ERR_ALREADY_REGISTERED', 'it is registered: use modify')
    this.#checkSupport(options)
    const slot = this.#free.at(-1) ?? this.#slots.length
    const entry = new Entry(slot, this.#nextGeneration(), target, events, data as Data, options, this.#registrar)
    must(this.#add(entry))
    if (slot === this.#free.at(-1)) this.#free.pop()
    this.#slots[slot] = entry
    this.#entries.set(target, entry)
    entry.descriptor?.watch(entry)
  }

  /**
   * Changes what a registered socket is watched for, and its data and options where given. It re-arms a one-shot
   * registration.
   * @throws TypeError `ERR_NOT_REGISTERED`, `ERR_FEATURE_UNSUPPORTED`; RangeError `ERR_OUT_OF_RANGE`; SocketError
   *   `EBADF`
   */
  modify(target: Selectable, events: number, ...rest: [data?: Data, options?: WatchOptions]): void {
    const entry = this.#entry(target)
    const [, options = {}] = rest
    this.#checkSupport(options)
    entry.interest = checkInterest(events)
    if (rest.length > 0) entry.data = rest[0] as Data
    entry.edge = options.edge ?? entry.edge
    entry.oneShot = options.oneShot ?? entry.oneShot
    entry.armed = true
    if (!entry.out) must(this.#backend.modify(entry))
  }

  /**
   * Ceases to watch a socket or descriptor.
   * @throws TypeError `ERR_NOT_REGISTERED`
   */
  unregister(target: Selectable): void {
    const entry = this.#entry(target)
    entry.descriptor?.unwatch(entry)
    this.#forget(entry)
  }

  /** Whether a socket or descriptor is registered here. */
  has(target: Selectable): boolean {
    return this.#entries.has(target)
  }

  /**
   * Waits until something registered is ready.
   * @param timeout milliseconds; without it, or with `null`, for ever; 0 only looks
   * @returns what is ready: nothing where the time ran out, or the waker was used
   * @throws InterruptedError; RangeError `ERR_OUT_OF_RANGE`; TypeError `ERR_SELECTOR_CLOSED`
   */
  select(timeout: number | null = null): Ready<Data>[] {
    this.#checkOpen()
    const limit = new Deadline(checkedTimeout(timeout))
    this.#doubts.judge(this.#round)
    const wakes = this.#wakes
    for (;;) {
      const moves = this.#moves
      const count = this.#backend.wait(this.#doubts.untilResumed(limit.remaining))
      // JavaScript of a debugger, run during the wait, may have closed it.
      this.#checkOpen()
      if (count < 0 && count !== TIMED_OUT) throw failure(count, 'select')
      this.#doubts.resume()
      const ready = this.#collect(count)
      if (ready.length > 0 || this.#wakes !== wakes || limit.expired) return ready
      // Where a lookup has just ended, the socket itself has not been looked at yet.
      if (limit.remaining === 0 && this.#moves === moves) return ready
    }
  }

  /** Ends the selector. What was registered stays open. Closing again does nothing. */
  close(): void {
    if (this.#closed) return
    this.#closed = true
    for (const entry of this.#entries.values()) entry.descriptor?.unwatch(entry)
    this.#entries.clear()
    this.#backend.close()
    if (this.#wakerFd >= 0) native.close(this.#wakerFd, false, false, 0)
  }

  /** Closes the selector at the end of a `using` block. */
  [Symbol.dispose](): void {
    this.close()
  }

  /**
   * The way from registrations back to their selector: through the table of descriptors, which does not keep it alive
   * (a WeakRef does, in a program that never returns to the event loop). Without a descriptor nothing is lost by `strong`.
   */
  static #registrarOf<Data>(
    backend: SelectorBackend,
    doubts: Doubts<Data>,
    strong: Selector<Data> | null,
  ): Registrar<Data> {
    const reach = (act: (selector: Selector<Data>) => void): boolean => {
      const owner = strong ?? native.owner(backend.descriptor)
      if (!(owner instanceof Selector) || owner.#backend !== backend) return false
      act(owner)
      return true
    }
    return {
      moved: (entry) => reach((selector) => selector.#follow(entry)),
      ends: (entry) => reach((selector) => selector.#forget(entry)),
      doubts: (entry) => doubts.raise(entry),
      lives: () => reach(() => {}),
    }
  }

  /** From the backend's rows to what the user sees. */
  #collect(count: number): Ready<Data>[] {
    const ready: Ready<Data>[] = []
    const rows = this.#backend.ready
    let ghosts = false
    this.#round++
    for (let at = 0; at < count * ROW; at += ROW) {
      const slot = rows[at + ROW_SLOT]!
      const entry = this.#slots[slot]
      if (entry && entry.generation === rows[at + ROW_GENERATION]) this.#report(entry, rows[at + ROW_EVENTS]!, ready)
      else if (slot === WAKER_SLOT) this.#woken()
      else ghosts = true
    }
    if (ghosts) this.#rebuild()
    return ready
  }

  #report(entry: Entry<Data>, bits: number, ready: Ready<Data>[]): void {
    const { socket, userFd: fd, data } = entry
    let events = eventsOf(bits)
    if (entry.lookingUp) {
      if (!lookupHasFailed(entry.descriptor!)) return
      events = (entry.interest & EVENT_WRITE) | EVENT_ERROR
    }
    entry.came = events
    entry.round = this.#round
    if (entry.oneShot) entry.armed = false
    ready.push({ socket, fd, events, data })
  }

  #woken(): void {
    native.wakerDrain(this.#wakerFd)
    this.#wakes++
  }

  /** Events came for a registration that is no more: somebody closed a descriptor that a duplicate keeps alive. */
  #rebuild(): void {
    const before = this.#backend.descriptor
    this.#backend.rebuild([...this.#entries.values()].filter(({ out, armed }) => armed && !out))
    if (this.#backend.descriptor !== before) native.own(this.#backend.descriptor, this, '')
    if (this.#wakerFd >= 0) this.#backend.add(wakerWatch(this.#wakerFd))
  }

  /** Another descriptor tells of a socket now: that of its lookup, or its own again. */
  #follow(entry: Entry<Data>): void {
    if (!entry.out) this.#backend.remove(entry)
    this.#doubts.believe(entry)
    entry.fd = entry.descriptor!.readinessFd()
    entry.generation = this.#nextGeneration()
    this.#moves++
    if (entry.armed) this.#add(entry)
  }

  #forget(entry: Entry<Data>): void {
    // A descriptor that was closed behind our back is gone from the set, or is a ghost of it.
    if (!entry.out) this.#backend.remove(entry)
    this.#strike(entry)
  }

  #strike(entry: Entry<Data>): void {
    entry.armed = false
    this.#doubts.believe(entry)
    this.#slots[entry.slot] = null
    this.#free.push(entry.slot)
    this.#entries.delete(entry.target)
  }

  /** Adds to the set, whatever a number that was closed behind our back has left there or here. */
  #add(entry: Entry<Data>): number {
    const answer = this.#backend.add(entry)
    // A ghost: the same file was registered under the same number before.
    if (answer === -errno.EEXIST && !this.#watches(entry.fd)) return this.#backend.modify(entry)
    // What the set takes under a number that is registered, it had lost.
    const stale = this.#entries.get(entry.fd)
    if (answer === 0 && stale !== undefined && stale !== entry) this.#strike(stale)
    return answer
  }

  #watches(fd: number): boolean {
    for (const entry of this.#entries.values()) if (entry.fd === fd) return true
    return false
  }

  #entry(target: Selectable): Entry<Data> {
    this.#checkOpen()
    const entry = this.#entries.get(target)
    if (entry === undefined) throw misuse(TypeError, 'ERR_NOT_REGISTERED', 'it is not registered with this selector')
    return entry
  }

  #nextGeneration(): number {
    this.#generation = (this.#generation + 1) | 0
    return this.#generation
  }

  #checkSupport({ edge, oneShot }: WatchOptions): void {
    const lacks = (edge === true && !this.supports.edge) || (oneShot === true && !this.supports.oneShot)
    if (lacks) throw misuse(TypeError, 'ERR_FEATURE_UNSUPPORTED', `${this.backend} has no edge nor oneShot`)
  }

  #checkOpen(): void {
    if (this.#closed) throw misuse(TypeError, 'ERR_SELECTOR_CLOSED', 'the selector is closed')
  }
}

function must(answer: number): void {
  if (answer === -errno.EEXIST) throw misuse(TypeError, 'ERR_ALREADY_REGISTERED', 'its descriptor is registered')
  if (answer < 0) throw failure(answer, 'register')
}
