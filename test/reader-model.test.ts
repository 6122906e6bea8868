// The reader against a naive model: whatever the chunks, and whatever comes between them, both say the same.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { errno, type SocketError } from 'berkeley'
import fc from 'fast-check'
import { TIMED_OUT } from '../src/native.js'
import { type ByteSource, SocketReader } from '../src/reader.js'

/** What happens when bytes are asked for; after the last of them the stream has ended. */
type Event = Uint8Array | 'would block' | 'time out'

/** What a call came to. */
type Outcome = { result: Buffer | string | null } | { code: string; partial?: Buffer | undefined }

const answers = { 'would block': -errno.EAGAIN, 'time out': TIMED_OUT } as const

/** Plays events to a reader. */
class Played implements ByteSource {
  holding = false
  readonly #events: Event[]

  constructor(events: readonly Event[]) {
    this.#events = [...events]
  }

  receive(buffer: Buffer, offset: number): number {
    const event = this.#events.shift()
    if (event === undefined) return 0
    if (typeof event === 'string') return answers[event]
    const room = buffer.length - offset
    if (event.length > room) this.#events.unshift(event.subarray(room))
    buffer.set(event.subarray(0, room), offset)
    return Math.min(room, event.length)
  }

  holds(bytes: boolean): void {
    this.holding = bytes
  }

  defaultLimit(): number {
    return -1
  }
}

/** As short as it can be said. */
class Model {
  buffered = Buffer.alloc(0)
  readonly #events: Event[]
  readonly #most: number

  constructor(events: readonly Event[], most: number) {
    this.#events = [...events]
    this.#most = most
  }

  /** Takes the next event: an outcome that ends the call, or null to go on. */
  #next(): Outcome | 'end' | null {
    const event = this.#events.shift()
    if (event === undefined) return 'end'
    if (event === 'would block') return { code: 'EAGAIN' }
    if (event === 'time out') return { code: 'ERR_SOCKET_TIMEOUT' }
    this.buffered = Buffer.concat([this.buffered, event])
    return null
  }

  #take(count: number): Buffer {
    const taken = this.buffered.subarray(0, count)
    this.buffered = this.buffered.subarray(count)
    return taken
  }

  #until(length: () => number): Outcome {
    for (;;) {
      const count = length()
      if (count < 0) return { code: 'ERR_LINE_TOO_LONG' }
      if (count > 0) return { result: this.#take(count) }
      const outcome = this.#next()
      if (outcome === 'end') return this.#ended()
      if (outcome !== null) return outcome
    }
  }

  #ended(): Outcome {
    if (this.buffered.length === 0) return { result: null }
    return { code: 'ERR_UNEXPECTED_END', partial: this.#take(this.buffered.length) }
  }

  until(delimiter: Buffer): Outcome {
    return this.#until(() => {
      const at = this.buffered.indexOf(delimiter)
      const length = at < 0 ? this.buffered.length : at + delimiter.length
      if (length > this.#most || (at < 0 && length === this.#most)) return -1
      return at < 0 ? 0 : length
    })
  }

  line(): Outcome {
    const outcome = this.until(Buffer.from('\n'))
    if (!('result' in outcome) || outcome.result === null) return outcome
    return { result: Buffer.from((outcome.result as Buffer).toString('latin1').replace(/\r?\n$/, ''), 'latin1') }
  }

  exactly(count: number): Outcome {
    if (count === 0) return { result: Buffer.alloc(0) }
    return this.#until(() => (this.buffered.length >= count ? count : 0))
  }

  takeBuffered(): Outcome {
    return { result: this.#take(this.buffered.length) }
  }

  all(): Outcome {
    for (;;) {
      const outcome = this.#next()
      if (outcome === 'end') return { result: this.#take(this.buffered.length) }
      if (outcome !== null) return outcome
    }
  }
}

function outcomeOf(act: () => Buffer | string | null): Outcome {
  try {
    return { result: act() }
  } catch (error) {
    const { code, partial } = error as SocketError
    return partial === undefined ? { code } : { code, partial }
  }
}

interface Call {
  readonly name: string
  readonly real: (reader: SocketReader) => Buffer | string | null
  readonly model: (model: Model) => Outcome
}

// Few different bytes, so that delimiters come, whole and in parts.
const bytes = (maxLength: number): fc.Arbitrary<Uint8Array> =>
  fc.array(fc.constantFrom(10, 13, 97, 98, 255), { maxLength, minLength: 1 }).map((list) => Uint8Array.from(list))
const event = fc.oneof(
  { weight: 6, arbitrary: bytes(12) as fc.Arbitrary<Event> },
  { weight: 1, arbitrary: fc.constantFrom<Event>('would block', 'time out') },
)
const call: fc.Arbitrary<Call> = fc.oneof(
  fc.constant<Call>({ name: 'line', real: (reader) => reader.readLine({ raw: true }), model: (model) => model.line() }),
  bytes(3).map((delimiter): Call => {
    const wanted = Buffer.from(delimiter)
    return { name: 'until', real: (reader) => reader.readUntil(delimiter), model: (model) => model.until(wanted) }
  }),
  fc.nat(20).map((count): Call => {
    return { name: 'exactly', real: (reader) => reader.readExactly(count), model: (model) => model.exactly(count) }
  }),
  fc.constant<Call>({ name: 'all', real: (reader) => reader.readAll(), model: (model) => model.all() }),
  fc.constant<Call>({
    name: 'buffered',
    real: (reader) => reader.takeBuffered(),
    model: (model) => model.takeBuffered(),
  }),
)

test('whatever is called, whatever comes', () => {
  fc.assert(
    fc.property(
      fc.array(event, { maxLength: 12 }),
      fc.array(call, { minLength: 1, maxLength: 12 }),
      fc.integer({ min: 1, max: 30 }),
      (events, calls, maxLineBytes) => {
        const source = new Played(events)
        const reader = new SocketReader(source, { maxLineBytes })
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

test('lines of text come as they were written, however they were cut', () => {
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

test('messages larger than anything the reader had room for', () => {
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
