// Every address that the library returns can be given back to everything that takes one.

import assert from 'node:assert/strict'
import { endianness } from 'node:os'
import { test } from 'node:test'
import {
  type Address,
  type AddressInput,
  AF_NETLINK,
  AF_UNIX,
  AsyncSocket,
  createConnection,
  createServer,
  encodeProxyHeader,
  type Family,
  openConnection,
  SOCK_DGRAM,
  Socket,
  serve,
  serveBlocking,
} from 'berkeley'
import fc from 'fast-check'
import { fixture, succeeds } from '../support/child.js'
import { socketMissing } from '../support/families.js'
import { temporaryFolder } from '../support/folders.js'
import { isGivenBack, reachesTheKernel } from '../support/given-back.js'
import { inet6Missing } from '../support/listeners.js'
import { inOwnNetwork, noNetwork } from '../support/network-namespace.js'

const noIpv6 = inet6Missing()
const noAbstract = process.platform === 'linux' ? false : 'only Linux has the abstract namespace'

// Each run starts and ends a thread of JavaScript a form.
const seeded = { seed: 11, numRuns: 20 }

function property(addresses: fc.Arbitrary<AddressInput>): Promise<void> {
  return fc.assert(fc.asyncProperty(addresses, isGivenBack), seeded)
}

const byte = fc.integer({ min: 0, max: 255 })

test('given back: IPv4', () => property(fc.tuple(byte, byte).map(([a, b]) => ({ host: `127.${a}.${b}.1`, port: 0 }))))

test('given back: IPv6', { skip: noIpv6 }, () =>
  property(fc.constantFrom('::1', '0:0:0:0:0:0:0:1').map((host) => ({ host, port: 0 }))),
)

test('given back: IPv6 with a scope', { skip: noNetwork || noIpv6 }, async (context) => {
  await succeeds(context, fixture('addresses/link-local'), [], { prefix: inOwnNetwork })
})

// Relative, so that the whole of sun_path is free for it.
test('given back: paths', () => {
  process.chdir(temporaryFolder())
  return property(
    fc
      .string({ unit: 'grapheme', minLength: 1, maxLength: 108 })
      .filter((path) => Buffer.byteLength(path) <= 108 && !/[\0/]/.test(path) && !/^\.\.?$/.test(path))
      .map((path) => ({ path })),
  )
})

test('given back: paths that are not UTF-8', () => {
  process.chdir(temporaryFolder())
  return property(
    fc
      .uint8Array({ min: 0x80, max: 0xbf, minLength: 1, maxLength: 107 })
      .map((bytes) => ({ family: 'raw', value: AF_UNIX, bytes })),
  )
})

test('given back: abstract names', { skip: noAbstract }, () =>
  property(fc.uint8Array({ minLength: 5, maxLength: 107 }).map((abstract) => ({ abstract }))),
)

test('given back: the address of an unnamed socket, for the kernel to refuse or to choose a name', {
  skip: noAbstract,
}, async () => {
  const unnamed = new Socket(AF_UNIX).getSockName()
  assert.deepEqual(unnamed, { family: 'unix' })
  for (const address of [unnamed, { family: AF_UNIX }] as AddressInput[]) {
    const listener = createServer(address)
    assert.ok('abstract' in listener.getSockName())
    listener.close()
    const server = serve({ ...address }, {})
    assert.ok('abstract' in server.address)
    await server.close()
    await serveBlocking({ ...address, threads: 1 }, 'data:text/javascript,export default () => {}').close()
    encodeProxyHeader({ source: address, destination: address })
    const acts: (() => unknown)[] = [
      () => createConnection(address),
      () => openConnection(address),
      () => new Socket(AF_UNIX).connect(address),
      () => new Socket(AF_UNIX).tryConnect(address),
      () => new Socket(AF_UNIX, SOCK_DGRAM).sendTo('x', address),
      () => new AsyncSocket(AF_UNIX).connect(address),
      () => new AsyncSocket(AF_UNIX, SOCK_DGRAM).sendTo('x', address),
    ]
    for (const act of acts) await reachesTheKernel(act)
    assert.ok(new Socket(AF_UNIX).connectEx(address) > 0)
  }
})

/** Each way to give an address to a socket without connections: the kernel refuses the type, the library no address. */
async function isGivenBackUnconnected(address: Address): Promise<void> {
  const again = new Socket(AF_NETLINK, SOCK_DGRAM)
  again.bind(address)
  const bound = again.getSockName()
  again.close()
  assert.deepEqual(bound, { family: 'netlink', pid: process.pid, groups: 0 })
  const another = new AsyncSocket(AF_NETLINK as Family, SOCK_DGRAM)
  await another.connect(address)
  another.close()
  const acts: (() => unknown)[] = [
    () => createServer(address),
    () => serve({ ...address }, {}),
    () => serveBlocking({ ...address }, 'data:text/javascript,export default () => {}'),
    () => createConnection(address),
    () => openConnection(address),
  ]
  for (const act of acts) await reachesTheKernel(act)
}

test('given back: an address of netlink, and the same as bytes', {
  skip: socketMissing(AF_NETLINK, SOCK_DGRAM),
}, async () => {
  const bytes = Buffer.alloc(10)
  const pid = new DataView(bytes.buffer, bytes.byteOffset)
  pid.setUint32(2, process.pid, endianness() === 'LE')
  await isGivenBackUnconnected({ family: 'raw', value: AF_NETLINK, bytes })
  const socket = new Socket(AF_NETLINK, SOCK_DGRAM)
  socket.bind({ pid: 0 })
  const address = socket.getSockName()
  socket.close()
  await isGivenBackUnconnected(address)
})
