// A source of a reader's bytes that plays events in place of a socket.

import { errno, type ReaderOptions } from 'berkeley'
import { failure, type SocketError } from '../../src/core/errors.js'
import { TIMED_OUT } from '../../src/native/addon.js'
import { ReaderBuffer } from '../../src/socket/reader-buffer.js'
import type { ReaderSource } from '../../src/socket/reader-source.js'
import { type Event, failed, type Outcome } from './reader-model.js'

/** The native result of each event that brings no bytes. */
export const results = { 'would block': -errno.EAGAIN, 'time out': TIMED_OUT } as const

/** Receives the bytes of an event into a reader's memory, and puts those that have no room back. Returns how many had. */
export function received(held: ReaderBuffer, bytes: Uint8Array, events: Event[]): number {
  const room = held.lend()
  if (bytes.length > room.length) events.unshift(bytes.subarray(room.length))
  room.set(bytes.subarray(0, room.length))
  const count = Math.min(room.length, bytes.length)
  held.added(count)
  return count
}

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
    return typeof event === 'string' ? results[event] : received(this.#held, event, this.#events)
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
