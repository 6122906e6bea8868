import assert from 'node:assert/strict'
import { closeSync, readFileSync } from 'node:fs'
import { test } from 'node:test'
import {
  AF_INET,
  AF_UNIX,
  CLOCK_MONOTONIC,
  IPPROTO_TCP,
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
import {
  can,
  codeOf,
  connectedPair,
  flags,
  ifBuilt,
  loopback,
  noLoopback,
  portOf,
  roundTrip,
  socketFor,
  toggle,
  untried,
} from '../support/option-trials.js'

// Not every kernel is built with these, and the lock cannot be undone.
const special: readonly unknown[] = [options.SO_LOCK_FILTER, options.SO_PREFER_BUSY_POLL, options.SO_PASSSEC]

for (const row of flags('SOL_SOCKET').filter((row) => !special.includes(row))) {
  test(`${row.name} is set and unset`, (t) => {
    if (!can(t, row)) return
    using socket = socketFor(row)
    toggle(socket, row)
  })
}

test('flags that depend on how the kernel was built', (t) => {
  if (!can(t, options.SO_PREFER_BUSY_POLL, options.SO_PASSSEC, options.SO_BUSY_POLL_BUDGET, options.SO_BUSY_POLL))
    return
  using socket = new Socket()
  ifBuilt(t, 'busy polling', () => {
    toggle(socket, options.SO_PREFER_BUSY_POLL)
    roundTrip(socket, options.SO_BUSY_POLL, 10)
    socket.setOption(options.SO_BUSY_POLL_BUDGET, 16)
  })
})

test('security labels of senders', (t) => {
  if (!can(t, options.SO_PASSSEC)) return
  using unix = new Socket(AF_UNIX)
  ifBuilt(t, 'security labels', () => toggle(unix, options.SO_PASSSEC))
})

test('numbers and structures are told as they were set', (t) => {
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

test('buffers are doubled', (t) => {
  const { SO_BUF_LOCK, SO_RCVBUF, SO_SNDBUF } = options
  if (!can(t, SO_RCVBUF, SO_SNDBUF, SO_BUF_LOCK)) return
  using socket = new Socket()
  roundTrip(socket, SO_RCVBUF, 65536, 131072)
  roundTrip(socket, SO_SNDBUF, 65536, 131072)
  assert.equal(socket.getOption(SO_BUF_LOCK), SOCK_SNDBUF_LOCK | SOCK_RCVBUF_LOCK)
  roundTrip(socket, SO_BUF_LOCK, SOCK_SNDBUF_LOCK)
})

test('buffers go beyond the limit by force', (t) => {
  if (!can(t, options.SO_RCVBUFFORCE, options.SO_SNDBUFFORCE)) return
  using socket = new Socket()
  socket.setOption(options.SO_RCVBUFFORCE, 64 << 20)
  socket.setOption(options.SO_SNDBUFFORCE, 64 << 20)
  assert.equal(socket.getOption(options.SO_RCVBUF), 128 << 20)
  assert.equal(socket.getOption(options.SO_SNDBUF), 128 << 20)
})

test('linger is seconds, or null', (t) => {
  if (!can(t, options.SO_LINGER)) return
  using socket = new Socket()
  assert.equal(socket.getOption(options.SO_LINGER), null)
  roundTrip(socket, options.SO_LINGER, 5)
  roundTrip(socket, options.SO_LINGER, 0)
  socket.setOption(options.SO_LINGER, null)
  assert.equal(socket.getOption(options.SO_LINGER), null)
})

test('linger 0 resets the connection', (t) => {
  if (!can(t, options.SO_LINGER, options.SO_ERROR)) return
  const [server, client] = connectedPair()
  client.setOption(options.SO_LINGER, 0)
  client.close()
  assert.equal(
    codeOf(() => server.recv(1)),
    'ECONNRESET',
  )
  assert.equal(server.getOption(options.SO_ERROR), 0)
  server.close()
})

test('a mark has 32 bits', (t) => {
  if (!can(t, options.SO_MARK)) return
  using socket = new Socket()
  roundTrip(socket, options.SO_MARK, 0xfffffff0)
})

test('a reserve of memory', (t) => {
  if (!can(t, options.SO_RESERVE_MEM)) return
  using socket = new Socket()
  ifBuilt(t, 'accounting of memory by groups', () => roundTrip(socket, options.SO_RESERVE_MEM, 4096))
})

test('a socket is tied to an interface by name and by index', { skip: noLoopback }, (t) => {
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

test('the peek offset moves where MSG_PEEK looks', (t) => {
  if (!can(t, options.SO_PEEK_OFF)) return
  const [a, b] = Socket.pair()
  roundTrip(a, options.SO_PEEK_OFF, 2)
  roundTrip(a, options.SO_PEEK_OFF, -1)
  a.close()
  b.close()
})

test('what a socket is', (t) => {
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

test('what the kernel tells of itself and of memory', (t) => {
  const { SO_BPF_EXTENSIONS, SO_INCOMING_NAPI_ID, SO_MEMINFO, SO_NETNS_COOKIE, SO_RCVBUF } = options
  if (!can(t, SO_BPF_EXTENSIONS, SO_INCOMING_NAPI_ID, SO_MEMINFO, SO_NETNS_COOKIE)) return
  using socket = new Socket()
  assert.ok(socket.getOption(SO_BPF_EXTENSIONS) > 0)
  assert.ok(socket.getOption(SO_INCOMING_NAPI_ID) >= 0)
  assert.equal(socket.getOption(SO_MEMINFO).receiveBuffer, socket.getOption(SO_RCVBUF))
  assert.equal(socket.getOption(SO_MEMINFO).drops, 0)
  assert.ok(socket.getOption(SO_NETNS_COOKIE) > 0n)
})

test('the pending error is told once', (t) => {
  if (!can(t, options.SO_ERROR)) return
  const [server, client] = connectedPair()
  server.setOption(options.SO_LINGER, 0)
  server.close()
  client.wait('read')
  assert.equal(client.takeError()?.code, 'ECONNRESET')
  assert.equal(client.getOption(options.SO_ERROR), 0)
  client.close()
})

test('who is at the other end', (t) => {
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

test('the security label of the other end', (t) => {
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

const notRoot = process.geteuid?.() === 0 ? false : 'setgroups(2) asks for privilege'

test('a list that is longer than usual is read whole', { skip: notRoot }, (t) => {
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

test('a filter drops what arrives, is told and taken off', (t) => {
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

test('a filter that is read raw never leaves its buffer', (t) => {
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

test('a locked filter stays', (t) => {
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

test('a program chooses the socket of a reuse-port group', (t) => {
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

test('options that can only be set', (t) => {
  if (!can(t, options.SO_CNX_ADVICE, options.SO_INQ)) return
  using socket = new Socket()
  using unix = new Socket(AF_UNIX)
  socket.setOption(options.SO_CNX_ADVICE, 1)
  unix.setOption(options.SO_INQ, true)
})

test('options that the kernel does not change', (t) => {
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

test('every option of SOL_SOCKET was tried', () => {
  assert.deepEqual(untried('SOL_SOCKET'), [])
})
