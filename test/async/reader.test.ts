// AsyncSocketReader: the model of the blocking reader, and what is specific to awaiting: aborts and concurrent calls.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { AF_INET, type AsyncOptions, AsyncSocket, type ReaderOptions, SOCK_DGRAM, Socket } from 'berkeley'
import fc from 'fast-check'
import { type AsyncReaderSource, AsyncSocketReader } from '../../src/async/reader.js'
import { failure, type SocketError } from '../../src/core/errors.js'
import { TIMED_OUT } from '../../src/native/addon.js'
import { ReaderBuffer } from '../../src/socket/reader-buffer.js'
import { received, results } from '../support/played-source.js'
import { call, type Event, event, failed, Model, type Outcome } from '../support/reader-model.js'

/** A source that plays events to a reader, some at once and some on a later turn of the event loop. */
class ScriptedSource implements AsyncReaderSource {
  holding = false
  readonly #held: ReaderBuffer
  readonly #events: Event[]
  readonly #late: readonly boolean[]
  #calls = 0

  constructor(events: readonly Event[], late: readonly boolean[] = [], options?: ReaderOptions) {
    this.#events = [...events]
    this.#late = late
    this.#held = new ReaderBuffer(this, options)
  }

  buffer(): ReaderBuffer {
    return this.#held
  }

  async fill(): Promise<number> {
    if (this.#late[this.#calls++]) await new Promise(setImmediate)
    const event = this.#events.shift()
    if (event === undefined) return 0
    if (typeof event === 'string') throw failure(results[event], 'recv')
    return received(this.#held, event, this.#events)
  }

  holds(bytes: boolean): void {
    this.holding = bytes
  }

  timedOut(timeout: number): SocketError {
    return failure(TIMED_OUT, 'recv', { timeout })
  }

  timeout(): number {
    return -1
  }
}

/** A source whose bytes arrive when the test calls `deliver`. */
class ManualSource implements AsyncReaderSource {
  readonly calls: AsyncOptions[] = []
  readonly #held = new ReaderBuffer({ holds: () => {} })
  #deliver: ((bytes: string) => void) | null = null

  buffer(): ReaderBuffer {
    return this.#held
  }

  fill(options: AsyncOptions): Promise<number> {
    this.calls.push(options)
    return new Promise((resolve) => {
      this.#deliver = (bytes) => {
        const count = this.#held.lend().write(bytes)
        this.#held.added(count)
        resolve(count)
      }
    })
  }

  timedOut(timeout: number): SocketError {
    return failure(TIMED_OUT, 'recv', { timeout })
  }

  timeout(): number {
    return -1
  }

  deliver(bytes: string): void {
    this.#deliver!(bytes)
  }
}

function manual(): { source: ManualSource; reader: AsyncSocketReader } {
  const source = new ManualSource()
  return { source, reader: new AsyncSocketReader(source) }
}

async function outcomeOf(act: () => unknown): Promise<Outcome> {
  try {
    return { result: (await act()) as Buffer | null }
  } catch (error) {
    return failed(error)
  }
}

test('AsyncSocketReader: matches the model for random calls and events', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(event, { maxLength: 12 }),
      fc.array(fc.boolean(), { maxLength: 12 }),
      fc.array(call, { minLength: 1, maxLength: 12 }),
      fc.integer({ min: 1, max: 30 }),
      async (events, late, calls, maxLineBytes) => {
        const source = new ScriptedSource(events, late, { maxLineBytes })
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

test('AsyncSocketReader: iteration yields the lines, and ends with the stream', async () => {
  const events = ['one\ntw', 'o\r\n', '\nlast\n'].map((text) => Buffer.from(text))
  const lines: string[] = []
  for await (const line of new AsyncSocketReader(new ScriptedSource(events))) lines.push(line)
  assert.deepEqual(lines, ['one', 'two', '', 'last'])
})

test('AsyncSocketReader: breaking out of an iteration loses no line', async () => {
  const reader = new AsyncSocketReader(new ScriptedSource([Buffer.from('one\ntwo\nthree\n')]))
  for await (const line of reader) {
    assert.equal(line, 'one')
    break
  }
  assert.equal(await reader.readLine(), 'two')
  assert.equal(reader.takeBuffered().toString(), 'three\n')
})

test('AsyncSocketReader: a second call rejects with ERR_SOCKET_BUSY while the first continues', async () => {
  const { source, reader } = manual()
  const first = reader.readLine()
  const busy = { code: 'ERR_SOCKET_BUSY', syscall: 'recv' }
  await assert.rejects(reader.readLine(), busy)
  await assert.rejects(reader.readUntil('x'), busy)
  await assert.rejects(reader.readExactly(1), busy)
  await assert.rejects(reader.readAll(), busy)
  assert.throws(() => reader.takeBuffered(), busy)
  source.deliver('li')
  assert.throws(() => reader.takeBuffered(), busy)
  await new Promise(setImmediate)
  await assert.rejects(reader.readLine(), busy)
  source.deliver('ne\nmore')
  assert.equal(await first, 'line')
  assert.equal(reader.takeBuffered().toString(), 'more')
})

test('AsyncSocketReader.readLine: one deadline spans the call, and each receive gets its signal', async () => {
  const { source, reader } = manual()
  const { signal } = new AbortController()
  const line = reader.readLine({ timeout: 60_000, signal })
  for (const part of ['a', 'b', 'c\n']) {
    const { timeout, signal: passed } = source.calls.at(-1)!
    assert.ok(timeout! > 0 && timeout! <= 60_000)
    assert.equal(passed, signal)
    source.deliver(part)
    await new Promise(setImmediate)
  }
  assert.equal(await line, 'abc')
  const limits = source.calls.map(({ timeout }) => timeout!)
  assert.deepEqual(
    limits,
    limits.toSorted((a, b) => b - a),
  )
  assert.equal(new Set(limits).size, 3)
})

test('AsyncSocketReader.readLine: receives nothing after its deadline has passed', async () => {
  const { source, reader } = manual()
  await assert.rejects(reader.readLine({ deadline: performance.now() - 1 }), { name: 'SocketTimeoutError' })
  assert.equal(source.calls.length, 0)
  const line = reader.readLine()
  source.deliver('line\n')
  assert.equal(await line, 'line')
})

test('AsyncSocketReader.readLine: passes on an infinite timeout as null, and 0 as 0', async () => {
  const { source, reader } = manual()
  for (const [timeout, passed] of [
    [undefined, null],
    [Number.POSITIVE_INFINITY, null],
    [0, 0],
  ] as const) {
    const line = reader.readLine(timeout === undefined ? undefined : { timeout })
    source.deliver('line\n')
    await line
    assert.equal(source.calls.at(-1)!.timeout, passed)
  }
})

test('AsyncSocketReader: wrong arguments reject, and leave the reader usable', async () => {
  const { source, reader } = manual()
  await assert.rejects(reader.readExactly(-1), { code: 'ERR_OUT_OF_RANGE' })
  await assert.rejects(reader.readUntil(''), { code: 'ERR_INVALID_ARG_VALUE' })
  await assert.rejects(reader.readLine({ timeout: -1 }), { code: 'ERR_OUT_OF_RANGE' })
  const line = reader.readLine()
  source.deliver('fine\n')
  assert.equal(await line, 'fine')
})

const testOptions = { timeout: 20_000 }

test('AsyncSocket.reader: iteration yields lines as they arrive, then ends', testOptions, async () => {
  const [a, b] = AsyncSocket.pair()
  const lines: string[] = []
  const ended = (async () => {
    for await (const line of a.reader()) lines.push(line)
  })()
  for (const part of ['one\r\ntw', 'o\n', '\nthree\n']) {
    await b.sendAll(part)
    await new Promise(setImmediate)
  }
  b.close()
  await ended
  assert.deepEqual(lines, ['one', 'two', '', 'three'])
  assert.equal(await a.recv(1), null)
  a.close()
})

test(
  'AsyncSocket: recv and detach reject with ERR_READER_HOLDS_DATA while the reader holds bytes',
  testOptions,
  async () => {
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
  },
)

test('AsyncSocket.reader: returns one reader per socket, for open streams alone', async () => {
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

test(
  'AsyncSocketReader: a call that is aborted or times out loses no byte, and can be repeated',
  testOptions,
  async () => {
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
  },
)

test('AsyncSocketReader.readLine: an aborted signal rejects even when a line is buffered', async () => {
  const [a, b] = AsyncSocket.pair()
  await b.sendAll('one\ntwo\n')
  assert.equal(await a.reader().readLine(), 'one')
  await assert.rejects(a.reader().readLine({ signal: AbortSignal.abort() }), { name: 'AbortError' })
  assert.equal(await a.reader().readLine(), 'two')
  for (const socket of [a, b]) socket.close()
})

test('AsyncSocket.close: ends a call of the reader, whose bytes can still be taken', testOptions, async () => {
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

test('AsyncSocketReader: a reset within a line keeps the buffered bytes', testOptions, async () => {
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

test('Socket.toAsync and AsyncSocket.toBlocking: move the reader’s bytes and options', testOptions, async () => {
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
  // The reader of the former socket holds nothing.
  assert.equal(blocking.bufferedBytes, 0)
  assert.throws(() => blocking.readLine(), { code: 'ERR_SOCKET_DETACHED' })
  again.close()
  b.close()
})

test('AsyncSocket.toBlocking: throws ERR_SOCKET_BUSY while a call of the reader waits', testOptions, async () => {
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

test('AsyncSocketReader.readExactly: reads 3 MB over many receives', testOptions, async () => {
  const [a, b] = AsyncSocket.pair()
  const bytes = Buffer.alloc(3_000_000, 'The quick brown fox jumps over the lazy dog. ')
  const sent = b.sendAll(bytes)
  assert.ok((await a.reader().readExactly(bytes.length))!.equals(bytes))
  await sent
  for (const socket of [a, b]) socket.close()
})
