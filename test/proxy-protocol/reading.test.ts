// readProxyHeader, readProxyHeaderAsync: read a header from a socket, and not a byte more.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  AsyncSocket,
  encodeProxyHeader,
  type ProxyHeader,
  ProxyHeaderParser,
  readProxyHeader,
  readProxyHeaderAsync,
  Socket,
  type SocketError,
} from 'berkeley'

const SIGNATURE = Buffer.from('0d0a0d0a000d0a515549540a', 'hex')
const MALFORMED = { name: 'SocketError', code: 'ERR_PROXY_PROTOCOL', errno: 0, syscall: 'recv' }

function headerOf(bytes: Uint8Array): ProxyHeader | null {
  const parser = new ProxyHeaderParser()
  parser.push(bytes)
  return parser.header
}

const UNKNOWN = headerOf(Buffer.from('PROXY UNKNOWN\r\n'))

const HEADERS = [
  encodeProxyHeader({ version: 1, source: { host: '1.2.3.4', port: 1 }, destination: { host: '1.2.3.4', port: 2 } }),
  encodeProxyHeader({ source: { host: '::1', port: 1 }, destination: { host: '::2', port: 2 } }),
  encodeProxyHeader({ tlvs: { authority: 'x'.repeat(5000) } }),
]

test('readProxyHeader: reads the header, and not a byte more', () => {
  for (const bytes of HEADERS) {
    const [a, b] = Socket.pair()
    b.sendAll(Buffer.concat([bytes, Buffer.from('and more')]))
    assert.deepEqual(readProxyHeader(a), headerOf(bytes))
    assert.equal(a.recv(100)!.toString(), 'and more')
  }
})

test('readProxyHeader: continues byte by byte in the non-blocking mode', () => {
  for (const bytes of HEADERS) {
    const [a, b] = Socket.pair()
    a.setBlocking(false)
    for (const byte of bytes) {
      assert.throws(() => readProxyHeader(a), { name: 'WouldBlockError' })
      b.send(Buffer.of(byte))
    }
    assert.deepEqual(readProxyHeader(a), headerOf(bytes))
    assert.throws(() => a.recv(1), { name: 'WouldBlockError' })
    assert.throws(() => readProxyHeader(a), { name: 'WouldBlockError' })
  }
})

test('readProxyHeader: continues after a timeout in the middle', () => {
  const [a, b] = Socket.pair()
  b.send('PROXY UNK')
  assert.throws(() => readProxyHeader(a, { timeout: 5 }), { name: 'SocketTimeoutError' })
  b.send('NOWN\r\nhello')
  assert.equal(readProxyHeader(a, { timeout: 5000 })!.version, 1)
  assert.equal(a.recv(100)!.toString(), 'hello')
})

test('toAsync, toBlocking: a half-read header moves with the socket', async () => {
  for (const bytes of HEADERS) {
    const [a, b] = Socket.pair()
    const third = Math.floor(bytes.length / 3)
    const timedOut = { name: 'SocketTimeoutError' }
    b.sendAll(bytes.subarray(0, third))
    assert.throws(() => readProxyHeader(a, { timeout: 5 }), timedOut)
    const awaited = a.toAsync()
    await assert.rejects(readProxyHeaderAsync(awaited, { timeout: 5 }), timedOut)
    b.sendAll(bytes.subarray(third, 2 * third))
    await assert.rejects(readProxyHeaderAsync(awaited, { timeout: 5 }), timedOut)
    const blocking = awaited.toBlocking()
    assert.throws(() => readProxyHeader(blocking, { timeout: 5 }), timedOut)
    b.sendAll(Buffer.concat([bytes.subarray(2 * third), Buffer.from('and more')]))
    const last = blocking.toAsync()
    assert.deepEqual(await readProxyHeaderAsync(last, { timeout: 5000 }), headerOf(bytes))
    assert.equal((await last.recv(100))!.toString(), 'and more')
    for (const socket of [last, b]) socket.close()
  }
})

test('toAsync: after a whole header the next one is read anew', async () => {
  const [a, b] = Socket.pair()
  b.sendAll(Buffer.concat([HEADERS[0]!, HEADERS[1]!]))
  assert.deepEqual(readProxyHeader(a), headerOf(HEADERS[0]!))
  const awaited = a.toAsync()
  assert.deepEqual(await readProxyHeaderAsync(awaited), headerOf(HEADERS[1]!))
  for (const socket of [awaited, b]) socket.close()
})

test('readProxyHeader: the end before the first byte is null, inside a header it is an error', () => {
  const [a, b] = Socket.pair()
  b.close()
  assert.equal(readProxyHeader(a), null)
  const [c, d] = Socket.pair()
  d.send('PROXY TCP4')
  d.close()
  assert.throws(
    () => readProxyHeader(c),
    (error) => {
      const { code, partial } = error as SocketError
      assert.deepEqual([code, partial!.toString()], ['ERR_UNEXPECTED_END', 'PROXY TCP4'])
      return true
    },
  )
})

test('readProxyHeader: bytes that are not a header stay in the socket', () => {
  const [a, b] = Socket.pair()
  b.send('GET / HTTP/1.1\r\n')
  assert.throws(() => readProxyHeader(a), MALFORMED)
  assert.throws(() => readProxyHeader(a), MALFORMED)
  assert.equal(a.recv(100)!.toString(), 'GET / HTTP/1.1\r\n')
})

test('readProxyHeader: throws while the reader holds bytes', () => {
  const [a, b] = Socket.pair()
  b.send('line\nPROXY UNKNOWN\r\n')
  assert.equal(a.reader().readLine(), 'line')
  assert.throws(() => readProxyHeader(a), { code: 'ERR_READER_HOLDS_DATA' })
})

test('readProxyHeaderAsync: reads byte by byte, and not a byte more', async () => {
  for (const bytes of HEADERS) {
    const [a, b] = AsyncSocket.pair()
    const header = readProxyHeaderAsync(a, { timeout: 20_000 })
    for (const byte of bytes.subarray(0, 203)) {
      await b.send(Buffer.of(byte))
      await new Promise(setImmediate)
    }
    await b.sendAll(Buffer.concat([bytes.subarray(203), Buffer.from('more')]))
    assert.deepEqual(await header, headerOf(bytes))
    assert.equal((await a.recv(100))!.toString(), 'more')
    for (const socket of [a, b]) socket.close()
  }
})

test('readProxyHeaderAsync: continues after a timeout and an abort', async () => {
  const [a, b] = AsyncSocket.pair()
  await b.sendAll('PROXY UNK')
  await assert.rejects(readProxyHeaderAsync(a, { timeout: 5 }), { name: 'SocketTimeoutError' })
  const controller = new AbortController()
  const cancelled = readProxyHeaderAsync(a, { signal: controller.signal })
  controller.abort()
  await assert.rejects(cancelled, { name: 'AbortError' })
  await b.sendAll('NOWN\r\nhello')
  assert.deepEqual(await readProxyHeaderAsync(a), UNKNOWN)
  assert.equal((await a.recv(100))!.toString(), 'hello')
  await b.sendAll('GET / HTTP/1.1\r\n')
  await assert.rejects(readProxyHeaderAsync(a), MALFORMED)
  await assert.rejects(readProxyHeaderAsync(a, { maxHeaderBytes: 1 }), MALFORMED)
  for (const socket of [a, b]) socket.close()
})

test('readProxyHeaderAsync: the end before the first byte is null, inside a header it is an error', async () => {
  const [a, b] = AsyncSocket.pair()
  const header = readProxyHeaderAsync(a)
  b.close()
  assert.equal(await header, null)
  const [c, d] = AsyncSocket.pair()
  await d.sendAll(SIGNATURE)
  d.close()
  await assert.rejects(readProxyHeaderAsync(c), { code: 'ERR_UNEXPECTED_END', partial: SIGNATURE })
})

test('detach: is refused while a PROXY header is half read, whose first part would be lost', () => {
  const [socket, peer] = Socket.pair()
  peer.sendAll('PROXY TCP4 ')
  assert.throws(() => readProxyHeader(socket, { timeout: 10 }), { code: 'ERR_SOCKET_TIMEOUT' })
  assert.throws(() => socket.detach(), { code: 'ERR_PROXY_UNFINISHED' })
  peer.sendAll('192.0.2.7 192.0.2.1 1 2\r\nhello')
  assert.equal((readProxyHeader(socket)!.source as { port: number }).port, 1)
  const adopted = Socket.fromFd(socket.detach())
  assert.equal(String(adopted.recv(10)), 'hello')
  adopted.close()
  peer.close()
})

test('readProxyHeader: the error of a timeout has the whole limit, of which earlier bytes used a part', async () => {
  const [blocking, peer] = Socket.pair()
  const [awaited, awaitedPeer] = AsyncSocket.pair()
  peer.sendAll('P')
  await awaitedPeer.sendAll('P')
  const passes = <Result>(call: () => Result): Result => {
    const end = performance.now() + 20
    while (performance.now() < end) {}
    return call()
  }
  const recv = blocking.recv.bind(blocking)
  blocking.recv = (maxBytes, options) => passes(() => recv(maxBytes, options))
  assert.throws(() => readProxyHeader(blocking, { timeout: 100 }), { code: 'ERR_SOCKET_TIMEOUT', timeout: 100 })
  const recvAwaited = awaited.recv.bind(awaited)
  awaited.recv = (maxBytes, options) => passes(() => recvAwaited(maxBytes, options))
  await assert.rejects(readProxyHeaderAsync(awaited, { timeout: 100 }), { code: 'ERR_SOCKET_TIMEOUT', timeout: 100 })
  for (const socket of [blocking, peer, awaited, awaitedPeer]) socket.close()
})
