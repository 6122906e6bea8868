// Waiting for many sockets at once; Python's `selectors`.

import { checkInteger } from './addresses.js'
import { POLLIN } from './constants.js'
import { errno } from './errno.js'
import { failure, misuse } from './errors.js'
import { Limit, timeoutNumber } from './limits.js'
import { native, TIMED_OUT } from './native.js'
import { ROW, ROW_EVENTS, ROW_GENERATION, ROW_SLOT, type SelectorBackend, type Supports } from './selector-backend.js'
import { checkInterest, Entry, EVENT_ERROR, EVENT_WRITE, eventsOf, type WatchOptions } from './selector-entry.js'
import { EpollBackend, hasEpoll } from './selector-epoll.js'
import { PollBackend } from './selector-poll.js'
import type { Socket } from './socket.js'
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

const WAKER_SLOT = 0

function chosenBackend(): SelectorBackend {
  const wanted = process.env['BERKELEY_SELECTOR']
  if (wanted === 'poll' || (wanted === undefined && !hasEpoll)) return new PollBackend()
  if (hasEpoll && (wanted === undefined || wanted === 'epoll')) return new EpollBackend()
  throw misuse(TypeError, 'ERR_INVALID_ARG_VALUE', `BERKELEY_SELECTOR: this system has no '${wanted}'`)
}

/**
 * Watches many sockets and waits until some are ready; `epoll(7)`, or `poll(2)` where there is none (the environment
 * variable BERKELEY_SELECTOR chooses: `epoll`, `poll`). Level-triggered: what is ready and not used is reported again.
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
  readonly #paused = new Map<Entry<Data>, number>()
  #reported: Entry<Data>[] = []
  #generation = 0
  #waker: Waker | null = null
  #wakerFd = -1
  #wakes = 0
  #closed = false

  /** @internal */
  constructor(backend: SelectorBackend)
  /** @throws SocketError `EMFILE`; TypeError for a BERKELEY_SELECTOR that this system lacks */
  constructor()
  constructor(backend: SelectorBackend = chosenBackend()) {
    this.#backend = backend
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
    const watch = { fd, events: POLLIN, slot: WAKER_SLOT, generation: 0, edge: false, oneShot: false }
    this.#must(this.#backend.add(watch))
    this.#wakerFd = fd
    this.#waker = waker
    return waker
  }

  /**
   * Begins to watch a socket or descriptor.
   * @param events `EVENT_READ`, `EVENT_WRITE`, `EVENT_PRIORITY`, or'ed
   * @param data comes back with what is ready
   * @throws TypeError `ERR_ALREADY_REGISTERED`; RangeError `ERR_OUT_OF_RANGE`; SocketError `ERR_SOCKET_CLOSED`, `EBADF`,
   *   `EPERM` (epoll watches no regular file)
   */
  register(target: Selectable, events: number, ...[data, options = {}]: Registered<Data>): void {
    this.#checkOpen()
    if (typeof target === 'number') checkInteger(target, 'fd', 0, 0x7fffffff)
    if (this.#entries.has(target)) throw misuse(TypeError, 'ERR_ALREADY_REGISTERED', 'it is registered: use modify')
    this.#checkSupport(options)
    const slot = this.#free.at(-1) ?? this.#slots.length
    const entry = new Entry(slot, this.#nextGeneration(), target, events, data as Data, options)
    this.#must(this.#backend.add(entry))
    this.#free.pop()
    this.#slots[slot] = entry
    this.#entries.set(target, entry)
    if (entry.socket === null) return
    entry.watcher = { moved: () => this.#follow(entry), ends: () => this.#forget(entry, target) }
    entry.socket.watch(entry.watcher)
  }

  /**
   * Changes what a registered socket is watched for, and its data where given. It re-arms a one-shot registration.
   * @throws TypeError `ERR_NOT_REGISTERED`; RangeError `ERR_OUT_OF_RANGE`
   */
  modify(target: Selectable, events: number, ...rest: [data?: Data, options?: WatchOptions]): void {
    const entry = this.#entry(target)
    const [, options] = rest
    if (options !== undefined) this.#checkSupport(options)
    entry.interest = checkInterest(events)
    if (rest.length > 0) entry.data = rest[0] as Data
    entry.edge = options?.edge ?? entry.edge
    entry.oneShot = options?.oneShot ?? entry.oneShot
    if (this.#paused.has(entry)) return
    this.#must(this.#backend.modify(entry))
  }

  /**
   * Ceases to watch a socket or descriptor.
   * @throws TypeError `ERR_NOT_REGISTERED`
   */
  unregister(target: Selectable): void {
    const entry = this.#entry(target)
    if (entry.watcher !== null) entry.socket?.unwatch(entry.watcher)
    this.#forget(entry, target)
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
    const limit = new Limit(timeoutNumber(timeout))
    this.#disbelieve()
    for (;;) {
      const count = this.#backend.wait(this.#untilResumed(limit.left))
      if (count < 0 && count !== TIMED_OUT) throw failure(count, 'select')
      if (this.#paused.size > 0) this.#resume()
      const before = this.#wakes
      const ready = this.#collect(count)
      if (ready.length > 0 || this.#wakes !== before || limit.left === 0 || limit.over) return ready
    }
  }

  /** Ends the selector. What was registered stays open. Closing again does nothing. */
  close(): void {
    if (this.#closed) return
    this.#closed = true
    for (const entry of this.#entries.values()) {
      if (entry.watcher !== null) entry.socket?.unwatch(entry.watcher)
    }
    this.#entries.clear()
    this.#backend.close()
    if (this.#wakerFd >= 0) native.close(this.#wakerFd, false, false, 0)
  }

  /** Closes the selector at the end of a `using` block. */
  [Symbol.dispose](): void {
    this.close()
  }

  /** From the backend's rows to what the user sees. */
  #collect(count: number): Ready<Data>[] {
    const ready: Ready<Data>[] = []
    this.#reported = []
    const rows = this.#backend.ready
    let ghosts = false
    for (let at = 0; at < count * ROW; at += ROW) {
      const slot = rows[at + ROW_SLOT]!
      const entry = this.#slots[slot]
      if (slot === WAKER_SLOT) this.#woken()
      else if (entry === null || entry === undefined || entry.generation !== rows[at + ROW_GENERATION]) ghosts = true
      else this.#report(entry, rows[at + ROW_EVENTS]!, ready)
    }
    if (ghosts) this.#rebuild()
    return ready
  }

  #report(entry: Entry<Data>, events: number, ready: Ready<Data>[]): void {
    const { socket, userFd: fd, data } = entry
    if (socket === null) {
      ready.push({ socket, fd, events: eventsOf(events), data })
      return
    }
    if (entry.lookingUp) {
      if (socket.lookupHasFailed()) ready.push({ socket, fd, events: EVENT_WRITE | EVENT_ERROR, data })
      return
    }
    socket.takeOutcome()
    this.#reported.push(entry)
    ready.push({ socket, fd, events: eventsOf(events), data })
  }

  /** Leaves out for a while what has proved false since it was reported. */
  #disbelieve(): void {
    for (const entry of this.#reported) {
      const pause = this.#slots[entry.slot] === entry ? entry.pause() : 0
      if (pause === 0) continue
      this.#backend.remove(entry)
      this.#paused.set(entry, performance.now() + pause)
    }
    this.#reported = []
  }

  #resume(): void {
    const now = performance.now()
    for (const [entry, until] of this.#paused) {
      if (until > now) continue
      this.#paused.delete(entry)
      this.#backend.add(entry)
    }
  }

  #untilResumed(left: number): number {
    if (this.#paused.size === 0) return left
    const soonest = Math.max(0.001, Math.min(...this.#paused.values()) - performance.now())
    return left < 0 ? soonest : Math.min(left, soonest)
  }

  #woken(): void {
    native.wakerDrain(this.#wakerFd)
    this.#wakes++
  }

  /** Events came for a registration that is no more: somebody closed a descriptor that a duplicate keeps alive. */
  #rebuild(): void {
    this.#backend.rebuild([...this.#entries.values()].filter((entry) => !this.#paused.has(entry)))
    if (this.#wakerFd < 0) return
    const watch = { fd: this.#wakerFd, events: POLLIN, slot: WAKER_SLOT, generation: 0, edge: false, oneShot: false }
    this.#backend.add(watch)
  }

  /** Another descriptor tells of a socket now: that of its lookup, or its own again. */
  #follow(entry: Entry<Data>): void {
    if (!this.#paused.delete(entry)) this.#backend.remove(entry)
    entry.fd = entry.socket!.watchedFd()
    entry.generation = this.#nextGeneration()
    this.#backend.add(entry)
  }

  #forget(entry: Entry<Data>, target: Selectable): void {
    // A descriptor that was closed behind our back is gone from the set, or is a ghost of it.
    if (!this.#paused.delete(entry)) this.#backend.remove(entry)
    this.#slots[entry.slot] = null
    this.#free.push(entry.slot)
    this.#entries.delete(target)
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

  #must(answer: number): void {
    if (answer === -errno.EEXIST) throw misuse(TypeError, 'ERR_ALREADY_REGISTERED', 'its descriptor is registered')
    if (answer < 0) throw failure(answer, 'register')
  }
}
