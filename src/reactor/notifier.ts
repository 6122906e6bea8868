// What wakes the reactor from the event loop: libuv's own poll watcher where the runtime is libuv's, otherwise a thread that
// waits for the descriptors and calls back by a thread-safe function.

import { failure, misuse, throwLater } from '../core/errors.js'
import { Bytes, memoryOf } from '../core/intrinsics.js'
import { keepShared, native } from '../native/addon.js'
import { reactorNotifier } from '../native/environment.js'
import { POLLIN } from '../native/generated/constants.js'
import type { ReadinessBackend } from '../readiness/backend.js'
import { EpollBackend, hasEpoll } from '../readiness/epoll.js'
import { PollBackend } from '../readiness/poll.js'
import { MAX_COMPLETIONS_PER_TURN, nextTurn } from './fairness.js'

const NO_DESCRIPTORS = new Uint8Array(0)

// How many channels keep the process alive, and whether the notifier keeps the event loop going; the addon reads both.
const keepAlive = new Int32Array(native.keepAlive)
keepShared(native.keepAlive)
const COUNT = 0
const IS_REFED = 1

/** A set of sockets whose readiness reaches the event loop. */
export interface Notifier {
  readonly set: ReadinessBackend
  /** The ready sockets have been taken from the set: it may notify again, in the next turn. */
  rearm(): void
  /** The set has changed: it watches the new one from the end of this job on. */
  watch(): void
  /** The same from now on, if the set has changed. */
  watchNow(): void
  /** One more channel keeps the process alive. */
  ref(): void
  /** One of them no longer does. */
  unref(): void
}

/** libuv watches the set's descriptor. It unrefs itself when the event loop would sleep and no channel needs it. */
class LoopNotifier implements Notifier {
  readonly set = new EpollBackend(MAX_COMPLETIONS_PER_TURN)

  open(notify: () => void): number {
    return native.notifierOpen(notify, this.set.descriptor, false)
  }

  rearm(): void {}

  watch(): void {}

  watchNow(): void {}

  ref(): void {
    keepAlive[COUNT]!++
    if (keepAlive[IS_REFED] === 0) native.notifierKeepAlive(true)
  }

  unref(): void {
    keepAlive[COUNT]!--
  }
}

/** A thread watches the set's descriptor, or each socket of a set without one, and notifies once. */
class ThreadNotifier implements Notifier {
  readonly set: ReadinessBackend
  readonly #rows: () => Uint8Array
  #due = false
  /** It has notified, and watches nothing before the next turn: in this one it would notify again and again. */
  #hasNotified = false

  constructor(set: EpollBackend | PollBackend) {
    this.set = set
    const row = new Bytes(memoryOf(Int32Array.of(set.descriptor, POLLIN, 0)))
    this.#rows = set instanceof PollBackend ? () => set.pollfds : () => row
  }

  open(notify: () => void): number {
    // An exception out of a thread-safe function would only be a warning.
    const guarded = (): void => {
      // It notified again before it stopped watching: the next turn takes what is ready anyway.
      if (this.#hasNotified) return
      this.#hasNotified = true
      try {
        notify()
      } catch (error) {
        throwLater(error)
      }
    }
    return native.notifierOpen(guarded, -1, true)
  }

  rearm(): void {
    nextTurn(() => {
      this.#hasNotified = false
      this.#update()
    })
  }

  watch(): void {
    if (this.#due) return
    this.#due = true
    // A promise instead of queueMicrotask, which tests mock.
    void Promise.resolve().then(() => this.watchNow())
  }

  watchNow(): void {
    if (!this.#due) return
    this.#due = false
    this.#update()
  }

  #update(): void {
    native.notifierWatch(this.#hasNotified ? NO_DESCRIPTORS : this.#rows())
  }

  ref(): void {
    if (keepAlive[COUNT]!++ === 0) native.notifierKeepAlive(true)
  }

  unref(): void {
    if (--keepAlive[COUNT]! === 0) native.notifierKeepAlive(false)
  }
}

const NOTIFIERS: Readonly<Record<string, () => LoopNotifier | ThreadNotifier>> = {
  uv: () => new LoopNotifier(),
  thread: () => new ThreadNotifier(new EpollBackend(MAX_COMPLETIONS_PER_TURN)),
  poll: () => new ThreadNotifier(new PollBackend()),
}

/** Other runtimes export libuv's names as well, and abort when they are called. */
const hasLibuv = !('bun' in process.versions || 'deno' in process.versions)

function best(): string {
  if (!hasEpoll) return 'poll'
  return hasLibuv ? 'uv' : 'thread'
}

/** Opens the notifier of this environment; BERKELEY_REACTOR chooses another than the best: `uv`, `thread`, `poll`. */
export function openNotifier(notify: () => void): Notifier {
  const wanted = reactorNotifier() ?? best()
  const make = NOTIFIERS[wanted]
  const isMissing = (wanted !== 'poll' && !hasEpoll) || (wanted === 'uv' && !hasLibuv)
  if (make === undefined || isMissing) {
    throw misuse(TypeError, 'ERR_INVALID_ARG_VALUE', `BERKELEY_REACTOR: there is no '${wanted}' here`)
  }
  const notifier = make()
  const result = notifier.open(notify)
  if (result < 0) {
    notifier.set.close()
    throw failure(result, 'openNotifier')
  }
  return notifier
}
