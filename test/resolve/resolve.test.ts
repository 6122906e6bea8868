import assert from 'node:assert/strict'
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
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
import { slowResolver, slowResolverMissing } from '../support/slow-resolver.js'

const noServices = existsSync('/etc/services') ? false : 'this system has no /etc/services (Debian: netbase)'
const noSlowResolver = slowResolverMissing()

const inet = (host: string, port: number) => ({ family: 'inet', host, port })
const inet6 = (host: string, port: number, scopeId = 0) => ({ family: 'inet6', host, port, flowInfo: 0, scopeId })

test('an address in numbers is itself, with what a socket for it takes', () => {
  assert.deepEqual(resolve('127.0.0.1', 80, { type: SOCK_STREAM }), [
    { family: AF_INET, type: SOCK_STREAM, protocol: IPPROTO_TCP, address: inet('127.0.0.1', 80) },
  ])
  assert.deepEqual(resolve('::1', 65535, { type: SOCK_DGRAM }), [
    { family: AF_INET6, type: SOCK_DGRAM, protocol: IPPROTO_UDP, address: inet6('::1', 65535) },
  ])
})

test('a scope may be a number or the name of an interface', () => {
  const one = (host: string) => resolve(host, 7, { type: SOCK_STREAM }).map(({ address }) => address)
  assert.deepEqual(one('fe80::1%1'), [inet6('fe80::1', 7, 1)])
  assert.deepEqual(one(`fe80::1%${ifIndexToName(1)}`), [inet6('fe80::1', 7, 1)])
})

test('localhost is this machine', () => {
  const found = resolve('localhost', 8080, { type: SOCK_STREAM })
  assert.ok(found.length > 0)
  for (const { address } of found) {
    assert.match(address.host, /^(127\.\d+\.\d+\.\d+|::1)$/)
    assert.equal(address.port, 8080)
  }
})

test('without a host: this machine, or with AI_PASSIVE all its addresses', () => {
  const hosts = (family: Family, flags: number) => resolve(null, 80, { family, flags, type: SOCK_STREAM })
  assert.deepEqual([hosts(AF_INET, 0)[0]?.address], [inet('127.0.0.1', 80)])
  assert.deepEqual([hosts(AF_INET, AI_PASSIVE)[0]?.address], [inet('0.0.0.0', 80)])
  assert.deepEqual([hosts(AF_INET6, AI_PASSIVE)[0]?.address], [inet6('::', 80)])
})

test('a port may be left out, a number, digits, or a service', { skip: noServices }, () => {
  const port = (value?: number | string | null) => resolve('127.0.0.1', value)[0]?.address.port
  assert.deepEqual([port(), port(null), port(0), port(8080), port('8080'), port('http')], [0, 0, 0, 8080, 8080, 80])
})

test('only the kinds that were asked for are found', () => {
  const kinds = (options: ResolveOptions) =>
    resolve('127.0.0.1', 1, options).map(({ type, protocol }) => [type, protocol])
  assert.deepEqual(kinds({ protocol: IPPROTO_UDP }), [[SOCK_DGRAM, IPPROTO_UDP]])
  assert.deepEqual(kinds({ type: SOCK_STREAM }), [[SOCK_STREAM, IPPROTO_TCP]])
  assert.ok(kinds({}).length >= 2)
})

test('the official name is on the first entry, where it was asked for', () => {
  const named = resolve('127.0.0.1', 1, { flags: AI_CANONNAME })
  assert.deepEqual(named.map((entry) => entry.canonicalName).filter(Boolean), ['127.0.0.1'])
  assert.ok(!('canonicalName' in named[1]!))
  assert.ok(!('canonicalName' in resolve('127.0.0.1', 1)[0]!))
})

test('an international name is asked for as the DNS has it', () => {
  const error = resolveError(() => resolve('bücher', 1, { flags: AI_NUMERICHOST }))
  assert.deepEqual([error.code, error.hostname], ['EAI_NONAME', 'bücher'])
  assert.equal(resolve('１２７.０.０.１', 1)[0]?.address.host, '127.0.0.1')
})

/** Calls `act`, which must throw a ResolveError, and gives it back. */
function resolveError(act: () => unknown): ResolveError {
  try {
    act()
  } catch (error) {
    assert.ok(error instanceof ResolveError, `not a ResolveError: ${error}`)
    return error
  }
  return assert.fail('it did not throw')
}

test('what does not resolve is told by the name of the EAI code', () => {
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
})

test('the error of a lookup has the shape of those of Node', () => {
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

test('an address has its names, or its numbers', { skip: noServices }, () => {
  const numbers = NI_NUMERICHOST | NI_NUMERICSERV
  assert.deepEqual(reverse({ host: '127.0.0.1', port: 80 }, { flags: numbers }), { host: '127.0.0.1', service: '80' })
  assert.equal(reverse({ host: '127.0.0.1', port: 80 }, { flags: NI_NUMERICHOST }).service, 'http')
  assert.equal(reverse({ host: '::', port: 1, family: 'inet6' }, { flags: numbers }).host, '::')
  const scoped = reverse({ host: 'fe80::1', port: 1, scopeId: 1 }, { flags: numbers })
  assert.equal(scoped.host, `fe80::1%${ifIndexToName(1)}`)
  assert.match(reverse({ host: '127.0.0.1', port: 80 }).host, /\w/)
})

test('reverse: no name where one is required', () => {
  const error = resolveError(() => reverse({ host: '127.0.0.1', port: 1 }, { flags: NI_NUMERICHOST | NI_NAMEREQD }))
  assert.deepEqual([error.code, error.syscall, error.hostname], ['EAI_NONAME', 'getnameinfo', '127.0.0.1'])
})

const loose = resolve as unknown as (...values: unknown[]) => unknown
const looseReverse = reverse as unknown as (...values: unknown[]) => unknown

test('wrong arguments are told before the system is asked', () => {
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

const program = fileURLToPath(new URL('../fixtures/slow-lookups.js', import.meta.url))
const workerProgram = fileURLToPath(new URL('../fixtures/lookup-in-worker.js', import.meta.url))

/** Runs a program to its end, where lookups take `ms`, and gives what it printed. */
function run(file: string, word: string, ms: number, descriptors = 1024) {
  const args = ['-c', `ulimit -n ${descriptors}; exec "$0" "$1" "$2"`, process.execPath, file, word]
  const child = spawnSync('sh', args, { encoding: 'utf8', env: slowResolver(ms) })
  assert.deepEqual([child.status, child.signal, child.stderr], [0, null, ''])
  return JSON.parse(child.stdout)
}

test('a lookup takes no longer than it may', { skip: noSlowResolver }, () => {
  const [target, syscall] = [{ address: 'slow.test', port: 80 }, 'getaddrinfo']
  const timeout = { name: 'SocketTimeoutError', code: 'ERR_SOCKET_TIMEOUT', errno: 0, syscall, ...target }
  for (const how of ['resolve with a timeout', 'resolve with a deadline', 'reverse with a timeout']) {
    const { error, took } = run(program, how, 2000)
    const reverse = { syscall: 'getnameinfo', address: '127.77.0.1' }
    assert.deepEqual(error, how.startsWith('reverse') ? { ...timeout, ...reverse } : timeout)
    assert.ok(took >= 100 && took < 1000, `${how} took ${took} ms`)
  }
})

test('a lookup that may not wait says that it would have to', { skip: noSlowResolver }, () => {
  const { error, took } = run(program, 'resolve without waiting', 2000)
  assert.deepEqual([error.name, error.code, error.syscall], ['WouldBlockError', 'EAGAIN', 'getaddrinfo'])
  assert.ok(took < 1000, `it took ${took} ms`)
})

test('a lookup without a limit waits until it is done', { skip: noSlowResolver }, () => {
  const { result, took } = run(program, 'resolve for as long as it takes', 300)
  assert.deepEqual(
    result.map((entry: { address: object }) => entry.address),
    [inet('127.0.0.1', 80)],
  )
  assert.ok(took >= 300, `it took ${took} ms`)
})

test('a signal with a listener interrupts a lookup, once', { skip: noSlowResolver }, async () => {
  const child = spawn(process.execPath, [program, 'resolve until a signal'], { env: slowResolver(5000) })
  child.stderr.pipe(process.stderr)
  const chunks: Buffer[] = []
  child.stdout.on('data', (chunk) => chunks.push(chunk))
  await once(child.stdout, 'data')
  child.kill('SIGINT')
  const [code] = await once(child, 'close')
  assert.equal(code, 0)
  const { interrupted, early, again } = JSON.parse(Buffer.concat(chunks).toString().slice('ready\n'.length))
  const { name, reason, signal } = interrupted.error
  assert.deepEqual([name, reason, signal], ['InterruptedError', 'signal', 'SIGINT'])
  assert.ok(interrupted.took < 2500, `it took ${interrupted.took} ms`)
  assert.equal(early, false, 'the listener runs when the stack has unwound')
  assert.equal(again.error.name, 'SocketTimeoutError')
})

test('a lookup connects a socket without another call', { skip: noSlowResolver }, () => {
  const wouldBlock = -11
  const outcome = run(program, 'connect by name', 300)
  assert.deepEqual(outcome, { early: wouldBlock, waited: 0, connected: true, accepted: true })
})

test('a lookup that was cancelled connects nothing', { skip: noSlowResolver }, () => {
  const [timedOut, notConnected] = [-100001, -107]
  const outcome = run(program, 'cancel a connect by name', 300)
  assert.deepEqual(outcome, { accepted: timedOut, peeked: notConnected })
})

test('a lookup for which there is no thread fails, and is not taken for one that would block', {
  skip: noSlowResolver,
}, () => {
  const { error, leaked } = run(program, 'no thread to be had', 0)
  assert.deepEqual([error.name, error.code, error.errno], ['ResolveError', 'EAI_SYSTEM', -11])
  assert.equal(leaked, 0)
})

test('a lookup for which there is no descriptor says so', { skip: noSlowResolver }, () => {
  const { none, only, later, leaked } = run(program, 'no descriptor to be had', 0, 64)
  const { code, syscall, errno } = none.error
  assert.deepEqual([code, syscall, errno], ['EMFILE', 'getaddrinfo', -24])
  assert.deepEqual([only.error.code, only.error.errno], ['EAI_SYSTEM', -24])
  assert.ok(later.result.length > 0)
  assert.equal(leaked, 0)
})

test('a worker that alone loads the addon is terminated in a lookup, which outlives it', {
  skip: noSlowResolver,
}, () => {
  const { took, running, left } = run(workerProgram, '', 2000)
  assert.ok(took < 1000, `terminate() took ${took} ms`)
  assert.equal(running, 1, 'the lookup still runs when the worker is gone')
  assert.equal(left, 0)
})

test('the process exits while a lookup runs', { skip: noSlowResolver }, () => {
  for (const [file, word] of [
    [program, 'exit while a lookup runs'],
    [workerProgram, 'exit'],
  ] as const) {
    const start = performance.now()
    const { status, signal } = spawnSync(process.execPath, [file, word], { env: slowResolver(10_000) })
    assert.deepEqual([status, signal], [7, null])
    assert.ok(performance.now() - start < 5000)
  }
})
