// Options of IPv4 and of groups of either family, tried on live sockets.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  AF_INET,
  IP_PMTUDISC_DO,
  IPPROTO_IP,
  IPTOS_DSCP_EF,
  IPTOS_ECN_ECT0,
  SOCK_DGRAM,
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
  inet,
  inet6,
  loopback,
  noLoopback,
  roundTrip,
  socketFor,
  toggle,
  untried,
} from '../support/option-trials.js'
import { tcpPair } from '../support/pairs.js'

const special = [options.IP_PASSSEC, options.IP_ROUTER_ALERT]

for (const row of flags('IPPROTO_IP').filter((row) => !special.includes(row))) {
  test(`${row.name}: is set and unset`, (t) => {
    if (!can(t, row)) return
    using socket = socketFor(row)
    toggle(socket, row)
  })
}

test('IP_PASSSEC: is set and unset where the kernel has security labels', (t) => {
  if (!can(t, options.IP_PASSSEC)) return
  using socket = new Socket(AF_INET, SOCK_DGRAM)
  ifBuilt(t, 'security labels', () => toggle(socket, options.IP_PASSSEC))
})

test('IPv4: numbers are read as they were set', (t) => {
  const { IP_MINTTL, IP_MTU_DISCOVER, IP_MULTICAST_TTL, IP_TOS, IP_TTL, IP_UNICAST_IF } = options
  if (!can(t, IP_MINTTL, IP_MTU_DISCOVER, IP_MULTICAST_TTL, IP_TOS, IP_TTL, IP_UNICAST_IF)) return
  using socket = inet()
  roundTrip(socket, IP_MINTTL, 5)
  roundTrip(socket, IP_MTU_DISCOVER, IP_PMTUDISC_DO)
  roundTrip(socket, IP_MULTICAST_TTL, 200)
  roundTrip(socket, IP_MULTICAST_TTL, -1, 1)
  roundTrip(socket, IP_TOS, IPTOS_DSCP_EF | IPTOS_ECN_ECT0)
  roundTrip(socket, IP_TTL, 12)
  roundTrip(socket, IP_UNICAST_IF, loopback?.index ?? 0)
  assert.equal(
    codeOf(() => socket.setOption(IP_TTL, 0)),
    'EINVAL',
  )
})

test('IP_LOCAL_PORT_RANGE: the kernel chooses ports from the range', (t) => {
  if (!can(t, options.IP_LOCAL_PORT_RANGE)) return
  using socket = inet()
  roundTrip(socket, options.IP_LOCAL_PORT_RANGE, { low: 41_000, high: 41_050 })
  socket.bind({ host: '127.0.0.1', port: 0 })
  assert.ok(portOf(socket) >= 41_000 && portOf(socket) <= 41_050)
})

test('IP_OPTIONS, IP_PKTOPTIONS: options in the header', (t) => {
  if (!can(t, options.IP_OPTIONS, options.IP_PKTOPTIONS)) return
  using socket = inet()
  roundTrip(socket, options.IP_OPTIONS, Buffer.of(1, 1, 1, 1))
  roundTrip(socket, options.IP_OPTIONS, Buffer.alloc(0))
  using stream = new Socket()
  assert.equal(stream.getOption(options.IP_PKTOPTIONS).length, 0)
})

test('IP_PROTOCOL, IP_ROUTER_ALERT: on a raw socket', (t) => {
  if (!can(t, options.IP_PROTOCOL, options.IP_ROUTER_ALERT)) return
  using raw = new Socket(AF_INET, SOCK_RAW, 253)
  assert.equal(raw.getOption(options.IP_PROTOCOL), 253)
  // The value cannot be read back, but setting it twice fails.
  raw.setOption(options.IP_ROUTER_ALERT, true)
  assert.equal(
    codeOf(() => raw.setOption(options.IP_ROUTER_ALERT, true)),
    'EADDRINUSE',
  )
  raw.setOption(options.IP_ROUTER_ALERT, false)
})

test('IP_MTU: is known once the socket is connected', (t) => {
  if (!can(t, options.IP_MTU)) return
  using socket = inet()
  assert.equal(
    codeOf(() => socket.getOption(options.IP_MTU)),
    'ENOTCONN',
  )
  socket.connect({ host: '127.0.0.1', port: 9 })
  assert.ok(socket.getOption(options.IP_MTU) >= 1280)
})

const GROUP = '239.255.77.7'
const on = (group: string) => ({ group, interface: loopback?.index ?? 0 })

test('IP_ADD_MEMBERSHIP: a group is joined, received from and left', { skip: noLoopback }, (t) => {
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
  roundTrip(sender, IP_MULTICAST_IF, loopback!.index, '0.0.0.0')
  sender.sendTo('heard', { host: GROUP, port: portOf(receiver) })
  assert.equal(receiver.recv(10, { timeout: 5000 })?.toString(), 'heard')
  receiver.setOption(IP_DROP_MEMBERSHIP, on(GROUP))
  assert.equal(
    codeOf(() => receiver.setOption(IP_DROP_MEMBERSHIP, on(GROUP))),
    'EADDRNOTAVAIL',
  )
})

test('IP_ADD_SOURCE_MEMBERSHIP, IP_BLOCK_SOURCE: one source is joined, another blocked', { skip: noLoopback }, (t) => {
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
  ['IPv6', 'ff15::7777', '2001:db8::7'],
] as const) {
  test(`MCAST_JOIN_GROUP and its relatives: a group of ${family}`, { skip: noLoopback }, (t) => {
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

test('IP_IPSEC_POLICY, IP_XFRM_POLICY: the kernel refuses a malformed policy', (t) => {
  if (!can(t, options.IP_IPSEC_POLICY, options.IP_XFRM_POLICY)) return
  using socket = inet()
  for (const row of [options.IP_IPSEC_POLICY, options.IP_XFRM_POLICY]) {
    const code = codeOf(() => socket.setOption(row, Buffer.alloc(8)))
    assert.ok(['EINVAL', 'ENOPROTOOPT', 'ENOTSUP', 'EPERM'].includes(code ?? ''), code)
  }
})

test('IPv4: the kernel reports options that a socket lacks', () => {
  using socket = inet()
  assert.equal(
    codeOf(() => socket.getOption(options.IPV6_V6ONLY)),
    'ENOTSUP',
  )
  assert.equal(
    codeOf(() => socket.getRawOption(IPPROTO_IP, 9999)),
    'ENOPROTOOPT',
  )
  const [client, server] = tcpPair()
  assert.equal(
    codeOf(() => client.setOption(options.IP_ADD_MEMBERSHIP, { group: GROUP })),
    'EPROTO',
  )
  server.close()
  client.close()
})

test('IPv4 and groups: every option was tried', () => {
  assert.deepEqual(untried('IPPROTO_IP', 'IPPROTO_IP, IPPROTO_IPV6'), [])
})
