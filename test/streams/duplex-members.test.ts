// SocketDuplex: the members of net.Socket that libraries use besides those of a stream.

import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import {
  createConnection,
  createServer,
  type HostInput,
  type InetAddress,
  SO_KEEPALIVE,
  Socket,
  type SocketDuplex,
  TCP_KEEPIDLE,
  TCP_NODELAY,
  toDuplex,
} from 'berkeley'
import { fixture, run } from '../support/child.js'
import { tcpPair } from '../support/pairs.js'
import { nextEvent } from '../support/promises.js'

/** Streams over both ends of a local connection: the one that connected, and the accepted one. */
function connected(host: string): [SocketDuplex, SocketDuplex] {
  using listener = createServer({ host, port: 0 })
  const client = createConnection(listener.getSockName() as HostInput)
  return [toDuplex(client), toDuplex(listener.accept())]
}

/** A stream, a duplicate of its socket through which a test reads the options, and the peer. */
function withTwin(): { stream: SocketDuplex; twin: Socket; peer: Socket } {
  const [socket, peer] = tcpPair()
  const twin = socket.dup()
  return { stream: toDuplex(socket), twin, peer }
}

for (const [host, family] of [
  ['127.0.0.1', 'IPv4'],
  ['::1', 'IPv6'],
] as const) {
  test(`SocketDuplex: has the local and the remote address (${family})`, (context) => {
    try {
      createServer({ host, port: 0 }).close()
    } catch {
      context.skip(`this machine has no ${host}`)
      return
    }
    const [client, accepted] = connected(host)
    for (const [one, other] of [
      [client, accepted],
      [accepted, client],
    ] as const) {
      assert.deepEqual([one.remoteAddress, one.remoteFamily], [host, family])
      assert.deepEqual([one.localAddress, one.localFamily], [host, family])
      assert.equal(one.remotePort, other.localPort)
      assert.deepEqual(one.address(), { address: host, family, port: one.localPort })
    }
    const { remotePort } = accepted
    for (const stream of [client, accepted]) stream.destroy()
    assert.equal(accepted.remotePort, remotePort)
  })
}

test('SocketDuplex: a unix socket has no host', () => {
  const [a, b] = Socket.pair()
  const stream = toDuplex(a)
  assert.deepEqual([stream.remoteAddress, stream.localAddress, stream.address()], [undefined, undefined, {}])
  assert.equal(stream.setNoDelay().setKeepAlive(true), stream)
  stream.destroy()
  b.close()
})

test('SocketDuplex.remotePort: is known after the peer of an accepted connection has reset it', () => {
  using listener = createServer({ host: '127.0.0.1', port: 0 })
  const client = createConnection(listener.getSockName() as HostInput)
  const { port } = client.getSockName() as InetAddress
  toDuplex(client).resetAndDestroy()
  const stream = toDuplex(listener.accept())
  assert.equal(stream.remotePort, port)
  stream.on('error', () => {}).destroy()
})

test('SocketDuplex.readyState: names the directions that are open', async () => {
  const [a, b] = tcpPair()
  const stream = toDuplex(a, { allowHalfOpen: true })
  const seen: string[] = [stream.readyState]
  b.shutdown('write')
  await nextEvent(stream.resume(), 'end')
  seen.push(stream.readyState)
  const closed = nextEvent(stream, 'close')
  stream.end()
  await closed
  seen.push(stream.readyState)
  assert.deepEqual(seen, ['open', 'writeOnly', 'closed'])
  assert.deepEqual([stream.connecting, stream.pending], [false, false])
  b.close()
})

test('SocketDuplex.bufferSize: counts the bytes that the kernel has not accepted', () => {
  const [a, b] = tcpPair()
  const stream = toDuplex(a)
  assert.equal(stream.bufferSize, 0)
  while (stream.bufferSize === 0) stream.write(Buffer.alloc(1 << 20))
  assert.equal(stream.bufferSize, stream.writableLength)
  stream.destroy()
  b.close()
})

test('SocketDuplex.setNoDelay and setKeepAlive: set the options of the kernel', () => {
  const { stream, twin, peer } = withTwin()
  assert.equal(stream.setNoDelay(), stream)
  assert.equal(twin.getOption(TCP_NODELAY), true)
  stream.setNoDelay(false)
  assert.equal(twin.getOption(TCP_NODELAY), false)
  const { stream: other, twin: otherTwin, peer: otherPeer } = withTwin()
  const initial = otherTwin.getOption(TCP_KEEPIDLE)
  other.setKeepAlive(true)
  assert.deepEqual([otherTwin.getOption(SO_KEEPALIVE), otherTwin.getOption(TCP_KEEPIDLE)], [true, initial])
  other.setKeepAlive(true, 60_000)
  assert.equal(otherTwin.getOption(TCP_KEEPIDLE), 60)
  other.setKeepAlive(false)
  assert.equal(otherTwin.getOption(SO_KEEPALIVE), false)
  for (const one of [stream, other]) one.destroy()
  for (const one of [twin, peer, otherTwin, otherPeer]) one.close()
})

test('SocketDuplex: setters of a destroyed stream do not throw', () => {
  const [a, b] = tcpPair()
  const stream = toDuplex(a)
  stream.destroy()
  stream.setNoDelay().setKeepAlive(true, 1000).setTimeout(1000).resetAndDestroy()
  b.close()
})

test('SocketDuplex.connect: emits connect and ready', async () => {
  const [a, b] = tcpPair()
  const stream = toDuplex(a)
  const events: string[] = []
  stream.on('connect', () => events.push('connect')).on('ready', () => events.push('ready'))
  await new Promise<void>((resolve) => stream.connect(5432, 'localhost', () => resolve()))
  stream.connect({ port: 5432 })
  await nextEvent(stream, 'ready')
  assert.deepEqual(events, ['connect', 'ready', 'connect', 'ready'])
  stream.destroy()
  b.close()
})

test('SocketDuplex.setTimeout: emits timeout after idle time, and leaves the stream open', async () => {
  const [a, b] = tcpPair()
  const stream = toDuplex(a).resume()
  let calls = 0
  const start = performance.now()
  assert.equal(
    stream.setTimeout(50, () => calls++),
    stream,
  )
  assert.equal(stream.timeout, 50)
  await nextEvent(stream, 'timeout')
  assert.ok(performance.now() - start >= 49)
  assert.deepEqual([calls, stream.destroyed], [1, false])
  // Received bytes restart the timer. The listener runs for the first timeout alone.
  b.send('x')
  await nextEvent(stream, 'timeout')
  assert.equal(calls, 1)
  stream.destroy()
  b.close()
})

test('SocketDuplex.setTimeout: bytes in either direction restart the timer', async () => {
  const [a, b] = tcpPair()
  const [stream, peer] = [toDuplex(a), toDuplex(b)]
  const start = performance.now()
  let last = start
  stream.setTimeout(100)
  stream.on('data', () => {
    last = performance.now()
    if (last - start < 300) setTimeout(() => stream.write('ping'), 20)
  })
  peer.pipe(peer)
  stream.write('ping')
  await nextEvent(stream, 'timeout')
  assert.ok(performance.now() - start >= 300, 'timeout was emitted while bytes were exchanged')
  assert.ok(performance.now() - last >= 99, 'timeout was emitted too early after the last bytes')
  stream.destroy()
  peer.destroy()
})

test('SocketDuplex.setTimeout: 0 cancels the timer and removes the listener', async (context) => {
  context.mock.timers.enable({ apis: ['setTimeout'] })
  const [a, b] = tcpPair()
  const stream = toDuplex(a)
  const listener = (): void => assert.fail('timeout was emitted')
  stream.setTimeout(20, listener)
  stream.setTimeout(0, listener)
  assert.equal(stream.listenerCount('timeout'), 0)
  stream.on('timeout', listener)
  context.mock.timers.tick(1000)
  for (const wrong of [-1, Number.NaN, Number.POSITIVE_INFINITY, '20']) {
    assert.throws(() => stream.setTimeout(wrong as number), { name: 'RangeError', code: 'ERR_OUT_OF_RANGE' })
  }
  stream.destroy()
  b.close()
})

test('SocketDuplex.destroySoon: closes once everything is sent, whatever the peer does', async () => {
  const [a, b] = tcpPair()
  const stream = toDuplex(a)
  const closed = nextEvent(stream, 'close')
  stream.write('the last word')
  stream.destroySoon()
  assert.deepEqual(await closed, [false])
  assert.equal(String(b.recv(100)), 'the last word')
  assert.equal(b.recv(1), null)
  b.close()
})

test('SocketDuplex.resetAndDestroy: the peer sees a reset', async () => {
  const [a, b] = tcpPair()
  const stream = toDuplex(a)
  const closed = nextEvent(stream, 'close')
  assert.equal(stream.resetAndDestroy(), stream)
  assert.deepEqual(await closed, [false])
  assert.throws(() => b.recv(1), { code: 'ECONNRESET' })
  b.close()
})

/** Runs a scenario of test/fixtures/streams/duplex-scenarios, and returns what it prints. */
async function printed(context: TestContext, scenario: string): Promise<string> {
  const { code, stdout, stderr } = await run(context, fixture('streams/duplex-scenarios'), [scenario])
  assert.equal(stderr, '')
  assert.equal(code, 0)
  return stdout.toString()
}

test('SocketDuplex: a pending read or write keeps the process alive, unless the stream is unref’d', async (context) => {
  for (const [scenario, output] of Object.entries({
    waits: 'an event was emitted',
    'unref and waits': 'the program ended',
    'ref again': 'an event was emitted',
    'no listener': 'the program ended',
    'cannot send': 'an event was emitted',
  })) {
    const stdout = await printed(context, scenario)
    assert.equal(stdout.trim(), output, scenario)
  }
})

test('SocketDuplex: an error that a listener throws is an uncaught exception, and reading continues', async (context) => {
  const stdout = await printed(context, 'throws')
  assert.deepEqual(stdout.trim().split('\n'), ['uncaught: first', 'second', 'end'])
})

test('SocketDuplex: emits EMFILE and close when the process has no descriptor left', async (context) => {
  const stdout = await printed(context, 'no descriptor left')
  assert.deepEqual(stdout.trim().split('\n'), ['EMFILE', 'close'])
})

test('SocketDuplex: a data listener that throws does not hold up the write that the same event lets proceed', async (context) => {
  const stdout = await printed(context, 'throws while a write waits')
  assert.deepEqual(stdout.trim().split('\n'), ['uncaught: in data', 'written'])
})

test('SocketDuplex: a close listener that throws does not keep the callback of the write from being called', async (context) => {
  const stdout = await printed(context, 'throws on close')
  assert.deepEqual(stdout.trim().split('\n'), ['ERR_STREAM_DESTROYED', 'uncaught: in close'])
})

test('SocketDuplex: listeners that throw on every chunk receive all chunks', async (context) => {
  const stdout = await printed(context, 'throws each time')
  assert.deepEqual(stdout.trim().split('\n'), Array(8).fill('0 left'))
})
