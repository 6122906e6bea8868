// A source of a reader's bytes that plays events in place of a socket.

import { errno, type ReaderOptions } from 'berkeley'
import { failure, type SocketError } from '../../src/core/errors.js'
import { TIMED_OUT } from '../../src/native/addon.js'
import { ReaderBuffer } from '../../src/socket/reader-buffer.js'
import type { ReaderSource } from '../../src/socket/reader-source.js'
import { type Event, failed, type Outcome } from './reader-model.js'

const results = { 'would block': -errno.EAGAIN, 'time out': TIMED_OUT } as const

/** Plays events to a reader. */
export class Played implements ReaderSource {
  holding = false
  readonly #events: Event[]
  readonly #held: ReaderBuffer

  constructor(events: readonly Event[], options?: ReaderOptions) {
    this.#events = [...events]
    this.#held = new ReaderBuffer(this, options)
  }

  buffer(): ReaderBuffer {
    return this.#held
  }

  failure(result: number): SocketError {
    return failure(result, 'recv')
  }

  fill(): number {
    const event = this.#events.shift()
    if (event === undefined) return 0
    if (typeof event === 'string') return results[event]
    const room = this.#held.lend()
    if (event.length > room.length) this.#events.unshift(event.subarray(room.length))
    room.set(event.subarray(0, room.length))
    const count = Math.min(room.length, event.length)
    this.#held.added(count)
    return count
  }

  holds(bytes: boolean): void {
    this.holding = bytes
  }

  timeout(): number {
    return -1
  }
}

/** The outcome of a call on a real reader. */
export function outcomeOf(act: () => unknown): Outcome {
  try {
    return { result: act() as Buffer | null }
  } catch (error) {
    return failed(error)
  }
}
