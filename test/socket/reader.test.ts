// The reader of a socket: lines and messages, its limits, modes, and the end of the stream.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Socket, type SocketError } from 'berkeley'

const holds = { name: 'SocketError', code: 'ERR_READER_HOLDS_DATA', errno: 0 }

function pair(text: string): [Socket, Socket] {
  const [a, b] = Socket.pair()
  b.sendAll(text)
  return [a, b]
}

test('readLine: lines with either line end, and the end of the stream', () => {
  const [a, b] = pair('one\ntwo\r\n\n\r\nlast\n')
  b.close()
  assert.deepEqual([...a.reader()], ['one', 'two', '', '', 'last'])
  assert.equal(a.reader().readLine(), null)
  assert.equal(a.recv(1), null)
})

test('readLine: a carriage return inside a line stays', () => {
  const [a] = pair('a\rb\r\r\n')
  assert.equal(a.reader().readLine(), 'a\rb\r')
})

test('readLine: a line is text in the reader’s encoding, or with `raw` its bytes', () => {
  const [a, b] = pair('é\né\n')
  assert.equal(a.reader().readLine(), 'é')
  assert.deepEqual(a.reader().readLine({ raw: true }), Buffer.from('é'))
  const latin = b.reader({ encoding: 'latin1' })
  a.send(Buffer.from('é\n', 'latin1'))
  assert.equal(latin.readLine(), 'é')
})

test('readLine, readExactly: the bytes are the caller’s own', () => {
  const [a] = pair('aaaa\nbbbb\n')
  const line = a.reader().readLine({ raw: true })!
  const rest = a.reader().readExactly(4)!
  line.fill(0)
  assert.equal(rest.toString(), 'bbbb')
  assert.ok(rest.buffer.byteLength <= 8)
})

test('recv, detach: throw while the reader holds bytes', () => {
  const [a, b] = pair('line\nmore')
  const reader = a.reader()
  assert.equal(reader.readLine(), 'line')
  assert.equal(reader.bufferedBytes, 4)
  const block = Buffer.alloc(4)
  assert.throws(() => a.recv(1), { ...holds, syscall: 'recv' })
  assert.throws(() => a.tryRecv(1), holds)
  assert.throws(() => a.recvInto(block), holds)
  assert.throws(() => a.tryRecvInto(block), holds)
  assert.throws(() => a.recvFrom(1), { ...holds, syscall: 'recvfrom' })
  assert.throws(() => a.tryRecvFromInto(block), holds)
  assert.throws(() => a.chunks().next(), holds)
  assert.throws(() => a.detach(), { ...holds, syscall: 'detach' })
  a.sendAll('everything else works as before')
  assert.equal(a.wait('write').write, true)
  assert.equal(a.takeError(), null)
  assert.equal(b.recv(100)!.length, 31)
  assert.equal(reader.takeBuffered().toString(), 'more')
  b.send('now')
  assert.equal(a.recv(10)!.toString(), 'now')
  assert.equal(reader.takeBuffered().length, 0)
})

test('dup: the copy has a reader of its own, without the first one’s bytes', () => {
  const [a, b] = pair('one\ntwo\n')
  assert.equal(a.reader().readLine(), 'one')
  const copy = a.dup()
  b.send('three\n')
  assert.equal(copy.reader().readLine(), 'three')
  assert.equal(a.reader().readLine(), 'two')
})

test('readLine: throws WouldBlockError in the non-blocking mode, and keeps its bytes', () => {
  const [a, b] = pair('half')
  a.setBlocking(false)
  assert.throws(() => a.reader().readLine(), { name: 'WouldBlockError', code: 'EAGAIN', syscall: 'recv' })
  assert.throws(() => a.reader().readExactly(5), { name: 'WouldBlockError' })
  assert.throws(() => a.reader().readAll(), { name: 'WouldBlockError' })
  assert.equal(a.reader().bufferedBytes, 4)
  b.send(' a line\n')
  assert.equal(a.reader().readLine(), 'half a line')
  b.send('x')
  b.close()
  assert.equal(a.reader().readAll().toString(), 'x')
})

test('readLine, readExactly, readUntil: the end inside a message throws with the part', () => {
  const calls: ((socket: Socket) => unknown)[] = [
    (socket) => socket.reader().readLine({ requireEnd: true }),
    (socket) => socket.reader().readExactly(100),
    (socket) => socket.reader().readUntil('\r\n\r\n'),
    (socket) => [...socket.reader({ requireEnd: true })],
  ]
  for (const call of calls) {
    const [a, b] = pair('unfinished')
    b.close()
    assert.throws(
      () => call(a),
      (error) => {
        const { name, code, errno, syscall, partial } = error as SocketError
        assert.deepEqual([name, code, errno, syscall], ['SocketError', 'ERR_UNEXPECTED_END', 0, 'recv'])
        assert.equal(partial!.toString(), 'unfinished')
        return true
      },
    )
    assert.equal(a.reader().readLine(), null)
    assert.equal(a.recv(1), null)
  }
})

test('readLine: a last line without its end is returned, and ended says so', () => {
  for (const [sent, last] of [
    ['first\r\nlast', 'last'],
    ['first\nlast\r', 'last\r'],
  ] as const) {
    const [a, b] = pair(sent)
    b.close()
    assert.deepEqual([a.reader().readLine(), a.reader().ended], ['first', false])
    assert.deepEqual([a.reader().readLine(), a.reader().ended], [last, true])
    assert.deepEqual([a.reader().readLine(), a.reader().ended], [null, true])
  }
  const [c, d] = pair('first\nlast')
  d.close()
  assert.deepEqual([...c.reader()], ['first', 'last'])
  const [e, f] = pair('raw')
  f.close()
  assert.deepEqual(e.reader().readLine({ raw: true }), Buffer.from('raw'))
})

test('requireEnd: a call overrides the reader', () => {
  const [a, b] = pair('last')
  b.close()
  assert.equal(a.reader({ requireEnd: true }).readLine({ requireEnd: false }), 'last')
  assert.throws(() => a.reader({ requireEnd: false }), { code: 'ERR_INVALID_ARG_VALUE' })
  assert.throws(() => a.reader().readLine({ requireEnd: 1 as never }), { code: 'ERR_INVALID_ARG_TYPE' })
})

test('readLine: a reset keeps the bytes received before', () => {
  const [a, b] = pair('half')
  a.send('unread')
  b.close()
  assert.throws(() => a.reader().readLine(), { code: 'ECONNRESET' })
  assert.equal(a.reader().takeBuffered().toString(), 'half')
})

test('readLine: a line that is too long throws, and loses nothing', () => {
  const [a, b] = Socket.pair()
  const reader = a.reader({ maxLineBytes: 8 })
  b.send('1234567\n')
  assert.equal(reader.readLine(), '1234567')
  b.send('12345678\nnext\n')
  assert.throws(() => reader.readLine(), { code: 'ERR_LINE_TOO_LONG', syscall: 'recv' })
  assert.throws(() => reader.readUntil('8\n'), { code: 'ERR_LINE_TOO_LONG' })
  assert.equal(reader.readExactly(9)!.toString(), '12345678\n')
  assert.equal(reader.readLine(), 'next')
  b.send('x'.repeat(8))
  assert.throws(() => reader.readLine(), { code: 'ERR_LINE_TOO_LONG' })
})

test('maxLineBytes: is 64 KiB by default', () => {
  const [a, b] = Socket.pair()
  b.sendAll('x'.repeat(65535))
  b.sendAll('\n')
  assert.equal(a.reader().readLine()!.length, 65535)
  b.sendAll('x'.repeat(65536))
  assert.throws(() => a.reader().readLine(), { code: 'ERR_LINE_TOO_LONG' })
})

test('readUntil: the delimiter may have many bytes, cut anywhere, and is included', () => {
  const [a, b] = Socket.pair()
  a.setBlocking(false)
  const reader = a.reader()
  for (const byte of 'head\r\n\r') {
    b.send(byte)
    assert.throws(() => reader.readUntil('\r\n\r\n'), { code: 'EAGAIN' })
  }
  b.send('\nbody')
  assert.equal(reader.readUntil('\r\n\r\n')!.toString(), 'head\r\n\r\n')
  assert.equal(reader.readUntil(Buffer.from('dy'))!.toString(), 'body')
})

test('readExactly: 0 bytes are read at any time', () => {
  const [a, b] = Socket.pair()
  assert.equal(a.reader().readExactly(0)!.length, 0)
  b.close()
  assert.equal(a.reader().readExactly(0)!.length, 0)
  assert.equal(a.reader().readExactly(1), null)
  assert.equal(a.reader().readAll().length, 0)
})

const MEBIBYTE = 2 ** 20

/** How much more memory of buffers there is after `act`, in bytes. */
function grownBy(act: () => void): number {
  const before = process.memoryUsage().arrayBuffers
  act()
  return process.memoryUsage().arrayBuffers - before
}

test('readExactly: a length that was announced and not sent takes no memory', () => {
  const pairs = Array.from({ length: 200 }, () => Socket.pair())
  const grown = grownBy(() => {
    for (const [a, b] of pairs) {
      b.send('x'.repeat(1000))
      assert.throws(() => a.reader().readExactly(1024 * MEBIBYTE, { timeout: 0 }), { code: 'EAGAIN' })
    }
  })
  assert.ok(grown < 200 * 65536, `${grown} bytes`)
  for (const each of pairs.flat()) each.close()
})

test('readExactly: memory is at most some times what arrived, and the message is whole', () => {
  const [a, b] = Socket.pair()
  b.setBlocking(false)
  const message = Buffer.from(Array.from({ length: 3 * MEBIBYTE }, (_, at) => at % 251))
  const reader = a.reader()
  let sent = 0
  let received: Buffer | null = null
  while (received === null) {
    sent += b.trySend(message.subarray(sent, sent + 100_000)) ?? 0
    const grown = grownBy(() => {
      try {
        received = reader.readExactly(message.length, { timeout: 0 })
      } catch (error) {
        assert.equal((error as SocketError).code, 'EAGAIN')
      }
    })
    assert.ok(grown <= 4 * sent + 65536, `${grown} bytes more after ${sent}`)
  }
  assert.ok(message.equals(received))
  // What follows has memory of its own.
  b.send('next')
  assert.equal(String(reader.readExactly(4)), 'next')
  assert.ok(message.equals(received))
  a.close()
  b.close()
})
