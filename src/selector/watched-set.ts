// A backend's set of descriptors, kept in step with the registrations of a selector.
//
// Three things change it besides the program's own calls. When a lookup begins or ends, another descriptor has to be
// watched. When a socket is closed, its registration ends. When a descriptor that was registered by its number is
// closed first, epoll goes on reporting it while a duplicate is open; and the number may be opened again and mean
// another file.

import type { Deadline } from '../core/deadline.js'
import { failure, misuse } from '../core/errors.js'
import { native, TIMED_OUT } from '../native/addon.js'
import { errno } from '../native/errno.js'
import {
  READY_EVENTS,
  READY_GENERATION,
  READY_ROW_FIELDS,
  READY_SLOT,
  type ReadinessBackend,
} from '../readiness/backend.js'
import { lookupHasFailed } from '../socket/connecting.js'
import type { Socket } from '../socket/socket.js'
import { EVENT_ERROR, EVENT_READ, EVENT_WRITE, eventsOf } from './events.js'
import { FalseReadiness } from './false-readiness.js'
import { LayeredReadiness } from './layered-readiness.js'
import { Registration, type RegistrationOwner, type Selectable, type WatchOptions } from './registration.js'
import { RegistrationTable } from './registration-table.js'
import { type OpenWaker, openWaker, WAKER_SLOT, type Waker } from './waker.js'

/** A socket or descriptor that is ready. */
export interface Ready<Data> {
  /** The socket; `null` for a descriptor that was registered by its number. */
  readonly socket: Socket | null
  readonly fd: number
  /** `EVENT_READ`, ... or'ed: of those requested, and `EVENT_ERROR` and `EVENT_HANGUP`. */
  readonly events: number
  /** The data that it was registered with. */
  readonly data: Data
}

export class WatchedSet<Data> {
  readonly #backend: ReadinessBackend
  readonly #registrations = new RegistrationTable<Data>()
  readonly #falseReadiness: FalseReadiness<Data>
  readonly #layered = new LayeredReadiness<Data>()
  readonly #owner: RegistrationOwner<Data>
  #waker: OpenWaker | null = null
  #isClosed = false
  /** Counts of reports, of wakeups, and of changes of a descriptor. */
  #reports = 0
  #wakeups = 0
  #descriptorChanges = 0

  constructor(backend: ReadinessBackend) {
    this.#backend = backend
    this.#falseReadiness = new FalseReadiness(backend)
    this.#own(backend)
    const strong = backend.descriptor >= 0 ? null : this
    this.#owner = WatchedSet.#ownerOf(backend, this.#falseReadiness, strong)
  }

  /** Has the set's descriptor closed when this object is collected; at once where that fails, for lack of memory. */
  #own(backend: ReadinessBackend): void {
    if (backend.descriptor < 0) return
    try {
      native.own(backend.descriptor, this, '')
    } catch (error) {
      backend.close()
      throw error
    }
  }

  get size(): number {
    return this.#registrations.size
  }

  get isClosed(): boolean {
    return this.#isClosed
  }

  /** @throws TypeError `ERR_SELECTOR_CLOSED` */
  checkOpen(): void {
    if (this.#isClosed) throw misuse(TypeError, 'ERR_SELECTOR_CLOSED', 'the selector is closed')
  }

  get(target: Selectable): Registration<Data> | undefined {
    return this.#registrations.get(target)
  }

  /** The set's waker, which is opened when it is first needed. */
  get waker(): Waker {
    this.#waker ??= this.#openWaker()
    return this.#waker.waker
  }

  add(target: Selectable, events: number, data: Data, options: WatchOptions): void {
    const table = this.#registrations
    const slot = table.nextSlot()
    const generation = table.nextGeneration()
    const registration = new Registration(slot, generation, target, events, data, options, this.#owner)
    throwFailure(this.#addToSet(registration))
    table.add(registration)
    this.#layered.add(registration)
    registration.descriptor?.watch(registration)
  }

  /** Watches a registration as its fields now say. */
  update(registration: Registration<Data>): void {
    registration.armed = true
    if (!registration.isSuspended) throwFailure(this.#backend.modify(registration))
  }

  noteReader(registration: Registration<Data>): void {
    this.#layered.noteReader(registration)
  }

  remove(registration: Registration<Data>): void {
    registration.descriptor?.unwatch(registration)
    this.end(registration)
  }

  /** Ends a registration whose socket no longer calls it. */
  end(registration: Registration<Data>): void {
    // This may fail: the set no longer has a descriptor that was closed first.
    if (!registration.isSuspended) this.#backend.remove(registration)
    this.#forget(registration)
  }

  /** When a lookup begins, its descriptor is watched in place of the socket's; when it ends, the socket's own again. */
  watchOtherDescriptor(registration: Registration<Data>): void {
    if (!registration.isSuspended) this.#backend.remove(registration)
    this.#falseReadiness.release(registration)
    registration.fd = registration.descriptor!.readinessFd()
    registration.generation = this.#registrations.nextGeneration()
    this.#descriptorChanges++
    if (registration.armed) this.#addToSet(registration)
  }

  /** Waits until something is ready, the waker is used, or the time is over. */
  wait(deadline: Deadline): Ready<Data>[] {
    this.#falseReadiness.assess(this.#reports)
    const wakeups = this.#wakeups
    for (;;) {
      const changes = this.#descriptorChanges
      const ready = this.#waitOnce(deadline.remaining)
      if (ready.length > 0 || this.#wakeups !== wakeups || deadline.expired) return ready
      // When a lookup has just ended, the socket's own descriptor has not been polled yet.
      if (deadline.remaining === 0 && this.#descriptorChanges === changes) return ready
    }
  }

  /** Closing again does nothing. */
  close(): void {
    if (this.#isClosed) return
    this.#isClosed = true
    for (const registration of this.#registrations.all()) registration.descriptor?.unwatch(registration)
    this.#registrations.clear()
    this.#backend.close()
    this.#waker?.close()
  }

  /**
   * The way from registrations back to their set. It goes through the addon's table of descriptors, which does not keep
   * the set alive. (A WeakRef would, in a program that never returns to the event loop.)
   * @param strong the set itself where its backend has no descriptor: then nothing has to be closed when it is dropped
   */
  static #ownerOf<Data>(
    backend: ReadinessBackend,
    falseReadiness: FalseReadiness<Data>,
    strong: WatchedSet<Data> | null,
  ): RegistrationOwner<Data> {
    const find = (): WatchedSet<Data> | null => {
      const owner = strong ?? native.owner(backend.descriptor)
      return owner instanceof WatchedSet && owner.#backend === backend ? owner : null
    }
    return {
      descriptorChanged: (registration) => find()?.watchOtherDescriptor(registration),
      descriptorEnds: (registration) => find()?.end(registration),
      verbBlocked: (registration) => falseReadiness.suspect(registration),
      readerHolds: (registration) => find()?.noteReader(registration),
      isAlive: () => find() !== null,
    }
  }

  #openWaker(): OpenWaker {
    const waker = openWaker(this)
    const result = this.#backend.add(waker.watch)
    // The next access opens another.
    if (result < 0) waker.close()
    throwFailure(result)
    return waker
  }

  #waitOnce(leftMs: number): Ready<Data>[] {
    const holding = this.#layered.findReadable()
    const waitMs = holding.length > 0 ? 0 : this.#layered.boundWait(leftMs)
    const count = this.#backend.wait(this.#falseReadiness.boundWait(waitMs))
    // JavaScript that a debugger ran during the wait may have closed the set.
    this.checkOpen()
    if (count < 0 && count !== TIMED_OUT) throw failure(count, 'select')
    this.#falseReadiness.resume()
    const ready = this.#collect(count)
    if (holding.length > 0) this.#reportHolding(holding, ready)
    return ready
  }

  /** Turns the backend's rows into the program's result. */
  #collect(count: number): Ready<Data>[] {
    const ready: Ready<Data>[] = []
    const rows = this.#backend.ready
    let isStale = false
    this.#reports++
    for (let at = 0; at < count * READY_ROW_FIELDS; at += READY_ROW_FIELDS) {
      const slot = rows[at + READY_SLOT]!
      const registration = this.#registrations.current(slot, rows[at + READY_GENERATION]!)
      if (registration !== undefined) this.#report(registration, rows[at + READY_EVENTS]!, ready)
      else if (slot === WAKER_SLOT) this.#wokenUp()
      else isStale = true
    }
    if (isStale) this.#rebuild()
    return ready
  }

  #report(registration: Registration<Data>, pollBits: number, ready: Ready<Data>[]): void {
    // Of a one-shot registration that was reported for what its reader held: the kernel reports errors all the same.
    if (!registration.armed) return
    const { socket, targetFd: fd, data } = registration
    let events = eventsOf(pollBits)
    if (registration.isLookingUp) {
      if (!lookupHasFailed(registration.descriptor!)) return
      events = (registration.interest & EVENT_WRITE) | EVENT_ERROR
    }
    registration.readiness.report(this.#reports, events)
    if (registration.oneShot) registration.armed = false
    ready.push({ socket, fd, events, data })
  }

  /** Reports sockets whose layer or reader holds bytes, each once together with what the kernel reports of it. */
  #reportHolding(holding: readonly Registration<Data>[], ready: Ready<Data>[]): void {
    const places = new Map(ready.map(({ socket }, at) => [socket, at]))
    for (const registration of holding) {
      const { socket, targetFd: fd, data } = registration
      const at = places.get(socket)
      if (at !== undefined) {
        ready[at] = { ...ready[at]!, events: ready[at]!.events | EVENT_READ }
      } else if (registration.armed) {
        this.#disarmOneShot(registration)
        ready.push({ socket, fd, events: EVENT_READ, data })
      }
    }
  }

  #disarmOneShot(registration: Registration<Data>): void {
    const { fd, slot, generation, edge, oneShot } = registration
    if (!oneShot) return
    registration.armed = false
    if (!registration.isSuspended) this.#backend.modify({ fd, slot, generation, events: 0, edge, oneShot })
  }

  #wokenUp(): void {
    this.#waker!.drain()
    this.#wakeups++
  }

  /** Drops a descriptor that was closed before it was unregistered, and is reported because a duplicate is open. */
  #rebuild(): void {
    const before = this.#backend.descriptor
    const watched = [...this.#registrations.all()].filter(({ isSuspended, armed }) => armed && !isSuspended)
    this.#backend.rebuild(watched)
    if (this.#backend.descriptor !== before) native.own(this.#backend.descriptor, this, '')
    if (this.#waker !== null) this.#backend.add(this.#waker.watch)
  }

  /** Adds to the backend's set, where a number may have been closed and opened again while it was registered. */
  #addToSet(registration: Registration<Data>): number {
    const { fd } = registration
    const result = this.#backend.add(registration)
    // A closed descriptor with this number is still in the set, for the same open file description.
    if (result === -errno.EEXIST && !this.#registrations.watches(fd)) return this.#backend.modify(registration)
    // The set did not have this number, so a registration of the number is of a descriptor that has been closed.
    const stale = this.#registrations.get(fd)
    if (result === 0 && stale !== undefined && stale !== registration) this.#forget(stale)
    return result
  }

  #forget(registration: Registration<Data>): void {
    registration.armed = false
    this.#falseReadiness.release(registration)
    this.#layered.remove(registration)
    this.#registrations.remove(registration)
  }
}

export function alreadyRegistered(message: string): Error {
  return misuse(TypeError, 'ERR_ALREADY_REGISTERED', message)
}

function throwFailure(result: number): void {
  if (result === -errno.EEXIST) throw alreadyRegistered("target's descriptor is registered with this selector")
  if (result < 0) throw failure(result, 'register')
}
