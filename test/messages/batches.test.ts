// Batches of datagrams: recvmmsg(2), sendmmsg(2), and datagrams that the kernel joins and splits.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { inspect } from 'node:util'
import {
  type Address,
  type AddressInput,
  AF_INET,
  AF_INET6,
  AF_UNIX,
  controlValue,
  DatagramBatch,
  SOCK_DGRAM,
  SOCK_SEQPACKET,
  Socket,
  UDP_GRO,
} from 'berkeley'
import { leakingNothing, uncountable } from '../support/descriptors.js'
import { deadPort } from '../support/listeners.js'

function udp(): Socket {
  const socket = new Socket(AF_INET, SOCK_DGRAM)
  socket.bind({ host: '127.0.0.1', port: 0 })
  socket.setTimeout(20_000)
  return socket
}

function texts(batch: DatagramBatch): string[] {
  return Array.from({ length: batch.length }, (_, index) => batch.data(index).toString())
}

test('recvBatch, sendBatch: an echo sends each datagram back to its sender', () => {
  using server = udp()
  const clients = [udp(), udp(), udp()]
  for (const [index, client] of clients.entries()) client.sendTo(`from ${index}`, server.getSockName())
  clients[0]!.sendTo('', server.getSockName())
  const batch = new DatagramBatch(8, 100)
  assert.equal(server.recvBatch(batch), 4)
  assert.deepEqual(texts(batch), ['from 0', 'from 1', 'from 2', ''])
  assert.deepEqual(batch.address(1), clients[1]!.getSockName())
  assert.deepEqual([batch.truncated(0), batch.segmentSize(0)], [false, 0])
  assert.equal(inspect(batch), 'DatagramBatch { length: 4, capacity: 8, maxBytes: 100 }')
  assert.equal(server.sendBatch(batch), 4)
  for (const [index, client] of clients.entries()) {
    assert.deepEqual(client.recvFrom(100), { data: Buffer.from(`from ${index}`), address: server.getSockName() })
  }
  assert.equal(clients[0]!.recv(100)!.length, 0)
  for (const client of clients) client.close()
})

test('recvBatch: no more than its capacity, and the rest stays in the queue', () => {
  using server = udp()
  using client = udp()
  client.connect(server.getSockName())
  const out = new DatagramBatch(5, 10)
  for (let count = 0; count < 5; count++) assert.equal(out.add(String(count)), true)
  assert.equal(out.add('no room'), false)
  assert.equal(client.sendBatch(out), 5)
  const batch = new DatagramBatch(3, 10)
  assert.equal(server.tryRecvBatch(batch), 3)
  assert.deepEqual(texts(batch), ['0', '1', '2'])
  assert.equal(server.tryRecvBatch(batch), 2)
  assert.deepEqual(texts(batch), ['3', '4'])
  assert.equal(server.tryRecvBatch(batch), undefined)
  assert.equal(batch.length, 0)
  assert.throws(() => server.recvBatch(batch, { timeout: 20 }), { code: 'ERR_SOCKET_TIMEOUT', syscall: 'recvmmsg' })
})

test('truncated: a datagram that is longer than its room', () => {
  using server = udp()
  using client = udp()
  for (const data of ['longer', 'abc']) client.sendTo(data, server.getSockName())
  const batch = new DatagramBatch(4, 3)
  assert.equal(server.recvBatch(batch), 2)
  assert.deepEqual(texts(batch), ['lon', 'abc'])
  assert.deepEqual([batch.truncated(0), batch.truncated(1)], [true, false])
})

test('a bad address in the middle: those before it are sent, and the next call throws its error', () => {
  using sender = udp()
  using receiver = udp()
  const good = receiver.getSockName()
  const batch = new DatagramBatch(5, 10)
  for (const [data, address] of [
    ['0', good],
    ['1', good],
    ['2', { host: '0.0.0.1', port: 0 }],
    ['3', good],
    ['4', good],
  ] as [string, Address][]) {
    batch.add(data, address as AddressInput)
  }
  assert.equal(sender.sendBatch(batch), 2)
  assert.throws(() => sender.sendBatch(batch, { begin: 2 }), { code: 'EINVAL', syscall: 'sendmmsg' })
  assert.throws(() => sender.trySendBatch(batch, { begin: 2 }), { code: 'EINVAL' })
  assert.equal(sender.sendBatch(batch, { begin: 3 }), 2)
  assert.equal(sender.sendBatch(batch, { begin: 5 }), 0)
  const received = new DatagramBatch(10, 10)
  assert.equal(receiver.recvBatch(received), 4)
  assert.deepEqual(texts(received), ['0', '1', '3', '4'])
  assert.deepEqual(batch.address(4), good)
})

test('ECONNREFUSED: of a connected socket, and the batch is usable afterwards', () => {
  using socket = udp()
  using other = udp()
  socket.connect({ host: '127.0.0.1', port: deadPort() })
  const batch = new DatagramBatch(4, 10)
  batch.add('x')
  socket.sendBatch(batch)
  assert.throws(() => socket.recvBatch(batch), { code: 'ECONNREFUSED' })
  socket.connect(other.getSockName())
  other.sendTo('y', socket.getSockName())
  assert.equal(socket.recvBatch(batch), 1)
  assert.deepEqual(texts(batch), ['y'])
})

test('unix: paths, unnamed senders, and descriptors that come along are closed', { skip: uncountable }, () => {
  leakingNothing(() => {
    for (const type of [SOCK_DGRAM, SOCK_SEQPACKET]) {
      const [a, b] = Socket.pair(AF_UNIX, type)
      a.sendFds('one', [a, b, 2])
      a.send('two')
      const batch = new DatagramBatch(4, 10)
      assert.equal(b.recvBatch(batch), 2)
      assert.deepEqual([texts(batch), batch.address(0)], [['one', 'two'], null])
      a.close()
      b.close()
    }
    const receiver = new Socket(AF_UNIX, SOCK_DGRAM)
    receiver.bind({ family: 'unix' })
    const sender = new Socket(AF_UNIX, SOCK_DGRAM)
    sender.bind({ family: 'unix' })
    const batch = new DatagramBatch(2, 10)
    batch.add('x', receiver.getSockName() as AddressInput)
    sender.sendBatch(batch)
    receiver.recvBatch(batch)
    assert.deepEqual(batch.address(0), sender.getSockName())
    sender.close()
    receiver.close()
  })
})

test('IPv6: addresses by their text alone', () => {
  const batch = new DatagramBatch(2, 10)
  batch.add('x', { host: '::1', port: 5 })
  batch.add('x', { host: '1.2.3.4', port: 6 })
  assert.deepEqual(batch.address(0), { family: 'inet6', host: '::1', port: 5, flowInfo: 0, scopeId: 0 })
  assert.deepEqual(batch.address(1), { family: 'inet', host: '1.2.3.4', port: 6 })
  assert.throws(() => batch.add('x', { family: AF_INET6, host: '1.2.3.4', port: 6 }), { code: 'ERR_NAME_NOT_NUMERIC' })
})

const noOffload = (() => {
  if (!UDP_GRO.supported) return 'no UDP_GRO'
  using socket = udp()
  try {
    socket.setOption(UDP_GRO, true)
    return false
  } catch (error) {
    return String(error)
  }
})()

test('UDP_SEGMENT, UDP_GRO: one send is many datagrams, which arrive joined', { skip: noOffload }, () => {
  using sender = udp()
  using plain = udp()
  using joining = udp()
  joining.setOption(UDP_GRO, true)
  const data = Buffer.from(Array.from({ length: 25 }, (_, index) => 97 + (index % 26)))
  const batch = new DatagramBatch(2, 1000)
  for (const receiver of [plain, joining]) batch.add(data, receiver.getSockName() as AddressInput, 10)
  assert.equal(sender.sendBatch(batch), 2)
  const separate = new DatagramBatch(5, 100)
  assert.equal(plain.recvBatch(separate), 3)
  assert.deepEqual(texts(separate), ['abcdefghij', 'klmnopqrst', 'uvwxy'])
  const joined = new DatagramBatch(5, 65536)
  assert.equal(joining.recvBatch(joined), 1)
  assert.equal(joined.segmentSize(0), 10)
  assert.deepEqual([...joined.segments(0)].map(String), ['abcdefghij', 'klmnopqrst', 'uvwxy'])
  // The echo of a joined datagram is split again.
  assert.equal(joining.sendBatch(joined), 1)
  assert.equal(sender.recv(100)!.toString(), 'abcdefghij')
  sender.sendMsg(data, {
    address: joining.getSockName() as AddressInput,
    control: [{ name: 'UDP_SEGMENT', value: 5 }],
  })
  assert.equal(controlValue(joining.recvMsg(100)!.control, 'UDP_GRO'), 5)
})

test('segments: a datagram that is not joined is its only segment, an empty one too', () => {
  const batch = new DatagramBatch(2, 10)
  batch.add('abc')
  batch.add('')
  assert.deepEqual([[...batch.segments(0)].map(String), [...batch.segments(1)].map(String)], [['abc'], ['']])
})

test('arguments: wrong ones are refused', () => {
  using socket = udp()
  const [a, b] = Socket.pair()
  const batch = new DatagramBatch(2, 4)
  const refused: [() => unknown, string][] = [
    [() => new DatagramBatch(0, 1), 'ERR_OUT_OF_RANGE'],
    [() => new DatagramBatch(1025, 1), 'ERR_OUT_OF_RANGE'],
    [() => new DatagramBatch(1, 65537), 'ERR_OUT_OF_RANGE'],
    [() => batch.data(0), 'ERR_OUT_OF_RANGE'],
    [() => batch.add('12345'), 'ERR_OUT_OF_RANGE'],
    [() => batch.add(5 as never), 'ERR_INVALID_ARG_TYPE'],
    [() => batch.add('x', { host: 'localhost', port: 1 }), 'ERR_NAME_NOT_NUMERIC'],
    [() => socket.recvBatch({} as DatagramBatch), 'ERR_INVALID_ARG_TYPE'],
    [() => socket.recvBatch(Object.create(DatagramBatch.prototype)), 'ERR_INVALID_ARG_TYPE'],
    [() => socket.recvBatch(new Proxy(batch, {})), 'ERR_INVALID_ARG_TYPE'],
    [() => socket.sendBatch(batch, { begin: 1 }), 'ERR_OUT_OF_RANGE'],
    [() => socket.sendBatch(batch, { start: 1 } as object), 'ERR_INVALID_ARG_VALUE'],
    [() => a.recvBatch(batch), 'ERR_NOT_DATAGRAMS'],
    [() => a.sendBatch(batch), 'ERR_NOT_DATAGRAMS'],
  ]
  for (const [act, code] of refused) assert.throws(act, { code }, String(act))
  assert.equal(batch.length, 0)
  a.close()
  b.close()
})

test('address: of thousands, each is what was given, and an object of its own', () => {
  const batch = new DatagramBatch(1024, 1)
  const given = (index: number): { host: string; port: number } => {
    const host = index % 3 === 0 ? `2001:db8::${(index + 1).toString(16)}` : `10.0.${index >> 8}.${index & 255}`
    return { host, port: (index * 7) % 65536 }
  }
  for (let begin = 0; begin < 6 * 512; begin += 512) {
    batch.clear()
    for (let index = begin; index < begin + 1024; index++) batch.add('x', given(index))
    for (let round = 0; round < 2; round++) {
      for (let at = 0; at < 1024; at++) {
        const address = batch.address(at) as { host: string; port: number }
        const { host, port } = address
        assert.deepEqual({ host, port }, given(begin + at))
        address.port = -1
      }
    }
  }
})

test('capacity, maxBytes: cannot be assigned, and those of a subclass change nothing', () => {
  using socket = udp()
  const batch = new DatagramBatch(2, 4) as { capacity: number; maxBytes: number } & DatagramBatch
  assert.throws(() => Object.assign(batch, { capacity: 1000 }), TypeError)
  assert.throws(() => Object.assign(batch, { maxBytes: 1000 }), TypeError)
  class Larger extends DatagramBatch {
    override get capacity(): number {
      return 1000
    }
    override get maxBytes(): number {
      return 1000
    }
  }
  const larger = new Larger(2, 4)
  assert.throws(() => larger.add('12345'), { code: 'ERR_OUT_OF_RANGE' })
  const address = socket.getSockName() as { host: string; port: number }
  assert.deepEqual(
    ['a', 'b', 'c'].map((text) => larger.add(text, address)),
    [true, true, false],
  )
  assert.equal(socket.sendBatch(larger, { begin: 1 }), 1)
  assert.equal(socket.recv(10)!.toString(), 'b')
  assert.equal(larger.data(1).toString(), 'b')
})

test('memory: a batch whose memory was transferred is refused', () => {
  using socket = udp()
  const batch = new DatagramBatch(2, 4)
  batch.add('x')
  structuredClone(null, { transfer: [batch.data(0).buffer as ArrayBuffer] })
  assert.throws(() => socket.recvBatch(batch), { code: 'ERR_INVALID_ARG_VALUE', message: /detached/ })
  assert.throws(() => socket.sendBatch(batch), { code: 'ERR_INVALID_ARG_VALUE' })
  assert.throws(() => batch.add('x'), { code: 'ERR_INVALID_ARG_VALUE' })
})

test('add: memory with a false length, or that a getter of the address takes away, leaves the other datagrams alone', () => {
  class Short extends Uint8Array {
    override get length(): number {
      return 1
    }
  }
  const batch = new DatagramBatch(2, 4)
  batch.add('abcd')
  batch.add('efgh')
  batch.clear()
  assert.throws(() => batch.add(new Short(8)), { code: 'ERR_OUT_OF_RANGE', value: 8 })
  const data = new Uint8Array(4)
  const address = {
    host: '127.0.0.1',
    get port(): number {
      structuredClone(data.buffer, { transfer: [data.buffer] })
      return 7
    },
  }
  assert.throws(() => batch.add(data, address), { code: 'ERR_INVALID_ARG_VALUE' })
  batch.add('ijkl')
  assert.equal(batch.length, 1)
  assert.equal(String(batch.data(0)), 'ijkl')
  const thief = {
    host: '127.0.0.1',
    get port(): number {
      structuredClone(batch.data(0).buffer, { transfer: [batch.data(0).buffer as ArrayBuffer] })
      return 7
    },
  }
  assert.throws(() => batch.add('mnop', thief), { code: 'ERR_INVALID_ARG_VALUE' })
})

test('awaited: recvBatch waits, and sendBatch sends', async () => {
  const server = udp().toAsync()
  const client = udp().toAsync()
  const [incoming, outgoing] = [new DatagramBatch(4, 10), new DatagramBatch(4, 10)]
  const waiting = server.recvBatch(incoming)
  outgoing.add('one', server.getSockName() as AddressInput)
  assert.equal(await client.sendBatch(outgoing), 1)
  assert.equal(await waiting, 1)
  assert.equal(await server.sendBatch(incoming), 1)
  assert.deepEqual(await client.recvFrom(10), { data: Buffer.from('one'), address: server.getSockName() })
  await assert.rejects(server.recvBatch(incoming, { timeout: 20 }), { code: 'ERR_SOCKET_TIMEOUT' })
  await assert.rejects(server.recvBatch(5 as never), { code: 'ERR_INVALID_ARG_TYPE' })
  client.close()
  server.close()
})
