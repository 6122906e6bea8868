// resolve and reverse: their results, their errors, and slow lookups that time out, are interrupted or cancelled.
import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { type TestContext, test } from 'node:test'
import { createConnection } from '../../src/connect/create-connection.js'
import { ResolveError } from '../../src/core/errors.js'
import type { Family, SocketType } from '../../src/native/constant-kinds.js'
import { gaiErrors } from '../../src/native/errno.js'
import {
  AF_INET,
  AF_INET6,
  AI_CANONNAME,
  AI_NUMERICHOST,
  AI_PASSIVE,
  IPPROTO_TCP,
  IPPROTO_UDP,
  NI_NAMEREQD,
  NI_NUMERICHOST,
  NI_NUMERICSERV,
  SOCK_DGRAM,
  SOCK_STREAM,
} from '../../src/native/generated/constants.js'
import { ifIndexToName } from '../../src/resolve/names.js'
import { type ResolveOptions, resolve, reverse } from '../../src/resolve/resolve.js'
import { Child, fixture, run } from '../support/child.js'
import { limitedTo } from '../support/descriptors.js'
import { slowResolver, slowResolverMissing } from '../support/preload.js'

const noServices = existsSync('/etc/services') ? false : 'this system has no /etc/services (Debian: netbase)'
const noSlowResolver = slowResolverMissing()

const inet = (host: string, port: number) => ({ family: 'inet', host, port })
const inet6 = (host: string, port: number, scopeId = 0) => ({ family: 'inet6', host, port, flowInfo: 0, scopeId })

test('resolve: a numeric address is itself, with the family, type and protocol of its socket', () => {
  assert.deepEqual(resolve('127.0.0.1', 80, { type: SOCK_STREAM }), [
    { family: AF_INET, type: SOCK_STREAM, protocol: IPPROTO_TCP, address: inet('127.0.0.1', 80) },
  ])
  assert.deepEqual(resolve('::1', 65535, { type: SOCK_DGRAM }), [
    { family: AF_INET6, type: SOCK_DGRAM, protocol: IPPROTO_UDP, address: inet6('::1', 65535) },
  ])
})

test('resolve: a scope is a number or the name of an interface', () => {
  const one = (host: string) => resolve(host, 7, { type: SOCK_STREAM }).map(({ address }) => address)
  assert.deepEqual(one('fe80::1%1'), [inet6('fe80::1', 7, 1)])
  assert.deepEqual(one(`fe80::1%${ifIndexToName(1)}`), [inet6('fe80::1', 7, 1)])
})

test('resolve: localhost is this machine', () => {
  const found = resolve('localhost', 8080, { type: SOCK_STREAM })
  assert.ok(found.length > 0)
  for (const { address } of found) {
    assert.match(address.host, /^(127\.\d+\.\d+\.\d+|::1)$/)
    assert.equal(address.port, 8080)
  }
})

test('resolve: without a host, this machine, or with AI_PASSIVE all its addresses', () => {
  const hosts = (family: Family, flags: number) => resolve(null, 80, { family, flags, type: SOCK_STREAM })
  assert.deepEqual([hosts(AF_INET, 0)[0]?.address], [inet('127.0.0.1', 80)])
  assert.deepEqual([hosts(AF_INET, AI_PASSIVE)[0]?.address], [inet('0.0.0.0', 80)])
  assert.deepEqual([hosts(AF_INET6, AI_PASSIVE)[0]?.address], [inet6('::', 80)])
})

test('resolve: a port is a number, digits or a service, or left out', { skip: noServices }, () => {
  const port = (value?: number | string | null) => resolve('127.0.0.1', value)[0]?.address.port
  assert.deepEqual([port(), port(null), port(0), port(8080), port('8080'), port('http')], [0, 0, 0, 8080, 8080, 80])
})

test('resolve: a type or protocol limits the entries', () => {
  const kinds = (options: ResolveOptions) =>
    resolve('127.0.0.1', 1, options).map(({ type, protocol }) => [type, protocol])
  assert.deepEqual(kinds({ protocol: IPPROTO_UDP }), [[SOCK_DGRAM, IPPROTO_UDP]])
  assert.deepEqual(kinds({ type: SOCK_STREAM }), [[SOCK_STREAM, IPPROTO_TCP]])
  assert.ok(kinds({}).length >= 2)
})

test('resolve: AI_CANONNAME puts the canonical name on the first entry', () => {
  const named = resolve('127.0.0.1', 1, { flags: AI_CANONNAME })
  assert.deepEqual(named.map((entry) => entry.canonicalName).filter(Boolean), ['127.0.0.1'])
  assert.ok(!('canonicalName' in named[1]!))
  assert.ok(!('canonicalName' in resolve('127.0.0.1', 1)[0]!))
})

test('resolve: an international name is looked up in its ASCII form', () => {
  const error = resolveError(() => resolve('bücher', 1, { flags: AI_NUMERICHOST }))
  assert.deepEqual([error.code, error.hostname], ['EAI_NONAME', 'bücher'])
  assert.equal(resolve('１２７.０.０.１', 1)[0]?.address.host, '127.0.0.1')
})

/** Calls `act`, which must throw a ResolveError, and returns the error. */
function resolveError(act: () => unknown): ResolveError {
  try {
    act()
  } catch (error) {
    assert.ok(error instanceof ResolveError, `not a ResolveError: ${error}`)
    return error
  }
  return assert.fail('it did not throw')
}

test('resolve: the error has the name and number of the EAI code', () => {
  const numeric = (options: ResolveOptions, port: string | number = 1, host = '127.0.0.1') =>
    resolveError(() => resolve(host, port, options))
  const errors: [ResolveError, keyof typeof gaiErrors][] = [
    [numeric({ flags: AI_NUMERICHOST }, 1, 'no-number'), 'EAI_NONAME'],
    [numeric({ type: SOCK_STREAM }, 'no-such-service'), 'EAI_SERVICE'],
    [numeric({ family: 12345 as Family }), 'EAI_FAMILY'],
    [numeric({ type: 77 as SocketType }), 'EAI_SOCKTYPE'],
    [numeric({ flags: 0x40000000 }), 'EAI_BADFLAGS'],
  ]
  for (const [error, code] of errors) assert.deepEqual([error.code, error.errno], [code, gaiErrors[code]])
  const { message } = numeric({ family: 4 as Family })
  assert.match(message, /: the family must be 'inet' \(AF_INET\) or 'inet6' \(AF_INET6\)$/)
})

test('resolve: the error of an IPv6 address in brackets says to leave them out', () => {
  const message = /^getaddrinfo EAI_\w+ \[::1\]: .*: an IPv6 address is given without brackets$/
  assert.throws(() => resolve('[::1]', 80), { name: 'ResolveError', message })
  assert.throws(() => createConnection({ host: '[::1]', port: 80 }), { name: 'ResolveError', message })
})

test('resolve: the error has the shape of Node’s', () => {
  const error = resolveError(() => resolve('no-number', 80, { flags: AI_NUMERICHOST }))
  const { name, code, errno, syscall, hostname, message, stack } = error
  assert.deepEqual(
    { name, code, errno, syscall, hostname },
    {
      name: 'ResolveError',
      code: 'EAI_NONAME',
      errno: gaiErrors.EAI_NONAME,
      syscall: 'getaddrinfo',
      hostname: 'no-number',
    },
  )
  assert.match(message, /^getaddrinfo EAI_NONAME no-number: \w/)
  assert.match(stack ?? '', /^ResolveError: .*\n {4}at .*resolve\.test\./)
})

test('reverse: returns names, or numbers where flags ask for them', { skip: noServices }, () => {
  const numbers = NI_NUMERICHOST | NI_NUMERICSERV
  assert.deepEqual(reverse({ host: '127.0.0.1', port: 80 }, { flags: numbers }), { host: '127.0.0.1', service: '80' })
  assert.equal(reverse({ host: '127.0.0.1', port: 80 }, { flags: NI_NUMERICHOST }).service, 'http')
  assert.equal(reverse({ host: '::', port: 1, family: 'inet6' }, { flags: numbers }).host, '::')
  const scoped = reverse({ host: 'fe80::1', port: 1, scopeId: 1 }, { flags: numbers })
  assert.equal(scoped.host, `fe80::1%${ifIndexToName(1)}`)
  assert.match(reverse({ host: '127.0.0.1', port: 80 }).host, /\w/)
})

test('reverse: NI_NAMEREQD requires a name', () => {
  const error = resolveError(() => reverse({ host: '127.0.0.1', port: 1 }, { flags: NI_NUMERICHOST | NI_NAMEREQD }))
  assert.deepEqual([error.code, error.syscall, error.hostname], ['EAI_NONAME', 'getnameinfo', '127.0.0.1'])
})

const loose = resolve as unknown as (...values: unknown[]) => unknown
const looseReverse = reverse as unknown as (...values: unknown[]) => unknown

test('resolve, reverse: wrong arguments are refused before any system call', () => {
  const wrong: [() => unknown, string][] = [
    ...[undefined, 5, {}, ['localhost']].map((host): [() => unknown, string] => [
      () => loose(host),
      'ERR_INVALID_ARG_TYPE',
    ]),
    ...['', 'local\0host', '\u{ad}'].map((host): [() => unknown, string] => [
      () => loose(host),
      'ERR_INVALID_ARG_VALUE',
    ]),
    [() => loose('x'.repeat(1025)), 'ERR_OUT_OF_RANGE'],
    ...[-1, 65536, 1.5, Number.NaN, '65536'].map((port): [() => unknown, string] => [
      () => loose('::1', port),
      'ERR_OUT_OF_RANGE',
    ]),
    ...[{}, true, 80n].map((port): [() => unknown, string] => [() => loose('::1', port), 'ERR_INVALID_ARG_TYPE']),
    ...['', 'ht\0tp'].map((port): [() => unknown, string] => [() => loose('::1', port), 'ERR_INVALID_ARG_VALUE']),
    [() => loose('::1', 'x'.repeat(256)), 'ERR_OUT_OF_RANGE'],
    ...[null, 5, 'http'].map((options): [() => unknown, string] => [
      () => loose('::1', 1, options),
      'ERR_INVALID_ARG_TYPE',
    ]),
    [() => loose('::1', 1, { family: '1' }), 'ERR_INVALID_ARG_VALUE'],
    [() => loose('::1', 1, { family: true }), 'ERR_INVALID_ARG_TYPE'],
    [() => loose('::1', 1, { family: 65536 }), 'ERR_OUT_OF_RANGE'],
    ...['type', 'protocol', 'flags'].flatMap((name): [() => unknown, string][] => [
      [() => loose('::1', 1, { [name]: '1' }), 'ERR_INVALID_ARG_TYPE'],
      [() => loose('::1', 1, { [name]: -1 }), 'ERR_OUT_OF_RANGE'],
      [() => loose('::1', 1, { [name]: 2 ** 31 }), 'ERR_OUT_OF_RANGE'],
    ]),
    [() => loose('::1', 1, { timeout: -1 }), 'ERR_OUT_OF_RANGE'],
    [() => loose('::1', 1, { timeout: Number.NaN }), 'ERR_OUT_OF_RANGE'],
    [() => loose('::1', 1, { timeout: '1' }), 'ERR_INVALID_ARG_TYPE'],
    [() => looseReverse(null), 'ERR_INVALID_ARG_TYPE'],
    [() => looseReverse('127.0.0.1'), 'ERR_INVALID_ARG_TYPE'],
    [() => looseReverse({ path: '/tmp/socket' }), 'ERR_INVALID_ARG_TYPE'],
    [() => looseReverse({ host: 'localhost', port: 80 }), 'ERR_NAME_NOT_NUMERIC'],
    [() => looseReverse({ host: '127.0.0.1', port: 65536 }), 'ERR_OUT_OF_RANGE'],
    [() => looseReverse({ host: '127.0.0.1', port: 80 }, { flags: '1' }), 'ERR_INVALID_ARG_TYPE'],
  ]
  for (const [act, code] of wrong) assert.throws(act, { code }, String(act))
})

const PROGRAM = fixture('resolve/slow-lookups')
const WORKER_PROGRAM = fixture('resolve/lookup-in-worker')

/** Runs a program in which lookups take `ms`, and returns what it printed. */
async function outcome(context: TestContext, file: string, scenario: string, ms: number, descriptors = 1024) {
  const start = { env: slowResolver(ms), prefix: limitedTo(descriptors) }
  const { code, signal, stdout, stderr } = await run(context, file, [scenario], start)
  assert.deepEqual([code, signal, stderr], [0, null, ''])
  return JSON.parse(stdout.toString())
}

test('resolve, reverse: a timeout or deadline ends a slow lookup', { skip: noSlowResolver }, async (context) => {
  const [target, syscall] = [{ address: 'slow.test', port: 80 }, 'getaddrinfo']
  const timeout = { name: 'SocketTimeoutError', code: 'ERR_SOCKET_TIMEOUT', errno: 0, syscall, ...target }
  for (const how of ['resolve with a timeout', 'resolve with a deadline', 'reverse with a timeout']) {
    const { error, took } = await outcome(context, PROGRAM, how, 2000)
    const reverse = { syscall: 'getnameinfo', address: '127.77.0.1' }
    const { timeout: limit, ...rest } = error
    assert.deepEqual(rest, how.startsWith('reverse') ? { ...timeout, ...reverse } : timeout)
    assert.ok(how.includes('deadline') ? limit > 0 && limit <= 100 : limit === 100, `${how}: ${limit} ms`)
    assert.ok(took >= 100 && took < 1000, `${how} took ${took} ms`)
  }
})

test('resolve: throws WouldBlockError where it may not wait', { skip: noSlowResolver }, async (context) => {
  const { error, took } = await outcome(context, PROGRAM, 'resolve without waiting', 2000)
  assert.deepEqual([error.name, error.code, error.syscall], ['WouldBlockError', 'EAGAIN', 'getaddrinfo'])
  assert.ok(took < 1000, `it took ${took} ms`)
})

test('resolve: waits for a slow lookup without a limit', { skip: noSlowResolver }, async (context) => {
  const { result, took } = await outcome(context, PROGRAM, 'resolve without a limit', 300)
  assert.deepEqual(
    result.map((entry: { address: object }) => entry.address),
    [inet('127.0.0.1', 80)],
  )
  assert.ok(took >= 300, `it took ${took} ms`)
})

test('resolve: a signal with a listener interrupts a lookup, once', { skip: noSlowResolver }, async (context) => {
  const child = new Child(context, PROGRAM, ['resolve until a signal'], { env: slowResolver(5000) })
  assert.equal(await child.line(), 'ready')
  child.signal('SIGINT')
  const { code, stderr } = await child.ended()
  assert.equal(code, 0, stderr)
  const { interrupted, early, again } = JSON.parse(await child.line())
  const { name, reason, signal } = interrupted.error
  assert.deepEqual([name, reason, signal], ['InterruptedError', 'signal', 'SIGINT'])
  assert.ok(interrupted.took < 2500, `it took ${interrupted.took} ms`)
  assert.equal(early, false, 'the listener runs when the stack has unwound')
  assert.equal(again.error.name, 'SocketTimeoutError')
})

test('lookup: connects a socket without another call', { skip: noSlowResolver }, async (context) => {
  const wouldBlock = -11
  const printed = await outcome(context, PROGRAM, 'connect by name', 300)
  assert.deepEqual(printed, { early: wouldBlock, waited: 0, connected: true, accepted: true })
})

test('lookup: a cancelled one connects nothing', { skip: noSlowResolver }, async (context) => {
  const [timedOut, notConnected] = [-100001, -107]
  const printed = await outcome(context, PROGRAM, 'cancel a connect by name', 300)
  assert.deepEqual(printed, { accepted: timedOut, peeked: notConnected })
})

test('lookup: fails with EAI_SYSTEM where no thread can be started, not with would-block', {
  skip: noSlowResolver,
}, async (context) => {
  const { error, leaked } = await outcome(context, PROGRAM, 'no thread left', 0)
  assert.deepEqual([error.name, error.code, error.errno], ['ResolveError', 'EAI_SYSTEM', -11])
  assert.equal(leaked, 0)
})

test('lookup: fails with EMFILE where no descriptor is left', { skip: noSlowResolver }, async (context) => {
  const { none, one, later, leaked } = await outcome(context, PROGRAM, 'no descriptor left', 0, 64)
  const { code, syscall, errno } = none.error
  assert.deepEqual([code, syscall, errno], ['EMFILE', 'getaddrinfo', -24])
  assert.deepEqual([one.error.name, one.error.code, one.error.errno], ['SocketError', 'EMFILE', -24])
  assert.ok(later.result.length > 0)
  assert.equal(leaked, 0)
})

test('lookup: outlives the worker that started it, also where no other thread loads the addon', {
  skip: noSlowResolver,
}, async (context) => {
  const { took, running, left } = await outcome(context, WORKER_PROGRAM, '', 2000)
  assert.ok(took < 1000, `terminate() took ${took} ms`)
  assert.equal(running, 1, 'the lookup still runs when the worker is gone')
  assert.equal(left, 0)
})

test('lookup: the process exits while it runs', { skip: noSlowResolver }, async (context) => {
  for (const [file, scenario] of [
    [PROGRAM, 'exit while a lookup runs'],
    [WORKER_PROGRAM, 'exit'],
  ] as const) {
    const start = performance.now()
    const { code, signal } = await run(context, file, [scenario], { env: slowResolver(10_000) })
    assert.deepEqual([code, signal], [7, null])
    assert.ok(performance.now() - start < 5000)
  }
})
