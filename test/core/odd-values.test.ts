// Any value anywhere: a Symbol, a Proxy, an object without a prototype. What is thrown has a code, or is the caller's own.
import { test } from 'node:test'
import {
  AsyncSocket,
  dupFd,
  encodeProxyHeader,
  getProtoByName,
  getProtoByNumber,
  getServByName,
  getServByPort,
  handOver,
  ifIndexToName,
  ifNameToIndex,
  listenFds,
  ProxyHeaderParser,
  Recording,
  readProxyHeader,
  readProxyHeaderAsync,
  readTraces,
  resolve,
  resolveAsync,
  reverse,
  Socket,
  toTraceEvents,
  trace,
} from 'berkeley'
import { attemptAsync, revoked } from '../support/arbitrary-arguments.js'

const ODD: Readonly<Record<string, () => unknown>> = {
  undefined: () => undefined,
  null: () => null,
  'a boolean': () => true,
  NaN: () => Number.NaN,
  'a number': () => -1.5,
  'a large number': () => 2 ** 53,
  'a BigInt': () => 5n,
  'a Symbol': () => Symbol('odd'),
  'a function': () => () => 5,
  'a string': () => 'odd',
  'a string with a NUL': () => 'a\0b',
  'an array': () => [],
  'an array of a Symbol': () => [Symbol('odd')],
  'an array of nothing': () => [null],
  'an object': () => ({}),
  'an object without a prototype': () => Object.create(null),
  'an object that is not text': () => ({ toString: null, valueOf: null }),
  'a Date that is none': () => new Date(Number.NaN),
  'a Proxy of an object': () => new Proxy({}, {}),
  'a Proxy of an array': () => new Proxy([], {}),
  'a Proxy of memory': () => new Proxy(new Uint8Array(4), {}),
  'a revoked Proxy': () => revoked({}),
  'a revoked Proxy of an array': () => revoked([]),
  'a Proxy of a revoked Proxy': () => new Proxy(revoked({}), {}),
}

/** In the place of a socket. */
const ODD_SOCKETS: typeof ODD = {
  ...ODD,
  'a Proxy of a Socket': () => new Proxy(pairs()[0]!, {}),
  'an imitation of a Socket': () => Object.create(Socket.prototype),
}

const made: Socket[] = []
/** A pair of sockets that never wait. */
function pairs(): Socket[] {
  const pair = Socket.pair()
  made.push(...pair)
  for (const socket of pair) socket.setBlocking(false)
  return pair
}

/** All copies of `value` in which one part, at any depth, is replaced by an odd value. */
function* spoiled(value: unknown, path = ''): Generator<readonly [where: string, value: unknown], void, undefined> {
  const isSocket = value instanceof Socket || value instanceof AsyncSocket
  for (const [name, make] of Object.entries(isSocket ? ODD_SOCKETS : ODD)) yield [`${path} is ${name}`, make()]
  const isWhole = isSocket || ArrayBuffer.isView(value) || value instanceof Date || value instanceof AbortSignal
  if (typeof value !== 'object' || value === null || isWhole) return
  const entries = Object.entries(value)
  for (const [key, part] of entries) {
    for (const [where, replaced] of spoiled(part, `${path}.${key}`)) {
      const copy = Object.fromEntries(entries.map(([name, other]) => [name, name === key ? replaced : other]))
      yield [where, Array.isArray(value) ? Object.values(copy) : copy]
    }
  }
}

const wait = { timeout: 0, deadline: performance.now() }
const asyncWait = { ...wait, signal: AbortSignal.timeout(60_000) }
const end = { family: 'inet', host: '127.0.0.1', port: 1 }
const inet6 = { family: 'inet6', host: '::1', port: 1, flowInfo: 1, scopeId: 1 }
const header = {
  version: 2,
  command: 'proxy',
  transport: 'stream',
  source: end,
  destination: end,
  tlvs: {
    alpn: 'h2',
    authority: 'x',
    uniqueId: Buffer.of(1),
    tls: { tls: true, certificate: true, sessionCertificate: true, verify: 0, version: 'x', other: [] },
    namespace: 'x',
    other: [{ type: 0xe0, value: Buffer.of(1) }],
  },
  checksum: true,
}

function aTrace(): unknown {
  const recording = trace()
  pairs()[0]!.tryRecv(1)
  const { threads, ...rest } = recording.stop()
  return { ...rest, threads: threads.map(({ calls, ...thread }) => ({ ...thread, calls: calls.slice(-1) })) }
}

type Anything = (...args: never[]) => unknown
const stopped = (recording: unknown): void => void (recording as Recording).stop()

/** Calls with arguments that are right. */
const CALLS: readonly (readonly [name: string, call: Anything, args: () => readonly unknown[]])[] = [
  ['trace', ((options: never) => stopped(trace(options))) as Anything, () => [{ workers: false, limit: 5 }]],
  ['new Recording', ((of: never) => new Recording(of)) as Anything, () => [{}]],
  ['readTraces', readTraces, () => ['/nonexistent']],
  ['toTraceEvents', toTraceEvents, () => [[aTrace(), aTrace()]]],
  ['dupFd', dupFd, () => [-1]],
  ['handOver', handOver, () => [{ web: pairs()[0] }]],
  ['listenFds', listenFds, () => [{ keepEnvironment: false }]],
  ['encodeProxyHeader', encodeProxyHeader, () => [header]],
  ['encodeProxyHeader, IPv6', encodeProxyHeader, () => [{ source: inet6, destination: inet6 }]],
  ['encodeProxyHeader, paths', encodeProxyHeader, () => [{ source: { path: '/a' }, destination: { path: '/b' } }]],
  [
    'encodeProxyHeader, names',
    encodeProxyHeader,
    () => [{ source: { abstract: Buffer.of(1) }, destination: { abstract: Buffer.of(1) } }],
  ],
  [
    'encodeProxyHeader, raw',
    encodeProxyHeader,
    () => [{ source: { family: 'raw', value: 1, bytes: Buffer.of(1) }, destination: { path: '/b' } }],
  ],
  ['encodeProxyHeader, version 1', encodeProxyHeader, () => [{ ...header, version: 1, tlvs: {}, checksum: false }]],
  [
    'new ProxyHeaderParser',
    ((options: never) => new ProxyHeaderParser(options)) as Anything,
    () => [{ maxHeaderBytes: 200 }],
  ],
  ['push', ((bytes: never) => new ProxyHeaderParser().push(bytes)) as Anything, () => [Buffer.from('PROXY')]],
  ['readProxyHeader', readProxyHeader, () => [pairs()[0], { ...wait, maxHeaderBytes: 200 }]],
  ['readProxyHeaderAsync', readProxyHeaderAsync, () => [pairs()[0]!.toAsync(), { ...asyncWait, maxHeaderBytes: 200 }]],
  ['resolve', resolve, () => ['127.0.0.1', 80, { ...wait, family: 2, type: 1, protocol: 6, flags: 0 }]],
  ['resolve, service', resolve, () => ['127.0.0.1', 'http', wait]],
  ['resolveAsync', resolveAsync, () => ['127.0.0.1', 80, { ...asyncWait, family: 2, type: 1, protocol: 6, flags: 0 }]],
  ['reverse', reverse, () => [end, { ...wait, flags: 0 }]],
  ['reverse, IPv6', reverse, () => [inet6, wait]],
  ['getServByName', getServByName, () => ['http', 'tcp']],
  ['getServByPort', getServByPort, () => [80, 'tcp']],
  ['getProtoByName', getProtoByName, () => ['tcp']],
  ['getProtoByNumber', getProtoByNumber, () => [6]],
  ['ifNameToIndex', ifNameToIndex, () => ['lo']],
  ['ifIndexToName', ifIndexToName, () => [1]],
]

for (const [name, call, args] of CALLS) {
  test(`odd values: ${name}`, { timeout: 120_000 }, async () => {
    // One Socket is not given twice: another call may have closed it, or moved it elsewhere.
    const count = args().length
    for (let index = 0; index < count; index++) {
      for (const [where, value] of spoiled(args()[index], `argument ${index + 1}`)) {
        const given = args().map((own, at) => (at === index ? value : own))
        await attemptAsync(`${name}: ${where}`, async () => call(...(given as never[])))
      }
    }
    for (const socket of made.splice(0)) socket.close()
  })
}
