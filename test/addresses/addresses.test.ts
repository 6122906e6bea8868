// Addresses of every family: each that is given to the kernel comes back as it was.

import assert from 'node:assert/strict'
import { statSync, unlinkSync } from 'node:fs'
import { test } from 'node:test'
import {
  type Address,
  type AddressInput,
  AF_INET,
  AF_INET6,
  AF_UNIX,
  createServer,
  type Family,
  type HostInput,
  IPV6_FLOWINFO_SEND,
  ifIndexToName,
  SOCK_DGRAM,
  Socket,
} from 'berkeley'
import fc from 'fast-check'
import { temporaryFolder } from '../support/folders.js'
import { inet6Missing, portOf } from '../support/listeners.js'

const noAbstract = process.platform === 'linux' ? false : 'only Linux has the abstract namespace'
const seeded = { seed: 7, numRuns: 300 }

const byte = fc.integer({ min: 0, max: 255 })

/** Binds a socket to an address and returns its name. */
function bound(family: Family, address: AddressInput): Address {
  using socket = new Socket(family, SOCK_DGRAM)
  socket.bind(address)
  return socket.getSockName()
}

test('inet: getSockName returns every address of the loopback network as it was bound', () => {
  fc.assert(
    fc.property(byte, byte, fc.integer({ min: 1, max: 254 }), (a, b, c) => {
      const host = `127.${a}.${b}.${c}`
      const got = bound(AF_INET, { family: 'inet', host, port: 0 })
      assert.deepEqual(got, { family: 'inet', host, port: (got as { port: number }).port })
      assert.ok((got as { port: number }).port > 0)
    }),
    seeded,
  )
})

test('inet: getPeerName returns any address and port as it was connected to', () => {
  using socket = new Socket(AF_INET, SOCK_DGRAM)
  fc.assert(
    fc.property(byte, byte, byte, fc.integer({ min: 1, max: 65535 }), (a, b, c, number) => {
      const address = { family: 'inet', host: `127.${a}.${b}.${c}`, port: number } as const
      socket.connect(address)
      assert.deepEqual(socket.getPeerName(), address)
    }),
    seeded,
  )
})

test('inet6: an address comes back in its shortest form', { skip: inet6Missing() }, () => {
  using socket = new Socket(AF_INET6, SOCK_DGRAM)
  socket.connect({ host: '0:0:0:0:0:0:0:1', port: 9 })
  assert.deepEqual(socket.getPeerName(), { family: 'inet6', host: '::1', port: 9, flowInfo: 0, scopeId: 0 })
  assert.equal((bound(AF_INET6, { host: '', port: 0 }) as HostInput).host, '::')
  socket.connect({ host: '::ffff:127.0.0.1', port: 9 })
  assert.equal((socket.getPeerName() as HostInput).host, '::ffff:127.0.0.1')
})

test('inet6: a scope is a number, or the name of an interface after a %', { skip: inet6Missing() }, () => {
  const scoped = { family: 'inet6', host: 'ff02::1', flowInfo: 0, scopeId: 1 }
  const inputs = [
    { host: 'ff02::1', scopeId: 1, port: 0 },
    { host: 'ff02::1%1', port: 0 },
    { host: `ff02::1%${ifIndexToName(1)}`, port: 0 },
  ]
  for (const input of inputs) assert.deepEqual({ ...bound(AF_INET6, input), port: 0 }, { ...scoped, port: 0 })
  const unknown = { host: 'ff02::1%no-such-interface', port: 0 }
  assert.throws(() => bound(AF_INET6, unknown), { code: 'ERR_INVALID_ARG_VALUE' })
  const beyond = { host: 'fe80::1%4294967297', port: 5 }
  assert.throws(() => bound(AF_INET6, beyond), { code: 'ERR_OUT_OF_RANGE' })
})

test('inet6: the flow information keeps its byte order', { skip: inet6Missing() }, () => {
  using socket = new Socket(AF_INET6, SOCK_DGRAM)
  socket.setOption(IPV6_FLOWINFO_SEND, true)
  // This sets the traffic class alone: a flow label would have to be leased first.
  const address = { family: 'inet6', host: '::1', port: 9, flowInfo: 0x0ab00000, scopeId: 0 } as const
  socket.connect(address)
  assert.deepEqual(socket.getPeerName(), address)
})

// The paths are relative, so that the whole of sun_path is available to them.
test('unix: a path of any length up to 108 bytes comes back as it was', () => {
  process.chdir(temporaryFolder())
  const name = fc
    .string({ unit: 'grapheme', minLength: 1, maxLength: 108 })
    .filter((path) => Buffer.byteLength(path) <= 108 && !/[\0/]/.test(path) && !/^\.\.?$/.test(path))
  fc.assert(
    fc.property(fc.uniqueArray(name, { minLength: 1, maxLength: 5 }), (paths) => {
      for (const path of paths) {
        assert.deepEqual(bound(AF_UNIX, { family: 'unix', path }), { family: 'unix', path })
        assert.ok(statSync(path).isSocket())
        unlinkSync(path)
      }
    }),
    seeded,
  )
})

test('unix: a path of 108 bytes can be listened on and connected to, one of 109 is refused', () => {
  process.chdir(temporaryFolder())
  for (const length of [1, 106, 107, 108]) {
    const path = 'x'.repeat(length)
    using listener = createServer({ path })
    assert.deepEqual(listener.getSockName(), { family: 'unix', path })
    using client = new Socket(AF_UNIX)
    client.connect({ path })
    assert.deepEqual(client.getPeerName(), { family: 'unix', path })
  }
  assert.throws(() => createServer({ path: 'x'.repeat(109) }), { name: 'RangeError', code: 'ERR_OUT_OF_RANGE' })
  assert.throws(() => createServer({ path: 'é'.repeat(55) }), { name: 'RangeError', code: 'ERR_OUT_OF_RANGE' })
})

test('unix: a path that is not UTF-8 is given as bytes, and can be sent to', () => {
  process.chdir(temporaryFolder())
  const raw = { family: 'raw', value: AF_UNIX, bytes: Buffer.of(0xff, 0xfe, 0x41) } as const
  using receiver = new Socket(AF_UNIX, SOCK_DGRAM)
  receiver.bind(raw)
  assert.deepEqual(receiver.getSockName(), raw)
  using sender = new Socket(AF_UNIX, SOCK_DGRAM)
  sender.sendTo('found', receiver.getSockName())
  assert.equal(receiver.recv(10)!.toString(), 'found')
})

test('unix: an abstract name may contain any bytes, NUL as well', { skip: noAbstract }, () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 107 }), (bytes) => {
      const address = { family: 'unix', abstract: Buffer.from(bytes) } as const
      assert.deepEqual(bound(AF_UNIX, address), address)
      assert.deepEqual(bound(AF_UNIX, { abstract: bytes }), address)
    }),
    seeded,
  )
  assert.throws(() => bound(AF_UNIX, { abstract: new Uint8Array(108) }), { code: 'ERR_OUT_OF_RANGE' })
})

test('unix: a path that begins with NUL is refused, and the message names { abstract }', () => {
  const message = "address.path must not begin with NUL: an abstract name is { abstract: 'name' }"
  const refusal = { name: 'TypeError', code: 'ERR_INVALID_ARG_VALUE', message }
  assert.throws(() => new Socket(AF_UNIX).bind({ path: '\0name' }), refusal)
  assert.throws(() => new Socket(AF_UNIX).connect({ path: '\0name' }), refusal)
})

test('unix: a bind without a name lets the kernel choose an abstract one', { skip: noAbstract }, () => {
  using socket = new Socket(AF_UNIX, SOCK_DGRAM)
  assert.deepEqual(socket.getSockName(), { family: 'unix' })
  socket.bind({ family: 'unix' })
  const { abstract } = socket.getSockName() as { abstract: Buffer }
  assert.match(abstract.toString(), /^[0-9a-f]{5}$/)
})

test('raw: the bytes after the family, for a family with a codec too', () => {
  const loopback = Buffer.of(0, 0, 127, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0)
  const address = bound(AF_INET, { family: 'raw', value: AF_INET, bytes: loopback }) as HostInput
  assert.deepEqual([address.family, address.host], ['inet', '127.0.0.1'])
  using socket = new Socket(AF_INET, SOCK_DGRAM)
  const wrong = { family: 'raw', value: AF_UNIX, bytes: loopback } as const
  assert.throws(() => socket.connect(wrong), { name: 'SocketError', code: 'EAFNOSUPPORT' })
  assert.throws(() => socket.connect({ ...wrong, value: AF_INET, bytes: Buffer.of(0) }), { code: 'EINVAL' })
})

test('recvFrom: returns the sender’s port, path or abstract name, or null for an unbound one', {
  skip: noAbstract,
}, () => {
  process.chdir(temporaryFolder())
  const senderIs = (address: AddressInput | null): Address | null => {
    using receiver = new Socket(AF_UNIX, SOCK_DGRAM)
    receiver.bind({ family: 'unix' })
    using sender = new Socket(AF_UNIX, SOCK_DGRAM)
    if (address !== null) sender.bind(address)
    sender.sendTo('x', receiver.getSockName())
    return receiver.recvFrom(1).address
  }
  assert.equal(senderIs(null), null)
  assert.deepEqual(senderIs({ path: 'named' }), { family: 'unix', path: 'named' })
  assert.deepEqual(senderIs({ abstract: Buffer.of(0, 1) }), { family: 'unix', abstract: Buffer.of(0, 1) })
  using receiver = new Socket(AF_INET, SOCK_DGRAM)
  receiver.bind({ host: '127.0.0.1', port: 0 })
  using sender = new Socket(AF_INET, SOCK_DGRAM)
  sender.sendTo('x', receiver.getSockName())
  assert.equal((receiver.recvFrom(1).address as HostInput).port, portOf(sender))
})

test('recvFrom: returns no address on a stream', () => {
  const [a, b] = Socket.pair()
  a.send('x')
  assert.deepEqual(b.recvFrom(1), { data: Buffer.from('x'), address: null })
  a.close()
  b.close()
})

test('bind: an empty host is every address of this machine', () => {
  assert.equal((bound(AF_INET, { host: '', port: 0 }) as HostInput).host, '0.0.0.0')
})

test('abstract names: may be given as text', { skip: process.platform !== 'linux' && 'only Linux has them' }, () => {
  const name = `berkeley text ${process.pid}`
  using listener = createServer({ abstract: name })
  assert.deepEqual(listener.address, { family: 'unix', abstract: Buffer.from(name) })
  using client = new Socket(AF_UNIX)
  client.connect({ abstract: name })
  const refused = { abstract: `${name}-` }
  assert.throws(() => new Socket(AF_UNIX).connect(refused), { code: 'ECONNREFUSED', path: `\\0${name}-` })
})
