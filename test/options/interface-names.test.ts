// An interface of multicast options is given by its name as well.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  AF_INET,
  AF_INET6,
  IP_ADD_MEMBERSHIP,
  IP_DROP_MEMBERSHIP,
  IP_MULTICAST_IF,
  IPV6_JOIN_GROUP,
  ifNameToIndex,
  MCAST_JOIN_GROUP,
  SOCK_DGRAM,
  Socket,
} from 'berkeley'
import { inet6Missing } from '../support/listeners.js'

const group = '239.9.8.7'

test('interface: a name means the same as its index', { skip: process.platform !== 'linux' }, () => {
  const membership = { group, interface: 'lo' }
  const index = ifNameToIndex('lo')
  assert.deepEqual(IP_ADD_MEMBERSHIP.encode(membership), IP_ADD_MEMBERSHIP.encode({ group, interface: index }))
  assert.deepEqual(IP_MULTICAST_IF.encode('lo'), IP_MULTICAST_IF.encode(index))
  assert.deepEqual(MCAST_JOIN_GROUP.encode(membership), MCAST_JOIN_GROUP.encode({ group, interface: index }))
  using socket = new Socket(AF_INET, SOCK_DGRAM)
  socket.setOption(IP_ADD_MEMBERSHIP, membership)
  socket.setOption(IP_DROP_MEMBERSHIP, { group, interface: '127.0.0.1' })
})

test('interface: a name means the same as its index, over IPv6', { skip: inet6Missing() }, () => {
  const encode = (device: string | number) => IPV6_JOIN_GROUP.encode({ group: 'ff02::77', interface: device })
  assert.deepEqual(encode('lo'), encode(ifNameToIndex('lo')))
  new Socket(AF_INET6, SOCK_DGRAM).close()
})

test('interface: an unknown name is refused before any system call on the socket', () => {
  for (const device of ['no-such-0', '', 'l\0']) {
    const encode = () => IP_ADD_MEMBERSHIP.encode({ group, interface: device })
    assert.throws(encode, { code: 'ERR_INVALID_ARG_VALUE', message: /^IP_ADD_MEMBERSHIP: interface must be/ })
  }
})
