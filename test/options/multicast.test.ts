// Groups and broadcast, by what arrives: joined on an interface by name or index, from any source or from one.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { AF_INET, type HostAddress, SO_BROADCAST, SOCK_DGRAM, Socket } from 'berkeley'
import { fixture, succeeds } from '../support/child.js'
import { inet6Missing, portOf } from '../support/listeners.js'
import { inOwnNetwork, noNetwork } from '../support/network-namespace.js'

for (const family of ['inet', 'inet6']) {
  test(`multicast: groups of ${family} are joined and left, of any source and of one`, {
    skip: noNetwork || (family === 'inet6' && inet6Missing()),
  }, async (context) => {
    await succeeds(context, fixture('options/groups'), [family], { prefix: inOwnNetwork })
  })
}

test('broadcast: is sent once SO_BROADCAST allows it', {
  skip: process.platform === 'linux' ? false : 'the loopback device of other systems has no broadcast address',
}, () => {
  using receiver = new Socket(AF_INET, SOCK_DGRAM)
  receiver.bind({ host: '', port: 0 })
  using sender = new Socket(AF_INET, SOCK_DGRAM)
  const everyone = { host: '127.255.255.255', port: portOf(receiver) }
  assert.throws(() => sender.sendTo('x', everyone), { code: 'EACCES' })
  sender.setOption(SO_BROADCAST, true)
  sender.sendTo('to everyone', everyone)
  const { data, address } = receiver.recvFrom(100, { timeout: 20_000 })
  assert.equal(String(data), 'to everyone')
  assert.equal((address as HostAddress).port, portOf(sender))
})
