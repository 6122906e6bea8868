// TLS over a pair of sockets in one thread: the verbs, the ways to wait, the end of the stream.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { inspect } from 'node:util'
import {
  type AsyncTlsSocket,
  attach,
  createConnection,
  EVENT_READ,
  MSG_PEEK,
  MSG_WAITALL,
  poll,
  SHUT_WR,
  Socket,
  SocketTimeoutError,
  select,
  TlsError,
  type TlsSocket,
  toDuplex,
  WouldBlockError,
  wrapTls,
  wrapTlsAsync,
} from 'berkeley'
import { native } from '../../src/native/addon.js'
import { descriptorOf } from '../../src/socket/face.js'
import { noOpenSsl } from '../support/certificates.js'
import { isPending, turns } from '../support/event-loop.js'
import { deferred, nextEvent } from '../support/promises.js'
import { backends, makeSelector } from '../support/readiness-backends.js'
import {
  certificates,
  finishHandshake,
  openSslObjects,
  startNodeServer,
  tlsPair,
  unfinishedPair,
} from '../support/tls.js'

const options = { skip: noOpenSsl }

test('tls: send and recv, recvInto, reader, iteration', options, () => {
  const { client, server } = tlsPair()
  assert.equal(client.send('hello'), 5)
  assert.equal(String(server.recv(100)), 'hello')
  server.sendAll('one\ntwo\nrest')
  assert.equal(client.reader().readLine(), 'one')
  assert.equal(client.reader().readLine(), 'two')
  assert.equal(String(client.reader().readExactly(4)), 'rest')
  server.send('into')
  const memory = Buffer.alloc(10)
  assert.equal(client.recvInto(memory, { offset: 2 }), 4)
  assert.equal(memory.toString('latin1', 2, 6), 'into')
  server.send('last')
  server.shutdown('write')
  assert.deepEqual([...client.chunks()].map(String), ['last'])
  assert.equal(client.recvInto(memory), 0)
  client.send('still')
  assert.equal(String(server.recv(10)), 'still')
  client.close()
  assert.equal(server.recv(10), null)
  server.close()
})

test('tls: MSG_PEEK leaves the bytes, MSG_WAITALL waits for all', options, () => {
  const { client, server } = tlsPair()
  server.send('abc')
  server.send('def')
  assert.equal(String(client.recv(2, { flags: MSG_PEEK })), 'ab')
  assert.equal(String(client.recv(6, { flags: MSG_WAITALL })), 'abcdef')
  client.close()
  server.close()
})

test('tls: a try returns undefined, a non-blocking verb throws and says what it waits for', options, () => {
  const { client, server } = tlsPair()
  assert.equal(client.tryRecv(10), undefined)
  assert.equal(client.tryRecvInto(Buffer.alloc(1)), undefined)
  client.setBlocking(false)
  const expected = (waitsFor: string) => (error: unknown) => {
    assert.ok(error instanceof WouldBlockError)
    assert.equal(error.waitsFor, waitsFor)
    return true
  }
  assert.throws(() => client.recv(10), expected('read'))
  while (client.trySend(Buffer.alloc(65536)) !== undefined);
  assert.throws(() => client.send('x'), expected('write'))
  client.close()
  server.close()
})

test('tls: a verb before the handshake says that it waits to read', options, () => {
  const { client, server } = unfinishedPair()
  assert.throws(
    () => client.send('x'),
    (error) => error instanceof WouldBlockError && error.waitsFor === 'read',
  )
  assert.equal(server.tls.isEstablished, false)
  finishHandshake({ client, server })
  assert.equal(client.send('x'), 1)
  client.close()
  server.close()
})

test('tls: a send that would block takes none of the data, so the next one may be another', options, () => {
  const { client, server } = tlsPair()
  const sent: Buffer[] = []
  for (let index = 0; index < 10_000; index++) {
    const bytes = Buffer.alloc(5000, index)
    const taken = client.trySend(bytes)
    if (taken === undefined) break
    sent.push(bytes.subarray(0, taken))
  }
  assert.equal(client.trySend('refused'), undefined)
  // The kernel has a part of the last record: the next verb sends the rest.
  assert.ok(client.unsentBytes > 0)
  const last = sent.pop()!
  const all = Buffer.concat(sent)
  assert.deepEqual(server.reader().readExactly(all.length, { timeout: 60_000 }), all)
  assert.equal(client.trySend('next'), 4)
  assert.equal(client.unsentBytes, 0)
  assert.deepEqual(server.reader().readExactly(last.length, { timeout: 60_000 }), last)
  assert.equal(String(server.reader().readExactly(4)), 'next')
  client.close()
  server.close()
})

test('tls: a timeout limits receiving, and the handshake', options, () => {
  const { client, server } = tlsPair()
  assert.throws(() => client.recv(1, { timeout: 20 }), SocketTimeoutError)
  client.close()
  server.close()
  const unfinished = unfinishedPair()
  assert.throws(
    () => unfinished.client.handshake({ timeout: 20 }),
    (error) => error instanceof SocketTimeoutError && error.syscall === 'handshake',
  )
  finishHandshake(unfinished)
  unfinished.client.close()
  unfinished.server.close()
})

test('tls: ALPN passes over the protocols that the client does not offer', options, () => {
  // AddressSanitizer reports a server that reads beyond the client's list.
  for (const own of [['h2', 'http/1.1'], ['http/1.1'], ['h2', 'spdy/3', 'http/1.1']]) {
    const { client, server } = tlsPair({ client: { ALPNProtocols: ['http/1.1'] }, server: { ALPNProtocols: own } })
    assert.deepEqual([client.tls.alpnProtocol, server.tls.alpnProtocol], ['http/1.1', 'http/1.1'])
    client.close()
    server.close()
  }
})

test('tls: an end without close_notify is an error, unless it is allowed', options, () => {
  for (const allowTruncation of [false, true]) {
    const { client, server } = tlsPair({ client: { allowTruncation } })
    server.send('data')
    native.shutdown(descriptorOf(server).fd, SHUT_WR)
    assert.equal(String(client.recv(10)), 'data')
    if (allowTruncation) assert.equal(client.recv(10), null)
    else {
      assert.throws(
        () => client.recv(10),
        (error) => error instanceof TlsError && error.code === 'ERR_TLS_TRUNCATED' && error.syscall === 'recv',
      )
    }
    client.close()
    server.close()
  }
})

test('tls: after an end without close_notify that is allowed, this side can still send', options, () => {
  for (const maxVersion of ['TLSv1.2', 'TLSv1.3'] as const) {
    const { client, server } = tlsPair({ client: { allowTruncation: true, maxVersion } })
    server.send('request')
    native.shutdown(descriptorOf(server).fd, SHUT_WR)
    assert.equal(String(client.recv(10)), 'request')
    assert.equal(client.recv(10), null)
    client.sendAll('reply')
    client.shutdown('write')
    assert.equal(client.recv(10), null)
    assert.equal(String(server.recv(10)), 'reply')
    assert.equal(server.recv(10), null)
    client.close()
    server.close()
  }
})

test('tls: shutdown before the handshake completes it, and the peer reads the end', options, async (context) => {
  const { target, next } = await startNodeServer(context)
  const secured = (): TlsSocket => {
    const plain = createConnection(target)
    plain.setBlocking(false)
    const secure = wrapTls(plain, { ca: certificates.root.cert, servername: 'localhost' })
    secure.setTimeout(60_000)
    return secure
  }
  const ended = async (): Promise<void> => {
    for (;;) {
      const message = await next()
      assert.ok(!('failed' in message), JSON.stringify(message))
      if ('ended' in message) return
    }
  }
  using blocking = secured()
  blocking.shutdown('write')
  assert.ok(blocking.tls.isEstablished)
  assert.equal(blocking.unsentBytes, 0)
  assert.throws(() => blocking.send('x'), { code: 'EPIPE' })
  assert.equal(blocking.recv(1), null)
  await ended()

  using awaited = secured().toAsync()
  await awaited.shutdown('write')
  assert.ok(awaited.tls.isEstablished)
  assert.equal(await awaited.recv(1), null)
  await ended()

  const closed = deferred()
  attach(secured(), { data: () => {}, end: () => {}, close: () => closed.resolve() }).end()
  await ended()
  await closed.promise

  // It may close while this waits for the server: an end is noticed without a reader.
  const stream = toDuplex(secured())
  const streamClosed = nextEvent(stream, 'close')
  stream.end()
  await ended()
  await streamClosed
})

test('tls: shutdown before the handshake in non-blocking mode waits for a later verb', options, () => {
  const { client, server } = unfinishedPair()
  client.shutdown('write')
  assert.ok(client.unsentBytes > 0)
  assert.throws(() => client.send('x'), { code: 'EPIPE' })
  finishHandshake({ client, server })
  assert.equal(client.unsentBytes, 0)
  assert.equal(server.tryRecv(10), null)
  server.sendAll('still open')
  assert.equal(String(client.tryRecv(10)), 'still open')
  client.close()
  server.close()
})

test('tls: shutdown before the handshake ends with its timeout, and the handshake can go on', options, () => {
  const { client, server } = unfinishedPair()
  client.setTimeout(20)
  assert.throws(() => client.shutdown('write'), { code: 'ERR_SOCKET_TIMEOUT' })
  finishHandshake({ client, server })
  assert.equal(server.tryRecv(10), null)
  client.close()
  server.close()
})

test('tls: after an end without close_notify receive and unwrap report that, however often', options, async () => {
  for (const maxVersion of ['TLSv1.2', 'TLSv1.3'] as const) {
    const { client, server } = tlsPair({ client: { maxVersion } })
    native.shutdown(descriptorOf(server).fd, SHUT_WR)
    const truncated = { name: 'TlsError', code: 'ERR_TLS_TRUNCATED' }
    for (let count = 0; count < 2; count++) {
      assert.throws(() => client.recv(10), truncated)
      assert.throws(() => client.unwrap(), truncated)
    }
    const awaited = client.toAsync()
    await assert.rejects(awaited.unwrap(), truncated)
    await assert.rejects(awaited.recv(10), truncated)
    awaited.close()
    server.close()
  }
})

test('tls: verbs that would bypass TLS are refused', options, () => {
  const { client, server } = tlsPair()
  const refused = { code: 'ERR_TLS_UNSUPPORTED' }
  assert.throws(() => client.recvFrom(10), refused)
  assert.throws(() => client.sendTo('x', { path: '/x' }), refused)
  assert.throws(() => client.recvMsg(10), refused)
  assert.throws(() => client.recvMsgInto([Buffer.alloc(1)]), refused)
  assert.throws(() => client.sendMsg('x'), refused)
  assert.throws(() => client.sendFds('x', [client]), refused)
  assert.throws(() => client.recvFds(10, 1), refused)
  assert.throws(() => client.dup(), refused)
  assert.throws(() => client.connect({ path: '/x' }), refused)
  assert.throws(() => client.detach(), { code: 'ERR_TLS_ACTIVE' })
  client.close()
  server.close()
})

test('tls: pieces go out in one record, encrypted', options, () => {
  const { client, server } = tlsPair()
  assert.equal(client.send(['one ', 'two ']), 8)
  client.sendAll(['three', ' four'])
  assert.equal(String(server.reader().readExactly(18)), 'one two three four')
  client.close()
  server.close()
})

test('tls: a send of large pieces that has to wait copies few of them, and they arrive in order', options, async () => {
  const { client, server } = tlsPair()
  const pieces = [1, 2, 3].map((value) => Buffer.alloc(10 << 20, value))
  const before = process.memoryUsage().arrayBuffers
  assert.ok(client.trySend(pieces)! < 10 << 20)
  assert.ok(process.memoryUsage().arrayBuffers - before < 5 << 20)
  client.close()
  server.close()
  const others = tlsPair()
  const [a, b] = [others.client.toAsync(), others.server.toAsync()]
  const whole = Buffer.concat(pieces)
  const [received] = await Promise.all([b.recv(whole.length, { flags: MSG_WAITALL }), a.sendAll(pieces)])
  assert.ok(received!.equals(whole))
  a.close()
  b.close()
})

test('tls: wait, poll, select and Selector report bytes that are held', options, () => {
  const { client, server } = tlsPair()
  server.send('two records')
  assert.equal(String(client.recv(3)), 'two')
  assert.equal(client.pending, 8)
  assert.deepEqual(client.wait('read', { timeout: 0 }), { read: true, write: false, error: false, hangup: false })
  assert.deepEqual(select({ read: [client] }, null).read, [client])
  assert.equal(poll([{ target: client, events: EVENT_READ }], null).length, 1)
  for (const backend of backends) {
    using selector = makeSelector<string>(backend)
    selector.register(client, EVENT_READ, 'data')
    assert.deepEqual(selector.select(null), [{ socket: client, fd: client.fd, events: EVENT_READ, data: 'data' }])
  }
  assert.equal(String(client.recv(100)), ' records')
  assert.equal(client.pending, 0)
  assert.deepEqual(select({ read: [client] }, 0).read, [])
  client.close()
  server.close()
})

test('tls: the event loop does not sleep over bytes that are held', options, async () => {
  const { client, server } = tlsPair()
  server.send('two records')
  assert.equal(String(client.recv(3)), 'two')
  const received = deferred<string>()
  const connection = attach(client, { data: (_, bytes) => received.resolve(String(bytes)) })
  assert.equal(await received.promise, ' records')
  connection.close()
  server.close()
})

test('tls: awaited verbs', options, async () => {
  const { client, server } = tlsPair()
  const [a, b]: AsyncTlsSocket[] = [client.toAsync(), server.toAsync()]
  const received = a!.recv(100)
  await turns()
  assert.ok(await isPending(received))
  assert.equal(await b!.send('hello'), 5)
  assert.equal(String(await received), 'hello')
  const big = Buffer.alloc(3_000_000, 'b')
  const sending = a!.sendAll(big)
  assert.deepEqual(await b!.reader().readExactly(big.length), big)
  await sending
  const back = b!.send(big)
  // It is complete once the kernel has the last record, for which the peer has to receive.
  let count = 0
  while (await isPending(back)) count += a!.tryRecv(65536)?.length ?? 0
  while (count < (await back)) count += (await a!.recv(65536))!.length
  assert.equal(count, await back)
  await a!.shutdown('write')
  assert.equal(await b!.recv(10), null)
  assert.ok(a!.toBlocking().tls.isEstablished)
  b!.close()
})

test('tls: an awaited handshake, as client and as server', options, async () => {
  const { client, server } = unfinishedPair()
  const [a, b] = [client.toAsync(), server.toAsync()]
  a.setTimeout(null)
  b.setTimeout(null)
  await Promise.all([a.handshake(), b.handshake()])
  await a.sendAll('hello')
  assert.equal(String(await b.recv(10)), 'hello')
  a.close()
  assert.equal(await b.recv(10), null)
  b.close()
})

test('tls: handlers and a Duplex work over it, in both directions', options, async () => {
  const { client, server } = tlsPair()
  const connection = attach(server, { data: (self, bytes) => self.write(bytes), end: (self) => self.end() })
  const stream = toDuplex(client)
  const big = Buffer.alloc(2_000_000, 's')
  stream.end(big)
  const chunks: Buffer[] = []
  for await (const chunk of stream) chunks.push(chunk as Buffer)
  assert.deepEqual(Buffer.concat(chunks), big)
  connection.close()
})

test('tls: unwrap returns the plain sockets, with what followed close_notify', options, async () => {
  const { client, server } = tlsPair()
  client.send('unread')
  const [a, b] = [client.toAsync(), server.toAsync()]
  const unwrapping = a.unwrap()
  await assert.rejects(b.unwrap(), { code: 'ERR_SSL_APPLICATION_DATA_AFTER_CLOSE_NOTIFY' })
  assert.equal(String(await b.recv(10)), 'unread')
  const plain = await b.unwrap()
  await plain.sendAll('plain\n')
  const other = await unwrapping
  assert.equal(await other.reader().readLine(), 'plain')
  assert.equal(a.closed, false)
  await assert.rejects(a.recv(1), { code: 'ERR_SOCKET_DETACHED' })
  plain.close()
  other.close()
})

test('tls: closing frees everything; dropped sockets are freed too', options, () => {
  const before = openSslObjects().connections
  const { client, server } = tlsPair()
  assert.equal(openSslObjects().connections, before + 2)
  client.close()
  server.close()
  server.close()
  assert.equal(openSslObjects().connections, before)
  assert.throws(() => client.tls.protocol, { code: 'ERR_SOCKET_CLOSED' })
  assert.throws(() => client.recv(1), { code: 'ERR_SOCKET_CLOSED' })
})

test('tls: the facts of a socket that was given away throw, those of its successor stay', options, () => {
  const { client, server } = tlsPair()
  const awaited = client.toAsync()
  assert.throws(() => client.tls.protocol, { code: 'ERR_SOCKET_DETACHED' })
  assert.throws(() => client.tls.authorized, { code: 'ERR_SOCKET_DETACHED' })
  assert.deepEqual([client.tls.isEstablished, client.tls.authorizationError], [false, null])
  assert.match(inspect(client), /TlsInfo \{ detached \}/)
  assert.deepEqual([awaited.tls.protocol, awaited.tls.authorized], ['TLSv1.3', true])
  awaited.close()
  assert.match(inspect(awaited), /TlsInfo \{ closed \}/)
  server.close()
})

test('tls: keylog may close the socket: the handshake throws that it is closed', options, () => {
  for (const side of ['client', 'server'] as const) {
    const sides: { client: TlsSocket; server: TlsSocket } = unfinishedPair({
      [side]: { keylog: () => sides[side].close() },
    })
    assert.throws(
      () => {
        while (!sides[side].closed) {
          sides.client.tryHandshake()
          sides.server.tryHandshake()
        }
      },
      { code: 'ERR_SOCKET_CLOSED' },
    )
    sides.client.close()
    sides.server.close()
  }
})

test('tls: sendAll whose handshake fails has sent nothing, whatever was sent before', options, () => {
  const [a, b] = Socket.pair()
  assert.throws(
    () => a.sendAll(Buffer.alloc(10 << 20), { timeout: 20 }),
    (error: { bytesSent: number }) => error.bytesSent > 0,
  )
  const { client, server } = unfinishedPair()
  assert.throws(() => client.sendAll('x', { timeout: 20 }), { code: 'ERR_SOCKET_TIMEOUT', bytesSent: 0 })
  for (const socket of [a, b, client, server]) socket.close()
})

test('tls: verbs of its own refuse options that they do not have', options, async () => {
  const { client, server } = tlsPair()
  const refusal = { code: 'ERR_INVALID_ARG_VALUE', message: /^options\.\w+ is unknown/ }
  assert.throws(() => client.handshake({ signal: AbortSignal.abort() } as object), refusal)
  assert.throws(() => client.unwrap({ timeOut: 1 } as object), refusal)
  const awaited = client.toAsync()
  await assert.rejects(awaited.handshake({ timeOut: 1 } as object), refusal)
  await assert.rejects(awaited.unwrap({ flags: 1 } as object), refusal)
  awaited.close()
  server.close()
})

test('tls: wrapTlsAsync leaves the handshake of a socket in non-blocking mode to later', options, async () => {
  const [a, b] = Socket.pair()
  a.setBlocking(false)
  const { cert, key } = certificates.good
  const secure = await wrapTlsAsync(a.toAsync(), { ca: certificates.root.cert, servername: 'localhost' })
  await assert.rejects(secure.handshake(), { code: 'EAGAIN' })
  const [other] = await Promise.all([
    wrapTlsAsync(b.toAsync(), { isServer: true, cert, key }),
    secure.handshake({ timeout: 20_000 }),
  ])
  assert.ok(secure.tls.authorized)
  secure.close()
  other.close()
})

test('tls: inspecting shows what was agreed on, and changes nothing', options, () => {
  const { client, server } = unfinishedPair()
  assert.match(inspect(client), /TlsSocket .*isEstablished: false/s)
  finishHandshake({ client, server })
  assert.match(inspect(client), /TLSv1\.3/)
  client.close()
  assert.match(inspect(client), /closed: true/)
  server.close()
})

test('tls: options that are wrong are refused before anything happens', options, () => {
  const wrong: [object, string][] = [
    [{ servrname: 'localhost' }, 'ERR_INVALID_ARG_VALUE'],
    [{}, 'ERR_INVALID_ARG_VALUE'],
    [{ servername: 7 }, 'ERR_INVALID_ARG_TYPE'],
    [{ servername: 'a b' }, 'ERR_INVALID_ARG_VALUE'],
    [{ servername: 'good.example/evil' }, 'ERR_INVALID_ARG_VALUE'],
    [{ servername: 'a\nb' }, 'ERR_INVALID_ARG_VALUE'],
    [{ servername: 'x', rejectUnauthorized: 0 }, 'ERR_INVALID_ARG_TYPE'],
    [{ servername: 'x', ALPNProtocols: [''] }, 'ERR_OUT_OF_RANGE'],
    [{ servername: 'x', ALPNProtocols: 'h2' }, 'ERR_INVALID_ARG_TYPE'],
    [{ servername: 'x', minVersion: 'SSLv3' }, 'ERR_INVALID_ARG_VALUE'],
    [{ servername: 'x', secureContext: {} }, 'ERR_INVALID_ARG_TYPE'],
    [{ servername: 'x', session: 'abc' }, 'ERR_INVALID_ARG_TYPE'],
    [{ servername: 'x', SNICallback: 1 }, 'ERR_INVALID_ARG_TYPE'],
    [{ servername: 'x', key: 1 }, 'ERR_INVALID_ARG_TYPE'],
  ]
  const [a, b] = Socket.pair()
  for (const [given, code] of wrong) assert.throws(() => wrapTls(a, given), { code }, inspect(given))
  assert.throws(() => wrapTls({} as Socket), { code: 'ERR_INVALID_ARG_TYPE' })
  assert.equal(a.send('x'), 1)
  a.close()
  b.close()
})
