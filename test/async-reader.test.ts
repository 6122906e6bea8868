// The awaited reader: the same model as the blocking one's, and what only awaiting brings: cancelling, and two at once.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { AF_INET, type AsyncOptions, AsyncSocket, errno, type ReaderOptions, SOCK_DGRAM, Socket } from 'berkeley'
import fc from 'fast-check'
import { type AsyncByteSource, AsyncSocketReader } from '../src/async-reader.js'
import { failure } from '../src/errors.js'
import { TIMED_OUT } from '../src/native.js'
import { ReaderBuffer } from '../src/reader-buffer.js'
import { call, type Event, event, failed, Model, type Outcome } from './reader-model.js'

const answers = { 'would block': -errno.EAGAIN, 'time out': TIMED_OUT } as const

/** Plays events to a reader, some at once and some a turn later. */
class Played implements AsyncByteSource {
  holding = false
  readonly #held: ReaderBuffer
  readonly #events: Event[]
  readonly #late: readonly boolean[]
  #asked = 0

  constructor(events: readonly Event[], late: readonly boolean[] = [], options?: ReaderOptions) {
    this.#events = [...events]
    this.#late = late
    this.#held = new ReaderBuffer(this, options)
  }

  readerBuffer(): ReaderBuffer {
    return this.#held
  }

  async fillReader(): Promise<number> {
    if (this.#late[this.#asked++]) await new Promise(setImmediate)
    const event = this.#events.shift()
    if (event === undefined) return 0
    if (typeof event === 'string') throw failure(answers[event], 'recv')
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

  ownMode(): number {
    return -1
  }
}

/** Bytes come when the test says so. */
class Slow implements AsyncByteSource {
  readonly asked: AsyncOptions[] = []
  readonly #held = new ReaderBuffer({ holds: () => {} })
  #answer: ((bytes: string) => void) | null = null

  readerBuffer(): ReaderBuffer {
    return this.#held
  }

  fillReader(options: AsyncOptions): Promise<number> {
    this.asked.push(options)
    return new Promise((resolve) => {
      this.#answer = (bytes) => {
        const count = this.#held.lend().write(bytes)
        this.#held.added(count)
        resolve(count)
      }
    })
  }

  ownMode(): number {
    return -1
  }

  come(bytes: string): void {
    this.#answer!(bytes)
  }
}

function slow(): { source: Slow; reader: AsyncSocketReader } {
  const source = new Slow()
  return { source, reader: new AsyncSocketReader(source) }
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
        const source = new Played(events, late, { maxLineBytes })
        const reader = new AsyncSocketReader(source)
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
  const { source, reader } = slow()
  const first = reader.readLine()
  const busy = { code: 'ERR_SOCKET_BUSY', syscall: 'recv' }
  await assert.rejects(reader.readLine(), busy)
  await assert.rejects(reader.readUntil('x'), busy)
  await assert.rejects(reader.readExactly(1), busy)
  await assert.rejects(reader.readAll(), busy)
  assert.throws(() => reader.takeBuffered(), busy)
  source.come('li')
  assert.throws(() => reader.takeBuffered(), busy)
  await new Promise(setImmediate)
  await assert.rejects(reader.readLine(), busy)
  source.come('ne\nmore')
  assert.equal(await first, 'line')
  assert.equal(reader.takeBuffered().toString(), 'more')
})

test('one deadline spans a whole call, and its signal goes with each receive', async () => {
  const { source, reader } = slow()
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
  const { source, reader } = slow()
  const line = reader.readLine({ deadline: performance.now() - 1 })
  source.come('half')
  await assert.rejects(line, { name: 'SocketTimeoutError' })
  assert.equal(source.asked.length, 1)
  assert.equal(reader.takeBuffered().toString(), 'half')
})

test('a wait without end is passed on as such, and 0 as not waiting', async () => {
  const { source, reader } = slow()
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
  const { source, reader } = slow()
  await assert.rejects(reader.readExactly(-1), { code: 'ERR_OUT_OF_RANGE' })
  await assert.rejects(reader.readUntil(''), { code: 'ERR_INVALID_ARG_VALUE' })
  await assert.rejects(reader.readLine({ timeout: -1 }), { code: 'ERR_OUT_OF_RANGE' })
  const line = reader.readLine()
  source.come('fine\n')
  assert.equal(await line, 'fine')
})

const limits = { timeout: 20_000 }

test('a socket and its reader: lines come, then the end', limits, async () => {
  const [a, b] = AsyncSocket.pair()
  const said: string[] = []
  const heard = (async () => {
    for await (const line of a.reader()) said.push(line)
  })()
  for (const part of ['one\r\ntw', 'o\n', '\nthree\n']) {
    await b.sendAll(part)
    await new Promise(setImmediate)
  }
  b.close()
  await heard
  assert.deepEqual(said, ['one', 'two', '', 'three'])
  assert.equal(await a.recv(1), null)
  a.close()
})

test('while the reader holds bytes, recv and detach say so at once', limits, async () => {
  const [a, b] = AsyncSocket.pair()
  await b.sendAll('line\nmore')
  assert.equal(await a.reader().readLine(), 'line')
  const holds = { name: 'SocketError', code: 'ERR_READER_HOLDS_DATA' }
  const block = Buffer.alloc(4)
  for (const syscall of ['recv', 'recvfrom'] as const) {
    const verbs = syscall === 'recv' ? [a.recv(1), a.recvInto(block)] : [a.recvFrom(1), a.recvFromInto(block)]
    for (const verb of verbs) await assert.rejects(verb, { ...holds, syscall })
  }
  await assert.rejects(a.chunks().next(), holds)
  assert.throws(() => a.tryRecv(1), holds)
  assert.throws(() => a.detach(), holds)
  assert.equal(a.reader().takeBuffered().toString(), 'more')
  const next = a.recv(4)
  await b.sendAll('next')
  assert.equal((await next)!.toString(), 'next')
  for (const socket of [a, b]) socket.close()
})

test('the one reader of a socket, of streams alone, while it is open', async () => {
  const [a, b] = AsyncSocket.pair()
  const reader = a.reader({ maxLineBytes: 100 })
  assert.equal(a.reader(), reader)
  assert.throws(() => a.reader({ maxLineBytes: 99 }), { code: 'ERR_INVALID_ARG_VALUE' })
  assert.throws(() => new AsyncSocket(AF_INET, SOCK_DGRAM).reader(), { code: 'ERR_NOT_A_STREAM' })
  a.close()
  assert.throws(() => a.reader(), { code: 'ERR_SOCKET_CLOSED' })
  await assert.rejects(reader.readLine(), { code: 'ERR_SOCKET_CLOSED' })
  b.close()
})

test('a call that is cancelled or times out loses no byte, and the same call goes on', limits, async () => {
  const [a, b] = AsyncSocket.pair()
  const reader = a.reader()
  await b.sendAll('half')
  const controller = new AbortController()
  const cancelled = reader.readExactly(9, { signal: controller.signal })
  await new Promise(setImmediate)
  controller.abort('enough')
  await assert.rejects(cancelled, { name: 'AbortError', code: 'ABORT_ERR', cause: 'enough' })
  await assert.rejects(reader.readLine({ signal: controller.signal }), { name: 'AbortError' })
  await assert.rejects(reader.readExactly(9, { timeout: 5 }), { name: 'SocketTimeoutError' })
  await assert.rejects(reader.readExactly(9, { timeout: 0 }), { name: 'WouldBlockError' })
  a.setTimeout(5)
  await assert.rejects(reader.readLine(), { name: 'SocketTimeoutError' })
  assert.equal(reader.bufferedBytes, 4)
  await b.sendAll(' a line\n')
  assert.equal(await reader.readLine(), 'half a line')
  for (const socket of [a, b]) socket.close()
})

test('a signal that has fired cancels even what is there already', async () => {
  const [a, b] = AsyncSocket.pair()
  await b.sendAll('one\ntwo\n')
  assert.equal(await a.reader().readLine(), 'one')
  await assert.rejects(a.reader().readLine({ signal: AbortSignal.abort() }), { name: 'AbortError' })
  assert.equal(await a.reader().readLine(), 'two')
  for (const socket of [a, b]) socket.close()
})

test('closing ends a wait, and the bytes held can still be taken', limits, async () => {
  const [a, b] = AsyncSocket.pair()
  const reader = a.reader()
  await b.sendAll('half')
  const line = reader.readLine()
  await new Promise(setImmediate)
  a.close()
  await assert.rejects(line, { code: 'ERR_SOCKET_CLOSED' })
  assert.equal(reader.takeBuffered().toString(), 'half')
  b.close()
})

test('a reset in the middle keeps what there was', limits, async () => {
  const [a, b] = AsyncSocket.pair()
  const reader = a.reader()
  await b.sendAll('half')
  const line = reader.readLine()
  await new Promise(setImmediate)
  await a.sendAll('unread')
  b.close()
  await assert.rejects(line, { code: 'ECONNRESET', syscall: 'recv' })
  assert.equal(reader.takeBuffered().toString(), 'half')
  a.close()
})

test('what is held goes with the socket from one kind to the other, and its options with it', limits, async () => {
  const [first, b] = Socket.pair()
  b.sendAll('one\ntwo\nthree\nrest')
  const blocking = first.reader({ maxLineBytes: 10 })
  assert.equal(blocking.readLine(), 'one')
  const awaited = first.toAsync()
  assert.equal(await awaited.reader().readLine(), 'two')
  assert.throws(() => awaited.reader({ maxLineBytes: 11 }), { code: 'ERR_INVALID_ARG_VALUE' })
  const again = awaited.toBlocking()
  assert.equal(again.reader().readLine(), 'three')
  assert.throws(() => again.recv(1), { code: 'ERR_READER_HOLDS_DATA' })
  assert.equal(again.reader().takeBuffered().toString(), 'rest')
  // Who has given the socket away has nothing left of it.
  assert.equal(blocking.bufferedBytes, 0)
  assert.throws(() => blocking.readLine(), { code: 'ERR_SOCKET_DETACHED' })
  again.close()
  b.close()
})

test('while a call of the reader waits, another is refused, and the socket cannot be given away', limits, async () => {
  const [a, b] = AsyncSocket.pair()
  const line = a.reader().readLine()
  await b.sendAll('half')
  while (a.reader().bufferedBytes === 0) await new Promise(setImmediate)
  await assert.rejects(a.reader().readLine(), { code: 'ERR_SOCKET_BUSY' })
  assert.throws(() => a.toBlocking(), { code: 'ERR_SOCKET_BUSY' })
  await b.sendAll(' a line\n')
  assert.equal(await line, 'half a line')
  for (const socket of [a, b]) socket.close()
})

test('a large message over many receives, while the other side sends as it can', limits, async () => {
  const [a, b] = AsyncSocket.pair()
  const bytes = Buffer.alloc(3_000_000, 'The quick brown fox jumps over the lazy dog. ')
  const sent = b.sendAll(bytes)
  assert.ok((await a.reader().readExactly(bytes.length))!.equals(bytes))
  await sent
  for (const socket of [a, b]) socket.close()
})
