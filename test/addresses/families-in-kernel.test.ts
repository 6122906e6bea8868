// Each family that the kernel has, by its own sockets: addresses reach the kernel, come back, and can be given back. A
// kernel rarely has all of them: `npm run test:families` runs these tests under one that has most.
//
// Debian's User-Mode Linux (6.1) is built without CONFIG_CAN_ISOTP, CONFIG_QRTR and CONFIG_BT, and has no module of them:
// the addresses of ISO-TP, AF_QIPCRTR and AF_BLUETOOTH are compared with the kernel's structures only, byte by byte, in
// linux-families.test.ts. It has no CONFIG_XDP_SOCKETS either, but the kernels of distributions have.

import assert from 'node:assert/strict'
import { createCipheriv, createHash, createHmac } from 'node:crypto'
import { test } from 'node:test'
import {
  AF_ALG,
  AF_CAN,
  AF_INET,
  AF_NETLINK,
  AF_PACKET,
  AF_TIPC,
  AF_VSOCK,
  AF_XDP,
  ALG_OP_DECRYPT,
  ALG_OP_ENCRYPT,
  ALG_SET_AEAD_AUTHSIZE,
  ALG_SET_KEY,
  AsyncSocket,
  CAN_RAW,
  controlValue,
  createConnection,
  createServer,
  DatagramBatch,
  ETH_P_ALL,
  ETH_P_IP,
  type InetAddress,
  IPPROTO_MPTCP,
  IPPROTO_SCTP,
  NETLINK_GENERIC,
  NETLINK_ROUTE,
  NETLINK_USERSOCK,
  openConnection,
  PACKET_HOST,
  PACKET_OUTGOING,
  type PacketAddress,
  type Protocol,
  RTMGRP_IPV4_IFADDR,
  RTMGRP_LINK,
  SO_ATTACH_FILTER,
  SO_TIMESTAMPNS,
  SOCK_DGRAM,
  SOCK_RAW,
  SOCK_RDM,
  SOCK_SEQPACKET,
  SOCK_STREAM,
  SOL_ALG,
  Socket,
  type SocketType,
  serve,
  socketSupport,
  type TipcSocketAddress,
  VMADDR_CID_ANY,
  VMADDR_CID_LOCAL,
  VMADDR_PORT_ANY,
  type VsockAddress,
} from 'berkeley'
import { addonPreload, fixture, succeeds } from '../support/child.js'
import { needs } from '../support/debian.js'
import { socketMissing } from '../support/families.js'
import { inOwnNetwork, noNetwork } from '../support/network-namespace.js'

const limit = { timeout: 20_000 }

test('socketSupport: a family, type or protocol that no kernel has is missing', () => {
  assert.equal(socketSupport(AF_INET, SOCK_STREAM), 'available')
  assert.equal(socketSupport(AF_INET, SOCK_RDM), 'missing')
  assert.equal(socketSupport(AF_INET, SOCK_STREAM, 255), 'missing')
  assert.equal(socketSupport(-1 as typeof AF_INET, SOCK_STREAM), 'missing')
  assert.equal(socketSupport(200 as typeof AF_INET, SOCK_STREAM), 'missing')
  assert.throws(() => socketSupport('x' as never, SOCK_STREAM), { code: 'ERR_INVALID_ARG_TYPE' })
  assert.throws(() => socketSupport(AF_INET, 99 as SocketType), { code: 'ERR_OUT_OF_RANGE' })
})

/** A message of netlink: its length, type, flags, sequence number and sender, then its data. */
function netlinkMessage(type: number, flags: number, data: Uint8Array): Buffer {
  const head = new Uint32Array([16 + data.length, 0, 1, 0])
  new Uint16Array(head.buffer, 4, 2).set([type, flags])
  return Buffer.concat([new Uint8Array(head.buffer), data])
}

const REQUEST_DUMP = 0x301

test('AF_NETLINK: the kernel, at pid 0, replies to requests of rtnetlink and generic netlink', {
  skip: socketMissing(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE),
}, () => {
  const getLink = netlinkMessage(18, REQUEST_DUMP, Buffer.alloc(16))
  const getFamily = netlinkMessage(16, REQUEST_DUMP, Buffer.of(3, 1, 0, 0))
  const kernel = { family: 'netlink', pid: 0, groups: 0 } as const
  for (const [protocol, request, content] of [
    [NETLINK_ROUTE, getLink, 'lo\0'],
    [NETLINK_GENERIC, getFamily, 'nlctrl\0'],
  ] as [Protocol, Buffer, string][]) {
    using socket = new Socket(AF_NETLINK, SOCK_RAW, protocol)
    socket.bind({ pid: 0 })
    assert.ok((socket.getSockName() as { pid: number }).pid > 0)
    socket.sendTo(request, { family: 'netlink', pid: 0 })
    const { data, address } = socket.recvFrom(65536, limit)
    assert.deepEqual(address, kernel)
    assert.ok(data.includes(content))
    socket.connect(address!)
    assert.deepEqual(socket.getPeerName(), kernel)
  }
})

test('AF_NETLINK: groups, and messages between programs by the addresses that arrive', {
  skip: socketMissing(AF_NETLINK, SOCK_RAW, NETLINK_USERSOCK),
}, async () => {
  using watcher = new Socket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE)
  watcher.bind({ pid: 0, groups: RTMGRP_LINK | RTMGRP_IPV4_IFADDR })
  assert.equal((watcher.getSockName() as { groups: number }).groups, 0x11)
  const [left, right] = [
    new Socket(AF_NETLINK, SOCK_DGRAM, NETLINK_USERSOCK),
    new AsyncSocket(AF_NETLINK, SOCK_DGRAM, NETLINK_USERSOCK),
  ]
  left.bind({ pid: 0 })
  right.bind({ pid: 0 })
  left.sendTo('there', right.getSockName())
  const { data, address } = await right.recvFrom(100, limit)
  assert.equal(String(data), 'there')
  assert.deepEqual(address, left.getSockName())
  await right.sendTo('back', address!)
  const batch = new DatagramBatch(2, 100)
  assert.equal(left.recvBatch(batch, limit), 1)
  assert.deepEqual(batch.address(0), right.getSockName())
  left.close()
  right.close()
})

/** A packet socket that receives only datagrams to a port: what else passes the interface would fill its queue. */
function packetsTo({ port }: InetAddress): Socket {
  const packets = new Socket(AF_PACKET, SOCK_DGRAM)
  packets.setOption(SO_ATTACH_FILTER, [
    [0x28, 0, 0, 22], // ldh [22]: the port, after 20 bytes of IPv4
    [0x15, 0, 1, port], // jeq port, next, drop
    [0x06, 0, 0, 0xffffffff], // ret #-1
    [0x06, 0, 0, 0], // drop: ret #0
  ])
  return packets
}

/** Receives packets until one has the content, and goes where it is wanted. */
function packetWith(packets: Socket, content: string, packetType: number): { data: Buffer; address: PacketAddress } {
  for (;;) {
    const { data, address } = packets.recvFrom(65536, limit)
    const packet = address as PacketAddress
    if (data.includes(content) && packet.packetType === packetType) return { data, address: packet }
  }
}

test('AF_PACKET: packets of an interface, with their addresses, which are sent to', {
  skip: socketMissing(AF_PACKET, SOCK_DGRAM),
}, () => {
  using receiver = new Socket(AF_INET, SOCK_DGRAM)
  receiver.bind({ host: '127.0.0.1', port: 0 })
  using packets = packetsTo(receiver.getSockName() as InetAddress)
  packets.bind({ interface: 'lo', protocol: ETH_P_IP })
  const hardwareAddress = '00:00:00:00:00:00'
  const here = { family: 'packet', protocol: ETH_P_IP, interface: 1, hardwareType: 772, packetType: 0, hardwareAddress }
  assert.deepEqual(packets.getSockName(), here)
  // Only a socket of every protocol receives what goes out.
  using every = packetsTo(receiver.getSockName() as InetAddress)
  every.bind({ interface: 'lo', protocol: ETH_P_ALL })
  assert.deepEqual(every.getSockName(), { ...here, protocol: ETH_P_ALL })

  const content = `packet of ${process.pid}`
  receiver.sendTo(content, receiver.getSockName())
  assert.equal(String(receiver.recv(100, limit)), content)
  assert.deepEqual(packetWith(every, content, PACKET_OUTGOING).address, { ...here, packetType: PACKET_OUTGOING })
  const { data, address } = packetWith(packets, content, PACKET_HOST)
  assert.deepEqual(address, here)
  for (const target of [address, { interface: 'lo', protocol: ETH_P_IP, hardwareAddress }]) {
    every.sendTo(data, target)
    assert.deepEqual(packetWith(packets, content, PACKET_HOST).address, here)
  }
  assert.throws(() => packets.sendTo('x', { interface: 0, protocol: ETH_P_IP }), { code: 'ENXIO' })
})

test('AF_PACKET: a message has the time at which the kernel received it', {
  skip: socketMissing(AF_PACKET, SOCK_DGRAM),
}, () => {
  using receiver = new Socket(AF_INET, SOCK_DGRAM)
  receiver.bind({ host: '127.0.0.1', port: 0 })
  using packets = packetsTo(receiver.getSockName() as InetAddress)
  packets.setOption(SO_TIMESTAMPNS, true)
  packets.bind({ interface: 'lo', protocol: ETH_P_IP })
  const content = `message of ${process.pid}`
  receiver.sendTo(content, receiver.getSockName())
  const { data, control } = packets.recvMsg(65536, limit)!
  assert.ok(data.includes(content))
  assert.ok(controlValue(control, 'SCM_TIMESTAMPNS') !== undefined)
})

test('AF_VSOCK: bind takes any port and context, and the kernel chooses the port', {
  skip: socketMissing(AF_VSOCK, SOCK_STREAM),
}, () => {
  using socket = new Socket(AF_VSOCK)
  socket.bind({ cid: VMADDR_CID_ANY, port: VMADDR_PORT_ANY })
  const bound = socket.getSockName() as VsockAddress
  assert.deepEqual(bound, { family: 'vsock', cid: VMADDR_CID_ANY, port: bound.port, flags: 0 })
  assert.ok(bound.port > 1023 && bound.port < VMADDR_PORT_ANY)
  using highest = new Socket(AF_VSOCK)
  highest.bind({ cid: VMADDR_CID_ANY, port: VMADDR_PORT_ANY - 1 })
  assert.equal((highest.getSockName() as VsockAddress).port, 0xfffffffe)
  assert.throws(() => highest.connect({ host: '127.0.0.1', port: 1 }), { code: 'ERR_INVALID_ARG_TYPE' })
})

/** Why AF_VSOCK has no connections within this machine; false where it has. */
function vsockLoopbackMissing(): string | false {
  const missing = socketMissing(AF_VSOCK, SOCK_STREAM)
  if (missing !== false) return missing
  using listener = new Socket(AF_VSOCK)
  listener.bind({ cid: VMADDR_CID_ANY, port: VMADDR_PORT_ANY })
  listener.listen(1)
  using client = new Socket(AF_VSOCK)
  const { port } = listener.getSockName() as VsockAddress
  try {
    // Without that transport a virtual machine asks its host, and waits.
    client.connect({ cid: VMADDR_CID_LOCAL, port }, { timeout: 1000 })
    return false
  } catch (error) {
    return `no loopback transport of AF_VSOCK: ${(error as Error).message}`
  }
}

test('AF_VSOCK: connections within this machine, by every helper', { skip: vsockLoopbackMissing() }, async () => {
  using listener = createServer({ cid: VMADDR_CID_ANY, port: VMADDR_PORT_ANY })
  const { port } = listener.getSockName() as VsockAddress
  const target = { cid: VMADDR_CID_LOCAL, port }
  using client = createConnection(target, limit)
  using accepted = listener.accept(limit)
  assert.deepEqual(client.getPeerName(), { family: 'vsock', ...target, flags: 0 })
  // The kernel gives the client a port, and leaves its context open.
  const { port: clientPort } = client.getSockName() as VsockAddress
  assert.deepEqual(accepted.peerAddress, { family: 'vsock', cid: VMADDR_CID_LOCAL, port: clientPort, flags: 0 })
  assert.deepEqual(accepted.getPeerName(), accepted.peerAddress)
  client.sendAll('over vsock')
  assert.equal(String(accepted.recv(100, limit)), 'over vsock')

  const server = serve(
    { cid: VMADDR_CID_ANY, port: VMADDR_PORT_ANY },
    { data: (connection, data) => connection.write(data) },
  )
  const at = server.address as VsockAddress
  const awaited = await openConnection({ ...at, cid: VMADDR_CID_LOCAL }, limit)
  await awaited.sendAll('echo')
  assert.equal(String(await awaited.recv(100, limit)), 'echo')
  awaited.close()
  await server.close()
})

test('AF_XDP: the address reaches the kernel, which refuses a socket without rings', {
  skip: socketMissing(AF_XDP, SOCK_RAW),
}, () => {
  using socket = new Socket(AF_XDP, SOCK_RAW)
  assert.throws(() => socket.bind({ family: 'xdp', interface: 'lo', queue: 0 }), {
    code: 'EINVAL',
    address: 'interface lo, queue 0',
  })
  assert.throws(() => socket.bind({ interface: 2 ** 31 - 1, queue: 0 }), { code: 'ENODEV' })
})

/** Makes two sockets with the rings that bind(2) asks for, of which the first has memory, and runs a program with them. */
const WITH_RINGS = `
import ctypes, mmap, os, socket, struct, subprocess, sys
subprocess.check_call(['ip', 'link', 'set', 'lo', 'up'])
SOL_XDP, RX_RING, UMEM_REG, FILL_RING, COMPLETION_RING = 283, 2, 4, 5, 6
first, second = [socket.socket(44, socket.SOCK_RAW) for _ in range(2)]
memory = mmap.mmap(-1, 16 * mmap.PAGESIZE)
address = ctypes.addressof(ctypes.c_char.from_buffer(memory))
first.setsockopt(SOL_XDP, UMEM_REG, struct.pack('QQIII4x', address, len(memory), mmap.PAGESIZE, 0, 0))
for ring in (FILL_RING, COMPLETION_RING, RX_RING): first.setsockopt(SOL_XDP, ring, struct.pack('i', 64))
second.setsockopt(SOL_XDP, RX_RING, struct.pack('i', 64))
fds = [each.fileno() for each in (first, second)]
for fd in fds: os.set_inheritable(fd, True)
os.execv(sys.argv[1], [*sys.argv[1:], *map(str, fds)])
`

test('AF_XDP: sockets with rings are bound to a queue, the second one to the memory of the first', {
  skip: socketMissing(AF_XDP, SOCK_RAW) || noNetwork || needs('python3').skip,
}, async (context) => {
  const prefix = [...inOwnNetwork, 'python3', '-c', WITH_RINGS]
  await succeeds(context, fixture('addresses/xdp-bind'), [], { prefix, env: addonPreload })
})

test('AF_CAN: frames by interface, and messages by the addresses of J1939', {
  skip: socketMissing(AF_CAN, SOCK_RAW, CAN_RAW) || noNetwork,
}, async (context) => {
  await succeeds(context, fixture('addresses/can-exchange'), [], { prefix: inOwnNetwork })
})

/** Opens a socket of an algorithm, with its key, and accepts an operation from it. */
function operation(type: string, name: string, key?: Buffer, tagBytes?: number): Socket {
  const algorithm = new Socket(AF_ALG, SOCK_SEQPACKET)
  algorithm.bind({ family: 'alg', type, name })
  if (key !== undefined) algorithm.setRawOption(SOL_ALG, ALG_SET_KEY, key)
  // The kernel takes the length of the value for the value.
  if (tagBytes !== undefined) algorithm.setRawOption(SOL_ALG, ALG_SET_AEAD_AUTHSIZE, new Uint8Array(tagBytes))
  const opened = algorithm.accept(limit)
  algorithm.close()
  return opened
}

const noAlg = socketMissing(AF_ALG, SOCK_SEQPACKET)

test('AF_ALG: hashes, with and without a key', { skip: noAlg }, () => {
  const key = Buffer.from('a key')
  const data = Buffer.from('what is hashed')
  using sha256 = operation('hash', 'sha256')
  assert.equal(sha256.peerAddress, null)
  sha256.sendAll(data)
  assert.deepEqual(sha256.recv(64, limit), createHash('sha256').update(data).digest())
  using hmac = operation('hash', 'hmac(sha256)', key)
  hmac.sendAll(data)
  assert.deepEqual(hmac.recv(64, limit), createHmac('sha256', key).update(data).digest())
  using unknown = new Socket(AF_ALG, SOCK_SEQPACKET)
  assert.throws(() => unknown.bind({ type: 'hash', name: 'no-such-hash', family: 'alg' }), { code: 'ENOENT' })
})

test('AF_ALG: ciphers, whose operation and initialization vector are control messages', { skip: noAlg }, () => {
  const key = Buffer.alloc(16, 'k')
  const iv = Buffer.alloc(16, 'i')
  const plain = Buffer.alloc(32, 'plain text')
  const expected = createCipheriv('aes-128-cbc', key, iv).setAutoPadding(false).update(plain)
  using cbc = operation('skcipher', 'cbc(aes)', key)
  const encrypt = { name: 'ALG_SET_OP', value: ALG_OP_ENCRYPT } as const
  cbc.sendMsg(plain, { control: [encrypt, { name: 'ALG_SET_IV', value: iv }] })
  assert.deepEqual(cbc.recv(32, limit), expected)
  cbc.sendMsg(expected, {
    control: [
      { name: 'ALG_SET_OP', value: ALG_OP_DECRYPT },
      { name: 'ALG_SET_IV', value: iv },
    ],
  })
  assert.deepEqual(cbc.recv(32, limit), plain)

  const nonce = iv.subarray(0, 12)
  const associated = Buffer.from('header')
  const cipher = createCipheriv('aes-128-gcm', key, nonce)
  cipher.setAAD(associated)
  const sealed = Buffer.concat([associated, cipher.update(plain), cipher.final(), cipher.getAuthTag()])
  using gcm = operation('aead', 'gcm(aes)', key, 16)
  const control = [
    encrypt,
    { name: 'ALG_SET_IV', value: nonce },
    { name: 'ALG_SET_AEAD_ASSOCLEN', value: associated.length },
  ] as const
  gcm.sendMsg([associated, plain], { control })
  assert.deepEqual(gcm.recv(100, limit), sealed)
})

test('AF_ALG: random numbers', { skip: noAlg }, () => {
  using random = operation('rng', 'stdrng', Buffer.alloc(64, 'seed'))
  assert.equal(random.recv(24, limit)!.length, 24)
})

test('AF_TIPC: messages to a service, and replies to the socket they came from', {
  skip: socketMissing(AF_TIPC, SOCK_RDM),
}, () => {
  using service = new Socket(AF_TIPC, SOCK_RDM)
  service.bind({ family: 'tipc', type: 18888, lower: 17, upper: 19 })
  const own = service.getSockName() as { ref: number; node: number }
  assert.ok(own.ref > 0)
  using client = new Socket(AF_TIPC, SOCK_RDM)
  client.sendTo('to the service', { type: 18888, instance: 18 })
  const { data, address } = service.recvFrom(100, limit)
  assert.equal(String(data), 'to the service')
  assert.deepEqual(address, { ...(client.getSockName() as object), scope: (address as { scope: number }).scope })
  service.sendTo('to the client', address!)
  assert.equal(String(client.recv(100, limit)), 'to the client')
  // A range is sent to as well: multicast.
  client.sendTo('to all', { type: 18888, lower: 0, upper: 100 })
  assert.equal(String(service.recv(100, limit)), 'to all')
})

test('AF_TIPC: connections to a service', { skip: socketMissing(AF_TIPC, SOCK_STREAM) }, async () => {
  using listener = createServer({ family: 'tipc', type: 18889, lower: 1, upper: 1 })
  // Only the accept connects the peer.
  const connecting = openConnection({ family: 'tipc', type: 18889, instance: 1 }, limit)
  using accepted = listener.accept(limit)
  const client = await connecting
  await client.sendAll('over TIPC')
  assert.equal(String(accepted.recv(100, limit)), 'over TIPC')
  const ends = [accepted.getPeerName(), client.getSockName()] as TipcSocketAddress[]
  assert.equal(ends[0]!.ref, ends[1]!.ref)
  assert.deepEqual(accepted.peerAddress, ends[0])
  client.close()
})

/** Streams of IP under other protocols than TCP, which have the same verbs and addresses. */
for (const [name, protocol] of [
  ['SCTP', IPPROTO_SCTP],
  ['MPTCP', IPPROTO_MPTCP],
] as [string, Protocol][]) {
  test(`${name}: connections by the number of the protocol`, {
    skip: socketMissing(AF_INET, SOCK_STREAM, protocol),
  }, async () => {
    using listener = new Socket(AF_INET, SOCK_STREAM, protocol)
    listener.bind({ host: '127.0.0.1', port: 0 })
    listener.listen(5)
    const at = listener.getSockName() as InetAddress
    using client = new Socket(AF_INET, SOCK_STREAM, protocol)
    client.connect(at, limit)
    using accepted = listener.accept(limit)
    assert.equal(accepted.protocol, protocol)
    assert.deepEqual(accepted.peerAddress, client.getSockName())
    client.sendAll('one way')
    assert.equal(String(accepted.recv(100, limit)), 'one way')
    accepted.close()
    assert.equal(client.recv(1, limit), null)

    const awaited = new AsyncSocket(AF_INET, SOCK_STREAM, protocol)
    await awaited.connect(at, limit)
    listener.accept(limit).close()
    awaited.close()
  })
}
