// Numeric hosts and ports: they take no thread and no wait, and the result is that of getaddrinfo(3) in a thread.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Lookup, native } from '../../src/native/addon.js'
import { gaiErrorName } from '../../src/native/errno.js'
import {
  AF_INET,
  AF_INET6,
  AF_UNIX,
  AF_UNSPEC,
  AI_ADDRCONFIG,
  AI_ALL,
  AI_CANONNAME,
  AI_NUMERICHOST,
  AI_NUMERICSERV,
  AI_PASSIVE,
  AI_V4MAPPED,
  IPPROTO_SCTP,
  IPPROTO_TCP,
  IPPROTO_UDP,
  SOCK_DGRAM,
  SOCK_RAW,
  SOCK_SEQPACKET,
  SOCK_STREAM,
} from '../../src/native/generated/constants.js'
import { ifIndexToName } from '../../src/resolve/names.js'
import { type ResolveOptions, resolve } from '../../src/resolve/resolve.js'
import { fixture, succeeds } from '../support/child.js'
import { slowResolver, slowResolverMissing } from '../support/preload.js'

const loopback = ifIndexToName(1)

const HOSTS = [
  ['127.0.0.1', '0.0.0.0', '255.255.255.255', '10.1.2.3'],
  ['::1', '::', '::ffff:127.0.0.1', '0:0:0:0:0:0:0:1', '2001:db8::1'],
  [`fe80::1%${loopback}`, 'fe80::1%1', 'fe80::1%0', 'fe80::1%no-such', 'fe80::1%', 'fe80::1%4294967296'],
  [`::1%${loopback}`, '::1%1', 'ff02::1%1', `ff02::1%${loopback}`],
].flat()
const PORTS = [null, 0, 80, 65535, '0', '080', '443']
const FAMILIES = [AF_UNSPEC, AF_INET, AF_INET6, AF_UNIX, 12345]
const TYPES = [0, SOCK_STREAM, SOCK_DGRAM, SOCK_RAW, SOCK_SEQPACKET, 77]
const PROTOCOLS = [0, IPPROTO_TCP, IPPROTO_UDP, Math.max(IPPROTO_SCTP, 0), 255]
const FLAGS = [
  [0, AI_PASSIVE, AI_CANONNAME, AI_NUMERICHOST, AI_NUMERICSERV, AI_ADDRCONFIG, AI_V4MAPPED],
  [AI_V4MAPPED | AI_ALL, AI_PASSIVE | AI_CANONNAME | AI_ADDRCONFIG, 0x40000000],
].flat()

type Hints = { family: number; type: number; protocol: number; flags: number }

/** The result of getaddrinfo(3) in a thread: without AI_NUMERICHOST the addon always uses one. */
function inThread(host: string, port: string | number | null, { family, type, protocol, flags }: Hints): unknown {
  const service = port === null ? '' : String(port)
  const lookup = native.lookup(host, service, family, type, protocol, flags & ~AI_NUMERICHOST, -1, true)
  assert.ok(typeof lookup !== 'number')
  assert.ok(native.lookupFd(lookup) >= 0, 'it ran in place')
  native.lookupWait(lookup, -1)
  try {
    return resultOf(lookup)
  } finally {
    native.lookupCancel(lookup)
  }
}

function resultOf(lookup: Lookup): unknown {
  const error = native.lookupError(lookup)
  if (error !== 0) return gaiErrorName(error)
  const canonicalName = native.lookupCanonicalName(lookup)
  const rows = Array.from({ length: native.lookupCount(lookup) }, (_, index) => {
    const row = native.lookupAddress(lookup, index)
    return { ...row, address: Buffer.from(native.frame.slice(0)).toString('hex', 0, 180) }
  })
  return { canonicalName, rows }
}

/** The same in place, as `resolve` calls it. */
function inPlace(host: string, port: string | number | null, { family, type, protocol, flags }: Hints): unknown {
  const service = port === null ? '' : String(port)
  const numbers = AI_NUMERICHOST | AI_NUMERICSERV
  const lookup = native.lookup(host, service, family, type, protocol, flags | numbers, -1, true)
  assert.ok(typeof lookup !== 'number')
  assert.equal(native.lookupFd(lookup), -1, 'it has a descriptor')
  try {
    return resultOf(lookup)
  } finally {
    native.lookupCancel(lookup)
  }
}

/** Every host with every member of one list, while the other hints have a usual value. */
function* cases(): Generator<[host: string, port: string | number | null, hints: Hints]> {
  const usual = { family: AF_UNSPEC, type: 0, protocol: 0, flags: 0 }
  for (const host of HOSTS) {
    for (const port of PORTS) yield [host, port, usual]
    for (const family of FAMILIES) for (const flags of FLAGS) yield [host, 80, { ...usual, family, flags }]
    for (const type of TYPES) for (const protocol of PROTOCOLS) yield [host, 80, { ...usual, type, protocol }]
  }
}

test('numeric hosts: getaddrinfo(3) returns the same in place as in a thread', () => {
  let count = 0
  for (const [host, port, hints] of cases()) {
    const [expected, actual] = [inThread(host, port, hints), inPlace(host, port, hints)]
    assert.deepEqual(actual, expected, `${host} ${port} ${JSON.stringify(hints)}`)
    count++
  }
  assert.ok(count > 1500, `${count} cases`)
})

test('numeric hosts: resolve has the rows and the errors of getaddrinfo(3)', () => {
  for (const [host, port, hints] of cases()) {
    const expected = inThread(host, port, hints) as string | { rows: { type: number }[]; canonicalName: string | null }
    let actual: unknown
    try {
      const found = resolve(host, port, hints as ResolveOptions)
      const types = found.map(({ family, type, protocol }) => [family, type, protocol].join())
      actual = { types, canonicalName: found[0]!.canonicalName ?? null }
    } catch (error) {
      actual = (error as { code: string }).code
    }
    const rows = (expected as { rows: Record<string, number>[] }).rows
    const types = rows?.map(({ family, type, protocol }) => [family, type, protocol].join())
    const wanted = typeof expected === 'string' ? expected : { types, canonicalName: expected.canonicalName }
    assert.deepEqual(actual, wanted, `${host} ${port} ${JSON.stringify(hints)}`)
  }
})

test('numeric hosts: everything that takes one works where no thread can be started', {
  skip: slowResolverMissing(),
}, async (context) => {
  const env = { ...slowResolver(0), SLOW_RESOLVER_NO_THREADS: '1' }
  await succeeds(context, fixture('resolve/numeric-hosts'), [], { env })
})
