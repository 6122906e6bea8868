// A socket as a stream of Node's: its bytes, its ends, its errors.
import assert from 'node:assert/strict'
import { AsyncLocalStorage } from 'node:async_hooks'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { Readable } from 'node:stream'
import { finished, pipeline } from 'node:stream/promises'
import { test } from 'node:test'
import {
  AF_INET,
  AsyncSocket,
  createServer,
  type DuplexOptions,
  SOCK_DGRAM,
  Socket,
  SocketDuplex,
  type SocketError,
  toDuplex,
} from 'berkeley'
import fc from 'fast-check'
import { sequence } from '../support/byte-sequence.js'
import { openDescriptors, uncountable } from '../support/descriptors.js'
import { blocksOf, sha256, sha256Of } from '../support/large-body.js'
import { fill, tcpPair } from '../support/pairs.js'
import { nextEvent } from '../support/promises.js'

const MEGABYTE = 1 << 20

/** Two streams that are connected to each other. */
function duplexPair(options?: DuplexOptions): [SocketDuplex, SocketDuplex] {
  const [a, b] = tcpPair()
  return [toDuplex(a, options), toDuplex(b, options)]
}

/** A stream, and the plain socket at its other end. */
function withPeer(options?: DuplexOptions): { stream: SocketDuplex; peer: AsyncSocket } {
  const [a, b] = tcpPair()
  return { stream: toDuplex(a, options), peer: b.toAsync() }
}

/** What happens to a stream, in its order. */
function logOf(stream: SocketDuplex): string[] {
  const log: string[] = []
  for (const event of ['end', 'finish', 'error']) stream.on(event, () => log.push(event))
  stream.on('close', (hadError: boolean) => log.push(`close ${hadError}`))
  return log
}

test('bytes go both ways, and both ends end', async () => {
  const [a, b] = duplexPair()
  const [logA, logB] = [logOf(a), logOf(b)]
  const closed = [a, b].map((stream) => nextEvent(stream, 'close'))
  b.pipe(b)
  a.end('hello')
  assert.equal(String(Buffer.concat(await a.toArray())), 'hello')
  await Promise.all(closed)
  assert.deepEqual(logA, ['finish', 'end', 'close false'])
  assert.deepEqual(logB, ['end', 'finish', 'close false'])
  assert.deepEqual([a.bytesRead, a.bytesWritten, b.bytesRead, b.bytesWritten], [5, 5, 5, 5])
})

test('a socket of either kind is given away', async () => {
  const [a, b] = Socket.pair()
  const awaited = b.toAsync()
  const streams = [toDuplex(a), toDuplex(awaited)]
  assert.throws(() => a.tryRecv(1), { code: 'ERR_SOCKET_DETACHED' })
  await assert.rejects(awaited.recv(1), { code: 'ERR_SOCKET_DETACHED' })
  streams[0]!.end('over unix')
  assert.equal(String(Buffer.concat(await streams[1]!.toArray())), 'over unix')
})

test('unless the options are refused', () => {
  for (const [options, code] of [
    [{ highWaterMark: -1 }, 'ERR_INVALID_ARG_VALUE'],
    [{ readableHighWaterMark: 'much' }, 'ERR_INVALID_ARG_VALUE'],
    [{ signal: 'abort' }, 'ERR_INVALID_ARG_TYPE'],
    [{ signal: { aborted: false } }, 'ERR_INVALID_ARG_TYPE'],
  ] as [DuplexOptions, string][]) {
    const [a, b] = Socket.pair()
    const awaited = b.toAsync()
    assert.throws(() => toDuplex(a, options), { code })
    assert.throws(() => toDuplex(awaited, options), { code })
    assert.equal(a.tryRecv(1), undefined)
    for (const each of [a, awaited]) each.close()
  }
})

test('a signal ends the stream, at once where it was aborted before', { skip: uncountable }, async () => {
  const abort = new AbortController()
  const before = openDescriptors()
  for (const signal of [abort.signal, AbortSignal.abort('why')]) {
    const [a, b] = Socket.pair()
    const stream = toDuplex(a, { signal })
    const errors: Error[] = []
    stream.on('error', (error) => errors.push(error))
    const closed = nextEvent(stream, 'close')
    abort.abort('why')
    await closed
    assert.deepEqual(
      errors.map(({ name, cause }) => [name, cause]),
      [['AbortError', 'why']],
    )
    b.close()
  }
  assert.equal(openDescriptors(), before)
})

test('what a reader holds comes first', async () => {
  const [a, b] = tcpPair()
  b.sendAll('a line\nand a ')
  assert.equal(a.reader().readLine(), 'a line')
  const stream = toDuplex(a)
  b.sendAll('half')
  b.close()
  assert.equal(String(Buffer.concat(await stream.toArray())), 'and a half')
  assert.equal(stream.bytesRead, 10)
})

test('what is no connected stream is refused, and stays usable', async () => {
  using datagrams = new Socket(AF_INET, SOCK_DGRAM)
  using listener = createServer({ host: '127.0.0.1', port: 0 })
  assert.throws(() => toDuplex(datagrams), { name: 'TypeError', code: 'ERR_NOT_A_STREAM' })
  assert.throws(() => toDuplex(listener), { name: 'TypeError', code: 'ERR_NOT_A_STREAM' })
  for (const nothing of [undefined, null, 3, {}, 'socket']) {
    assert.throws(() => toDuplex(nothing as never), { name: 'TypeError', code: 'ERR_INVALID_ARG_TYPE' })
  }
  const [a, b] = AsyncSocket.pair()
  const waits = a.recv(1)
  assert.throws(() => toDuplex(a), { code: 'ERR_SOCKET_BUSY' })
  await b.send('x')
  assert.equal(String(await waits), 'x')
  a.close()
  b.close()
  assert.throws(() => toDuplex(a), { code: 'ERR_SOCKET_CLOSED' })
})

test('a socket that is not connected tells so by an error', async () => {
  const stream = toDuplex(new Socket())
  const [error] = await nextEvent(stream.resume(), 'error')
  assert.equal((error as SocketError).code, 'ENOTCONN')
})

test('the end of the peer ends our side, unless half-open connections are allowed', async () => {
  const strict = withPeer()
  const strictClosed = nextEvent(strict.stream, 'close')
  strict.peer.shutdown('write')
  strict.stream.resume()
  assert.equal(await strict.peer.recv(1), null)
  await strictClosed
  const lenient = withPeer({ allowHalfOpen: true })
  const lenientClosed = nextEvent(lenient.stream, 'close')
  lenient.peer.shutdown('write')
  await once(lenient.stream.resume(), 'end')
  lenient.stream.write('still here')
  assert.equal(String(await lenient.peer.recv(100)), 'still here')
  lenient.stream.end()
  assert.equal(await lenient.peer.recv(1), null)
  await lenientClosed
  for (const { peer } of [strict, lenient]) peer.close()
})

test('who does not read holds the peer up, and misses nothing', async () => {
  const [a, b] = tcpPair()
  const stream = toDuplex(a)
  stream.once('readable', () => {})
  const count = fill(b)
  await once(stream, 'readable')
  // The kernel holds the rest.
  assert.ok(stream.readableLength <= stream.readableHighWaterMark + 65536, `${stream.readableLength} bytes`)
  const all = stream.toArray()
  b.shutdown('write')
  assert.equal(Buffer.concat(await all).length, count)
  b.close()
})

test('who writes faster than the peer reads is told, and everything arrives', async () => {
  const { stream, peer } = withPeer()
  const body = sequence(0, 16 * MEGABYTE)
  const received = createHash('sha256')
  const blocks = blocksOf(body)
  let drains = 0
  stream.on('drain', () => drains++)
  const written = pipeline(Readable.from(blocks), stream)
  for await (const chunk of peer.chunks()) received.update(chunk)
  peer.close()
  await written
  assert.equal(received.digest('hex'), sha256(body))
  assert.ok(drains > 0)
  assert.equal(stream.bytesWritten, body.length)
})

test('chunks that are written together arrive in their order, whatever their sizes', async () => {
  const sizes = fc.array(fc.oneof(fc.nat(10), fc.nat(100_000)), { maxLength: 12 })
  const property = fc.asyncProperty(sizes, async (lengths) => {
    const [a, b] = duplexPair()
    const body = sequence(
      0,
      lengths.reduce((sum, length) => sum + length, 0),
    )
    a.cork()
    let at = 0
    for (const length of lengths) {
      a.write(body.subarray(at, at + length))
      at += length
    }
    a.uncork()
    a.end()
    assert.equal(await sha256Of(b), sha256(body))
  })
  await fc.assert(property, { numRuns: 30 })
})

test('destroy tells the error, then that it has closed, and fails what was not sent', async () => {
  const { stream, peer } = withPeer()
  const log = logOf(stream)
  const failures: unknown[] = []
  const note = (error?: Error | null): void => void failures.push(error?.message)
  while (stream.write(Buffer.alloc(MEGABYTE), note)) {}
  stream.write('queued', note)
  const isUnsent = stream.writableLength > 0
  stream.destroy(new Error('enough'))
  stream.destroy(new Error('never told'))
  await nextEvent(stream, 'close')
  await new Promise(setImmediate)
  assert.deepEqual(log, ['error', 'close true'])
  assert.ok(isUnsent)
  assert.ok(failures.length > 0 && failures.every((message) => message === undefined || message === 'enough'))
  assert.equal(failures.filter((message) => message === 'enough').length >= 1, true)
  assert.equal(stream.destroyed && stream.closed, true)
  peer.close()
})

test('destroy without an error tells none', async () => {
  const { stream, peer } = withPeer()
  const log = logOf(stream)
  const ending = assert.rejects(finished(stream), { code: 'ERR_STREAM_PREMATURE_CLOSE' })
  stream.destroy()
  await ending
  assert.equal(await peer.recv(1), null)
  await new Promise(setImmediate)
  assert.deepEqual(log, ['close false'])
  peer.close()
})

test('a write that never was sent is told so when the stream is destroyed', async () => {
  const { stream, peer } = withPeer()
  const sent = new Promise<Error | null | undefined>((resolve) => {
    stream.write(Buffer.alloc(64 * MEGABYTE), resolve)
  })
  stream.destroy()
  assert.equal(((await sent) as SocketError).code, 'ERR_STREAM_DESTROYED')
  peer.close()
})

test('an error of the kernel is one of the stream, in the shape of Node', async () => {
  const [a, b] = duplexPair()
  b.resume().resetAndDestroy()
  const closed = nextEvent(a, 'close')
  const [error] = (await nextEvent(a.resume(), 'error')) as [SocketError]
  assert.deepEqual([error.code, error.errno, error.syscall], ['ECONNRESET', -104, 'recv'])
  const [hadError] = await closed
  assert.equal(hadError, true)
})

test('writing to who is gone fails', async () => {
  const { stream, peer } = withPeer()
  peer.close()
  stream.write('the peer answers this by a reset')
  // Until the reset is there the kernel takes what it is given.
  const write = (): void => {
    if (stream.destroyed) return
    stream.write('x')
    setImmediate(write)
  }
  write()
  const [error] = (await nextEvent(stream, 'error')) as [SocketError]
  assert.match(error.code, /^(EPIPE|ECONNRESET)$/)
})

test('an AbortSignal destroys it', async () => {
  const aborter = new AbortController()
  const { stream, peer } = withPeer({ signal: aborter.signal })
  aborter.abort(new Error('because'))
  const [error] = (await nextEvent(stream, 'error')) as [Error]
  assert.equal(error.name, 'AbortError')
  assert.equal((error.cause as Error).message, 'because')
  assert.equal(await peer.recv(1), null)
  peer.close()
})

test('listeners run in the context in which the stream was made', async () => {
  const storage = new AsyncLocalStorage<string>()
  const [a, b] = tcpPair()
  const streams = ['one', 'two'].map((name, index) => storage.run(name, () => toDuplex(index === 0 ? a : b)))
  const contexts = streams.map((stream) => {
    return new Promise((resolve) => {
      stream.once('data', () => resolve(storage.getStore()))
    })
  })
  for (const stream of streams) stream.write('x')
  assert.deepEqual(await Promise.all(contexts), ['one', 'two'])
  for (const stream of streams) stream.destroy()
})

test('a hundred streams at once, each with more than a turn takes', async () => {
  const body = sequence(0, MEGABYTE)
  const hash = sha256(body)
  const arrived = Array.from({ length: 100 }, async () => {
    const [a, b] = duplexPair()
    a.end(body)
    return sha256Of(b)
  })
  assert.deepEqual(new Set(await Promise.all(arrived)), new Set([hash]))
})

test('no descriptor is left', { skip: uncountable }, async () => {
  const before = openDescriptors()
  const streams = Array.from({ length: 20 }, () => duplexPair()).flat()
  const closed = streams.map((stream) =>
    nextEvent(
      stream.on('error', () => {}),
      'close',
    ),
  )
  for (const [index, stream] of streams.entries()) {
    if (index % 3 === 0) stream.destroy()
    else if (index % 3 === 1) stream.resetAndDestroy()
    else stream.resume().end('bye')
  }
  await Promise.all(closed)
  // The reactor's own are there for good.
  assert.ok(openDescriptors() <= before + 3, `${openDescriptors() - before} more`)
})

test('it is a Duplex, and says what it is', () => {
  const [a, b] = duplexPair()
  assert.ok(a instanceof SocketDuplex)
  assert.equal(a.constructor.name, 'SocketDuplex')
  a.destroy()
  b.destroy()
})
