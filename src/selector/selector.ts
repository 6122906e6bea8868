// Waiting for many sockets at once: Python's `selectors`.
//
// A Selector checks arguments and state; its WatchedSet does the work, with three parts. A readiness backend finds out
// which descriptors are ready (readiness/). The table of registrations holds what is watched. FalseReadiness withholds
// what proves false. Sockets call their registrations when their descriptor changes or ends, and when a verb would
// block: see Watcher in socket/watcher.ts.

import { type InspectOptions, inspect } from 'node:util'
import { checkedTimeout, Deadline } from '../core/deadline.js'
import { misuse } from '../core/errors.js'
import { checkOptionNames } from '../core/option-names.js'
import { UNCLONEABLE } from '../core/uncloneable.js'
import { checkedOptions, wrongValue } from '../core/validate.js'
import { selectorBackend } from '../native/environment.js'
import type { ReadinessBackend, Supports } from '../readiness/backend.js'
import { EpollBackend, hasEpoll } from '../readiness/epoll.js'
import { PollBackend } from '../readiness/poll.js'
import { checkedEvents } from './events.js'
import { checkTarget, type Registration, type Selectable, WATCH_OPTIONS, type WatchOptions } from './registration.js'
import type { Waker } from './waker.js'
import { alreadyRegistered, type Ready, WatchedSet } from './watched-set.js'

/** The arguments of `register` after the events: data may be left out only where it may be undefined. */
type RegisterArguments<Data> = undefined extends Data
  ? [data?: Data, options?: WatchOptions]
  : [data: Data, options?: WatchOptions]

function chooseBackend(): ReadinessBackend {
  const chosen = selectorBackend() ?? (hasEpoll ? 'epoll' : 'poll')
  if (chosen === 'epoll' && hasEpoll) return new EpollBackend()
  if (chosen === 'poll') return new PollBackend()
  const known = hasEpoll ? "'epoll' or 'poll'" : "'poll'"
  throw wrongValue(`BERKELEY_SELECTOR must be ${known} on this system, not '${chosen}'`)
}

/**
 * Watches many sockets and waits until some of them are ready. It uses `epoll(7)`, and `poll(2)` where there is no
 * epoll.
 *
 * Readiness is level-triggered: a socket that is ready and not used is reported again. Where the kernel reports a
 * socket as ready although every verb would block, that report is withheld for up to 10 ms. Bytes that a reader or TLS
 * holds count as something to read, unless the reader's last call needed more. A socket that is closed is
 * unregistered by itself. A descriptor that was registered by its number must be unregistered before it is closed.
 *
 * Linux: the environment variable BERKELEY_SELECTOR chooses `epoll` or `poll`.
 * @example
 * using selector = new Selector<string>()
 * selector.register(a, EVENT_READ, 'a')
 * selector.register(b, EVENT_READ | EVENT_WRITE, 'b')
 * for (const { socket, events, data } of selector.select(100)) console.log(data, events & EVENT_READ)
 */
export class Selector<Data = undefined> {
  /** @internal */
  readonly uncloneable = UNCLONEABLE
  readonly #backend: ReadinessBackend
  readonly #set: WatchedSet<Data>

  /** @internal */
  constructor(backend: ReadinessBackend)
  /**
   * Opens a selector without registrations; `epoll_create1(2)`.
   * @throws SocketError `EMFILE` if no descriptor is free for epoll
   * @throws TypeError `ERR_INVALID_ARG_VALUE` if BERKELEY_SELECTOR names a backend that this system lacks
   * @example
   * using selector = new Selector<string>()
   */
  constructor()
  constructor(backend: ReadinessBackend = chooseBackend()) {
    this.#backend = backend
    this.#set = new WatchedSet(backend)
  }

  /** The backend's features besides level-triggered readiness. */
  get supports(): Supports {
    return this.#backend.supports
  }

  /** The backend's name: `epoll` or `poll`. */
  get backend(): string {
    return this.#backend.name
  }

  /**
   * The descriptor of the epoll set; -1 with poll(2). It is readable while something registered is ready, so that another
   * selector, or an event loop of something else, can watch it: `select(0)` then returns what is ready. It does not show
   * bytes that a reader or TLS holds: before waiting for it, use what `select(0)` returns until it returns nothing. It stays the
   * selector's: do not close it, and ask for it anew after a descriptor was closed while registered by its number.
   * Linux.
   * @throws TypeError `ERR_SELECTOR_CLOSED`
   */
  get fd(): number {
    this.#set.checkOpen()
    return this.#backend.descriptor
  }

  /** How many sockets and descriptors are registered. */
  get size(): number {
    return this.#set.size
  }

  /** Identifies this selector to `wake`, which ends its wait from any thread. It can be posted to a worker. */
  get waker(): Waker {
    this.#set.checkOpen()
    return this.#set.waker
  }

  /**
   * Begins to watch a socket or descriptor; `epoll_ctl(2)`.
   * @param events `EVENT_READ`, `EVENT_WRITE`, `EVENT_PRIORITY`, `EVENT_READ_HANGUP`, or'ed; 0 for errors and hang-ups alone
   * @param data is returned with what is ready
   * @throws TypeError `ERR_ALREADY_REGISTERED` if the target or its descriptor is registered
   * @throws TypeError `ERR_INVALID_ARG_TYPE` for a target or events of another type
   * @throws TypeError `ERR_FEATURE_UNSUPPORTED` for `edge` or `oneShot` if the backend lacks it: see `supports`
   * @throws TypeError `ERR_SELECTOR_CLOSED`
   * @throws RangeError `ERR_OUT_OF_RANGE` for other events
   * @throws SocketError `ERR_SOCKET_CLOSED` for a closed socket
   * @throws SocketError `ERR_SOCKET_DETACHED` for a socket that was given away
   * @throws SocketError `EBADF` for a number that is no open descriptor
   * @throws SocketError `EPERM` for a regular file, which epoll cannot watch
   * @throws SocketError `ENOSPC` if the user watches more than the system allows with epoll
   * @example
   * selector.register(socket, EVENT_READ | EVENT_WRITE, 'first connection')
   */
  register(target: Selectable, events: number, ...[data, given]: RegisterArguments<Data>): void {
    const options = checkedOptions(given)
    this.#set.checkOpen()
    checkTarget(target)
    if (this.has(target)) throw alreadyRegistered('target is registered with this selector: use modify')
    checkOptionNames(options, WATCH_OPTIONS)
    this.#checkSupport(options)
    this.#set.add(target, events, data as Data, options)
  }

  /**
   * Changes the events of a registration, and its data and options where they are given; `epoll_ctl(2)`. It arms a
   * one-shot registration again.
   * @param events `EVENT_READ`, `EVENT_WRITE`, `EVENT_PRIORITY`, `EVENT_READ_HANGUP`, or'ed; 0 for errors and hang-ups alone
   * @throws TypeError `ERR_NOT_REGISTERED`
   * @throws TypeError `ERR_INVALID_ARG_TYPE` for events that are no number
   * @throws TypeError `ERR_FEATURE_UNSUPPORTED` for `edge` or `oneShot` if the backend lacks it: see `supports`
   * @throws TypeError `ERR_SELECTOR_CLOSED`
   * @throws RangeError `ERR_OUT_OF_RANGE` for other events
   * @throws SocketError `EBADF` for a descriptor that was closed while it was registered by its number
   * @example
   * selector.register(socket, EVENT_READ, 'a connection')
   * selector.modify(socket, EVENT_READ | EVENT_WRITE) // something waits to be sent
   */
  modify(target: Selectable, events: number, ...rest: [data?: Data, options?: WatchOptions]): void {
    const registration = this.#registered(target)
    checkOptionNames(rest[1], WATCH_OPTIONS)
    const options = checkedOptions(rest[1])
    this.#checkSupport(options)
    registration.interest = checkedEvents(events)
    if (rest.length > 0) registration.data = rest[0] as Data
    registration.edge = options.edge ?? registration.edge
    registration.oneShot = options.oneShot ?? registration.oneShot
    this.#set.update(registration)
  }

  /**
   * Ends the registration of a socket or descriptor; `epoll_ctl(2)`. The socket stays open.
   * @throws TypeError `ERR_NOT_REGISTERED`
   * @throws TypeError `ERR_SELECTOR_CLOSED`
   * @example
   * if (selector.has(socket)) selector.unregister(socket)
   */
  unregister(target: Selectable): void {
    this.#set.remove(this.#registered(target))
  }

  /**
   * Whether a socket or descriptor is registered with this selector. A socket and the number of its descriptor are two
   * targets.
   * @example
   * if (!selector.has(socket)) selector.register(socket, EVENT_READ, 'a connection')
   */
  has(target: Selectable): boolean {
    return this.#set.get(target) !== undefined
  }

  /**
   * Waits until a registered socket or descriptor is ready; `epoll_wait(2)`.
   * @param timeout milliseconds, fractions allowed. `null` waits for ever, and 0 does not wait
   * @returns everything that is ready, however much; an empty array if the time ran out or the waker was used
   * @throws InterruptedError `EINTR` if a signal with a listener or `interruptThread` ended the wait
   * @throws RangeError `ERR_OUT_OF_RANGE` for a timeout below 0
   * @throws TypeError `ERR_INVALID_ARG_TYPE` for a timeout that is no number
   * @throws TypeError `ERR_SELECTOR_CLOSED`
   * @example
   * for (const { socket, events } of selector.select(1000)) {
   *   if (events & EVENT_READ) console.log(socket?.tryRecv(4096))
   * }
   */
  select(timeout: number | null = null): Ready<Data>[] {
    this.#set.checkOpen()
    return this.#set.wait(new Deadline(checkedTimeout(timeout)))
  }

  /**
   * Closes the selector and ends all registrations. The sockets stay open. Closing again does nothing.
   * @example
   * selector.close()
   */
  close(): void {
    this.#set.close()
  }

  /**
   * Closes the selector at the end of a `using` block.
   * @example
   * {
   *   using selector = new Selector<string>()
   *   selector.register(socket, EVENT_READ, 'a connection')
   * }
   */
  [Symbol.dispose](): void {
    this.close()
  }

  /** What console.log shows. @internal */
  [inspect.custom](_depth: number, options: InspectOptions): string {
    return `Selector ${inspect(this.toJSON(), options)}`
  }

  /** What JSON.stringify shows. @internal */
  toJSON(): object {
    return { backend: this.backend, size: this.size, closed: this.#set.isClosed }
  }

  #registered(target: Selectable): Registration<Data> {
    this.#set.checkOpen()
    const registration = this.#set.get(target)
    if (registration !== undefined) return registration
    throw misuse(TypeError, 'ERR_NOT_REGISTERED', 'target is not registered with this selector')
  }

  #checkSupport(options: WatchOptions): void {
    for (const feature of ['edge', 'oneShot'] as const) {
      if (options[feature] !== true || this.supports[feature]) continue
      throw misuse(TypeError, 'ERR_FEATURE_UNSUPPORTED', `options.${feature} is not supported by ${this.backend}`)
    }
  }
}
