// Peers that do not speak TLS, stop in the middle, or reset the connection: the right error, no hang, nothing left.

import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test } from 'node:test'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { threadId } from 'node:worker_threads'
import {
  createConnection,
  createServer,
  type InetAddress,
  InterruptedError,
  interruptThread,
  SHUT_WR,
  SO_LINGER,
  Socket,
  SocketError,
  TlsError,
  type TlsSocket,
  type WrapTlsWaitOptions,
  wrapTls,
  wrapTlsAsync,
} from 'berkeley'
import { native, type TlsContextHandle } from '../../src/native/addon.js'
import { descriptorOf } from '../../src/socket/face.js'
import { noOpenSsl } from '../support/certificates.js'
import { openDescriptors } from '../support/descriptors.js'
import { isSanitized } from '../support/sanitizer.js'
import { certificates, openSslObjects, tlsPair, unfinishedPair } from '../support/tls.js'

const options = { skip: noOpenSsl, timeout: 120_000 }

const trusted = (): WrapTlsWaitOptions => ({ ca: certificates.root.cert, servername: 'localhost' })
const asServer = (): WrapTlsWaitOptions => {
  const { cert, key } = certificates.good
  return { isServer: true, cert, key }
}

/** Sends below TLS. */
function sendRaw(socket: Socket, bytes: Uint8Array): void {
  assert.equal(native.send(descriptorOf(socket).fd, bytes, 0, 0), bytes.length)
}

for (const [title, bytes, code, words] of [
  ['a greeting of SMTP', '220 mail ready\r\n', 'ERR_SSL_WRONG_VERSION_NUMBER', /does not speak TLS/],
  ['a reply of HTTP', 'HTTP/1.1 400 Bad Request\r\n\r\n', 'ERR_SSL_WRONG_VERSION_NUMBER', /does not speak TLS/],
] as const) {
  test(`tls faults: a client gets ${title}`, options, () => {
    const [client, peer] = Socket.pair()
    peer.send(bytes)
    assert.throws(
      () => wrapTls(client, trusted()),
      (error) =>
        error instanceof TlsError && error.code === code && words.test(error.message) && error.host === 'localhost',
    )
    peer.close()
  })
}

test('tls faults: a server gets a request of HTTP', options, () => {
  const [server, peer] = Socket.pair()
  peer.send('GET / HTTP/1.1\r\nhost: x\r\n\r\n')
  assert.throws(() => wrapTls(server, asServer()), { code: 'ERR_SSL_HTTP_REQUEST', message: /plain HTTP/ })
  peer.close()
})

test('tls faults: noise, as client and as server, is a TlsError', options, () => {
  const before = openSslObjects().connections
  let seed = 7
  const noise = (size: number): Buffer => {
    const bytes = Buffer.alloc(size)
    for (let index = 0; index < size; index++) {
      seed = (seed * 48271) % 0x7fffffff
      bytes[index] = seed & 0xff
    }
    return bytes
  }
  for (let round = 0; round < 100; round++) {
    for (const how of [trusted(), asServer()]) {
      const [socket, peer] = Socket.pair()
      // A header of a handshake record makes OpenSSL read on.
      const header = round % 2 === 0 ? Buffer.alloc(0) : Buffer.from([22, 3, 1, 0, 200])
      peer.send(Buffer.concat([header, noise(400)]))
      peer.shutdown('write')
      assert.throws(
        () => wrapTls(socket, how),
        (error) => error instanceof SocketError && /^ERR_SSL_|^ECONNRESET$/.test(error.code),
      )
      peer.close()
    }
  }
  assert.equal(openSslObjects().connections, before)
})

test(
  'tls faults: a handshake whose deadline has passed closes the connection, as one that times out',
  options,
  async () => {
    for (const limit of [{ deadline: 1 }, { timeout: 1 }]) {
      const [blocking, peer] = Socket.pair()
      assert.throws(() => wrapTls(blocking, { ...trusted(), ...limit }), { name: 'SocketTimeoutError' })
      assert.equal(blocking.fd, -1)
      const [other, awaitedPeer] = Socket.pair()
      const awaited = other.toAsync()
      await assert.rejects(wrapTlsAsync(awaited, { ...trusted(), ...limit }), { name: 'SocketTimeoutError' })
      assert.equal(awaited.fd, -1)
      for (const end of [peer, awaitedPeer]) end.close()
    }
  },
)

test('tls faults: a server reads no further than the protocols that a client offers', options, () => {
  const { client, server } = unfinishedPair({
    client: { ALPNProtocols: ['http/1.1', 'b'] },
    server: { ALPNProtocols: ['h2', 'a'] },
  })
  assert.equal(client.tryHandshake(), false)
  // The list of the client is on the heap, where AddressSanitizer reports a read behind it.
  assert.throws(() => server.tryHandshake(), { code: 'ERR_SSL_NO_APPLICATION_PROTOCOL' })
  assert.throws(() => client.tryHandshake(), { code: 'ERR_SSL_TLSV1_ALERT_NO_APPLICATION_PROTOCOL' })
  client.close()
  server.close()
})

test('tls faults: a record that is too long, or damaged, ends the connection for good', options, () => {
  const long = Buffer.concat([Buffer.from([23, 3, 3, 0x50, 0]), Buffer.alloc(0x5000)])
  const damaged = Buffer.concat([Buffer.from([23, 3, 3, 0, 40]), Buffer.alloc(40, 1)])
  for (const [record, code] of [
    [long, /LENGTH_TOO_LONG/],
    [damaged, /DECRYPTION_FAILED|BAD_RECORD_MAC/],
  ] as const) {
    const { client, server } = tlsPair()
    client.tryRecv(1)
    sendRaw(server, record)
    for (let call = 0; call < 2; call++) {
      assert.throws(
        () => client.recv(10),
        (error) => error instanceof TlsError && code.test(error.code),
      )
    }
    assert.throws(() => client.send('x'), TlsError)
    assert.throws(() => server.recv(10), { code: /^ERR_SSL_.*ALERT/ })
    client.close()
    server.close()
  }
})

test('tls faults: thousands of sends of one byte arrive in order', options, () => {
  const sends = Number(process.env['BERKELEY_SMALL_SENDS'] ?? 20_000)
  const { client, server } = tlsPair()
  const before = process.memoryUsage.rss()
  const [sent, received] = [createHash('sha256'), createHash('sha256')]
  const byte = Buffer.alloc(1)
  for (let index = 0; index < sends; index++) {
    byte[0] = index % 251
    client.sendAll(byte)
    sent.update(byte)
    // A socket pair holds at least as many: the kernel's memory for a small record is that of a large one.
    if (index % 64 === 63 || index === sends - 1) received.update(server.reader().readExactly((index % 64) + 1)!)
  }
  assert.equal(received.digest('hex'), sent.digest('hex'))
  assert.equal(server.pending, 0)
  // A sanitizer keeps freed memory.
  if (!isSanitized) assert.ok(process.memoryUsage.rss() - before < 100 * 2 ** 20)
  client.close()
  server.close()
})

/** The two ends of a connection that passes its bytes on by hand; one of them, the victim, gets only so many. */
class Relay {
  readonly client: TlsSocket
  readonly server: TlsSocket
  readonly victim: TlsSocket
  readonly #toVictim: Socket
  readonly #toOther: Socket
  /** How many bytes the victim has got. */
  passed = 0

  constructor(pair: () => [Socket, Socket] = () => Socket.pair(), victim: 'client' | 'server' = 'client') {
    const [a, x] = pair()
    const [b, y] = pair()
    a.setBlocking(false)
    b.setBlocking(false)
    this.client = wrapTls(a, trusted())
    this.server = wrapTls(b, asServer())
    this.victim = this[victim]
    ;[this.#toVictim, this.#toOther] = victim === 'client' ? [x, y] : [y, x]
  }

  /** Passes on what is there: to the victim at most so many bytes in all, a few at a time. Returns whether any moved. */
  pass(limit: number, step: number): boolean {
    const away = this.#toVictim.tryRecv(step)
    if (away) this.#toOther.sendAll(away)
    const room = Math.min(step, limit - this.passed)
    const down = room > 0 ? this.#toOther.tryRecv(room) : undefined
    if (down) this.#toVictim.sendAll(down)
    this.passed += down?.length ?? 0
    return Boolean(away) || Boolean(down)
  }

  /** Ends the victim's connection, with a reset or without. */
  cut(resets: boolean): void {
    if (resets) this.#toVictim.setOption(SO_LINGER, 0)
    this.#toVictim.close()
  }

  close(): void {
    for (const socket of [this.client, this.server, this.#toVictim, this.#toOther]) socket.close()
  }
}

/** Continues both handshakes until both are done or nothing moves any more. */
function advance(relay: Relay, limit: number, step: number): boolean {
  for (;;) {
    const isDone = [relay.client, relay.server].map((socket) => socket.tryHandshake()).every(Boolean)
    if (isDone || !relay.pass(limit, step)) return isDone
  }
}

function tcpPair(): [Socket, Socket] {
  const listener = createServer({ host: '127.0.0.1', port: 0 })
  const a = createConnection(listener.getSockName() as InetAddress)
  const b = listener.accept()
  listener.close()
  return [a, b]
}

test('tls faults: a handshake and messages in steps of one byte', options, () => {
  const relay = new Relay()
  assert.ok(advance(relay, Number.POSITIVE_INFINITY, 1))
  for (const text of ['a', 'longer text'.repeat(100)]) {
    relay.server.sendAll(text)
    let received = ''
    while (received.length < text.length) {
      relay.pass(Number.POSITIVE_INFINITY, 1)
      received += relay.client.tryRecv(10_000) ?? ''
    }
    assert.equal(received, text)
  }
  relay.close()
})

for (const victim of ['client', 'server'] as const) {
  test(`tls faults: a peer of a ${victim} that ends or resets after each part of the handshake`, options, () => {
    const whole = new Relay(undefined, victim)
    assert.ok(advance(whole, Number.POSITIVE_INFINITY, 65536))
    const total = whole.passed
    whole.close()
    const [connections, descriptors] = [openSslObjects().connections, openDescriptors()]
    for (const resets of [false, true]) {
      for (let limit = 0; limit < total; limit += resets ? 97 : 41) {
        const relay = new Relay(resets ? tcpPair : undefined, victim)
        const isDone = advance(relay, limit, 65536) || relay.victim.tryHandshake()
        relay.cut(resets)
        relay.victim.setTimeout(30_000)
        const code = isDone && !resets ? 'ERR_TLS_TRUNCATED' : /ECONNRESET|EPIPE|ERR_TLS_TRUNCATED/
        assert.throws(() => relay.victim.recv(1), { code }, `after ${limit} of ${total} bytes`)
        relay.close()
      }
    }
    assert.equal(openSslObjects().connections, connections)
    assert.equal(openDescriptors(), descriptors)
  })
}

test('tls faults: a peer that ends in the middle of a record', options, () => {
  for (const allowTruncation of [false, true]) {
    const { client, server } = tlsPair({ client: { allowTruncation } })
    client.tryRecv(1)
    // The beginning of a record of 100 bytes.
    sendRaw(server, Buffer.from([23, 3, 3, 0, 100, 1, 2, 3]))
    assert.equal(client.tryRecv(1), undefined)
    native.shutdown(descriptorOf(server).fd, SHUT_WR)
    for (let times = 0; times < 2; times++) {
      assert.throws(() => client.recv(1), { code: 'ERR_TLS_TRUNCATED' })
    }
    client.close()
    server.close()
  }
})

test('tls faults: half of a handshake and then silence ends with the timeout', options, () => {
  const { client, server } = unfinishedPair()
  client.setBlocking(true)
  assert.throws(() => client.recv(1, { timeout: 30 }), { code: 'ERR_SOCKET_TIMEOUT', syscall: 'handshake' })
  const start = performance.now()
  assert.throws(() => client.sendAll('x', { timeout: 30 }), { code: 'ERR_SOCKET_TIMEOUT' })
  assert.ok(performance.now() - start >= 29)
  client.close()
  server.close()
})

test('tls faults: interruptThread ends the wait of a handshake, which continues', options, () => {
  const { client, server } = unfinishedPair()
  client.setBlocking(true)
  assert.ok(interruptThread(threadId))
  assert.throws(() => client.handshake(), InterruptedError)
  server.tryHandshake()
  client.tryHandshake()
  server.tryHandshake()
  client.handshake()
  client.close()
  server.close()
})

test('tls faults: a close in a callback of the handshake ends it', options, () => {
  const [a, b] = Socket.pair()
  a.setBlocking(false)
  b.setBlocking(false)
  const client = wrapTls(a, trusted())
  const server: TlsSocket = wrapTls(b, {
    ...asServer(),
    SNICallback: () => {
      server.close()
      return null
    },
  })
  client.tryHandshake()
  assert.throws(() => server.tryHandshake(), { code: 'ERR_SOCKET_CLOSED' })
  assert.throws(() => client.recv(1, { timeout: 10_000 }), { code: 'ECONNRESET' })
  client.close()
})

test('tls faults: an exception of SNICallback ends the handshake', options, () => {
  const [a, b] = Socket.pair()
  a.setBlocking(false)
  b.setBlocking(false)
  const client = wrapTls(a, trusted())
  const mine = new Error('mine')
  const server = wrapTls(b, {
    ...asServer(),
    SNICallback: () => {
      throw mine
    },
  })
  client.tryHandshake()
  assert.throws(() => server.tryHandshake(), mine)
  assert.throws(() => server.send('x'), mine)
  client.close()
  server.close()
})

test('tls faults: the addon refuses numbers and memory that it cannot use', options, () => {
  const [socket, peer] = Socket.pair()
  const none = new Uint8Array(0)
  const handle = native.tlsConnection(native.tlsContext() as TlsContextHandle, socket.fd, 0, none, none, none, none)
  assert.ok(typeof handle === 'object')
  const misuse = { code: 'ERR_INTERNAL_ASSERTION' }
  assert.throws(() => native.tlsPeerCertificate(handle, -(2 ** 31)), misuse)
  assert.throws(() => native.tlsExportKeyingMaterial(handle, 2 ** 31 - 1, none, none, false), misuse)
  // The state is of 32-bit integers.
  assert.throws(() => native.tlsShare(handle, new Uint8Array(new ArrayBuffer(24), 1, 16)), misuse)
  native.tlsFree(handle)
  socket.close()
  peer.close()
})

test('tls faults: a context may trust authorities of its own before and after those of the process', options, () => {
  const none = new Uint8Array(0)
  const pem = Buffer.from(certificates.root.cert)
  const context = native.tlsContext() as TlsContextHandle
  assert.equal(native.tlsSetRoots(pem), 0)
  for (let round = 0; round < 2; round++) {
    assert.equal(native.tlsContextUse(context, 0, pem, none), 0)
    assert.equal(native.tlsTrustRoots(context), 0)
  }
})

test('tls faults: contexts that were dropped are collected, although the heap has few objects', options, async () => {
  const rounds = 600
  for (let round = 0; round < rounds; round++) {
    const { client, server } = unfinishedPair()
    client.close()
    server.close()
    // Finalizers run in a turn of the event loop.
    if (round % 20 === 0) await nextTurn()
  }
  const { contexts } = openSslObjects()
  assert.ok(contexts < 1.5 * rounds, `${contexts} contexts of ${2 * rounds} are in memory`)
})
