// What wakes the reactor from the event loop: libuv's own watcher where there is libuv, otherwise a thread.

import { failure, misuse, throwLater } from '../core/errors.js'
import { native } from '../native/addon.js'
import { POLLIN } from '../native/generated/constants.js'
import type { ReadinessBackend } from '../readiness/backend.js'
import { EpollBackend, hasEpoll } from '../readiness/epoll.js'
import { PollBackend } from '../readiness/poll.js'
import { nextTurn } from './fairness.js'

// So many sockets a turn of the event loop: the rest is reported in the next, after timers and what else is due.
const TURN = 64

const NOTHING = new Uint8Array(0)

const holds = new Int32Array(native.holds)
const WAITING = 0
const HELD = 1

/** A set of sockets whose readiness reaches the event loop. */
export interface Bell {
  readonly set: ReadinessBackend
  /** What has come has been taken: it may ring again, in the next turn. */
  rearm(): void
  /** What is waited for has changed: it watches that from the end of this job on. */
  watch(): void
  /** From now on, if anything has changed. */
  watchNow(): void
  /** Somebody waits: the event loop goes on. */
  hold(): void
  /** One of them waits no more. */
  release(): void
}

/** Rings by one descriptor, and lets go of the event loop by itself as soon as that would sleep. */
class LoopBell implements Bell {
  readonly set = new EpollBackend(TURN)

  open(ring: () => void): number {
    return native.openBell(ring, this.set.descriptor, false)
  }

  rearm(): void {}

  watch(): void {}

  watchNow(): void {}

  hold(): void {
    holds[WAITING]!++
    if (holds[HELD] === 0) native.holdBell(true)
  }

  release(): void {
    holds[WAITING]!--
  }
}

/** Rings once for what it was last told to watch: a set's descriptor, or each socket of a set without one. */
class ThreadBell implements Bell {
  readonly set: ReadinessBackend
  readonly #rows: () => Uint8Array
  #due = false
  /** It has rung, and watches nothing before the next turn: in this one it would ring again and again. */
  #hasRung = false

  constructor(set: EpollBackend | PollBackend) {
    this.set = set
    const row = new Uint8Array(Int32Array.of(set.descriptor, POLLIN, 0).buffer)
    this.#rows = set instanceof PollBackend ? () => set.pollfds : () => row
  }

  open(ring: () => void): number {
    // What a thread-safe function throws is only warned of.
    const guarded = (): void => {
      // Rung again before it could be told to watch nothing: what has come is told in the next turn as well.
      if (this.#hasRung) return
      this.#hasRung = true
      try {
        ring()
      } catch (error) {
        throwLater(error)
      }
    }
    return native.openBell(guarded, -1, true)
  }

  rearm(): void {
    nextTurn(() => {
      this.#hasRung = false
      this.#tell()
    })
  }

  watch(): void {
    if (this.#due) return
    this.#due = true
    // Not by queueMicrotask, which tests mock.
    void Promise.resolve().then(() => this.watchNow())
  }

  watchNow(): void {
    if (!this.#due) return
    this.#due = false
    this.#tell()
  }

  #tell(): void {
    native.watchBell(this.#hasRung ? NOTHING : this.#rows())
  }

  hold(): void {
    if (holds[WAITING]!++ === 0) native.holdBell(true)
  }

  release(): void {
    if (--holds[WAITING]! === 0) native.holdBell(false)
  }
}

const BELLS: Readonly<Record<string, () => LoopBell | ThreadBell>> = {
  uv: () => new LoopBell(),
  thread: () => new ThreadBell(new EpollBackend(TURN)),
  poll: () => new ThreadBell(new PollBackend()),
}

/** libuv is Node's; others answer to its names, and fail. */
function best(): string {
  if (!hasEpoll) return 'poll'
  return 'bun' in process.versions || 'deno' in process.versions ? 'thread' : 'uv'
}

/** Opens the bell of this environment; BERKELEY_REACTOR chooses another than the best: `uv`, `thread`, `poll`. */
export function openBell(ring: () => void): Bell {
  const wanted = process.env['BERKELEY_REACTOR'] ?? best()
  const make = BELLS[wanted]
  if (make === undefined || (wanted !== 'poll' && !hasEpoll)) {
    throw misuse(TypeError, 'ERR_INVALID_ARG_VALUE', `BERKELEY_REACTOR: this system has no '${wanted}'`)
  }
  const bell = make()
  const answer = bell.open(ring)
  if (answer < 0) {
    bell.set.close()
    throw failure(answer, 'openBell')
  }
  return bell
}
