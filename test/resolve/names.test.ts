// Names of services, protocols, interfaces and this machine, and their numbers.
import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { hostname, networkInterfaces } from 'node:os'
import { test } from 'node:test'
import { SocketError } from '../../src/core/errors.js'
import { errno } from '../../src/native/errno.js'
import { IPPROTO_TCP, IPPROTO_UDP } from '../../src/native/generated/constants.js'
import {
  getHostName,
  getProtoByName,
  getProtoByNumber,
  getServByName,
  getServByPort,
  ifIndexToName,
  ifNameIndex,
  ifNameToIndex,
} from '../../src/resolve/names.js'
import { fixture, succeeds } from '../support/child.js'
import { limitedTo } from '../support/descriptors.js'

const noServices = existsSync('/etc/services') ? false : 'this system has no /etc/services (Debian: netbase)'
const noProtocols = existsSync('/etc/protocols') ? false : 'this system has no /etc/protocols (Debian: netbase)'

const loopback = Object.entries(networkInterfaces()).find(([, rows]) => rows?.some((row) => row.internal))?.[0]
const noLoopback = loopback === undefined ? 'this system has no loopback interface' : false

/** Calls `act`, which must throw a SocketError, and returns the error. */
function socketError(act: () => unknown): SocketError {
  try {
    act()
  } catch (error) {
    assert.ok(error instanceof SocketError, `not a SocketError: ${error}`)
    return error
  }
  return assert.fail('it did not throw')
}

test('getServByName, getServByPort: find services by name and by port', { skip: noServices }, () => {
  assert.equal(getServByName('http'), 80)
  assert.equal(getServByName('domain', 'udp'), 53)
  assert.equal(getServByPort(80), 'http')
  assert.equal(getServByPort(53, 'udp'), 'domain')
})

test('getProtoByName, getProtoByNumber: find protocols by name and by number', { skip: noProtocols }, () => {
  assert.equal(getProtoByName('tcp'), IPPROTO_TCP)
  assert.equal(getProtoByName('UDP'), IPPROTO_UDP)
  assert.equal(getProtoByNumber(IPPROTO_TCP), 'tcp')
})

test('ifNameToIndex, ifIndexToName: agree with ifNameIndex and with node:os', { skip: noLoopback }, () => {
  const all = ifNameIndex()
  assert.ok(all.some(({ name }) => name === loopback))
  assert.ok(Object.keys(networkInterfaces()).every((name) => all.some((row) => row.name === name)))
  for (const { index, name } of all) {
    assert.equal(ifNameToIndex(name), index)
    assert.equal(ifIndexToName(index), name)
  }
})

test('getHostName: returns the name of this machine', () => {
  assert.equal(getHostName(), hostname())
})

test('names: the error for an unknown one contains it', () => {
  const cases: [() => unknown, string, string, string][] = [
    [() => getServByName('no-such-service'), 'getservbyname', 'ENOENT', 'no-such-service'],
    [() => getServByName('http', 'no-such-protocol'), 'getservbyname', 'ENOENT', 'http'],
    [() => getServByName('x'.repeat(5000)), 'getservbyname', 'ENOENT', 'x'.repeat(5000)],
    [() => getServByPort(1, 'no-such-protocol'), 'getservbyport', 'ENOENT', '1'],
    [() => getProtoByName('no-such-protocol'), 'getprotobyname', 'ENOENT', 'no-such-protocol'],
    [() => getProtoByNumber(250), 'getprotobynumber', 'ENOENT', '250'],
    [() => ifNameToIndex('no-such'), 'if_nametoindex', 'ENODEV', 'no-such'],
    [() => ifNameToIndex('x'.repeat(5000)), 'if_nametoindex', 'ENODEV', 'x'.repeat(5000)],
    [() => ifIndexToName(0x7fffffff), 'if_indextoname', 'ENXIO', String(0x7fffffff)],
    [() => ifIndexToName(0xffffffff), 'if_indextoname', 'ENXIO', String(0xffffffff)],
  ]
  for (const [act, syscall, code, subject] of cases) {
    const { name, ...error } = socketError(act)
    assert.equal(name, 'SocketError')
    assert.deepEqual([error.syscall, error.code, error.errno], [syscall, code, -errno[code as keyof typeof errno]])
    assert.equal(socketError(act).message, `${syscall} ${code} ${subject}`)
  }
})

test('names: wrong arguments are refused before any system call', () => {
  const refused = (act: () => unknown, code: string) => assert.throws(act, { code })
  for (const byName of [getServByName, getProtoByName, ifNameToIndex] as ((name: unknown) => unknown)[]) {
    for (const value of [undefined, null, 80, {}, ['http']]) refused(() => byName(value), 'ERR_INVALID_ARG_TYPE')
    for (const value of ['', 'ht\0tp']) refused(() => byName(value), 'ERR_INVALID_ARG_VALUE')
  }
  for (const byNumber of [getServByPort, getProtoByNumber, ifIndexToName] as ((number: unknown) => unknown)[]) {
    for (const value of [undefined, null, '80', {}]) refused(() => byNumber(value), 'ERR_INVALID_ARG_TYPE')
    for (const value of [-1, 1.5, Number.NaN, 2 ** 32, Number.POSITIVE_INFINITY]) {
      refused(() => byNumber(value), 'ERR_OUT_OF_RANGE')
    }
  }
  refused(() => getServByPort(65536), 'ERR_OUT_OF_RANGE')
  refused(() => getServByName('http', ''), 'ERR_INVALID_ARG_VALUE')
  refused(() => getServByPort(80, 6 as unknown as string), 'ERR_INVALID_ARG_TYPE')
})

test('names: without descriptors the error is EMFILE, not an unknown name', { skip: noServices }, async (context) => {
  const printed = await succeeds(context, fixture('resolve/names-without-descriptors'), [], { prefix: limitedTo(64) })
  const EMFILE = 'EMFILE'
  assert.deepEqual(JSON.parse(printed), { codes: [EMFILE, EMFILE, EMFILE, EMFILE], succeeds: true })
})
