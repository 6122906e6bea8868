// SocketDuplex as a stream.Duplex: its bytes, its end in either direction, its errors.

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
import { turns } from '../support/event-loop.js'
import { blocksOf, sha256, sha256Of } from '../support/large-body.js'
import { fill, tcpPair } from '../support/pairs.js'
import { nextEvent } from '../support/promises.js'

const MEGABYTE = 1 << 20

/** Two connected streams. */
function duplexPair(options?: DuplexOptions): [SocketDuplex, SocketDuplex] {
  const [a, b] = tcpPair()
  return [toDuplex(a, options), toDuplex(b, options)]
}

/** A stream, and the AsyncSocket at its other end. */
function withPeer(options?: DuplexOptions): { stream: SocketDuplex; peer: AsyncSocket } {
  const [a, b] = tcpPair()
  return { stream: toDuplex(a, options), peer: b.toAsync() }
}

/** The events of a stream in their order. */
function logOf(stream: SocketDuplex): string[] {
  const log: string[] = []
  for (const event of ['end', 'finish', 'error']) stream.on(event, () => log.push(event))
  stream.on('close', (hadError: boolean) => log.push(`close ${hadError}`))
  return log
}

test('toDuplex: transfers bytes both ways, and both streams end', async () => {
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

test('toDuplex: takes ownership of a Socket and of an AsyncSocket', async () => {
  const [a, b] = Socket.pair()
  const awaited = b.toAsync()
  const streams = [toDuplex(a), toDuplex(awaited)]
  assert.throws(() => a.tryRecv(1), { code: 'ERR_SOCKET_DETACHED' })
  await assert.rejects(awaited.recv(1), { code: 'ERR_SOCKET_DETACHED' })
  streams[0]!.end('over unix')
  assert.equal(String(Buffer.concat(await streams[1]!.toArray())), 'over unix')
})

test('toDuplex: wrong options leave the socket with its owner', () => {
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

test('toDuplex: an AbortSignal destroys the stream, also one that is already aborted', {
  skip: uncountable,
}, async () => {
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

test('toDuplex: the bytes that a reader holds come first', async () => {
  const [a, b] = tcpPair()
  b.sendAll('a line\nand a ')
  assert.equal(a.reader().readLine(), 'a line')
  const stream = toDuplex(a)
  b.sendAll('half')
  b.close()
  assert.equal(String(Buffer.concat(await stream.toArray())), 'and a half')
  assert.equal(stream.bytesRead, 10)
})

test('toDuplex: refuses datagram sockets, listeners, busy and closed sockets', async () => {
  using datagrams = new Socket(AF_INET, SOCK_DGRAM)
  using listener = createServer({ host: '127.0.0.1', port: 0 })
  assert.throws(() => toDuplex(datagrams), { name: 'TypeError', code: 'ERR_NOT_A_STREAM' })
  assert.throws(() => toDuplex(listener), { name: 'TypeError', code: 'ERR_NOT_A_STREAM' })
  for (const nothing of [undefined, null, 3, {}, 'socket']) {
    assert.throws(() => toDuplex(nothing as never), { name: 'TypeError', code: 'ERR_INVALID_ARG_TYPE' })
  }
  const [a, b] = AsyncSocket.pair()
  const received = a.recv(1)
  assert.throws(() => toDuplex(a), { code: 'ERR_SOCKET_BUSY' })
  await b.send('x')
  assert.equal(String(await received), 'x')
  a.close()
  b.close()
  assert.throws(() => toDuplex(a), { code: 'ERR_SOCKET_CLOSED' })
})

test('toDuplex: a stream of a socket that is not connected emits ENOTCONN', async () => {
  const stream = toDuplex(new Socket())
  const [error] = await nextEvent(stream.resume(), 'error')
  assert.equal((error as SocketError).code, 'ENOTCONN')
})

test('SocketDuplex: the peer’s end ends our side, unless allowHalfOpen is true', async () => {
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

test('SocketDuplex: an unread stream leaves bytes with the kernel, and loses none', async () => {
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

test('SocketDuplex.write: applies backpressure until drain, and all 16 MB arrive', async () => {
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

test('SocketDuplex.cork: chunks of any size arrive in order', async () => {
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

test('SocketDuplex.destroy: emits its first error, then close, and fails unsent writes', async () => {
  const { stream, peer } = withPeer()
  const log = logOf(stream)
  const failures: unknown[] = []
  const note = (error?: Error | null): void => void failures.push(error?.message)
  while (stream.write(Buffer.alloc(MEGABYTE), note)) {}
  stream.write('queued', note)
  const isUnsent = stream.writableLength > 0
  stream.destroy(new Error('enough'))
  stream.destroy(new Error('ignored'))
  await nextEvent(stream, 'close')
  await new Promise(setImmediate)
  assert.deepEqual(log, ['error', 'close true'])
  assert.ok(isUnsent)
  assert.ok(failures.length > 0 && failures.every((message) => message === undefined || message === 'enough'))
  assert.equal(failures.filter((message) => message === 'enough').length >= 1, true)
  assert.equal(stream.destroyed && stream.closed, true)
  peer.close()
})

test('SocketDuplex.destroy: without an error, emits close alone', async () => {
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

test('SocketDuplex.destroy: without an error, an unsent write fails with ERR_STREAM_DESTROYED', async () => {
  const { stream, peer } = withPeer()
  const sent = new Promise<Error | null | undefined>((resolve) => {
    stream.write(Buffer.alloc(64 * MEGABYTE), resolve)
  })
  stream.destroy()
  assert.equal(((await sent) as SocketError).code, 'ERR_STREAM_DESTROYED')
  peer.close()
})

test('SocketDuplex.destroy: resets the connection where bytes were received in a batch and not delivered', async () => {
  const [one, two] = [withPeer(), withPeer()]
  const other = { [one.stream.localPort!]: two, [two.stream.localPort!]: one }
  let destroyed: typeof one | null = null
  for (const { stream } of [one, two]) {
    stream.on('data', (bytes) => {
      if (String(bytes) === '1' || destroyed !== null) return
      destroyed = other[stream.localPort!]!
      destroyed.stream.destroy()
    })
  }
  // From the second message on, the messages of both streams are received together, before the first is delivered.
  for (const message of ['1', '2']) {
    for (const { peer } of [one, two]) peer.trySend(message)
    await turns()
  }
  await assert.rejects(destroyed!.peer.recv(1), { code: 'ECONNRESET' })
  for (const { stream, peer } of [one, two]) {
    stream.destroy()
    peer.close()
  }
})

test('SocketDuplex: emits errors of the kernel in the shape of Node', async () => {
  const [a, b] = duplexPair()
  b.resume().resetAndDestroy()
  const closed = nextEvent(a, 'close')
  const [error] = (await nextEvent(a.resume(), 'error')) as [SocketError]
  assert.deepEqual([error.code, error.errno, error.syscall], ['ECONNRESET', -104, 'recv'])
  const [hadError] = await closed
  assert.equal(hadError, true)
})

test('SocketDuplex.write: fails after the peer has closed', async () => {
  const { stream, peer } = withPeer()
  peer.close()
  stream.write('the peer responds to this with a reset')
  // Until the reset arrives, the kernel accepts what is written.
  const write = (): void => {
    if (stream.destroyed) return
    stream.write('x')
    setImmediate(write)
  }
  write()
  const [error] = (await nextEvent(stream, 'error')) as [SocketError]
  assert.match(error.code, /^(EPIPE|ECONNRESET)$/)
})

test('toDuplex: the reason of an abort is the cause of the error, and the peer sees the end', async () => {
  const aborter = new AbortController()
  const { stream, peer } = withPeer({ signal: aborter.signal })
  aborter.abort(new Error('because'))
  const [error] = (await nextEvent(stream, 'error')) as [Error]
  assert.equal(error.name, 'AbortError')
  assert.equal((error.cause as Error).message, 'because')
  assert.equal(await peer.recv(1), null)
  peer.close()
})

test('SocketDuplex: listeners run in the asynchronous context in which the stream was made', async () => {
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

test('SocketDuplex: 100 streams at once transfer more than one fairness budget each', async () => {
  const body = sequence(0, MEGABYTE)
  const hash = sha256(body)
  const received = Array.from({ length: 100 }, async () => {
    const [a, b] = duplexPair()
    a.end(body)
    return sha256Of(b)
  })
  assert.deepEqual(new Set(await Promise.all(received)), new Set([hash]))
})

test('SocketDuplex: however streams end, no descriptor leaks', { skip: uncountable }, async () => {
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
  // The reactor keeps descriptors of its own open.
  assert.ok(openDescriptors() <= before + 3, `${openDescriptors() - before} more`)
})

test('toDuplex: returns a SocketDuplex', () => {
  const [a, b] = duplexPair()
  assert.ok(a instanceof SocketDuplex)
  assert.equal(a.constructor.name, 'SocketDuplex')
  a.destroy()
  b.destroy()
})

test('toDuplex: a stream that has ended its side and that nothing reads closes when the peer has ended', async () => {
  const [a, b] = Socket.pair()
  const stream = toDuplex(a)
  const closed = once(stream, 'close')
  stream.end('goodbye')
  assert.equal(String(b.recv(100)), 'goodbye')
  b.close()
  await closed
})
