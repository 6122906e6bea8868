// serveDatagrams: delivery, replies, errors, fairness and the end.

import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { setImmediate as turn } from 'node:timers/promises'
import {
  type Address,
  type AddressInput,
  AF_INET,
  AF_INET6,
  AF_UNIX,
  type AsyncSocket,
  DatagramBatch,
  type DatagramHandlers,
  type DatagramServer,
  type HostAddress,
  IP_RECVERR,
  SO_RCVBUF,
  SOCK_DGRAM,
  Socket,
  serveDatagrams,
} from 'berkeley'
import { descriptorsAre, openDescriptors, uncountable } from '../support/descriptors.js'
import { turns } from '../support/event-loop.js'
import { temporaryFolder } from '../support/folders.js'
import { deadPort } from '../support/listeners.js'

const anyPort = { host: '127.0.0.1', port: 0 }
const within = { timeout: 20_000 }

const noIpv6 = ((): boolean => {
  using socket = new Socket(AF_INET6, SOCK_DGRAM)
  try {
    socket.bind({ host: '::1', port: 0 })
    return false
  } catch {
    return true
  }
})()

function client(server: DatagramServer): Socket {
  const socket = new Socket(AF_INET, SOCK_DGRAM)
  socket.bind(anyPort)
  socket.connect(server.address as AddressInput)
  return socket
}

test('message: an echo replies to each client, and each datagram has its own Buffer', async () => {
  const kept: Buffer[] = []
  await using server = serveDatagrams(anyPort, {
    message(self, data, address) {
      kept.push(data)
      assert.equal(self.send(['re: ', data], address), true)
    },
  })
  const [a, b] = [client(server).toAsync(), client(server).toAsync()]
  for (const [index, socket] of [a, b, a].entries()) await socket.send(`${index}`)
  assert.equal(String(await a.recv(100, within)), 're: 0')
  assert.equal(String(await b.recv(100, within)), 're: 1')
  assert.equal(String(await a.recv(100, within)), 're: 2')
  assert.deepEqual(kept.map(String).sort(), ['0', '1', '2'])
  a.close()
  b.close()
})

/** The address of a client as the handler gets it, which the test changes. */
type Changeable = { host: string; port: number }

test('message: a reply goes where the address says, also to one that was changed, or kept from before', async () => {
  for (const host of noIpv6 ? ['127.0.0.1'] : ['127.0.0.1', '::1']) {
    const family = host === '::1' ? AF_INET6 : AF_INET
    const [a, b, c] = [1, 2, 3].map(() => {
      const socket = new Socket(family, SOCK_DGRAM)
      socket.bind({ host, port: 0 })
      return socket.toAsync()
    }) as [AsyncSocket, AsyncSocket, AsyncSocket]
    const portOfC = (c.getSockName() as Changeable).port
    const delivered: Address[] = []
    await using server = serveDatagrams(
      { host, port: 0 },
      {
        message(self, data, address) {
          delivered.push(address!)
          assert.equal(self.send(data, address), true)
          if (String(data) === 'to c') {
            ;(address as Changeable).port = portOfC
            assert.equal(self.send(data, address), true)
          }
          if (String(data) === 'to all') for (const earlier of delivered) self.send('again', earlier)
        },
      },
    )
    const expectFrom = async (socket: AsyncSocket, text: string): Promise<void> => {
      const { data, address } = await socket.recvFrom(100, within)
      assert.deepEqual([String(data), address], [text, server.address])
    }
    for (const text of ['1', 'to c', '2']) {
      await a.sendTo(text, server.address as AddressInput)
      await expectFrom(a, text)
    }
    await expectFrom(c, 'to c')
    await b.sendTo('to all', server.address as AddressInput)
    await expectFrom(b, 'to all')
    for (const socket of [a, c, a, b]) await expectFrom(socket, 'again')
    // Each address is an object of its own.
    assert.equal(new Set(delivered).size, 4)
    assert.deepEqual(
      delivered.map((address) => (address as Changeable).port),
      [a, c, a, b].map((socket) => (socket.getSockName() as Changeable).port),
    )
    for (const socket of [a, b, c]) socket.close()
  }
})

test('serveDatagrams: with a host, the addresses have a port, for the compiler too', async () => {
  const from: (number | undefined)[] = []
  await using server = serveDatagrams(anyPort, {
    message: (self, data, address) => from.push(address?.port) && self.send(data, address),
  })
  const socket = client(server)
  socket.sendTo('x', { host: '127.0.0.1', port: server.address.port })
  const awaited = socket.toAsync()
  assert.equal(String(await awaited.recv(100, within)), 'x')
  assert.equal((awaited.getSockName() as HostAddress).port, from[0])
  awaited.close()
})

test('messages: a batch goes back to its senders, past one that cannot be sent to', async () => {
  const errors: string[] = []
  await using server = serveDatagrams(
    { ...anyPort, batchSize: 8, maxBytes: 100 },
    {
      messages(self, batch) {
        const out = new DatagramBatch(8, 100)
        out.add('bad', { host: '0.0.0.1', port: 0 })
        for (let index = 0; index < batch.length; index++) {
          out.add(batch.data(index), batch.address(index) as AddressInput)
        }
        assert.equal(self.sendBatch(out), batch.length)
      },
      error: (_, error) => errors.push(error.code!),
    },
  )
  const socket = client(server).toAsync()
  await socket.send('x')
  assert.equal(String(await socket.recv(100, within)), 'x')
  assert.deepEqual(errors, ['EINVAL'])
  socket.close()
})

test('messages: replies that the handler puts into the batch are not delivered to it', async () => {
  const delivered: string[] = []
  await using server = serveDatagrams(anyPort, {
    messages(self, batch) {
      const address = batch.address(0) as AddressInput
      delivered.push(...Array.from({ length: batch.length }, (_, index) => String(batch.data(index))))
      batch.clear()
      for (const reply of ['one', 'two', 'three']) batch.add(reply, address)
      assert.equal(self.sendBatch(batch), 3)
    },
  })
  const socket = client(server).toAsync()
  for (const request of ['first', 'second']) {
    await socket.send(request)
    for (const reply of ['one', 'two', 'three']) assert.equal(String(await socket.recv(100, within)), reply)
  }
  assert.deepEqual(delivered, ['first', 'second'])
  for (const wrong of [{}, { length: 2 }]) {
    assert.throws(() => server.sendBatch(wrong as DatagramBatch), { code: 'ERR_INVALID_ARG_TYPE' })
  }
  socket.close()
})

test('errors: an ICMP error, a long datagram and a handler that throws are reported, and serving goes on', async () => {
  const socket = new Socket(AF_INET, SOCK_DGRAM)
  socket.setOption(IP_RECVERR, true)
  socket.bind(anyPort)
  const dead = { host: '127.0.0.1', port: deadPort() }
  const errors: string[] = []
  const tooLong: string[] = []
  const handlers: DatagramHandlers = {
    message(self, data, address) {
      if (data.toString() === 'icmp') self.send('x', dead)
      if (data.toString() === 'throw') throw Object.assign(new Error('thrown'), { code: 'THROWN' })
      if (data.toString() === 'reject') return Promise.reject(Object.assign(new Error(), { code: 'REJECTED' }))
      return self.send(data, address)
    },
    error(_, { code, message }) {
      errors.push(code!)
      if (code === 'EMSGSIZE') tooLong.push(message.replace(/:\d+:/, ':PORT:'))
    },
  }
  await using server = serveDatagrams({ socket, maxBytes: 10 }, handlers)
  assert.equal(socket.fd, -1)
  const peer = client(server).toAsync()
  for (const data of ['throw', 'reject', 'longer than ten', 'icmp', 'ok']) {
    await peer.send(data)
    await turn()
  }
  const deadline = performance.now() + 20_000
  while (errors.length < 4 && performance.now() < deadline) await turn()
  assert.deepEqual(errors.sort(), ['ECONNREFUSED', 'EMSGSIZE', 'REJECTED', 'THROWN'])
  assert.deepEqual(tooLong, ['recvmmsg EMSGSIZE 127.0.0.1:PORT: the datagram is longer than maxBytes'])
  for (let text = ''; text !== 'ok'; ) text = String(await peer.recv(100, within))
  peer.close()
})

test('fairness: timers run while a server has datagrams without end', async () => {
  let delivered = 0
  const self: { socket?: Socket } = {}
  const server = serveDatagrams(anyPort, {
    message(_, data) {
      delivered++
      // Each datagram brings the next.
      self.socket!.trySend(data)
    },
  })
  self.socket = client(server)
  for (let count = 0; count < 20; count++) self.socket.send('x')
  let turns = 0
  const deadline = performance.now() + 20_000
  while (delivered < 5000 && performance.now() < deadline) {
    await turn()
    turns++
  }
  assert.ok(delivered >= 5000, `${delivered}`)
  assert.ok(turns >= 50, `${turns} turns`)
  await server.close({ drainMs: 0 })
  self.socket.close()
})

test('close: delivers what is queued, waits for promises, and closes once', async () => {
  const before = openDescriptors()
  const received: string[] = []
  let release = (): void => {}
  const held = new Promise<void>((resolve) => {
    release = resolve
  })
  const server = serveDatagrams(anyPort, {
    async message(self, data, address: Address | null) {
      received.push(data.toString())
      await held
      self.send('late', address)
    },
  })
  const socket = client(server)
  for (const data of ['a', 'b', 'c']) socket.send(data)
  const closed = server.close()
  while (received.length < 3) await turn()
  assert.equal(server.closed, false)
  release()
  await closed
  await server.close()
  assert.equal(server.closed, true)
  assert.deepEqual(received, ['a', 'b', 'c'])
  assert.equal(socket.recv(10, within)!.toString(), 'late')
  assert.throws(() => server.send('x'), { code: 'ERR_SOCKET_CLOSED' })
  assert.throws(() => server.sendBatch(new DatagramBatch(1, 1)), { code: 'ERR_SOCKET_CLOSED' })
  socket.close()
  // The event loop's own set and notifier may have been made meanwhile.
  if (!uncountable && openDescriptors() > before + 3) await descriptorsAre(before)
})

test('close: datagrams that arrive meanwhile do not hold it up', { timeout: 60_000 }, async () => {
  // Each datagram brings the next one: at once, or while a promise of the handler is pending.
  const bring: Record<string, (next: () => void) => unknown> = {
    'at once': (next) => next(),
    later: async (next) => {
      await turns(1)
      next()
      await turns(3)
    },
  }
  for (const [name, bringNext] of Object.entries(bring)) {
    const socket = new Socket(AF_INET, SOCK_DGRAM)
    socket.bind(anyPort)
    socket.setOption(SO_RCVBUF, 2304)
    let count = 0
    const server = serveDatagrams({ socket }, { message: () => bringNext(() => sender.send(`${++count}`)) })
    const sender = client(server)
    sender.send('first')
    await turns(3)
    assert.ok(count > 0, name)
    await server.close()
    sender.close()
  }
})

test('close: drainMs limits the wait for promises', async () => {
  const server = serveDatagrams(anyPort, { message: () => new Promise(() => {}) })
  const socket = client(server)
  socket.send('x')
  await turn()
  await turn()
  await server.close({ drainMs: 30 })
  assert.equal(server.closed, true)
  socket.close()
})

test('unix: the path is removed at the end; reuseBuffer; reusePort', async () => {
  const path = join(temporaryFolder(), 'datagrams')
  const texts: string[] = []
  const server = serveDatagrams({ path, reuseBuffer: true }, { message: (_, data) => texts.push(data.toString()) })
  const socket = new Socket(AF_UNIX, SOCK_DGRAM)
  socket.sendTo('READY=1', { path })
  socket.sendTo('', { path })
  await server.close()
  assert.deepEqual([texts, existsSync(path)], [['READY=1', ''], false])
  socket.close()
  const first = serveDatagrams({ ...anyPort, reusePort: true }, { message: () => {} })
  const { port } = first.address as { port: number }
  const second = serveDatagrams({ ...anyPort, port, reusePort: true }, { message: () => {} })
  await Promise.all([first.close(), second.close()])
})

test('arguments: wrong ones are refused, and a given socket stays its owner’s', () => {
  const message = (): void => {}
  const [stream, other] = Socket.pair()
  using unbound = new Socket(AF_INET, SOCK_DGRAM)
  using bound = new Socket(AF_INET, SOCK_DGRAM)
  bound.bind(anyPort)
  const refused: [() => unknown, string][] = [
    [() => serveDatagrams(anyPort, {}), 'ERR_INVALID_ARG_VALUE'],
    [() => serveDatagrams(anyPort, { message, messages: message }), 'ERR_INVALID_ARG_VALUE'],
    [() => serveDatagrams(anyPort, { message, mesage: message } as object), 'ERR_INVALID_ARG_VALUE'],
    [() => serveDatagrams(anyPort, { message: 5 } as object), 'ERR_INVALID_ARG_TYPE'],
    [() => serveDatagrams({ ...anyPort, maxByte: 5 } as AddressInput, { message }), 'ERR_INVALID_ARG_VALUE'],
    [() => serveDatagrams({ ...anyPort, maxBytes: 0 }, { message }), 'ERR_OUT_OF_RANGE'],
    [() => serveDatagrams({ ...anyPort, batchSize: 2000 }, { message }), 'ERR_OUT_OF_RANGE'],
    [() => serveDatagrams({ socket: 5 as never }, { message }), 'ERR_INVALID_ARG_TYPE'],
    [() => serveDatagrams({ socket: stream }, { message }), 'ERR_NOT_DATAGRAMS'],
    [() => serveDatagrams({ socket: unbound }, { message }), 'ERR_INVALID_ARG_VALUE'],
    [() => serveDatagrams({ socket: bound, ...anyPort } as never, { message }), 'ERR_INVALID_ARG_VALUE'],
    [() => serveDatagrams({ host: '192.0.2.1', port: 0 }, { message }), 'EADDRNOTAVAIL'],
  ]
  for (const [act, code] of refused) assert.throws(act, { code }, String(act))
  assert.throws(() => serveDatagrams({ socket: unbound }, { message }), { message: /must be bound: call bind/ })
  assert.deepEqual([unbound.closed, bound.closed], [false, false])
  stream.send('still mine')
  assert.equal(other.recv(100)!.toString(), 'still mine')
  stream.close()
  other.close()
})
