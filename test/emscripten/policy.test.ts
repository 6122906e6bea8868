// The policies that come with the library: what they allow, and what they refuse.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Address } from 'berkeley'
import { type AccessPolicy, allowHosts, loopbackOnly } from 'berkeley/emscripten'

const inet = (host: string): Address => ({ family: 'inet', host, port: 80 })
const inet6 = (host: string): Address => ({ family: 'inet6', host, port: 80, flowInfo: 0, scopeId: 0 })
const connects = (policy: AccessPolicy, address: Address): boolean => policy({ operation: 'connect', address })
const looksUp = (policy: AccessPolicy, host: string | null): boolean => policy({ operation: 'lookup', host })

test('loopbackOnly: this machine, also where its address is written as IPv6', () => {
  const policy = loopbackOnly()
  for (const host of ['127.0.0.1', '127.3.2.1']) assert.equal(connects(policy, inet(host)), true)
  for (const host of ['::1', '::ffff:127.0.0.1']) assert.equal(connects(policy, inet6(host)), true)
  for (const host of ['0.0.0.0', '10.0.0.1', '8.8.8.8']) assert.equal(connects(policy, inet(host)), false)
  for (const host of ['::', 'fe80::1', '::ffff:8.8.8.8']) assert.equal(connects(policy, inet6(host)), false)
  assert.deepEqual(
    [null, 'localhost', '127.0.0.1', 'example.com', '8.8.8.8'].map((host) => looksUp(policy, host)),
    [true, true, true, false, false],
  )
})

test('loopbackOnly: no names in the file system, no raw and no packet sockets', () => {
  const policy = loopbackOnly()
  assert.equal(connects(policy, { family: 'unix', path: '/run/docker.sock' }), false)
  assert.equal(connects(policy, { family: 'unix', abstract: Buffer.from('x') }), false)
  assert.equal(connects(policy, { family: 'raw', value: 17, bytes: Buffer.alloc(18) }), false)
  const opens = (family: number, type: number): boolean => policy({ operation: 'socket', family, type, protocol: 0 })
  assert.deepEqual(
    [opens(2, 1), opens(10, 2), opens(1, 5), opens(2, 3), opens(16, 3), opens(17, 3)],
    [true, true, true, false, false, false],
  )
})

test('allowHosts: names, names below a domain, addresses and networks', () => {
  const policy = allowHosts(['Example.com', '*.example.org', '10.0.0.0/8', '2001:db8::/32', '192.0.2.7'])
  const names = ['example.com', 'EXAMPLE.COM.', 'www.example.com', 'a.b.example.org', 'example.org', '10.1.2.3']
  assert.deepEqual(
    names.map((name) => looksUp(policy, name)),
    [true, true, false, true, false, true],
  )
  assert.equal(looksUp(policy, null), true, 'the passive lookup of a bind, which reveals and reaches nothing')
  assert.equal(connects(policy, inet('0.0.0.0')), false)
  assert.equal(connects(policy, inet('10.255.0.1')), true)
  assert.equal(connects(policy, inet('192.0.2.7')), true)
  assert.equal(connects(policy, inet('192.0.2.8')), false)
  assert.equal(connects(policy, inet6('2001:db8::5')), true)
})

test('allowHosts: what is no host or network is refused', () => {
  for (const host of ['', 'example.com/8', '10.0.0.0/99', '10.0.0.0/x']) {
    assert.throws(() => allowHosts([host]), { code: 'ERR_INVALID_ARG_VALUE' }, host)
  }
  assert.throws(() => allowHosts([7 as unknown as string]), { code: 'ERR_INVALID_ARG_TYPE' })
  assert.throws(() => allowHosts('x' as unknown as string[]), { code: 'ERR_INVALID_ARG_TYPE' })
})
