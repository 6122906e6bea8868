// Control messages in both directions: typed values, raw ones, flags, and what the kernel cuts off.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  AF_INET,
  AF_INET6,
  AF_UNIX,
  type ControlInput,
  type ControlMessage,
  cmsgLen,
  cmsgSpace,
  controlValue,
  DatagramBatch,
  type Family,
  IP_PKTINFO,
  IP_RECVORIGDSTADDR,
  IP_RECVTOS,
  IP_RECVTTL,
  IPPROTO_IP,
  IPV6_RECVHOPLIMIT,
  IPV6_RECVORIGDSTADDR,
  IPV6_RECVPKTINFO,
  IPV6_RECVTCLASS,
  ifNameToIndex,
  MSG_EOR,
  MSG_OOB,
  MSG_PEEK,
  MSG_TRUNC,
  MSG_WAITALL,
  type PacketTimes,
  SO_PASSCRED,
  SO_PASSPIDFD,
  SO_RCVMARK,
  SO_RXQ_OVFL,
  SO_TIMESTAMP,
  SO_TIMESTAMPING,
  SO_TIMESTAMPNS,
  SOCK_DGRAM,
  SOCK_SEQPACKET,
  SOF_TIMESTAMPING_RX_SOFTWARE,
  SOF_TIMESTAMPING_SOFTWARE,
  Socket,
  type SocketOption,
} from 'berkeley'
import { takeAllDescriptors, uncountable } from '../support/descriptors.js'
import { tcpPair } from '../support/pairs.js'

function udp(family: Family = AF_INET, host = '127.0.0.1'): Socket {
  const socket = new Socket(family, SOCK_DGRAM)
  socket.bind({ host, port: 0 })
  return socket
}

function udpPair(family?: Family, host?: string): [sender: Socket, receiver: Socket] {
  const [sender, receiver] = [udp(family, host), udp(family, host)]
  sender.connect(receiver.getSockName())
  return [sender, receiver]
}

function hasIpv6(): boolean {
  try {
    udp(AF_INET6, '::1').close()
    return true
  } catch {
    return false
  }
}

/** What is received, with these options, for a message with this control data. */
function delivered(
  [sender, receiver]: [Socket, Socket],
  options: readonly SocketOption<boolean>[],
  control: readonly ControlInput[] = [],
): readonly ControlMessage[] {
  for (const option of options) receiver.setOption(option, true)
  assert.equal(sender.sendMsg('x', { control }), 1)
  const message = receiver.recvMsg(10, { timeout: 5000 })!
  assert.deepEqual([message.data.toString(), message.controlTruncated], ['x', false])
  sender.close()
  receiver.close()
  return message.control
}

const loopback = ifNameToIndex('lo')

test('IPv4: destination, interface, hops, type of service and original destination', () => {
  const pair = udpPair()
  const destination = pair[1].getSockName()
  const control = delivered(
    pair,
    [IP_PKTINFO, IP_RECVTTL, IP_RECVTOS, IP_RECVORIGDSTADDR],
    [
      { name: 'IP_TTL', value: 7 },
      { name: 'IP_TOS', value: 0x10 },
      { name: 'IP_PKTINFO', value: { interface: loopback, local: '127.0.0.5' } },
    ],
  )
  const info = { interface: loopback, local: '127.0.0.1', destination: '127.0.0.1' }
  assert.deepEqual(controlValue(control, 'IP_PKTINFO'), info)
  assert.equal(controlValue(control, 'IP_TTL'), 7)
  assert.equal(controlValue(control, 'IP_TOS'), 0x10)
  assert.deepEqual(controlValue(control, 'IP_ORIGDSTADDR'), destination)
  assert.equal(controlValue(control, 'UDP_GRO'), undefined)
})

test('IP_PKTINFO: what was received sends the reply from the same address', () => {
  using server = udp(AF_INET, '')
  server.setOption(IP_PKTINFO, true)
  using client = udp()
  const { port } = server.getSockName() as { port: number }
  client.sendTo('question', { host: '127.0.0.77', port })
  const { address, control } = server.recvMsg(100, { timeout: 5000 })!
  const value = controlValue(control, 'IP_PKTINFO')!
  assert.equal(value.local, '127.0.0.77')
  server.sendMsg('reply', {
    address: address as { host: string; port: number },
    control: [{ name: 'IP_PKTINFO', value }],
  })
  assert.deepEqual(client.recvFrom(100, { timeout: 5000 }).address, { family: 'inet', host: '127.0.0.77', port })
})

test('IPv6: destination, interface, hops, traffic class', { skip: !hasIpv6() && 'no IPv6 here' }, () => {
  const pair = udpPair(AF_INET6, '::1')
  const options = [IPV6_RECVPKTINFO, IPV6_RECVHOPLIMIT, IPV6_RECVTCLASS, IPV6_RECVORIGDSTADDR]
  const destination = pair[1].getSockName()
  const control = delivered(pair, options, [
    { name: 'IPV6_HOPLIMIT', value: 9 },
    { name: 'IPV6_TCLASS', value: 0x20 },
    { name: 'IPV6_PKTINFO', value: { interface: loopback, address: '::1' } },
  ])
  assert.deepEqual(controlValue(control, 'IPV6_PKTINFO'), { interface: loopback, address: '::1' })
  assert.equal(controlValue(control, 'IPV6_HOPLIMIT'), 9)
  assert.equal(controlValue(control, 'IPV6_TCLASS'), 0x20)
  assert.deepEqual(controlValue(control, 'IPV6_ORIGDSTADDR'), destination)
})

/** The kernel begins to take timestamps some time after the option was set. */
function firstPacketTimes(): PacketTimes {
  const [sender, receiver] = udpPair()
  receiver.setOption(SO_TIMESTAMPING, SOF_TIMESTAMPING_RX_SOFTWARE | SOF_TIMESTAMPING_SOFTWARE)
  const deadline = performance.now() + 20_000
  let times: PacketTimes | undefined
  while (times === undefined && performance.now() < deadline) {
    sender.send('x')
    times = controlValue(receiver.recvMsg(10, { timeout: 5000 })!.control, 'SCM_TIMESTAMPING')
  }
  sender.close()
  receiver.close()
  assert.ok(times)
  return times
}

test('timestamps: the arrival time in nanoseconds, in each of three forms', () => {
  const before = BigInt(Date.now() - 1) * 1_000_000n
  const micro = controlValue(delivered(udpPair(), [SO_TIMESTAMP]), 'SCM_TIMESTAMP')!
  const nano = controlValue(delivered(udpPair(), [SO_TIMESTAMPNS]), 'SCM_TIMESTAMPNS')!
  const times = firstPacketTimes()
  const after = BigInt(Date.now() + 1) * 1_000_000n
  assert.equal(micro % 1000n, 0n)
  for (const time of [micro, nano, times.software!]) assert.ok(time >= before && time <= after, `${time}`)
  assert.equal(times.hardware, null)
})

test('SO_RXQ_OVFL, SO_MARK: how many datagrams were dropped, and the mark', () => {
  const [sender, receiver] = udpPair()
  receiver.setOption(SO_RXQ_OVFL, true)
  receiver.setRawOption(1, 8, 1)
  for (let count = 0; count < 200; count++) sender.send(Buffer.alloc(1000))
  while (receiver.tryRecv(2000) !== undefined);
  sender.send('x')
  const dropped = controlValue(receiver.recvMsg(10, { timeout: 5000 })!.control, 'SO_RXQ_OVFL')!
  assert.ok(dropped > 0 && dropped <= 200, `${dropped}`)
  sender.close()
  receiver.close()
  assert.equal(controlValue(delivered(udpPair(), [SO_RCVMARK]), 'SO_MARK'), 0)
})

test('credentials: the sender as the kernel knows it, and those that the sender states', () => {
  const [a, b] = Socket.pair(AF_UNIX, SOCK_SEQPACKET)
  b.setOption(SO_PASSCRED, true)
  const own = { pid: process.pid, uid: process.getuid!(), gid: process.getgid!() }
  a.send('x')
  assert.deepEqual(b.recvMsg(10)!.control, [{ name: 'SCM_CREDENTIALS', value: own }])
  a.sendMsg('x', { control: [{ name: 'SCM_CREDENTIALS', value: own }] })
  assert.deepEqual(controlValue(b.recvMsg(10)!.control, 'SCM_CREDENTIALS'), own)
  a.close()
  b.close()
})

test('SCM_PIDFD: a descriptor of the sender', { skip: !SO_PASSPIDFD.supported && 'no SO_PASSPIDFD' }, () => {
  const [a, b] = Socket.pair(AF_UNIX, SOCK_DGRAM)
  b.setOption(SO_PASSPIDFD, true)
  a.send('x')
  using pidfd = controlValue(b.recvMsg(10)!.control, 'SCM_PIDFD')!
  assert.ok(pidfd.fd > 2)
  assert.throws(() => pidfd.toSocket(), { code: 'ENOTSOCK' })
  a.close()
  b.close()
})

test('SCM_PIDFD: the message arrives also where no descriptor is left', {
  skip: uncountable || (!SO_PASSPIDFD.supported && 'no SO_PASSPIDFD'),
}, () => {
  const [a, b] = Socket.pair(AF_UNIX, SOCK_DGRAM)
  b.setOption(SO_PASSPIDFD, true)
  a.send('x')
  {
    using _taken = takeAllDescriptors()
    const { data, control } = b.recvMsg(10)!
    assert.equal(data.toString(), 'x')
    assert.equal(controlValue(control, 'SCM_PIDFD'), undefined)
    const [raw] = control as [ControlMessage & { readonly name?: undefined }]
    assert.ok(new Int32Array(Uint8Array.from(raw.data).buffer)[0]! < 0)
  }
  a.close()
  b.close()
})

test('flags: truncated, end of record, out of band, and a peek leaves the message', () => {
  const [sender, receiver] = udpPair()
  sender.send('longer')
  const peeked = receiver.recvMsg(3, { flags: MSG_PEEK })!
  assert.deepEqual([peeked.data.toString(), peeked.truncated, peeked.flags], ['lon', true, MSG_TRUNC])
  assert.equal(receiver.recvMsgInto(Buffer.alloc(3), { flags: MSG_TRUNC }).bytes, 6)
  const [a, b] = Socket.pair(AF_UNIX, SOCK_SEQPACKET)
  a.sendMsg('x', { flags: MSG_EOR })
  // Linux does not pass the flag on between unix sockets.
  assert.equal(b.recvMsg(1)!.endOfRecord, false)
  const [client, server] = tcpPair()
  client.send('!', { flags: MSG_OOB })
  assert.equal(server.recvMsg(1, { flags: MSG_OOB, timeout: 5000 })!.outOfBand, true)
  for (const socket of [sender, receiver, a, b, client, server]) socket.close()
})

test('end: null of a stream and a sequence of packets, and 0 into memory; an empty message is neither', () => {
  const [a, b] = Socket.pair(AF_UNIX, SOCK_SEQPACKET)
  a.sendMsg([])
  assert.equal(b.recvMsg(10)!.data.length, 0)
  a.close()
  assert.equal(b.recvMsg(10), null)
  assert.equal(b.recvFds(10, 1), null)
  assert.equal(b.recvMsgInto(Buffer.alloc(1)).bytes, 0)
  b.close()
})

test('scatter: several buffers are filled one after the other', () => {
  const [a, b] = Socket.pair(AF_UNIX, SOCK_DGRAM)
  a.sendMsg(['abc', Buffer.from('defg'), 'h'])
  const [head, body, rest] = [Buffer.alloc(2), new Uint16Array(2), Buffer.alloc(10, '.')]
  const { bytes, address, truncated } = b.recvMsgInto([head, body, rest])
  assert.deepEqual([bytes, address, truncated], [8, null, false])
  assert.equal(`${head}${Buffer.from(body.buffer)}${rest}`, 'abcdefgh........')
  assert.equal(b.tryRecvMsgInto([head]), undefined)
  a.close()
  b.close()
})

test('scatter: memory of another class, and memory that is transferred while the verb waits', async () => {
  const [a, b] = Socket.pair()
  class Long extends Uint8Array {
    override get length(): number {
      return 100
    }
  }
  a.send('ab')
  const { bytes } = b.recvMsgInto([new Long(2)])
  assert.equal(bytes, 2)
  const awaited = b.toAsync()
  const memory = new Uint8Array(8)
  const waiting = awaited.recvMsgInto([new Uint8Array(0), memory])
  structuredClone(memory.buffer, { transfer: [memory.buffer] })
  a.send('c')
  await assert.rejects(waiting, { code: 'ERR_INVALID_ARG_VALUE' })
  assert.equal(String(await awaited.recv(1)), 'c')
  a.close()
  awaited.close()
})

test('raw: an unknown control message passes as its numbers, and a typed one is sent by them', () => {
  const [sender, receiver] = udpPair()
  receiver.setOption(IP_RECVTTL, true)
  const ttl = { level: IPPROTO_IP, type: 2, data: Int32Array.of(33) }
  sender.sendMsg('x', { control: [ttl] })
  assert.equal(controlValue(receiver.recvMsg(10)!.control, 'IP_TTL'), 33)
  // IP_RECVOPTS delivers options as IP_OPTIONS, which has no name here; a timestamp to the old structure neither.
  receiver.setRawOption(IPPROTO_IP, 6, 1)
  sender.setRawOption(IPPROTO_IP, 4, Uint8Array.of(1, 1, 1, 0))
  sender.send('x')
  const raw = receiver.recvMsg(10)!.control.find(({ name }) => name === undefined)
  assert.deepEqual(raw, { level: IPPROTO_IP, type: 6, data: Buffer.from([1, 1, 1, 0]) })
  assert.throws(() => sender.sendMsg('x', { control: [{ level: IPPROTO_IP, type: 999, data: new Uint8Array(3) }] }), {
    code: 'EINVAL',
  })
  sender.close()
  receiver.close()
})

test('cmsgLen, cmsgSpace: the size of a header, and padding', () => {
  const [empty, one, space] = [cmsgLen(0), cmsgLen(1), cmsgSpace(1)]
  assert.equal(one, empty + 1)
  assert.equal(space % cmsgSpace(0), space - cmsgSpace(0))
  assert.deepEqual([cmsgLen(12), cmsgSpace(12)], [28, 32])
  assert.throws(() => cmsgLen(-1), { code: 'ERR_OUT_OF_RANGE' })
})

test('control buffer: what does not fit is cut off, and a partial message keeps its bytes', () => {
  const cut = (controlBytes: number): unknown[] => {
    const [sender, receiver] = udpPair()
    receiver.setOption(IP_PKTINFO, true)
    sender.send('x')
    const { control, controlTruncated } = receiver.recvMsg(10, { controlBytes })!
    sender.close()
    receiver.close()
    return [controlTruncated, control.map((message) => message.name ?? message.data.length)]
  }
  assert.deepEqual(cut(0), [true, []])
  assert.deepEqual(cut(cmsgLen(0) - 1), [true, []])
  assert.deepEqual(cut(cmsgLen(5)), [true, [5]])
  assert.deepEqual(cut(cmsgLen(11)), [true, [11]])
  assert.deepEqual(cut(cmsgLen(12)), [false, ['IP_PKTINFO']])
})

test('arguments: wrong ones are refused by name before anything is sent', () => {
  const [a, b] = Socket.pair()
  const refused: [() => unknown, string, RegExp][] = [
    [() => a.sendMsg('x', { control: {} as [] }), 'ERR_INVALID_ARG_TYPE', /options\.control must be an array/],
    [() => a.sendMsg('x', { contro: [] } as object), 'ERR_INVALID_ARG_VALUE', /options\.contro is unknown/],
    [() => a.sendMsg('x', { control: [null as never] }), 'ERR_INVALID_ARG_TYPE', /options\.control\[0\]/],
    [() => a.sendMsg('x', { control: [{ name: 'UDP_GRO' } as never] }), 'ERR_INVALID_ARG_VALUE', /control\[0\]\.name/],
    [() => a.sendMsg('x', { control: [{ name: 'IP_TTL', value: 256 }] }), 'ERR_OUT_OF_RANGE', /control\[0\]\.value/],
    [() => a.sendMsg('x', { control: [{ level: 1, type: -1, data: block }] }), 'ERR_OUT_OF_RANGE', /\.type/],
    [() => a.sendMsg('x', { control: [{ level: 1, type: 1, data: 'x' as never }] }), 'ERR_INVALID_ARG_TYPE', /\.data/],
    [() => a.sendMsg(['x', 1 as never]), 'ERR_INVALID_ARG_TYPE', /buffers\[1\]/],
    [() => a.recvMsg(0), 'ERR_OUT_OF_RANGE', /maxBytes/],
    [() => a.recvMsg(1, { controlBytes: 2 ** 21 }), 'ERR_OUT_OF_RANGE', /controlBytes/],
    [() => a.recvMsg(1, { flags: MSG_WAITALL }), 'ERR_INVALID_ARG_VALUE', /recvInto/],
    [() => a.recvMsgInto([]), 'ERR_OUT_OF_RANGE', /at least one byte/],
    [() => a.recvMsgInto(['x' as never]), 'ERR_INVALID_ARG_TYPE', /buffers\[0\]/],
    [() => a.recvFds(1, 254), 'ERR_OUT_OF_RANGE', /maxFds/],
  ]
  for (const [act, code, message] of refused) assert.throws(act, { code, message })
  assert.equal(b.tryRecv(10), undefined)
  a.close()
  b.close()
})

test('arguments: a verb has the options of its way to wait, and refuses others', async () => {
  const [a, b] = Socket.pair(AF_UNIX, SOCK_DGRAM)
  a.setTimeout(100)
  const batch = new DatagramBatch(1, 1)
  const refusal = { code: 'ERR_INVALID_ARG_VALUE', message: /^options\.(signal|timeout|controlBytes) is unknown/ }
  const signal = { signal: AbortSignal.abort() } as object
  const timeout = { timeout: 0 } as object
  const blocking: ((options: object) => unknown)[] = [
    (options) => a.recvMsg(1, options),
    (options) => a.recvMsgInto(block, options),
    (options) => a.recvFds(1, 1, options),
    (options) => a.sendMsg('x', options),
    (options) => a.sendFds('x', [a], options),
    (options) => a.recvBatch(batch, options),
    (options) => a.sendBatch(batch, options),
  ]
  for (const act of blocking) assert.throws(() => act(signal), refusal, String(act))
  const tries: ((options: object) => unknown)[] = [
    (options) => a.tryRecvMsg(1, options),
    (options) => a.tryRecvMsgInto(block, options),
    (options) => a.trySendMsg('x', options),
    (options) => a.tryRecvBatch(batch, options),
    (options) => a.trySendBatch(batch, options),
  ]
  for (const act of tries) assert.throws(() => act(timeout), refusal, String(act))
  assert.throws(() => a.recvFds(1, 1, { controlBytes: 100 } as object), refusal)
  const awaited = a.toAsync()
  await assert.rejects(awaited.recvMsg(1, signal), { name: 'AbortError' })
  await assert.rejects(awaited.recvBatch(batch, signal), { name: 'AbortError' })
  await assert.rejects(awaited.recvFds(1, 1, { controlBytes: 100 } as object), refusal)
  assert.equal(b.tryRecv(1), undefined)
  awaited.close()
  b.close()
})

const block = Buffer.alloc(4)

test('modes: timed, non-blocking, try and awaited', async () => {
  const [a, b] = Socket.pair()
  assert.throws(() => b.recvMsg(1, { timeout: 20 }), { code: 'ERR_SOCKET_TIMEOUT', syscall: 'recvmsg' })
  b.setBlocking(false)
  assert.throws(() => b.recvMsg(1), { code: 'EAGAIN' })
  assert.equal(b.tryRecvMsg(1), undefined)
  assert.equal(a.trySendMsg(['x', 'y']), 2)
  assert.equal(b.recvMsg(10)!.data.toString(), 'xy')
  b.setBlocking(true)
  const [c, d] = [a.toAsync(), b.toAsync()]
  const waiting = d.recvMsg(10)
  await assert.rejects(d.recv(1), { code: 'ERR_SOCKET_BUSY' })
  assert.equal(await c.sendMsg(['one', 'two']), 6)
  assert.equal((await waiting)!.data.toString(), 'onetwo')
  await assert.rejects(d.recvMsg(1, { timeout: 20 }), { code: 'ERR_SOCKET_TIMEOUT' })
  await assert.rejects(d.recvMsg(1, { signal: AbortSignal.abort() }), { name: 'AbortError' })
  await assert.rejects(d.recvMsg(0), { code: 'ERR_OUT_OF_RANGE' })
  const into = d.recvMsgInto([block, Buffer.alloc(2)])
  await c.send('abcde')
  assert.equal((await into).bytes, 5)
  c.close()
  assert.equal(await d.recvMsg(1), null)
  d.close()
})

test('awaited: an address by name, with control messages', async () => {
  const server = udp().toAsync()
  const client = new Socket(AF_INET, SOCK_DGRAM).toAsync()
  const { port } = server.getSockName() as { port: number }
  const control: ControlInput[] = [{ name: 'IP_TTL', value: 3 }]
  server.setOption(IP_RECVTTL, true)
  await client.sendMsg(['by ', 'name'], { address: { host: 'localhost', port }, control, timeout: 5000 })
  const message = (await server.recvMsg(100, { timeout: 5000 }))!
  assert.deepEqual([message.data.toString(), controlValue(message.control, 'IP_TTL')], ['by name', 3])
  client.close()
  server.close()
})
