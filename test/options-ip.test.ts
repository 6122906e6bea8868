import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  AF_INET,
  AF_INET6,
  IP_PMTUDISC_DO,
  IPPROTO_IP,
  IPPROTO_RAW,
  IPTOS_DSCP_EF,
  IPTOS_ECN_ECT0,
  IPV6_PREFER_SRC_PUBLIC,
  ifNameIndex,
  SOCK_DGRAM,
  SOCK_RAW,
  Socket,
} from '../src/index.js'
import * as options from '../src/options.js'
import {
  can,
  codeOf,
  connectedPair,
  flags,
  ifBuilt,
  portOf,
  roundTrip,
  socketFor,
  toggle,
  untried,
} from './option-trials.js'

const loopback = ifNameIndex().find(({ name }) => name === 'lo')?.index
const noLoopback = loopback === undefined ? 'no interface is called lo here' : false
const LEVELS = ['IPPROTO_IP', 'IPPROTO_IPV6']
const special = [options.IP_PASSSEC, options.IP_ROUTER_ALERT]

for (const row of flags(...LEVELS).filter((row) => !special.includes(row))) {
  test(`${row.name} is set and unset`, (t) => {
    if (!can(t, row)) return
    using socket = socketFor(row)
    toggle(socket, row)
  })
}

test('security labels of senders', (t) => {
  if (!can(t, options.IP_PASSSEC)) return
  using socket = new Socket(AF_INET, SOCK_DGRAM)
  ifBuilt(t, 'security labels', () => toggle(socket, options.IP_PASSSEC))
})

const inet = (type = SOCK_DGRAM): Socket => new Socket(AF_INET, type)
const inet6 = (type = SOCK_DGRAM): Socket => new Socket(AF_INET6, type)

test('numbers of IPv4 are told as they were set', (t) => {
  const { IP_MINTTL, IP_MTU_DISCOVER, IP_MULTICAST_TTL, IP_TOS, IP_TTL, IP_UNICAST_IF } = options
  if (!can(t, IP_MINTTL, IP_MTU_DISCOVER, IP_MULTICAST_TTL, IP_TOS, IP_TTL, IP_UNICAST_IF)) return
  using socket = inet()
  roundTrip(socket, IP_MINTTL, 5)
  roundTrip(socket, IP_MTU_DISCOVER, IP_PMTUDISC_DO)
  roundTrip(socket, IP_MULTICAST_TTL, 200)
  roundTrip(socket, IP_MULTICAST_TTL, -1, 1)
  roundTrip(socket, IP_TOS, IPTOS_DSCP_EF | IPTOS_ECN_ECT0)
  roundTrip(socket, IP_TTL, 12)
  roundTrip(socket, IP_UNICAST_IF, loopback ?? 0)
  assert.equal(
    codeOf(() => socket.setOption(IP_TTL, 0)),
    'EINVAL',
  )
})

test('numbers of IPv6 are told as they were set', (t) => {
  const { IPV6_MINHOPCOUNT, IPV6_MTU_DISCOVER, IPV6_MULTICAST_HOPS, IPV6_MULTICAST_IF } = options
  const { IPV6_TCLASS, IPV6_UNICAST_HOPS, IPV6_UNICAST_IF } = options
  if (!can(t, IPV6_MINHOPCOUNT, IPV6_MTU_DISCOVER, IPV6_MULTICAST_HOPS, IPV6_MULTICAST_IF)) return
  if (!can(t, IPV6_TCLASS, IPV6_UNICAST_HOPS, IPV6_UNICAST_IF)) return
  using socket = inet6()
  roundTrip(socket, IPV6_MINHOPCOUNT, 5)
  roundTrip(socket, IPV6_MTU_DISCOVER, IP_PMTUDISC_DO)
  roundTrip(socket, IPV6_MULTICAST_HOPS, 200)
  roundTrip(socket, IPV6_MULTICAST_HOPS, -1, 1)
  roundTrip(socket, IPV6_MULTICAST_IF, loopback ?? 0)
  roundTrip(socket, IPV6_TCLASS, 8)
  roundTrip(socket, IPV6_UNICAST_HOPS, 9)
  roundTrip(socket, IPV6_UNICAST_IF, loopback ?? 0)
})

test('source addresses are preferred', (t) => {
  if (!can(t, options.IPV6_ADDR_PREFERENCES)) return
  using socket = inet6()
  socket.setOption(options.IPV6_ADDR_PREFERENCES, IPV6_PREFER_SRC_PUBLIC)
  assert.ok(socket.getOption(options.IPV6_ADDR_PREFERENCES) & IPV6_PREFER_SRC_PUBLIC)
})

test('the kernel chooses ports from a range', (t) => {
  if (!can(t, options.IP_LOCAL_PORT_RANGE)) return
  using socket = inet()
  roundTrip(socket, options.IP_LOCAL_PORT_RANGE, { low: 41_000, high: 41_050 })
  socket.bind({ host: '127.0.0.1', port: 0 })
  assert.ok(portOf(socket) >= 41_000 && portOf(socket) <= 41_050)
})

test('options in the header', (t) => {
  if (!can(t, options.IP_OPTIONS, options.IP_PKTOPTIONS)) return
  using socket = inet()
  roundTrip(socket, options.IP_OPTIONS, Buffer.of(1, 1, 1, 1))
  roundTrip(socket, options.IP_OPTIONS, Buffer.alloc(0))
  using stream = new Socket()
  assert.equal(stream.getOption(options.IP_PKTOPTIONS).length, 0)
})

// An extension header of eight bytes: one padding option of four.
const PADDING = Buffer.of(0, 0, 1, 4, 0, 0, 0, 0)
// A segment routing header with the one segment ::1.
const ROUTE = Buffer.from(`0002040000000000${'00'.repeat(15)}01`, 'hex')

test('extension headers of IPv6', (t) => {
  const { IPV6_DSTOPTS, IPV6_HOPOPTS, IPV6_RTHDR, IPV6_RTHDRDSTOPTS } = options
  if (!can(t, IPV6_DSTOPTS, IPV6_HOPOPTS, IPV6_RTHDR, IPV6_RTHDRDSTOPTS)) return
  using socket = inet6()
  for (const row of [IPV6_DSTOPTS, IPV6_HOPOPTS, IPV6_RTHDRDSTOPTS]) {
    roundTrip(socket, row, PADDING)
    roundTrip(socket, row, Buffer.alloc(0))
  }
  roundTrip(socket, IPV6_RTHDR, ROUTE)
})

test('raw sockets: protocol, checksum and router alerts', (t) => {
  const { IP_PROTOCOL, IP_ROUTER_ALERT, IPV6_CHECKSUM, IPV6_ROUTER_ALERT } = options
  if (!can(t, IP_PROTOCOL, IP_ROUTER_ALERT, IPV6_CHECKSUM, IPV6_ROUTER_ALERT)) return
  using raw = new Socket(AF_INET, SOCK_RAW, 253)
  assert.equal(raw.getOption(IP_PROTOCOL), 253)
  // The kernel does not tell what was set; asking twice for the same shows that it was.
  raw.setOption(IP_ROUTER_ALERT, true)
  assert.equal(
    codeOf(() => raw.setOption(IP_ROUTER_ALERT, true)),
    'EADDRINUSE',
  )
  raw.setOption(IP_ROUTER_ALERT, false)
  using checked = new Socket(AF_INET6, SOCK_RAW, 253)
  roundTrip(checked, IPV6_CHECKSUM, 2)
  roundTrip(checked, IPV6_CHECKSUM, -1)
  using alerts = new Socket(AF_INET6, SOCK_RAW, IPPROTO_RAW)
  alerts.setOption(IPV6_ROUTER_ALERT, 5)
  alerts.setOption(IPV6_ROUTER_ALERT, -1)
})

test('the MTU of a path is known once connected', (t) => {
  if (!can(t, options.IP_MTU)) return
  using socket = inet()
  assert.equal(
    codeOf(() => socket.getOption(options.IP_MTU)),
    'ENOTCONN',
  )
  socket.connect({ host: '127.0.0.1', port: 9 })
  assert.ok(socket.getOption(options.IP_MTU) >= 1280)
})

test('the MTU of a path of IPv6', (t) => {
  const { IPV6_MTU, IPV6_PATHMTU } = options
  if (!can(t, IPV6_MTU, IPV6_PATHMTU)) return
  using socket = inet6()
  socket.connect({ host: '::1', port: 9 })
  const mtu = socket.getOption(IPV6_MTU)
  assert.ok(mtu >= 1280)
  assert.equal(socket.getOption(IPV6_PATHMTU).mtu, mtu)
  socket.setOption(IPV6_MTU, 1280)
})

test('a socket with an IPv4 peer becomes one of IPv4', (t) => {
  if (!can(t, options.IPV6_ADDRFORM)) return
  using socket = inet6()
  socket.connect({ host: '::ffff:127.0.0.1', port: 9 })
  assert.equal(socket.getOption(options.IPV6_ADDRFORM), AF_INET6)
  socket.setOption(options.IPV6_ADDRFORM, AF_INET)
  assert.equal(socket.getOption(options.SO_DOMAIN), AF_INET)
})

test('packet information sets the source', { skip: noLoopback }, (t) => {
  if (!can(t, options.IPV6_PKTINFO)) return
  using receiver = inet6()
  using sender = inet6()
  receiver.bind({ host: '::1', port: 0 })
  sender.setOption(options.IPV6_PKTINFO, { address: '::1', interface: loopback! })
  sender.sendTo('x', { host: '::1', port: portOf(receiver) })
  const { address } = receiver.recvFrom(10)
  assert.equal(address?.family === 'inet6' && address.host, '::1')
})

test('a flow label is taken', (t) => {
  if (!can(t, options.IPV6_FLOWLABEL_MGR)) return
  using socket = inet6()
  const request = Buffer.alloc(32)
  request[15] = 1 // in6_flowlabel_req: the destination is ::1
  request.writeUInt32BE(0x12345, 16)
  request[21] = 1 // IPV6_FL_S_EXCL
  request[22] = 1 // IPV6_FL_F_CREATE
  ifBuilt(t, 'flow label', () => socket.setOption(options.IPV6_FLOWLABEL_MGR, request))
})

const GROUP = '239.255.77.7'
const GROUP6 = 'ff15::7777'
const on = (group: string) => ({ group, interface: loopback ?? 0 })

test('a group is joined, heard and left', { skip: noLoopback }, (t) => {
  const { IP_ADD_MEMBERSHIP, IP_DROP_MEMBERSHIP, IP_MULTICAST_IF } = options
  if (!can(t, IP_ADD_MEMBERSHIP, IP_DROP_MEMBERSHIP, IP_MULTICAST_IF)) return
  using receiver = inet()
  using sender = inet()
  receiver.bind({ host: GROUP, port: 0 })
  receiver.setOption(IP_ADD_MEMBERSHIP, { group: GROUP, interface: '127.0.0.1' })
  assert.equal(
    codeOf(() => receiver.setOption(IP_ADD_MEMBERSHIP, on(GROUP))),
    'EADDRINUSE',
  )
  roundTrip(sender, IP_MULTICAST_IF, '127.0.0.1')
  roundTrip(sender, IP_MULTICAST_IF, loopback!, '0.0.0.0')
  sender.sendTo('heard', { host: GROUP, port: portOf(receiver) })
  assert.equal(receiver.recv(10, { timeout: 5000 })?.toString(), 'heard')
  receiver.setOption(IP_DROP_MEMBERSHIP, on(GROUP))
  assert.equal(
    codeOf(() => receiver.setOption(IP_DROP_MEMBERSHIP, on(GROUP))),
    'EADDRNOTAVAIL',
  )
})

test('a group is joined for one source, and a source is blocked', { skip: noLoopback }, (t) => {
  const { IP_ADD_SOURCE_MEMBERSHIP, IP_DROP_SOURCE_MEMBERSHIP } = options
  const { IP_ADD_MEMBERSHIP, IP_BLOCK_SOURCE, IP_MSFILTER, IP_UNBLOCK_SOURCE } = options
  if (!can(t, IP_ADD_SOURCE_MEMBERSHIP, IP_DROP_SOURCE_MEMBERSHIP, IP_BLOCK_SOURCE, IP_MSFILTER, IP_UNBLOCK_SOURCE))
    return
  const source = { group: GROUP, source: '10.9.8.7', interface: '127.0.0.1' }
  using chosen = inet()
  chosen.setOption(IP_ADD_SOURCE_MEMBERSHIP, source)
  chosen.setOption(IP_DROP_SOURCE_MEMBERSHIP, source)
  assert.equal(
    codeOf(() => chosen.setOption(IP_DROP_SOURCE_MEMBERSHIP, source)),
    'EINVAL',
  )
  using all = inet()
  all.setOption(IP_ADD_MEMBERSHIP, { group: GROUP, interface: '127.0.0.1' })
  all.setOption(IP_BLOCK_SOURCE, source)
  all.setOption(IP_UNBLOCK_SOURCE, source)
  assert.equal(
    codeOf(() => all.setOption(IP_UNBLOCK_SOURCE, source)),
    'EADDRNOTAVAIL',
  )
  all.setOption(IP_MSFILTER, {
    group: GROUP,
    interface: '127.0.0.1',
    mode: 'include',
    sources: ['10.9.8.6', '10.9.8.7'],
  })
})

for (const [family, group, source] of [
  ['IPv4', GROUP, '10.9.8.7'],
  ['IPv6', GROUP6, '2001:db8::7'],
] as const) {
  test(`the options of either family, with a group of ${family}`, { skip: noLoopback }, (t) => {
    const { MCAST_BLOCK_SOURCE, MCAST_JOIN_GROUP, MCAST_JOIN_SOURCE_GROUP, MCAST_LEAVE_GROUP } = options
    const { IPV6_V6ONLY, MCAST_LEAVE_SOURCE_GROUP, MCAST_MSFILTER, MCAST_UNBLOCK_SOURCE } = options
    if (!can(t, MCAST_BLOCK_SOURCE, MCAST_JOIN_GROUP, MCAST_JOIN_SOURCE_GROUP, MCAST_LEAVE_GROUP)) return
    if (!can(t, MCAST_LEAVE_SOURCE_GROUP, MCAST_MSFILTER, MCAST_UNBLOCK_SOURCE)) return
    if (family === 'IPv6' && !can(t, IPV6_V6ONLY)) return
    const make = family === 'IPv6' ? inet6 : inet
    using chosen = make()
    chosen.setOption(MCAST_JOIN_SOURCE_GROUP, { ...on(group), source })
    chosen.setOption(MCAST_LEAVE_SOURCE_GROUP, { ...on(group), source })
    assert.equal(
      codeOf(() => chosen.setOption(MCAST_LEAVE_GROUP, on(group))),
      'EADDRNOTAVAIL',
    )
    using all = make()
    all.setOption(MCAST_JOIN_GROUP, on(group))
    all.setOption(MCAST_BLOCK_SOURCE, { ...on(group), source })
    all.setOption(MCAST_UNBLOCK_SOURCE, { ...on(group), source })
    all.setOption(MCAST_MSFILTER, { ...on(group), mode: 'exclude', sources: [source] })
    all.setOption(MCAST_LEAVE_GROUP, on(group))
  })
}

test('a group of IPv6 is joined and left', { skip: noLoopback }, (t) => {
  const { IPV6_ADD_MEMBERSHIP, IPV6_DROP_MEMBERSHIP, IPV6_JOIN_GROUP, IPV6_LEAVE_GROUP } = options
  if (!can(t, IPV6_ADD_MEMBERSHIP, IPV6_DROP_MEMBERSHIP, IPV6_JOIN_GROUP, IPV6_LEAVE_GROUP)) return
  using receiver = inet6()
  receiver.setOption(IPV6_JOIN_GROUP, on(GROUP6))
  assert.equal(
    codeOf(() => receiver.setOption(IPV6_ADD_MEMBERSHIP, on(GROUP6))),
    'EADDRINUSE',
  )
  receiver.setOption(IPV6_LEAVE_GROUP, on(GROUP6))
  assert.equal(
    codeOf(() => receiver.setOption(IPV6_DROP_MEMBERSHIP, on(GROUP6))),
    'EADDRNOTAVAIL',
  )
})

test('a group of IPv6 is heard', { skip: noLoopback }, (t) => {
  if (!can(t, options.IPV6_JOIN_GROUP, options.IPV6_MULTICAST_IF)) return
  using receiver = inet6()
  using sender = inet6()
  receiver.bind({ host: '::', port: 0 })
  receiver.setOption(options.IPV6_JOIN_GROUP, on(GROUP6))
  sender.setOption(options.IPV6_MULTICAST_IF, loopback!)
  const code = codeOf(() => sender.sendTo('heard', { host: GROUP6, port: portOf(receiver) }))
  if (code === 'ENETUNREACH') return t.skip('the loopback has no route for groups of IPv6')
  assert.equal(code, undefined)
  assert.equal(receiver.recv(10, { timeout: 5000 })?.toString(), 'heard')
})

test('an anycast address is taken part in where the network has it', { skip: noLoopback }, (t) => {
  if (!can(t, options.IPV6_JOIN_ANYCAST, options.IPV6_LEAVE_ANYCAST, options.IPV6_HOPOPTS)) return
  using socket = inet6()
  const address = { group: '2001:db8::77', interface: loopback! }
  assert.equal(
    codeOf(() => socket.setOption(options.IPV6_JOIN_ANYCAST, address)),
    'EADDRNOTAVAIL',
  )
  assert.equal(
    codeOf(() => socket.setOption(options.IPV6_LEAVE_ANYCAST, address)),
    'ENOENT',
  )
})

test('policies of IPsec reach the kernel, which refuses what is none', (t) => {
  const { IP_IPSEC_POLICY, IP_XFRM_POLICY, IPV6_IPSEC_POLICY, IPV6_XFRM_POLICY } = options
  if (!can(t, IP_IPSEC_POLICY, IP_XFRM_POLICY, IPV6_IPSEC_POLICY, IPV6_XFRM_POLICY)) return
  using socket = inet()
  using socket6 = inet6()
  const outcomes = [
    codeOf(() => socket.setOption(IP_IPSEC_POLICY, Buffer.alloc(8))),
    codeOf(() => socket.setOption(IP_XFRM_POLICY, Buffer.alloc(8))),
    codeOf(() => socket6.setOption(IPV6_IPSEC_POLICY, Buffer.alloc(8))),
    codeOf(() => socket6.setOption(IPV6_XFRM_POLICY, Buffer.alloc(8))),
  ]
  for (const code of outcomes) assert.ok(['EINVAL', 'ENOPROTOOPT', 'ENOTSUP', 'EPERM'].includes(code ?? ''), code)
})

test('what IPv4 sockets lack, the kernel says', () => {
  using socket = inet()
  assert.equal(
    codeOf(() => socket.getOption(options.IPV6_V6ONLY)),
    'ENOTSUP',
  )
  assert.equal(
    codeOf(() => socket.getRawOption(IPPROTO_IP, 9999)),
    'ENOPROTOOPT',
  )
  const [server, client] = connectedPair()
  assert.equal(
    codeOf(() => client.setOption(options.IP_ADD_MEMBERSHIP, { group: GROUP })),
    'EPROTO',
  )
  server.close()
  client.close()
})

test('every option of IP was tried', () => {
  assert.deepEqual(untried(...LEVELS, 'IPPROTO_IP, IPPROTO_IPV6'), [])
})
