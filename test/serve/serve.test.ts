// serve and attach: when each handler is called, and what the methods of a connection do.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  AF_UNIX,
  AsyncSocket,
  attach,
  type Connection,
  createServer,
  type HostInput,
  openConnection,
  SO_LINGER,
  SOCK_DGRAM,
  SOCK_SEQPACKET,
  Socket,
  serve,
  TCP_NODELAY,
} from 'berkeley'
import { openDescriptors, uncountable } from '../support/descriptors.js'
import { startReactor, turns } from '../support/event-loop.js'
import { receiveAll, tcpPair } from '../support/pairs.js'
import { deferred } from '../support/promises.js'

const anyPort = { host: '127.0.0.1', port: 0 }

test('serve: echoes, reports its address, and stops listening after close', async () => {
  const server = serve(
    { host: '127.0.0.1', port: 0 },
    {
      open(_conn) {},
      data(conn, bytes) {
        conn.write(bytes)
      },
      end(_conn) {},
      close(_conn) {},
      error(_conn, error) {
        throw error
      },
    },
  )
  const address = server.address
  assert.ok(address.port > 0 && server.listening)
  const c = await openConnection(address, { signal: AbortSignal.timeout(10_000) })
  await c.sendAll('...')
  c.shutdown('write')
  for await (const chunk of c) assert.equal(String(chunk), '...')
  c.close()
  await server.close({ drainMs: 500 })
  assert.deepEqual([server.connections, server.listening], [0, false])
  await assert.rejects(openConnection(address), { code: 'ECONNREFUSED' })
})

test('serve: calls the handlers in order, with `this` and the data slot', async () => {
  const calls: string[] = []
  const closed = deferred()
  const handlers = {
    name: 'handlers',
    open(this: { name: string }, connection: Connection<string>) {
      connection.data = 'slot'
      calls.push(`${this.name} open`)
    },
    data(connection: Connection<string>, bytes: Buffer) {
      calls.push(`data ${connection.data} ${bytes}`)
      connection.write(bytes)
    },
    end() {
      calls.push('end')
    },
    close(connection: Connection<string>, error: Error | null) {
      calls.push(`close ${error} ${connection.closed}`)
      closed.resolve()
    },
  }
  const server = serve<string>(anyPort, handlers)
  const client = await openConnection(server.address as HostInput)
  await client.sendAll('one')
  assert.equal(String(await client.recv(10)), 'one')
  assert.equal(server.connections, 1)
  client.shutdown('write')
  assert.equal(await client.recv(10), null)
  await closed.promise
  assert.deepEqual(calls, ['handlers open', 'data slot one', 'end', 'close null true'])
  client.close()
  await server.close()
})

test('attach: bytes and end that arrive together call data, then end, also after a pause between them', async () => {
  const [inner, peer] = tcpPair()
  peer.sendAll('last words')
  peer.close()
  await turns()
  const calls: string[] = []
  const closed = deferred()
  attach(inner, {
    data(self, bytes) {
      calls.push(String(bytes))
      self.pause()
      void turns(5).then(() => self.resume())
    },
    end: () => void calls.push('end'),
    close() {
      calls.push('close')
      closed.resolve()
    },
  })
  await closed.promise
  assert.deepEqual(calls, ['last words', 'end', 'close'])
})

test('attach: with allowHalfOpen, our side stays open until end is called', async () => {
  const [inner, peer] = tcpPair()
  const client = peer.toAsync()
  const closed = deferred()
  attach(
    inner,
    {
      end(self) {
        void turns(5).then(() => {
          assert.ok(!self.closed)
          self.write('after ')
          self.end('your end')
        })
      },
      close: () => closed.resolve(),
    },
    { allowHalfOpen: true },
  )
  client.shutdown('write')
  assert.equal(String(await receiveAll(client)), 'after your end')
  await closed.promise
  client.close()
})

test('attach: our side ends after an asynchronous end handler has settled', async () => {
  const [inner, peer] = tcpPair()
  const client = peer.toAsync()
  const closed = deferred<Error | null>()
  attach(inner, {
    async end(self) {
      await turns(5)
      self.write('the reply')
    },
    close: (_, error) => closed.resolve(error),
  })
  client.shutdown('write')
  assert.equal(String(await receiveAll(client)), 'the reply')
  assert.equal(await closed.promise, null)
  client.close()
})

test('Connection.pause and resume: in open, in data, and repeatedly', async () => {
  const [inner, peer] = tcpPair()
  const received: string[] = []
  const connection = attach(inner, {
    open: (self) => self.pause(),
    data(self, bytes) {
      received.push(String(bytes))
      self.pause()
    },
  })
  peer.sendAll('one')
  await turns(5)
  assert.deepEqual(received, [])
  connection.resume()
  connection.resume()
  await turns(5)
  assert.deepEqual(received, ['one'])
  peer.sendAll('two')
  await turns(5)
  peer.sendAll(', three')
  await turns(5)
  assert.deepEqual(received, ['one'])
  connection.resume()
  connection.pause()
  connection.resume()
  await turns(5)
  assert.deepEqual(received, ['one', 'two, three'])
  connection.close()
  connection.pause()
  connection.resume()
  peer.close()
})

test('Connection: every method may be called in every handler', async () => {
  for (const where of ['open', 'data', 'end', 'drain', 'close', 'error'] as const) {
    for (const what of ['close', 'end', 'reset', 'pause', 'resume', 'unref'] as const) {
      const [inner, peer] = tcpPair()
      let closes = 0
      const act = (self: Connection | null): void => {
        self?.[what]()
      }
      const connection = attach(inner, {
        data: where === 'error' ? () => assert.fail('to call error') : () => {},
        error: () => {},
        [where]: act,
        close(self) {
          closes++
          if (where === 'close') act(self)
        },
      })
      if (where === 'drain' && !connection.closed) connection.write(Buffer.alloc(4 << 20))
      if (!connection.closed) peer.trySend('x')
      for (let turn = 0; turn < 20; turn++) {
        await turns(1)
        try {
          while (peer.tryRecv(1 << 20)) {}
        } catch (error) {
          assert.equal((error as NodeJS.ErrnoException).code, 'ECONNRESET')
        }
      }
      peer.close()
      connection.resume()
      await turns(5)
      connection.close()
      assert.equal(closes, 1, `${what} in ${where}`)
    }
  }
})

test('Connection.reset: the peer sees a reset', async () => {
  const [inner, peer] = tcpPair()
  const client = peer.toAsync()
  const connection = attach(inner, {})
  const received = client.recv(1)
  await turns()
  assert.equal(connection.getOption(SO_LINGER), null)
  connection.reset()
  await assert.rejects(received, { code: 'ECONNRESET' })
  client.close()
})

test('attach: a reset by the peer calls error, then close', async () => {
  const [inner, peer] = tcpPair()
  const calls: unknown[] = []
  const closed = deferred()
  attach(inner, {
    error: (_, error) => void calls.push(['error', (error as NodeJS.ErrnoException).code]),
    close(_, error) {
      calls.push(['close', (error as NodeJS.ErrnoException).code])
      closed.resolve()
    },
  })
  await turns()
  peer.setOption(SO_LINGER, 0)
  peer.close()
  await closed.promise
  assert.deepEqual(calls, [
    ['error', 'ECONNRESET'],
    ['close', 'ECONNRESET'],
  ])
})

test('attach: takes ownership of an AsyncSocket and its buffered bytes, and refuses what it cannot serve', async () => {
  const [inner, peer] = tcpPair()
  const awaited = inner.toAsync()
  peer.sendAll('CONNECT\nbody')
  assert.equal(await awaited.reader().readLine(), 'CONNECT')
  const chunks: string[] = []
  const connection = attach(awaited, { data: (_, bytes) => void chunks.push(String(bytes)) })
  assert.throws(() => awaited.tryRecv(1), { code: 'ERR_SOCKET_DETACHED' })
  peer.sendAll(' and more')
  await turns(5)
  assert.equal(chunks.join(''), 'body and more')
  connection.setOption(TCP_NODELAY, true)
  assert.equal(connection.getOption(TCP_NODELAY), true)
  assert.deepEqual(connection.peerAddress, peer.getSockName())
  connection.close()
  const datagrams = new Socket(AF_UNIX, SOCK_DGRAM)
  assert.throws(() => attach(datagrams, {}), { code: 'ERR_NOT_A_STREAM' })
  assert.throws(() => attach({} as never, {}), { code: 'ERR_INVALID_ARG_TYPE' })
  const listener = createServer(anyPort)
  assert.throws(() => attach(listener, {}), { code: 'ERR_NOT_A_STREAM' })
  listener.close()
  assert.ok(datagrams.fd >= 0, 'a refused socket must stay with its owner')
  datagrams.close()
  const [busy, other] = AsyncSocket.pair()
  const received = busy.recv(1)
  assert.throws(() => attach(busy, {}), { code: 'ERR_SOCKET_BUSY' })
  other.close()
  assert.equal(await received, null)
  assert.throws(() => attach(busy, {}, { idleTimeout: 0 }), { code: 'ERR_OUT_OF_RANGE' })
  assert.ok(busy.fd >= 0)
  busy.close()
  peer.close()
})

test('serve: takes ownership of a listener, and leaves a refused one with its owner', {
  skip: uncountable,
}, async () => {
  await startReactor()
  const before = openDescriptors()
  const listener = createServer(anyPort)
  const server = serve({ listener }, { data: (self, bytes) => self.end(bytes) })
  assert.throws(() => listener.accept(), { code: 'ERR_SOCKET_DETACHED' })
  const client = await openConnection(server.address as HostInput)
  await client.sendAll('hello')
  assert.equal(String(await receiveAll(client)), 'hello')
  client.close()
  await server.close()
  const wrong = new Socket(AF_UNIX, SOCK_SEQPACKET)
  wrong.bind({ family: 'unix' })
  wrong.listen()
  assert.throws(() => serve({ listener: wrong }, {}), { code: 'ERR_NOT_A_STREAM' })
  wrong.close()
  const idle = new Socket()
  assert.throws(() => serve({ listener: idle }, {}), { code: 'ERR_INVALID_ARG_TYPE' })
  idle.close()
  for (const options of [{ maxConnections: 0 }, { idleTimeout: -1 }, { proxyProtocol: { maxHeaderBytes: 1 } }]) {
    assert.throws(() => serve({ ...anyPort, ...options }, {}), { code: 'ERR_OUT_OF_RANGE' })
  }
  assert.throws(() => serve(anyPort, null as unknown as object), { code: 'ERR_INVALID_ARG_TYPE' })
  assert.equal(openDescriptors(), before, 'descriptors were left open')
})

test('Connection.close: with bytes undelivered, a duplicate of the socket stays usable', () => {
  const [inner, peer] = tcpPair()
  const other = inner.dup()
  peer.sendAll('line\nrest')
  assert.equal(inner.reader().readLine(), 'line')
  attach(inner, {}).close()
  other.sendAll('reply')
  other.close()
  assert.deepEqual([String(peer.recv(100)), peer.recv(1)], ['reply', null])
  peer.close()
})
