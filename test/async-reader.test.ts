// The awaited reader: the same model as the blocking one's, and what only awaiting brings: cancelling, and two at once.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type AsyncOptions, errno, type ReaderOptions, SocketError } from 'berkeley'
import fc from 'fast-check'
import { type AsyncByteSource, AsyncSocketReader } from '../src/async-reader.js'
import { failure } from '../src/errors.js'
import { TIMED_OUT } from '../src/native.js'
import { SocketReader } from '../src/reader.js'
import { call, type Event, event, failed, Model, type Outcome } from './reader-model.js'

const answers = { 'would block': -errno.EAGAIN, 'time out': TIMED_OUT } as const

/** Plays events to a reader, some at once and some a turn later. */
class Played implements AsyncByteSource {
  holding = false
  readonly #events: Event[]
  readonly #late: readonly boolean[]
  #asked = 0

  constructor(events: readonly Event[], late: readonly boolean[] = []) {
    this.#events = [...events]
    this.#late = late
  }

  async receive(buffer: Buffer, offset: number): Promise<number> {
    if (this.#late[this.#asked++]) await new Promise(setImmediate)
    const event = this.#events.shift()
    if (event === undefined) return 0
    if (typeof event === 'string') throw failure(answers[event], 'recv')
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

/** Bytes come when the test says so. */
class Slow extends Played {
  readonly asked: AsyncOptions[] = []
  #answer: ((bytes: Uint8Array | Error) => void) | null = null

  constructor() {
    super([])
  }

  override receive(buffer: Buffer, offset: number, options: AsyncOptions = {}): Promise<number> {
    this.asked.push(options)
    return new Promise((resolve, reject) => {
      this.#answer = (bytes) => {
        if (bytes instanceof Error) return reject(bytes)
        buffer.set(bytes, offset)
        resolve(bytes.length)
      }
    })
  }

  come(bytes: string | Error): void {
    this.#answer!(typeof bytes === 'string' ? Buffer.from(bytes) : bytes)
  }
}

function reading(options?: ReaderOptions): { source: Slow; reader: AsyncSocketReader } {
  const source = new Slow()
  return { source, reader: new AsyncSocketReader(source, options) }
}

async function outcomeOf(act: () => unknown): Promise<Outcome> {
  try {
    return { result: (await act()) as Buffer | null }
  } catch (error) {
    return failed(error)
  }
}

test('whatever is called, whatever comes, at once or later', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(event, { maxLength: 12 }),
      fc.array(fc.boolean(), { maxLength: 12 }),
      fc.array(call, { minLength: 1, maxLength: 12 }),
      fc.integer({ min: 1, max: 30 }),
      async (events, late, calls, maxLineBytes) => {
        const source = new Played(events, late)
        const reader = new AsyncSocketReader(source, { maxLineBytes })
        const model = new Model(events, maxLineBytes)
        for (const { name, real, model: modelled } of calls) {
          assert.deepEqual(await outcomeOf(() => real(reader)), modelled(model), name)
          assert.equal(reader.bufferedBytes, model.buffered.length, name)
          assert.equal(source.holding, model.buffered.length > 0, name)
        }
      },
    ),
    { seed: 14, numRuns: 3000 },
  )
})

test('iteration gives the lines, and ends with the stream', async () => {
  const events = ['one\ntw', 'o\r\n', '\nlast\n'].map((text) => Buffer.from(text))
  const lines: string[] = []
  for await (const line of new AsyncSocketReader(new Played(events))) lines.push(line)
  assert.deepEqual(lines, ['one', 'two', '', 'last'])
})

test('leaving an iteration loses nothing', async () => {
  const reader = new AsyncSocketReader(new Played([Buffer.from('one\ntwo\nthree\n')]))
  for await (const line of reader) {
    assert.equal(line, 'one')
    break
  }
  assert.equal(await reader.readLine(), 'two')
  assert.equal(reader.takeBuffered().toString(), 'three\n')
})

test('a second call while one waits is told so, and the first goes on', async () => {
  const { source, reader } = reading()
  const first = reader.readLine()
  const busy = { code: 'ERR_SOCKET_BUSY', syscall: 'recv' }
  await assert.rejects(reader.readLine(), busy)
  await assert.rejects(reader.readUntil('x'), busy)
  await assert.rejects(reader.readExactly(1), busy)
  await assert.rejects(reader.readAll(), busy)
  assert.throws(() => reader.takeBuffered(), busy)
  assert.throws(() => reader.release(source), busy)
  source.come('li')
  await new Promise(setImmediate)
  await assert.rejects(reader.readLine(), busy)
  source.come('ne\nmore')
  assert.equal(await first, 'line')
  assert.equal(reader.takeBuffered().toString(), 'more')
})

test('a call that was cancelled goes on where it stopped', async () => {
  const { source, reader } = reading()
  const cancelled = new Error('cancelled')
  const first = reader.readExactly(6)
  source.come('abc')
  await new Promise(setImmediate)
  source.come(cancelled)
  await assert.rejects(first, cancelled)
  assert.equal(reader.bufferedBytes, 3)
  assert.ok(source.holding)
  const second = reader.readExactly(6)
  source.come('def')
  assert.equal((await second)!.toString(), 'abcdef')
  assert.ok(!source.holding)
})

test('one deadline spans a whole call, and its signal goes with each receive', async () => {
  const { source, reader } = reading()
  const { signal } = new AbortController()
  const line = reader.readLine({ timeout: 60_000, signal })
  for (const part of ['a', 'b', 'c\n']) {
    const { timeout, signal: passed } = source.asked.at(-1)!
    assert.ok(timeout! > 0 && timeout! <= 60_000)
    assert.equal(passed, signal)
    source.come(part)
    await new Promise(setImmediate)
  }
  assert.equal(await line, 'abc')
  const limits = source.asked.map(({ timeout }) => timeout!)
  assert.deepEqual(
    limits,
    limits.toSorted((a, b) => b - a),
  )
  assert.equal(new Set(limits).size, 3)
})

test('a deadline that has passed lets one receive try, and no other', async () => {
  const { source, reader } = reading()
  const line = reader.readLine({ deadline: performance.now() - 1 })
  source.come('half')
  await assert.rejects(line, { name: 'SocketTimeoutError' })
  assert.equal(source.asked.length, 1)
  assert.equal(reader.takeBuffered().toString(), 'half')
})

test('a wait without end is passed on as such, and 0 as not waiting', async () => {
  const { source, reader } = reading()
  for (const [given, passed] of [
    [undefined, null],
    [Number.POSITIVE_INFINITY, null],
    [0, 0],
  ] as const) {
    const line = reader.readLine(given === undefined ? undefined : { timeout: given })
    source.come('line\n')
    await line
    assert.equal(source.asked.at(-1)!.timeout, passed)
  }
})

test('wrong arguments reject, and keep nobody busy', async () => {
  const { source, reader } = reading()
  await assert.rejects(reader.readExactly(-1), { code: 'ERR_OUT_OF_RANGE' })
  await assert.rejects(reader.readUntil(''), { code: 'ERR_INVALID_ARG_VALUE' })
  await assert.rejects(reader.readLine({ timeout: -1 }), { code: 'ERR_OUT_OF_RANGE' })
  const line = reader.readLine()
  source.come('fine\n')
  assert.equal(await line, 'fine')
})

test('what a reader holds can go to the other kind of reader, and back', async () => {
  const { source, reader } = reading({ maxLineBytes: 10 })
  const line = reader.readLine()
  source.come('one\ntwo\nthree')
  assert.equal(await line, 'one')
  const holder = { holding: false, receive: () => 0, defaultLimit: () => -1, holds: noted }
  function noted(this: { holding: boolean }, bytes: boolean): void {
    this.holding = bytes
  }
  const blocking = new SocketReader(holder, reader.release(holder))
  assert.ok(holder.holding)
  assert.ok(!source.holding)
  assert.equal(reader.bufferedBytes, 0)
  assert.equal(blocking.readLine(), 'two')
  blocking.mustAgree({ maxLineBytes: 10 })
  const back = new Slow()
  const again = new AsyncSocketReader(back, blocking.release(back))
  assert.ok(back.holding)
  assert.equal(again.takeBuffered().toString(), 'three')
  assert.throws(() => again.mustAgree({ maxLineBytes: 11 }), { code: 'ERR_INVALID_ARG_VALUE' })
  assert.equal(blocking.readLine(), null)
  assert.ok(!back.holding)
})

test('a failure of the socket is passed on, and what was held stays', async () => {
  const { source, reader } = reading()
  const line = reader.readLine()
  source.come('half')
  await new Promise(setImmediate)
  source.come(new SocketError('recv ECONNRESET', 'ECONNRESET', -errno.ECONNRESET, 'recv'))
  await assert.rejects(line, { code: 'ECONNRESET' })
  assert.equal(reader.takeBuffered().toString(), 'half')
})
