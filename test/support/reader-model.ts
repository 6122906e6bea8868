// A model of the reader, and the events and calls that property tests play to it and to both real readers.

import type { SocketError } from 'berkeley'
import fc from 'fast-check'

/** The outcome of one receive; after the last event the stream has ended. */
export type Event = Uint8Array | 'would block' | 'time out'

/** The outcome of a call. */
export type Outcome = { result: Buffer | string | null } | { code: string; partial?: Buffer | undefined }

/** The reader in its simplest form: everything received is one Buffer, searched anew by each call. */
export class Model {
  buffered = Buffer.alloc(0)
  readonly #events: Event[]
  readonly #maxLineBytes: number

  constructor(events: readonly Event[], maxLineBytes: number) {
    this.#events = [...events]
    this.#maxLineBytes = maxLineBytes
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
      if (length > this.#maxLineBytes || (at < 0 && length === this.#maxLineBytes)) return -1
      return at < 0 ? 0 : length
    })
  }

  line(): Outcome {
    const outcome = this.until(Buffer.from('\n'))
    if ('partial' in outcome) return { result: outcome.partial! }
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

/** The outcome of a call that threw. */
export function failed(error: unknown): Outcome {
  const { code, partial } = error as SocketError
  return partial === undefined ? { code } : { code, partial }
}

type Returned<Result> = Result | Promise<Result>

/** The blocking reader or the awaited one. */
export interface AnyReader {
  readLine(options: { readonly raw: true }): Returned<Buffer | null>
  readUntil(delimiter: Uint8Array): Returned<Buffer | null>
  readExactly(count: number): Returned<Buffer | null>
  readAll(): Returned<Buffer>
  takeBuffered(): Buffer
}

/** A call, on a real reader and on the model. */
export interface Call {
  readonly name: string
  readonly real: (reader: AnyReader) => Returned<Buffer | null>
  readonly model: (model: Model) => Outcome
}

// Few different bytes, so that delimiters occur, whole and in parts.
const bytes = (maxLength: number): fc.Arbitrary<Uint8Array> =>
  fc.array(fc.constantFrom(10, 13, 97, 98, 255), { maxLength, minLength: 1 }).map((list) => Uint8Array.from(list))
export const event = fc.oneof(
  { weight: 6, arbitrary: bytes(12) as fc.Arbitrary<Event> },
  { weight: 1, arbitrary: fc.constantFrom<Event>('would block', 'time out') },
)
export const call: fc.Arbitrary<Call> = fc.oneof(
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
