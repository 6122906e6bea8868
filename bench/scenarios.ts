// The benchmarks, one row each: the work, the peers that do it, and the claims.
import { type Peer, peer, type Scenario } from './scenario.js'
import { servingScenarios } from './serving-scenarios.js'
import { tlsScenarios } from './tls-scenarios.js'

// For two processes that wait for each other. On two cores the result would depend on the scheduler's decisions.
const ONE_CORE = { peer: 0, other: 0 }

/** A C program in a process with a second thread, which every runtime has: some of the kernel's work is dearer there. */
const withIdleThread = (peer: Peer): Peer => ({ ...peer, options: ['--idle-thread'] })

// At least 0.95 times the throughput is at most 1 / 0.95 times the cost.
const NEARLY_EQUAL = 1 / 0.95

const blocks = (direction: 'send' | 'receive', server: string, verbs: [string, string]): Scenario => ({
  name: `blocks-${direction}`,
  description: `64 KiB blocks over TCP ${direction === 'send' ? 'to' : 'from'} a C process, both on one core`,
  unit: 'MB/s',
  operations: 16_000,
  reference: 'C',
  server,
  cores: ONE_CORE,
  peers: [
    peer('C', 'c', 'blocks/blocks', direction),
    peer(`berkeley ${verbs[0]}`, 'berkeley', 'blocks/berkeley', direction),
    peer(`CPython ${verbs[1]}`, 'python', 'blocks/blocks', direction),
    peer('node:net', 'node', 'blocks/node', direction),
  ],
  claims: [{ peer: `berkeley ${verbs[0]}`, reference: 'C', maxRatio: NEARLY_EQUAL }],
})

const CURL = "spawnSync('curl')"

/** The server of https makes its certificate with openssl. */
const serverPrograms = (protocol: 'http' | 'https'): string[] => (protocol === 'https' ? ['openssl'] : [])

const newConnections = (protocol: 'http' | 'https', maxRatio: number): Scenario => ({
  name: `${protocol}-connection`,
  description: `GET of 100 bytes over a new connection of ${protocol}, from a server of Node's`,
  unit: 'µs',
  operations: 400,
  reference: CURL,
  server: { runtime: 'node', program: 'http/server', variant: protocol },
  peers: [
    { ...peer(CURL, 'node', 'http/curl', protocol, 1 / 20), programs: ['curl', ...serverPrograms(protocol)] },
    { ...peer('berkeley fetchSync', 'berkeley', 'http/connection', protocol), programs: serverPrograms(protocol) },
  ],
  claims: [{ peer: 'berkeley fetchSync', reference: CURL, maxRatio }],
})

const firstRequest = (protocol: 'http' | 'https'): Scenario => ({
  name: `${protocol}-first`,
  description: `GET of 100 bytes over ${protocol}, the first request of a process, with nothing compiled yet`,
  unit: 'µs',
  operations: 1,
  reference: CURL,
  server: { runtime: 'node', program: 'http/server', variant: protocol },
  peers: [
    { ...peer(CURL, 'node', 'http/curl', `${protocol}-once`), programs: ['curl', ...serverPrograms(protocol)] },
    {
      ...peer('berkeley fetchSync', 'berkeley', 'http/connection', `${protocol}-once`),
      programs: serverPrograms(protocol),
    },
  ],
  claims: [],
})

/** The scenarios of `--quick`: the most telling ones, in about two minutes. */
export const QUICK: readonly string[] = [
  'pair-64',
  'round-trip',
  'round-trip-unix',
  'blocks-receive',
  'datagram-64',
  'select',
  'lookup',
  'import',
  'serve-64',
  'serve-datagrams-64',
  'accept',
  'idle',
]

export const scenarios: readonly Scenario[] = [
  {
    name: 'pair-64',
    description: '64 bytes sent and received on a unix stream pair, one thread',
    unit: 'µs',
    operations: 200_000,
    reference: 'C blocking',
    peers: [
      peer('C blocking', 'c', 'pair/pair', 'blocking'),
      withIdleThread(peer('C, idle thread', 'c', 'pair/pair', 'blocking')),
      peer('C same system calls', 'c', 'pair/pair', 'nonblocking'),
      peer('berkeley recvInto', 'berkeley', 'pair/berkeley', 'recvInto'),
      peer('berkeley recv', 'berkeley', 'pair/berkeley', 'recv'),
      peer('CPython recv_into', 'python', 'pair/pair', 'recv_into'),
      peer('CPython recv', 'python', 'pair/pair', 'recv'),
    ],
    claims: [
      { peer: 'berkeley recvInto', reference: 'C blocking', maxRatio: 1.25 },
      { peer: 'berkeley recv', reference: 'C blocking', maxRatio: 1.5 },
      { peer: 'berkeley recv', reference: 'CPython recv', maxRatio: 1 },
    ],
  },
  {
    name: 'round-trip',
    description: '64-byte request and reply over TCP, client and server on one core',
    unit: 'µs',
    operations: 10_000,
    reference: 'C blocking',
    server: 'echo',
    cores: ONE_CORE,
    peers: [
      peer('C blocking', 'c', 'round-trip/round-trip', 'tcp'),
      withIdleThread(peer('C, idle thread', 'c', 'round-trip/round-trip', 'tcp')),
      peer('berkeley blocking', 'berkeley', 'round-trip/berkeley', 'blocking'),
      peer('berkeley timed', 'berkeley', 'round-trip/berkeley', 'timed'),
      peer('CPython blocking', 'python', 'round-trip/round-trip', 'blocking'),
      peer('CPython timed', 'python', 'round-trip/round-trip', 'timed'),
      peer('synckit', 'node', 'round-trip/synckit'),
      peer('node:net, awaited', 'node', 'round-trip/node'),
      peer('asyncio', 'python', 'round-trip/asyncio-client', 'asyncio'),
      { ...peer('uvloop', 'python', 'round-trip/asyncio-client', 'uvloop'), pythonPackage: 'uvloop' },
      peer('Bun node:net', 'bun', 'round-trip/node'),
      peer('Deno node:net', 'deno', 'round-trip/node'),
      peer('spawnSync', 'node', 'round-trip/spawn-sync', '-', 1 / 5000),
    ],
    claims: [
      { peer: 'berkeley blocking', reference: 'C blocking', maxRatio: 1.25 },
      { peer: 'berkeley blocking', reference: 'synckit', maxRatio: 0.5 },
    ],
  },
  {
    name: 'round-trip-unix',
    description: '64-byte request and reply over a unix stream socket, client and server on one core',
    unit: 'µs',
    operations: 10_000,
    reference: 'C blocking',
    server: 'unix',
    cores: ONE_CORE,
    peers: [
      peer('C blocking', 'c', 'round-trip/round-trip', 'unix'),
      withIdleThread(peer('C, idle thread', 'c', 'round-trip/round-trip', 'unix')),
      peer('berkeley blocking', 'berkeley', 'round-trip/berkeley', 'unix'),
      peer('berkeley timed', 'berkeley', 'round-trip/berkeley', 'unix-timed'),
      peer('CPython blocking', 'python', 'round-trip/round-trip', 'unix'),
      peer('CPython timed', 'python', 'round-trip/round-trip', 'unix-timed'),
      peer('node:net, awaited', 'node', 'round-trip/node', 'unix'),
      peer('Bun node:net', 'bun', 'round-trip/node', 'unix'),
      peer('Deno node:net', 'deno', 'round-trip/node', 'unix'),
    ],
    claims: [],
  },
  {
    name: 'http-request',
    description: 'GET of 100 bytes over a kept connection, to a server of node:http, both on one core',
    unit: 'µs',
    operations: 4000,
    reference: 'synckit + fetch',
    server: { runtime: 'node', program: 'http/server', variant: 'http' },
    cores: ONE_CORE,
    peers: [
      peer('synckit + fetch', 'node', 'http/synckit'),
      peer('berkeley fetchSync', 'berkeley', 'http/berkeley'),
      peer('CPython http.client', 'python', 'http/client'),
      peer('fetch, awaited', 'node', 'http/fetch'),
    ],
    claims: [{ peer: 'berkeley fetchSync', reference: 'synckit + fetch', maxRatio: 0.5 }],
  },
  newConnections('http', 1 / 12),
  newConnections('https', 1 / 5),
  firstRequest('http'),
  firstRequest('https'),
  {
    name: 'python-wasm',
    description:
      'Python: 64-byte request and reply over TCP, in CPython and in WebAssembly; and the loop without sockets',
    unit: 'µs',
    operations: 20_000,
    reference: 'CPython',
    server: 'echo',
    cores: ONE_CORE,
    peers: [
      peer('CPython', 'python', 'python-wasm/python-wasm', 'blocking'),
      peer('CPython, the loop alone', 'python', 'python-wasm/python-wasm', 'loop'),
      peer('Pyodide on berkeley', 'berkeley', 'python-wasm/berkeley', 'blocking'),
      peer('Pyodide, the loop alone', 'berkeley', 'python-wasm/berkeley', 'loop'),
    ],
    claims: [],
  },
  blocks('send', 'sink', ['sendAll', 'sendall']),
  blocks('receive', 'source', ['recvInto', 'recv_into']),
  {
    name: 'trace',
    description: 'a call on a pair with 8 µs of other work, about 100,000 calls a second, recorded and not',
    unit: 'µs',
    operations: 100_000,
    reference: 'not recorded',
    peers: [
      peer('not recorded', 'berkeley', 'trace/berkeley', 'off'),
      peer('trace()', 'berkeley', 'trace/berkeley', 'memory'),
      peer('BERKELEY_TRACE', 'berkeley', 'trace/berkeley', 'file'),
    ],
    claims: [
      { peer: 'trace()', reference: 'not recorded', maxRatio: 1.05 },
      { peer: 'BERKELEY_TRACE', reference: 'not recorded', maxRatio: 1.05 },
    ],
  },
  {
    name: 'datagram-64',
    description: '64-byte UDP datagram sent and received over loopback, one thread',
    unit: 'µs',
    operations: 100_000,
    reference: 'C',
    peers: [
      peer('C', 'c', 'datagram/datagram'),
      peer('berkeley recvFromInto', 'berkeley', 'datagram/berkeley', 'recvFromInto'),
      peer('berkeley recvFrom', 'berkeley', 'datagram/berkeley', 'recvFrom'),
      peer('CPython recvfrom_into', 'python', 'datagram/datagram', 'recvfrom_into'),
      peer('CPython recvfrom', 'python', 'datagram/datagram', 'recvfrom'),
      peer('node:dgram, awaited', 'node', 'datagram/node', '-', 1 / 4),
    ],
    claims: [],
  },
  {
    name: 'datagram-batch',
    description: 'UDP datagrams of 64 bytes in batches of 64, sent and received over loopback, one thread',
    unit: 'cpu µs',
    operations: 256_000,
    reference: 'C sendmmsg, recvmmsg',
    peers: [
      peer('C sendmmsg, recvmmsg', 'c', 'datagram-batch/datagram-batch', 'batch'),
      peer('berkeley sendBatch, recvBatch', 'berkeley', 'datagram-batch/berkeley', 'batch'),
      peer('berkeley, split and joined by the kernel', 'berkeley', 'datagram-batch/berkeley', 'batch-joined'),
      peer('node:dgram, 64 in flight', 'node', 'datagram-batch/node', 'batch', 1 / 4),
    ],
    claims: [
      { peer: 'berkeley sendBatch, recvBatch', reference: 'C sendmmsg, recvmmsg', maxRatio: 1.15 },
      { peer: 'berkeley, split and joined by the kernel', reference: 'node:dgram, 64 in flight', maxRatio: 0.4 },
    ],
  },
  {
    name: 'datagram-segments',
    description: 'UDP datagrams of 1,200 bytes in batches of 50, sent and received over loopback, one thread',
    unit: 'cpu µs',
    operations: 200_000,
    reference: 'berkeley, one by one',
    peers: [
      peer('berkeley, one by one', 'berkeley', 'datagram-batch/berkeley', 'datagrams'),
      peer('berkeley, split and joined by the kernel', 'berkeley', 'datagram-batch/berkeley', 'datagrams-joined'),
      peer('C sendmmsg, recvmmsg', 'c', 'datagram-batch/datagram-batch', 'datagrams'),
      peer('node:dgram, 50 in flight', 'node', 'datagram-batch/node', 'datagrams', 1 / 4),
    ],
    claims: [{ peer: 'berkeley, split and joined by the kernel', reference: 'berkeley, one by one', maxRatio: 1 / 3 }],
  },
  {
    name: 'connect',
    description: 'connect over TCP, read to the end, close; client and server on one core',
    unit: 'µs',
    operations: 2_000,
    reference: 'C',
    server: 'close',
    cores: ONE_CORE,
    peers: [
      peer('C', 'c', 'connect/connect'),
      peer('berkeley', 'berkeley', 'connect/berkeley', 'connect'),
      peer('berkeley createConnection', 'berkeley', 'connect/berkeley', 'createConnection'),
      peer('berkeley openConnection, awaited', 'berkeley', 'connect/berkeley', 'openConnection'),
      peer('CPython', 'python', 'connect/connect'),
      peer('node:net, awaited', 'node', 'connect/node'),
    ],
    claims: [{ peer: 'berkeley createConnection', reference: 'berkeley', maxRatio: 1.3 }],
  },
  {
    name: 'select',
    description: '10,000 sockets registered and 64 ready, level-triggered, no I/O: time per event',
    unit: 'µs',
    operations: 6_400_000,
    reference: 'C epoll',
    peers: [
      peer('C epoll', 'c', 'selector/selector', '10000'),
      peer('berkeley Selector', 'berkeley', 'selector/berkeley', '10000'),
      peer('CPython selectors', 'python', 'selector/selector', '10000'),
    ],
    claims: [
      { peer: 'berkeley Selector', reference: 'C epoll', maxRatio: 1.3 },
      { peer: 'berkeley Selector', reference: 'CPython selectors', maxRatio: 1 },
    ],
  },
  {
    name: 'echo-many',
    description: 'one thread echoes 64 bytes for 100 and for 10,000 connections, 64 busy at a time',
    unit: 'µs',
    operations: 128_000,
    reference: 'C 100',
    server: 'drive',
    cores: { peer: 0, other: 1 },
    peers: [
      peer('C 100', 'c', 'echo-many/echo-many', '100'),
      peer('C 10,000', 'c', 'echo-many/echo-many', '10000'),
      peer('berkeley 100', 'berkeley', 'echo-many/berkeley', '100'),
      peer('berkeley 10,000', 'berkeley', 'echo-many/berkeley', '10000'),
      peer('CPython 100', 'python', 'echo-many/echo-many', '100'),
      peer('CPython 10,000', 'python', 'echo-many/echo-many', '10000'),
    ],
    claims: [
      {
        peer: 'berkeley 10,000',
        reference: 'berkeley 100',
        growthReference: { peer: 'C 10,000', reference: 'C 100' },
        maxRatio: 1.2,
      },
    ],
  },
  {
    name: 'lookup',
    description: 'a lookup of localhost: in the thread that asks, or in another',
    unit: 'µs',
    operations: 4_000,
    reference: 'C getaddrinfo',
    peers: [
      peer('C getaddrinfo', 'c', 'lookup/lookup'),
      peer('berkeley resolve', 'berkeley', 'lookup/berkeley', 'blocking'),
      peer('berkeley resolveAsync, awaited', 'berkeley', 'lookup/berkeley', 'awaited'),
      peer('CPython getaddrinfo', 'python', 'lookup/lookup'),
      peer('node:dns, awaited', 'node', 'lookup/node'),
    ],
    claims: [],
  },
  {
    name: 'import',
    description: 'the start of a process that imports the package and makes a socket',
    unit: 'cpu µs',
    operations: 4,
    reference: 'Node alone',
    peers: [
      peer('Node alone', 'node', 'import/import', 'bare'),
      peer('node:net', 'node', 'import/import', 'net'),
      peer('berkeley', 'node', 'import/import', 'package'),
      { ...peer('CPython socket', 'node', 'import/import', 'python'), programs: ['python3'] },
    ],
    claims: [],
  },
  ...tlsScenarios,
  ...servingScenarios,
]
