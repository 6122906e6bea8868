// Options of IPv6, tried on live sockets.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  AF_INET,
  AF_INET6,
  IP_PMTUDISC_DO,
  IPPROTO_RAW,
  IPV6_PREFER_SRC_PUBLIC,
  SOCK_RAW,
  Socket,
} from '../../src/index.js'
import * as options from '../../src/options/generated/options.js'
import { portOf } from '../support/listeners.js'
import {
  can,
  codeOf,
  flags,
  ifBuilt,
  inet6,
  loopback,
  noLoopback,
  roundTrip,
  socketFor,
  toggle,
  untried,
} from '../support/option-trials.js'

for (const row of flags('IPPROTO_IPV6')) {
  test(`${row.name}: is set and unset`, (t) => {
    if (!can(t, row)) return
    using socket = socketFor(row)
    toggle(socket, row)
  })
}

test('IPv6: numbers are read as they were set', (t) => {
  const { IPV6_MINHOPCOUNT, IPV6_MTU_DISCOVER, IPV6_MULTICAST_HOPS, IPV6_MULTICAST_IF } = options
  const { IPV6_TCLASS, IPV6_UNICAST_HOPS, IPV6_UNICAST_IF } = options
  if (!can(t, IPV6_MINHOPCOUNT, IPV6_MTU_DISCOVER, IPV6_MULTICAST_HOPS, IPV6_MULTICAST_IF)) return
  if (!can(t, IPV6_TCLASS, IPV6_UNICAST_HOPS, IPV6_UNICAST_IF)) return
  using socket = inet6()
  roundTrip(socket, IPV6_MINHOPCOUNT, 5)
  roundTrip(socket, IPV6_MTU_DISCOVER, IP_PMTUDISC_DO)
  roundTrip(socket, IPV6_MULTICAST_HOPS, 200)
  roundTrip(socket, IPV6_MULTICAST_HOPS, -1, 1)
  roundTrip(socket, IPV6_MULTICAST_IF, loopback?.index ?? 0)
  roundTrip(socket, IPV6_TCLASS, 8)
  roundTrip(socket, IPV6_UNICAST_HOPS, 9)
  roundTrip(socket, IPV6_UNICAST_IF, loopback?.index ?? 0)
})

test('IPV6_ADDR_PREFERENCES: a preference is set', (t) => {
  if (!can(t, options.IPV6_ADDR_PREFERENCES)) return
  using socket = inet6()
  socket.setOption(options.IPV6_ADDR_PREFERENCES, IPV6_PREFER_SRC_PUBLIC)
  assert.ok(socket.getOption(options.IPV6_ADDR_PREFERENCES) & IPV6_PREFER_SRC_PUBLIC)
})

// An extension header of eight bytes: one padding option of four.
const PADDING = Buffer.of(0, 0, 1, 4, 0, 0, 0, 0)
// A segment routing header with the one segment ::1.
const ROUTE = Buffer.from(`0002040000000000${'00'.repeat(15)}01`, 'hex')

test('IPV6_DSTOPTS, IPV6_HOPOPTS, IPV6_RTHDR: extension headers are read as they were set', (t) => {
  const { IPV6_DSTOPTS, IPV6_HOPOPTS, IPV6_RTHDR, IPV6_RTHDRDSTOPTS } = options
  if (!can(t, IPV6_DSTOPTS, IPV6_HOPOPTS, IPV6_RTHDR, IPV6_RTHDRDSTOPTS)) return
  using socket = inet6()
  for (const row of [IPV6_DSTOPTS, IPV6_HOPOPTS, IPV6_RTHDRDSTOPTS]) {
    roundTrip(socket, row, PADDING)
    roundTrip(socket, row, Buffer.alloc(0))
  }
  roundTrip(socket, IPV6_RTHDR, ROUTE)
})

test('IPV6_MTU, IPV6_PATHMTU: agree once the socket is connected', (t) => {
  const { IPV6_MTU, IPV6_PATHMTU } = options
  if (!can(t, IPV6_MTU, IPV6_PATHMTU)) return
  using socket = inet6()
  socket.connect({ host: '::1', port: 9 })
  const mtu = socket.getOption(IPV6_MTU)
  assert.ok(mtu >= 1280)
  assert.equal(socket.getOption(IPV6_PATHMTU).mtu, mtu)
  socket.setOption(IPV6_MTU, 1280)
})

test('IPV6_ADDRFORM: a socket with an IPv4 peer becomes one of IPv4', (t) => {
  if (!can(t, options.IPV6_ADDRFORM)) return
  using socket = inet6()
  socket.connect({ host: '::ffff:127.0.0.1', port: 9 })
  assert.equal(socket.getOption(options.IPV6_ADDRFORM), AF_INET6)
  socket.setOption(options.IPV6_ADDRFORM, AF_INET)
  assert.equal(socket.getOption(options.SO_DOMAIN), AF_INET)
})

test('IPV6_PKTINFO: sets the source address', { skip: noLoopback }, (t) => {
  if (!can(t, options.IPV6_PKTINFO)) return
  using receiver = inet6()
  using sender = inet6()
  receiver.bind({ host: '::1', port: 0 })
  sender.setOption(options.IPV6_PKTINFO, { address: '::1', interface: loopback!.index })
  sender.sendTo('x', { host: '::1', port: portOf(receiver) })
  const { address } = receiver.recvFrom(10)
  assert.equal(address?.family === 'inet6' && address.host, '::1')
})

test('IPV6_FLOWLABEL_MGR: a flow label is leased', (t) => {
  if (!can(t, options.IPV6_FLOWLABEL_MGR)) return
  using socket = inet6()
  const request = Buffer.alloc(32)
  request[15] = 1 // in6_flowlabel_req: the destination is ::1
  request[21] = 1 // IPV6_FL_S_EXCL
  request[22] = 1 // IPV6_FL_F_CREATE
  ifBuilt(t, 'flow label', () => socket.setOption(options.IPV6_FLOWLABEL_MGR, request))
})

const GROUP = { group: 'ff15::7777', interface: loopback?.index ?? 0 }

test('IPV6_JOIN_GROUP: a group is joined and left, by both names of the option', { skip: noLoopback }, (t) => {
  const { IPV6_ADD_MEMBERSHIP, IPV6_DROP_MEMBERSHIP, IPV6_JOIN_GROUP, IPV6_LEAVE_GROUP } = options
  if (!can(t, IPV6_ADD_MEMBERSHIP, IPV6_DROP_MEMBERSHIP, IPV6_JOIN_GROUP, IPV6_LEAVE_GROUP)) return
  using receiver = inet6()
  receiver.setOption(IPV6_JOIN_GROUP, GROUP)
  assert.equal(
    codeOf(() => receiver.setOption(IPV6_ADD_MEMBERSHIP, GROUP)),
    'EADDRINUSE',
  )
  receiver.setOption(IPV6_LEAVE_GROUP, GROUP)
  assert.equal(
    codeOf(() => receiver.setOption(IPV6_DROP_MEMBERSHIP, GROUP)),
    'EADDRNOTAVAIL',
  )
})

test('IPV6_MULTICAST_IF: a joined group is received from', { skip: noLoopback }, (t) => {
  if (!can(t, options.IPV6_JOIN_GROUP, options.IPV6_MULTICAST_IF)) return
  using receiver = inet6()
  using sender = inet6()
  receiver.bind({ host: '::', port: 0 })
  receiver.setOption(options.IPV6_JOIN_GROUP, GROUP)
  sender.setOption(options.IPV6_MULTICAST_IF, loopback!.index)
  const code = codeOf(() => sender.sendTo('heard', { host: GROUP.group, port: portOf(receiver) }))
  if (code === 'ENETUNREACH') return t.skip('the loopback has no route for groups of IPv6')
  assert.equal(code, undefined)
  assert.equal(receiver.recv(10, { timeout: 5000 })?.toString(), 'heard')
})

test('IPV6_JOIN_ANYCAST: the kernel reports that this network has no such address', { skip: noLoopback }, (t) => {
  if (!can(t, options.IPV6_JOIN_ANYCAST, options.IPV6_LEAVE_ANYCAST, options.IPV6_HOPOPTS)) return
  using socket = inet6()
  const address = { group: '2001:db8::77', interface: loopback!.index }
  assert.equal(
    codeOf(() => socket.setOption(options.IPV6_JOIN_ANYCAST, address)),
    'EADDRNOTAVAIL',
  )
  assert.equal(
    codeOf(() => socket.setOption(options.IPV6_LEAVE_ANYCAST, address)),
    'ENOENT',
  )
})

test('IPV6_CHECKSUM, IPV6_ROUTER_ALERT: on raw sockets', (t) => {
  if (!can(t, options.IPV6_CHECKSUM, options.IPV6_ROUTER_ALERT)) return
  using checked = new Socket(AF_INET6, SOCK_RAW, 253)
  roundTrip(checked, options.IPV6_CHECKSUM, 2)
  roundTrip(checked, options.IPV6_CHECKSUM, -1)
  using alerts = new Socket(AF_INET6, SOCK_RAW, IPPROTO_RAW)
  alerts.setOption(options.IPV6_ROUTER_ALERT, 5)
  alerts.setOption(options.IPV6_ROUTER_ALERT, -1)
})

test('IPV6_IPSEC_POLICY, IPV6_XFRM_POLICY: the kernel refuses a malformed policy', (t) => {
  if (!can(t, options.IPV6_IPSEC_POLICY, options.IPV6_XFRM_POLICY)) return
  using socket = inet6()
  for (const row of [options.IPV6_IPSEC_POLICY, options.IPV6_XFRM_POLICY]) {
    const code = codeOf(() => socket.setOption(row, Buffer.alloc(8)))
    assert.ok(['EINVAL', 'ENOPROTOOPT', 'ENOTSUP', 'EPERM'].includes(code ?? ''), code)
  }
})

test('IPv6: every option was tried', () => {
  assert.deepEqual(untried('IPPROTO_IPV6'), [])
})
