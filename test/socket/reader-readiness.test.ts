// A reader beside readiness: what it holds counts as something to read, as far as a call may return it. Its try verbs
// never wait.

import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { EVENT_READ, MSG_ZEROCOPY, poll, Selector, SO_LINGER, SO_ZEROCOPY, Socket, SocketError, select } from 'berkeley'
import { noOpenSsl } from '../support/certificates.js'
import { tcpPair } from '../support/pairs.js'
import { backends, makeSelector } from '../support/readiness-backends.js'
import { tlsPair } from '../support/tls.js'

const PATIENCE_MS = 10_000

/** Each way to learn whether a socket has something to read, without waiting. */
const waysToAsk: Record<string, () => (socket: Socket) => boolean> = {
  wait: () => (socket) => socket.tryWait('read')?.read === true,
  select: () => (socket) => select({ read: [socket] }, 0).read.length === 1,
  poll: () => (socket) => poll([{ target: socket, events: EVENT_READ }], 0).length === 1,
  ...Object.fromEntries(backends.map((backend) => [`Selector (${backend})`, () => asked(makeSelector(backend))])),
}

const selectors: Selector[] = []
after(() => {
  for (const selector of selectors) selector.close()
})

/** By a selector with which the socket is registered before it has a reader. */
function asked(selector: Selector): (socket: Socket) => boolean {
  selectors.push(selector)
  return (socket) => {
    if (selector.size === 0) selector.register(socket, EVENT_READ)
    return selector.select(0).some((ready) => ready.socket === socket)
  }
}

const pairs: Record<string, () => Socket[]> = {
  plain: tcpPair,
  TLS() {
    const { client, server } = tlsPair()
    return [client, server]
  },
}

for (const [layer, makePair] of Object.entries(pairs)) {
  for (const [way, makeAsk] of Object.entries(waysToAsk)) {
    test(`readiness: ${way} reports the lines that a reader holds, until one is incomplete (${layer})`, {
      skip: layer === 'TLS' && noOpenSsl,
    }, () => {
      const [sender, receiver] = makePair() as [Socket, Socket]
      const isReadable = makeAsk()
      const reader = receiver.reader()
      assert.equal(isReadable(receiver), false)
      sender.sendAll('one\ntwo\nthr')
      receiver.wait('read', { timeout: PATIENCE_MS })
      assert.equal(reader.readLine(), 'one')
      // The rest has been received: the kernel has no more to report.
      assert.equal(reader.bufferedBytes, 7)
      assert.equal(isReadable(receiver), true)
      assert.equal(isReadable(receiver), true)
      assert.equal(reader.readLine(), 'two')
      assert.equal(isReadable(receiver), true, 'whether there is a third line is not known yet')
      assert.equal(reader.tryReadLine(), undefined)
      assert.equal(isReadable(receiver), false, 'half a line would be reported again and again')
      sender.sendAll('ee\n')
      receiver.wait('read', { timeout: PATIENCE_MS })
      assert.equal(isReadable(receiver), true)
      assert.equal(reader.tryReadLine(), 'three')
      assert.equal(isReadable(receiver), false)
      sender.sendAll('12345')
      receiver.wait('read', { timeout: PATIENCE_MS })
      assert.equal(reader.tryReadExactly(6), undefined)
      assert.equal(isReadable(receiver), false)
      assert.equal(String(reader.tryReadExactly(2)), '12')
      assert.equal(isReadable(receiver), true, 'a shorter message may be complete')
      assert.equal(String(reader.takeBuffered()), '345')
      assert.equal(isReadable(receiver), false)
      sender.close()
      receiver.close()
    })
  }
}

test('readiness: a selector serves all lines of a segment, one at each report', () => {
  const [sender, receiver] = tcpPair()
  using selector = new Selector()
  selector.register(receiver, EVENT_READ)
  sender.sendAll('a\nb\nc\n')
  sender.close()
  const lines: unknown[] = []
  while (lines.at(-1) !== null) {
    for (const { socket } of selector.select(PATIENCE_MS)) lines.push(socket!.reader().tryReadLine())
  }
  assert.deepEqual(lines, ['a', 'b', 'c', null])
  receiver.close()
})

const supportsOneShot = (): boolean => {
  using selector = new Selector()
  return selector.supports.oneShot
}
const withoutOneShot = !supportsOneShot() && 'this backend has no one-shot registrations'

test('readiness: a one-shot registration reports the lines held once, until it is armed again', {
  skip: withoutOneShot,
}, () => {
  const [sender, receiver] = tcpPair()
  using selector = new Selector()
  sender.sendAll('a\nb\nc\n')
  receiver.wait('read', { timeout: PATIENCE_MS })
  assert.equal(receiver.reader().readLine(), 'a')
  selector.register(receiver, EVENT_READ, undefined, { oneShot: true })
  assert.equal(selector.select(0).length, 1)
  assert.equal(selector.select(0).length, 0)
  selector.modify(receiver, EVENT_READ)
  assert.equal(selector.select(0).length, 1)
  // The kernel would report the error once more.
  sender.setOption(SO_LINGER, 0)
  sender.close()
  poll([{ target: receiver.fd, events: 0 }], PATIENCE_MS)
  assert.equal(selector.select(0).length, 0)
  receiver.close()
})

test('wait: reports what a reader holds together with what the kernel reports', () => {
  const [sender, receiver] = Socket.pair()
  sender.sendAll('a\nb\n')
  assert.equal(receiver.reader().readLine(), 'a')
  assert.deepEqual(receiver.tryWait('both'), { read: true, write: true, error: false, hangup: false })
  assert.deepEqual(receiver.tryWait('write'), { read: false, write: true, error: false, hangup: false })
  sender.close()
  assert.equal(receiver.wait('read').hangup, true)
  receiver.close()
})

test('readiness: a report that no try of the reader can use is held back, as one that no recv can use', {
  skip: MSG_ZEROCOPY < 0,
}, () => {
  const [client, server] = tcpPair()
  // An entry of the error queue is reported again and again, and is nothing to read.
  client.setOption(SO_ZEROCOPY, true)
  client.send(Buffer.alloc(20_000), { flags: MSG_ZEROCOPY })
  server.reader().readExactly(20_000)
  using selector = new Selector()
  selector.register(client, EVENT_READ)
  let reports = selector.select(PATIENCE_MS).length
  const end = performance.now() + 200
  while (performance.now() < end) {
    for (const { socket } of selector.select(20)) {
      reports++
      assert.equal(socket!.reader().tryReadLine(), undefined)
    }
  }
  assert.ok(reports > 0 && reports < 200, `${reports} reports`)
  client.close()
  server.close()
})

test('readiness: many sockets whose readers hold lines are all reported', () => {
  using selector = new Selector()
  const pairs = Array.from({ length: 50 }, () => Socket.pair())
  for (const [sender, receiver] of pairs as [Socket, Socket][]) {
    selector.register(receiver, EVENT_READ)
    sender.sendAll('a\nb\n')
    assert.equal(receiver.reader().readLine(), 'a')
  }
  assert.equal(new Set(selector.select(0).map(({ socket }) => socket)).size, 50)
  for (const [, receiver] of pairs) assert.equal(receiver!.reader().readLine(), 'b')
  assert.equal(selector.select(0).length, 0)
  for (const pair of pairs) for (const socket of pair) socket.close()
})

test('readable: of an AsyncSocket resolves while its reader holds a line', async () => {
  const [sender, receiver] = tcpPair()
  using awaited = receiver.toAsync()
  sender.sendAll('a\nb\nhalf')
  assert.equal(await awaited.reader().readLine(), 'a')
  await awaited.readable({ timeout: 0 })
  assert.equal(await awaited.reader().readLine(), 'b')
  await assert.rejects(awaited.reader().readLine({ timeout: 0 }), { code: 'EAGAIN' })
  await assert.rejects(awaited.readable({ timeout: 0 }), { code: 'EAGAIN' })
  sender.close()
})

test('SocketReader, try verbs: undefined until the message is there, null at the end, whatever the mode', () => {
  const [sender, receiver] = tcpPair()
  const reader = receiver.reader()
  assert.equal(reader.tryReadLine(), undefined)
  assert.equal(reader.tryReadUntil('\0'), undefined)
  assert.equal(reader.tryReadExactly(1), undefined)
  assert.equal(String(reader.tryReadExactly(0)), '')
  sender.sendAll('line\r\nuntil\0exact')
  receiver.wait('read', { timeout: PATIENCE_MS })
  assert.equal(String(reader.tryReadLine({ raw: true })), 'line')
  assert.equal(String(reader.tryReadUntil('\0')), 'until\0')
  assert.equal(String(reader.tryReadExactly(5)), 'exact')
  receiver.setBlocking(false)
  assert.equal(reader.tryReadLine(), undefined)
  assert.throws(() => reader.tryReadLine({ timeout: 5 } as never), { code: 'ERR_INVALID_ARG_VALUE' })
  sender.sendAll('end')
  sender.shutdown('write')
  receiver.wait('read', { timeout: PATIENCE_MS })
  assert.throws(() => reader.tryReadExactly(4), { code: 'ERR_UNEXPECTED_END', partial: Buffer.from('end') })
  assert.equal(reader.tryReadLine(), null)
  assert.equal(reader.tryReadExactly(4), null)
  receiver.close()
  assert.throws(
    () => reader.tryReadLine(),
    (error) => error instanceof SocketError && error.code === 'ERR_SOCKET_CLOSED',
  )
})
