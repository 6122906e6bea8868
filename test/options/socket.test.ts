// Options of SOL_SOCKET, tried on live sockets.
import assert from 'node:assert/strict'
import { closeSync, readFileSync } from 'node:fs'
import { test } from 'node:test'
import {
  AF_INET,
  AF_UNIX,
  CLOCK_MONOTONIC,
  IPPROTO_TCP,
  MSG_PEEK,
  SOCK_DGRAM,
  SOCK_RCVBUF_LOCK,
  SOCK_SNDBUF_LOCK,
  SOCK_STREAM,
  SOF_TIMESTAMPING_RX_SOFTWARE,
  SOF_TIMESTAMPING_SOFTWARE,
  SOF_TXTIME_DEADLINE_MODE,
  SOL_SOCKET,
  Socket,
} from '../../src/index.js'
import * as options from '../../src/options/generated/options.js'
import { portOf } from '../support/listeners.js'
import {
  can,
  codeOf,
  flags,
  ifBuilt,
  loopback,
  noLoopback,
  roundTrip,
  socketFor,
  toggle,
  untried,
} from '../support/option-trials.js'
import { tcpPair } from '../support/pairs.js'

// These have tests of their own: not every kernel has them, and the lock cannot be removed.
const special: readonly unknown[] = [options.SO_LOCK_FILTER, options.SO_PREFER_BUSY_POLL, options.SO_PASSSEC]

for (const row of flags('SOL_SOCKET').filter((row) => !special.includes(row))) {
  test(`${row.name}: is set and unset`, (t) => {
    if (!can(t, row)) return
    using socket = socketFor(row)
    toggle(socket, row)
  })
}

test('SO_BUSY_POLL and its relatives: are set where the kernel has busy polling', (t) => {
  if (!can(t, options.SO_PREFER_BUSY_POLL, options.SO_PASSSEC, options.SO_BUSY_POLL_BUDGET, options.SO_BUSY_POLL))
    return
  using socket = new Socket()
  ifBuilt(t, 'busy polling', () => {
    toggle(socket, options.SO_PREFER_BUSY_POLL)
    roundTrip(socket, options.SO_BUSY_POLL, 10)
    socket.setOption(options.SO_BUSY_POLL_BUDGET, 16)
  })
})

test('SO_PASSSEC: is set and unset where the kernel has security labels', (t) => {
  if (!can(t, options.SO_PASSSEC)) return
  using unix = new Socket(AF_UNIX)
  ifBuilt(t, 'security labels', () => toggle(unix, options.SO_PASSSEC))
})

test('SOL_SOCKET: numbers and structures are read as they were set', (t) => {
  const { SO_INCOMING_CPU, SO_MAX_PACING_RATE, SO_PRIORITY, SO_RCVLOWAT, SO_TXREHASH, SO_TXTIME, SO_TIMESTAMPING } =
    options
  if (!can(t, SO_INCOMING_CPU, SO_MAX_PACING_RATE, SO_PRIORITY, SO_RCVLOWAT, SO_TXREHASH, SO_TXTIME, SO_TIMESTAMPING))
    return
  using socket = new Socket()
  roundTrip(socket, SO_INCOMING_CPU, 0)
  roundTrip(socket, SO_MAX_PACING_RATE, 1_000_000n)
  roundTrip(socket, SO_MAX_PACING_RATE, 2n ** 64n - 1n)
  roundTrip(socket, SO_PRIORITY, 3)
  roundTrip(socket, SO_RCVLOWAT, 5)
  roundTrip(socket, SO_TXREHASH, 0)
  roundTrip(socket, SO_TIMESTAMPING, SOF_TIMESTAMPING_RX_SOFTWARE | SOF_TIMESTAMPING_SOFTWARE)
  using datagrams = new Socket(AF_INET, SOCK_DGRAM)
  roundTrip(datagrams, SO_TXTIME, { clock: CLOCK_MONOTONIC, flags: SOF_TXTIME_DEADLINE_MODE })
})

test('SO_RCVBUF, SO_SNDBUF: the kernel doubles the sizes', (t) => {
  const { SO_BUF_LOCK, SO_RCVBUF, SO_SNDBUF } = options
  if (!can(t, SO_RCVBUF, SO_SNDBUF, SO_BUF_LOCK)) return
  using socket = new Socket()
  roundTrip(socket, SO_RCVBUF, 65536, 131072)
  roundTrip(socket, SO_SNDBUF, 65536, 131072)
  assert.equal(socket.getOption(SO_BUF_LOCK), SOCK_SNDBUF_LOCK | SOCK_RCVBUF_LOCK)
  roundTrip(socket, SO_BUF_LOCK, SOCK_SNDBUF_LOCK)
})

test('SO_RCVBUFFORCE, SO_SNDBUFFORCE: exceed the system’s limit', (t) => {
  if (!can(t, options.SO_RCVBUFFORCE, options.SO_SNDBUFFORCE)) return
  using socket = new Socket()
  socket.setOption(options.SO_RCVBUFFORCE, 64 << 20)
  socket.setOption(options.SO_SNDBUFFORCE, 64 << 20)
  assert.equal(socket.getOption(options.SO_RCVBUF), 128 << 20)
  assert.equal(socket.getOption(options.SO_SNDBUF), 128 << 20)
})

test('SO_LINGER: is seconds, or null', (t) => {
  if (!can(t, options.SO_LINGER)) return
  using socket = new Socket()
  assert.equal(socket.getOption(options.SO_LINGER), null)
  roundTrip(socket, options.SO_LINGER, 5)
  roundTrip(socket, options.SO_LINGER, 0)
  socket.setOption(options.SO_LINGER, null)
  assert.equal(socket.getOption(options.SO_LINGER), null)
})

test('SO_LINGER: 0 resets the connection', (t) => {
  if (!can(t, options.SO_LINGER, options.SO_ERROR)) return
  const [client, server] = tcpPair()
  client.setOption(options.SO_LINGER, 0)
  client.close()
  assert.equal(
    codeOf(() => server.recv(1)),
    'ECONNRESET',
  )
  assert.equal(server.getOption(options.SO_ERROR), 0)
  server.close()
})

test('SO_MARK: has 32 bits', (t) => {
  if (!can(t, options.SO_MARK)) return
  using socket = new Socket()
  roundTrip(socket, options.SO_MARK, 0xfffffff0)
})

test('SO_RESERVE_MEM: is set where the kernel accounts memory by groups', (t) => {
  if (!can(t, options.SO_RESERVE_MEM)) return
  using socket = new Socket()
  ifBuilt(t, 'accounting of memory by groups', () => roundTrip(socket, options.SO_RESERVE_MEM, 4096))
})

test('SO_BINDTODEVICE, SO_BINDTOIFINDEX: bind to an interface by name and by index', { skip: noLoopback }, (t) => {
  if (!can(t, options.SO_BINDTODEVICE, options.SO_BINDTOIFINDEX)) return
  using socket = new Socket()
  assert.equal(socket.getOption(options.SO_BINDTODEVICE), '')
  roundTrip(socket, options.SO_BINDTODEVICE, 'lo')
  assert.equal(socket.getOption(options.SO_BINDTOIFINDEX), loopback!.index)
  roundTrip(socket, options.SO_BINDTODEVICE, '')
  roundTrip(socket, options.SO_BINDTOIFINDEX, loopback!.index)
  assert.equal(
    codeOf(() => socket.setOption(options.SO_BINDTODEVICE, 'no-such')),
    'ENODEV',
  )
})

test('SO_PEEK_OFF: moves where MSG_PEEK reads', (t) => {
  if (!can(t, options.SO_PEEK_OFF)) return
  const [a, b] = Socket.pair()
  b.send('hello')
  roundTrip(a, options.SO_PEEK_OFF, 2)
  assert.equal(a.recv(10, { flags: MSG_PEEK })?.toString(), 'llo')
  roundTrip(a, options.SO_PEEK_OFF, -1)
  a.close()
  b.close()
})

test('SO_DOMAIN, SO_TYPE, SO_PROTOCOL, SO_ACCEPTCONN, SO_COOKIE: describe the socket', (t) => {
  const { SO_ACCEPTCONN, SO_COOKIE, SO_DOMAIN, SO_PROTOCOL, SO_TYPE } = options
  if (!can(t, SO_ACCEPTCONN, SO_COOKIE, SO_DOMAIN, SO_PROTOCOL, SO_TYPE)) return
  using socket = new Socket()
  using other = new Socket()
  assert.equal(socket.getOption(SO_DOMAIN), AF_INET)
  assert.equal(socket.getOption(SO_TYPE), SOCK_STREAM)
  assert.equal(socket.getOption(SO_PROTOCOL), IPPROTO_TCP)
  assert.equal(socket.getOption(SO_ACCEPTCONN), false)
  socket.listen()
  assert.equal(socket.getOption(SO_ACCEPTCONN), true)
  assert.notEqual(socket.getOption(SO_COOKIE), other.getOption(SO_COOKIE))
})

test('SO_MEMINFO and its relatives: describe memory and kernel', (t) => {
  const { SO_BPF_EXTENSIONS, SO_INCOMING_NAPI_ID, SO_MEMINFO, SO_NETNS_COOKIE, SO_RCVBUF } = options
  if (!can(t, SO_BPF_EXTENSIONS, SO_INCOMING_NAPI_ID, SO_MEMINFO, SO_NETNS_COOKIE)) return
  using socket = new Socket()
  assert.ok(socket.getOption(SO_BPF_EXTENSIONS) > 0)
  assert.ok(socket.getOption(SO_INCOMING_NAPI_ID) >= 0)
  assert.equal(socket.getOption(SO_MEMINFO).receiveBuffer, socket.getOption(SO_RCVBUF))
  assert.equal(socket.getOption(SO_MEMINFO).drops, 0)
  assert.ok(socket.getOption(SO_NETNS_COOKIE) > 0n)
})

test('SO_ERROR: the pending error is read once', (t) => {
  if (!can(t, options.SO_ERROR)) return
  const [client, server] = tcpPair()
  server.setOption(options.SO_LINGER, 0)
  server.close()
  client.wait('read')
  assert.equal(client.takeError()?.code, 'ECONNRESET')
  assert.equal(client.getOption(options.SO_ERROR), 0)
  client.close()
})

test('SO_PEERCRED, SO_PEERGROUPS, SO_PEERPIDFD: describe the process of the peer', (t) => {
  const { SO_PEERCRED, SO_PEERGROUPS, SO_PEERPIDFD } = options
  if (!can(t, SO_PEERCRED, SO_PEERGROUPS, SO_PEERPIDFD)) return
  const [a, b] = Socket.pair()
  const { pid, uid, gid } = a.getOption(SO_PEERCRED)
  assert.deepEqual([pid, uid, gid], [process.pid, process.geteuid?.(), process.getegid?.()])
  assert.deepEqual(new Set(a.getOption(SO_PEERGROUPS)), new Set(supplementaryGroups()))
  const pidfd = a.getOption(SO_PEERPIDFD)
  assert.match(readFileSync(`/proc/self/fdinfo/${pidfd}`, 'latin1'), new RegExp(`^Pid:\\s+${process.pid}$`, 'm'))
  closeSync(pidfd)
  a.close()
  b.close()
})

test('SO_PEERSEC: is text where the kernel has security labels', (t) => {
  if (!can(t, options.SO_PEERSEC)) return
  const [a, b] = Socket.pair()
  ifBuilt(t, 'security labels', () => assert.equal(typeof a.getOption(options.SO_PEERSEC), 'string'))
  a.close()
  b.close()
})

/** process.getgroups() adds the effective group, which the kernel's list may lack. */
function supplementaryGroups(): number[] {
  const line = /^Groups:(.*)$/m.exec(readFileSync('/proc/self/status', 'latin1'))?.[1] ?? ''
  return line.trim() === '' ? [] : line.trim().split(/\s+/).map(Number)
}

const notRoot = process.geteuid?.() === 0 ? false : 'setgroups(2) requires privilege'

test('SO_PEERGROUPS: a long list is read whole', { skip: notRoot }, (t) => {
  if (!can(t, options.SO_PEERGROUPS)) return
  const before = supplementaryGroups()
  const many = Array.from({ length: 300 }, (_, index) => 70_000 + index)
  process.setgroups?.(many)
  const [a, b] = Socket.pair()
  process.setgroups?.(before)
  assert.deepEqual(a.getOption(options.SO_PEERGROUPS), many)
  a.close()
  b.close()
})

const KEEP_NOTHING = [[0x06, 0, 0, 0]] as const
const KEEP_ALL = [[0x06, 0, 0, 0xffffffff]] as const

function datagramSocket(reusePort?: number): Socket {
  const socket = new Socket(AF_INET, SOCK_DGRAM)
  if (reusePort !== undefined) socket.setOption(options.SO_REUSEPORT, true)
  socket.bind({ host: '127.0.0.1', port: reusePort ?? 0 })
  return socket
}

test('SO_ATTACH_FILTER: a filter drops datagrams, is read back and removed', (t) => {
  const { SO_ATTACH_FILTER, SO_DETACH_FILTER, SO_GET_FILTER } = options
  if (!can(t, SO_ATTACH_FILTER, SO_DETACH_FILTER, SO_GET_FILTER)) return
  using socket = datagramSocket()
  const send = (): number => socket.sendTo('x', { host: '127.0.0.1', port: portOf(socket) })
  assert.deepEqual(socket.getOption(SO_GET_FILTER), [])
  socket.setOption(SO_ATTACH_FILTER, KEEP_NOTHING)
  assert.deepEqual(socket.getOption(SO_GET_FILTER), KEEP_NOTHING)
  send()
  assert.equal(socket.tryRecv(10), undefined)
  socket.setOption(SO_DETACH_FILTER, true)
  assert.deepEqual(socket.getOption(SO_GET_FILTER), [])
  send()
  assert.equal(socket.recv(10)?.toString(), 'x')
})

test('SO_GET_FILTER: read raw, it never exceeds its buffer', (t) => {
  if (!can(t, options.SO_ATTACH_FILTER, options.SO_GET_FILTER)) return
  using socket = new Socket()
  const { number } = options.SO_GET_FILTER
  ifBuilt(t, 'room for filters', () => {
    socket.setOption(options.SO_ATTACH_FILTER, [...KEEP_ALL, ...KEEP_ALL, ...KEEP_ALL])
    assert.equal(socket.getRawOption(SOL_SOCKET, number, 24).length, 24)
    assert.equal(
      codeOf(() => socket.getRawOption(SOL_SOCKET, number, 23)),
      'EINVAL',
    )
  })
})

test('SO_LOCK_FILTER: a locked filter cannot be changed', (t) => {
  if (!can(t, options.SO_LOCK_FILTER, options.SO_ATTACH_BPF)) return
  using socket = new Socket()
  assert.equal(
    codeOf(() => socket.setOption(options.SO_ATTACH_BPF, socket.fd)),
    'EINVAL',
  )
  roundTrip(socket, options.SO_LOCK_FILTER, true)
  assert.equal(
    codeOf(() => socket.setOption(options.SO_ATTACH_FILTER, KEEP_ALL)),
    'EPERM',
  )
  assert.equal(
    codeOf(() => socket.setOption(options.SO_LOCK_FILTER, false)),
    'EPERM',
  )
})

test('SO_ATTACH_REUSEPORT_CBPF: a program chooses the socket of a reuse-port group', (t) => {
  const { SO_ATTACH_REUSEPORT_CBPF, SO_ATTACH_REUSEPORT_EBPF, SO_DETACH_REUSEPORT_BPF } = options
  if (!can(t, SO_ATTACH_REUSEPORT_CBPF, SO_ATTACH_REUSEPORT_EBPF, SO_DETACH_REUSEPORT_BPF)) return
  using first = datagramSocket(0)
  using second = datagramSocket(portOf(first))
  first.setOption(SO_ATTACH_REUSEPORT_CBPF, [[0x06, 0, 0, 1]])
  for (let sent = 0; sent < 8; sent++) {
    using sender = datagramSocket()
    sender.sendTo('x', { host: '127.0.0.1', port: portOf(first) })
  }
  for (let got = 0; got < 8; got++) assert.equal(second.recv(10)?.toString(), 'x')
  assert.equal(first.tryRecv(10), undefined)
  first.setOption(SO_DETACH_REUSEPORT_BPF, true)
  assert.equal(
    codeOf(() => first.setOption(SO_ATTACH_REUSEPORT_EBPF, first.fd)),
    'EINVAL',
  )
})

test('SO_CNX_ADVICE, SO_INQ: can only be set', (t) => {
  if (!can(t, options.SO_CNX_ADVICE, options.SO_INQ)) return
  using socket = new Socket()
  using unix = new Socket(AF_UNIX)
  socket.setOption(options.SO_CNX_ADVICE, 1)
  unix.setOption(options.SO_INQ, true)
})

test('SO_RCVTIMEO, SO_SNDTIMEO, SO_SNDLOWAT, SO_BSDCOMPAT: have their fixed values', (t) => {
  const { SO_BSDCOMPAT, SO_RCVTIMEO, SO_SNDLOWAT, SO_SNDTIMEO } = options
  if (!can(t, SO_BSDCOMPAT, SO_RCVTIMEO, SO_SNDLOWAT, SO_SNDTIMEO)) return
  using socket = new Socket()
  assert.deepEqual(
    [SO_RCVTIMEO, SO_SNDTIMEO].map((row) => socket.getOption(row)),
    [0, 0],
  )
  assert.equal(socket.getOption(SO_BSDCOMPAT), false)
  assert.equal(socket.getOption(SO_SNDLOWAT), 1)
  assert.equal(
    codeOf(() => socket.setOption(SO_SNDLOWAT, 2)),
    'ENOPROTOOPT',
  )
})

test('SOL_SOCKET: every option was tried', () => {
  assert.deepEqual(untried('SOL_SOCKET'), [])
})
