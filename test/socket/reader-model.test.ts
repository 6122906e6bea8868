// The reader against a naive model: both return the same, whatever the chunks and the errors between them.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { errno, type ReaderOptions } from 'berkeley'
import fc from 'fast-check'
import { failure, type SocketError } from '../../src/core/errors.js'
import { TIMED_OUT } from '../../src/native/addon.js'
import { SocketReader } from '../../src/socket/reader.js'
import { ReaderBuffer } from '../../src/socket/reader-buffer.js'
import type { ReaderSource } from '../../src/socket/reader-source.js'
import { call, type Event, event, failed, Model, type Outcome } from '../support/reader-model.js'

const results = { 'would block': -errno.EAGAIN, 'time out': TIMED_OUT } as const

/** Plays events to a reader. */
class Played implements ReaderSource {
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

function outcomeOf(act: () => unknown): Outcome {
  try {
    return { result: act() as Buffer | null }
  } catch (error) {
    return failed(error)
  }
}

test('reader: equals the model for all calls and events', () => {
  fc.assert(
    fc.property(
      fc.array(event, { maxLength: 12 }),
      fc.array(call, { minLength: 1, maxLength: 12 }),
      fc.integer({ min: 1, max: 30 }),
      (events, calls, maxLineBytes) => {
        const source = new Played(events, { maxLineBytes })
        const reader = new SocketReader(source)
        const model = new Model(events, maxLineBytes)
        for (const { name, real, model: modelled } of calls) {
          assert.deepEqual(
            outcomeOf(() => real(reader)),
            modelled(model),
            name,
          )
          assert.equal(reader.bufferedBytes, model.buffered.length, name)
          assert.equal(source.holding, model.buffered.length > 0, name)
        }
      },
    ),
    { seed: 11, numRuns: 5000 },
  )
})

test('reader: lines are read as they were written, however they are cut', () => {
  const line = fc.string({ unit: 'grapheme', maxLength: 30 }).map((text) => text.replace(/[\r\n]/g, ''))
  fc.assert(
    fc.property(
      fc.array(line),
      fc.constantFrom('\n', '\r\n'),
      fc.infiniteStream(fc.integer({ min: 1, max: 9 })),
      (lines, end, cuts) => {
        const text = Buffer.from(lines.map((each) => each + end).join(''))
        const events: Uint8Array[] = []
        for (let at = 0; at < text.length; at += events.at(-1)!.length)
          events.push(text.subarray(at, at + cuts.next().value))
        assert.deepEqual([...new SocketReader(new Played(events))], lines)
      },
    ),
    { seed: 12, numRuns: 500 },
  )
})

test('reader: messages larger than its buffer', () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 1, max: 300_000 }), { minLength: 1, maxLength: 6 }),
      fc.integer({ min: 1000, max: 100_000 }),
      (sizes, chunk) => {
        const whole = Buffer.alloc(
          sizes.reduce((sum, size) => sum + size),
          'The quick brown fox jumps over the lazy dog. ',
        )
        const events: Uint8Array[] = []
        for (let at = 0; at < whole.length; at += chunk) events.push(whole.subarray(at, at + chunk))
        const reader = new SocketReader(new Played(events))
        const parts = sizes.slice(1).map((size) => reader.readExactly(size)!)
        parts.push(reader.readAll())
        assert.ok(Buffer.concat(parts).equals(whole))
        for (const part of parts) assert.ok(part.buffer.byteLength <= 2 * part.length || part.length === 0)
      },
    ),
    { seed: 13, numRuns: 30 },
  )
})
