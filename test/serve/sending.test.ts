// What connections with handlers send: write, send and end, the queue, and drain.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { inspect } from 'node:util'
import { attach, type Connection, type InetAddress, openConnection, SO_SNDBUF, serve } from 'berkeley'
import { turns } from '../support/event-loop.js'
import { receiveAll, receiveExactly, tcpPair } from '../support/pairs.js'
import { deferred } from '../support/promises.js'
import { until } from '../support/timing.js'

test('Connection.end: the peer receives everything and the end, and may still send', async () => {
  const [inner, peer] = tcpPair()
  const client = peer.toAsync()
  const calls: string[] = []
  const closed = deferred()
  const connection = attach(inner, {
    data: (_, bytes) => void calls.push(String(bytes)),
    end: () => void calls.push('end'),
    close: () => closed.resolve(),
  })
  const block = Buffer.alloc(8 << 20, 'x')
  connection.write(block)
  connection.end('!')
  assert.throws(() => connection.write('x'), { code: 'ERR_SOCKET_CLOSED' })
  assert.throws(() => connection.send('x'), { code: 'ERR_SOCKET_CLOSED' })
  const received = await receiveAll(client)
  assert.ok(received.equals(Buffer.concat([block, Buffer.from('!')])))
  await client.sendAll('thanks')
  client.close()
  await closed.promise
  assert.deepEqual(calls, ['thanks', 'end'])
  connection.end()
  connection.close()
  connection.reset()
})

test('Connection.write: queues what the kernel does not accept, and calls drain once the queue is empty', async () => {
  const [inner, peer] = tcpPair()
  const client = peer.toAsync()
  let drains = 0
  const drained = deferred()
  const connection = attach(inner, {
    drain(self) {
      drains++
      assert.equal(self.bufferedBytes, 0)
      drained.resolve()
    },
  })
  const block = Buffer.alloc(16 << 20, 'berkeley')
  assert.equal(connection.write('small'), true)
  assert.equal(connection.write(block), false)
  const buffered = connection.bufferedBytes
  assert.ok(buffered > 0 && buffered < block.length)
  const copy = Buffer.from(block)
  assert.equal(connection.write(copy.subarray(0, 10)), false)
  assert.equal(connection.bufferedBytes, buffered + 10)
  // The queue holds a copy, so the caller may reuse the memory.
  block.fill(0)
  assert.equal(connection.send('not behind the queue'), 0)
  const received = await receiveExactly(client, 5 + copy.length + 10)
  await drained.promise
  assert.equal(drains, 1)
  assert.ok(received.equals(Buffer.concat([Buffer.from('small'), copy, copy.subarray(0, 10)])))
  connection.close()
  client.close()
})

test('Connection.write: many small writes arrive in order', async () => {
  const [inner, peer] = tcpPair()
  const client = peer.toAsync()
  const connection = attach(inner, {})
  connection.setOption(SO_SNDBUF, 4096)
  const lines = Array.from({ length: 100_000 }, (_, index) => `${index}\n`)
  for (const line of lines) connection.write(line)
  connection.end()
  assert.equal(String(await receiveAll(client)), lines.join(''))
  client.close()
})

test('Connection.send: sends a part, and the caller continues in drain', async () => {
  const [inner, peer] = tcpPair()
  const client = peer.toAsync()
  const block = Buffer.alloc(8 << 20, 'berkeley')
  let sent = 0
  const go = (self: Connection): void => {
    while (sent < block.length) {
      const taken = self.send(block.subarray(sent))
      sent += taken
      assert.equal(self.bufferedBytes, 0)
      if (sent < block.length && taken === 0) return
    }
    self.end()
  }
  attach(inner, { open: go, drain: go })
  assert.ok((await receiveAll(client)).equals(block))
  client.close()
})

test('Connection.write: after the end of a peer that the connection followed, the error says how to stay open', async () => {
  const [inner, peer] = tcpPair()
  const closed = deferred()
  const connection = attach(inner, { close: () => closed.resolve() })
  peer.close()
  await closed.promise
  const message =
    /the peer ended its side, and the connection with it; allowHalfOpen keeps ours open until end is called$/
  assert.throws(() => connection.write('x'), { code: 'ERR_SOCKET_CLOSED', message })
})

test('Connection.write: the error names the peer of a connection that is not writable', async (context) => {
  const opened = deferred<Connection<unknown>>()
  const server = serve({ host: '127.0.0.1', port: 0 }, { open: (connection) => opened.resolve(connection) })
  context.after(() => server.close({ drainMs: 0 }))
  const client = await openConnection(server.address)
  const { port } = client.getSockName() as InetAddress
  const connection = await opened.promise
  assert.equal(connection.writable, true)
  connection.end()
  assert.deepEqual([connection.writable, connection.closed], [false, false])
  assert.match(inspect(connection), /state: 'ending'/)
  const expected = {
    code: 'ERR_SOCKET_CLOSED',
    port,
    message: `write ERR_SOCKET_CLOSED 127.0.0.1:${port}: end was called`,
  }
  assert.throws(() => connection.write('x'), expected)
  client.close()
})

test('serve: a connection that writes to all that are writable is not ended by one whose peer has gone', async (context) => {
  const all = new Set<Connection<unknown>>()
  const errors: unknown[] = []
  const server = serve(
    { host: '127.0.0.1', port: 0, maxBufferedBytes: Infinity },
    {
      open: (connection) => all.add(connection),
      data(connection, bytes) {
        if (String(bytes) === 'fill') connection.write(Buffer.alloc(8_000_000))
        else for (const other of all) if (other.writable) other.write(bytes)
      },
      error: (_, error) => errors.push(error),
      close: (connection) => all.delete(connection),
    },
  )
  context.after(() => server.close({ drainMs: 0 }))
  const [speaker, leaver, listener] = await Promise.all([1, 2, 3].map(() => openConnection(server.address)))
  await leaver!.sendAll('fill')
  await leaver!.recv(1)
  await leaver!.shutdown('write')
  const isEnding = (): boolean => [...all].some(({ writable }) => !writable)
  await until('the end of a peer', isEnding)
  await speaker!.sendAll('hello')
  assert.deepEqual(
    [String(await receiveExactly(speaker!, 5)), String(await receiveExactly(listener!, 5)), errors],
    ['hello', 'hello', []],
  )
  for (const socket of [speaker, leaver, listener]) socket!.close()
})

test('serve: our side stays open until the promises of data have settled after the end of the peer', async (context) => {
  const work = deferred()
  const server = serve(
    { host: '127.0.0.1', port: 0 },
    {
      async data(connection, bytes) {
        await work.promise
        connection.write(bytes)
      },
    },
  )
  context.after(() => server.close({ drainMs: 0 }))
  const client = await openConnection(server.address)
  await client.sendAll('late')
  await client.shutdown('write')
  const reply = receiveAll(client)
  await turns(4)
  work.resolve()
  assert.equal(String(await reply), 'late')
  client.close()
})

test('serve: a connection whose two sides have ended closes, whatever promise of data is pending', async (context) => {
  const closed = deferred()
  const server = serve(
    { host: '127.0.0.1', port: 0 },
    {
      data(connection) {
        connection.end('goodbye')
        return new Promise(() => {})
      },
      close: () => closed.resolve(),
    },
  )
  context.after(() => server.close({ drainMs: 0 }))
  const client = await openConnection(server.address)
  await client.sendAll('x')
  assert.equal(String(await receiveAll(client)), 'goodbye')
  client.close()
  await closed.promise
})
