// The benchmarks in which the peers are servers: what a server's process uses while load.c keeps it busy.
import { type Claim, type Load, type Peer, peer, type Scenario } from './scenario.js'

const C = peer('C epoll', 'c', 'serve/serve')
const NODE = peer('node:net', 'node', 'serve/node')
const HANDLERS = peer('berkeley serve', 'berkeley', 'serve/berkeley-handlers', 'own')
const REUSE = peer('berkeley serve, reuseBuffer', 'berkeley', 'serve/berkeley-handlers', 'reuse')
const AWAITS = peer('berkeley awaits', 'berkeley', 'serve/berkeley-awaits')
const ALL = [C, NODE, HANDLERS, REUSE, AWAITS]
/** Servers of other runtimes. */
const ELSEWHERE: readonly Peer[] = [
  peer('asyncio', 'python', 'serve/asyncio-server', 'asyncio'),
  { ...peer('uvloop', 'python', 'serve/asyncio-server', 'uvloop'), pythonPackage: 'uvloop' },
  peer('Bun node:net', 'bun', 'serve/node'),
  peer('Deno node:net', 'deno', 'serve/node'),
]

const SEPARATE_CORES = { peer: 0, other: 1 }
const MIB = 2 ** 20

// glibc returns the end of its heap to the system whenever enough of it is free, and the memory of messages must then be
// mapped anew. Whether buffers lie at the end is chance, differs from start to start, and may double a server's cost.
const KEEP_HEAP = { MALLOC_TRIM_THRESHOLD_: String(2 ** 30), MALLOC_MMAP_THRESHOLD_: String(2 ** 25) }

const claim = (peer: Peer, maxRatio: number, reference: Peer): Claim => ({
  peer: peer.name,
  reference: reference.name,
  maxRatio,
})

interface Row extends Pick<Scenario, 'name' | 'description' | 'unit' | 'operations' | 'environment'> {
  readonly load: Load
  readonly peers: readonly Peer[]
  readonly claims: readonly Claim[]
}

/** Server and load each have a core; all ratios are to node:net. */
const serving = (row: Row): Scenario => ({ reference: NODE.name, cores: SEPARATE_CORES, ...row })

const echo = (connections: number): Scenario =>
  serving({
    name: `serve-${connections}`,
    description: `a server echoes 64 bytes for ${connections.toLocaleString('en')} connections, one message in flight on each`,
    unit: 'cpu µs',
    operations: 100_000,
    load: { mode: 'echo', connections, size: 64 },
    peers: ALL,
    claims: [
      claim(HANDLERS, 1.25, C),
      claim(HANDLERS, 0.7, NODE),
      claim(REUSE, 1.15, C),
      claim(REUSE, 0.62, NODE),
      claim(AWAITS, 1, NODE),
    ],
  })

/** Where the ratio to node:net is reported but not claimed, because that of C is close to it. */
const besideC = [claim(HANDLERS, 1.25, C), claim(REUSE, 1.15, C), claim(AWAITS, 1, NODE)]

/** The same without wakeups. */
function polled(connections: number): Scenario {
  const { load, description, ...rest } = echo(connections)
  return {
    ...rest,
    name: `serve-${connections}-polled`,
    description: `${description}; the load polls`,
    load: { ...load!, polls: true },
    claims: besideC,
  }
}

const C_BATCH = peer('C recvmmsg, sendmmsg', 'c', 'serve-datagrams/serve-datagrams', 'batch')
const C_EACH = peer('C recvfrom, sendto', 'c', 'serve-datagrams/serve-datagrams', 'each')
const NODE_DATAGRAMS = peer('node:dgram', 'node', 'serve-datagrams/node')
const MESSAGE = peer('serveDatagrams message', 'berkeley', 'serve-datagrams/berkeley', 'own')
const MESSAGE_REUSE = peer('serveDatagrams message, reuseBuffer', 'berkeley', 'serve-datagrams/berkeley', 'reuse')
const MESSAGES = peer('serveDatagrams messages, sendBatch', 'berkeley', 'serve-datagrams/berkeley', 'batch')

const datagrams = (peers: number): Scenario => ({
  name: `serve-datagrams-${peers}`,
  description: `a server echoes 64 bytes over UDP for ${peers.toLocaleString('en')} peers, at most 64 datagrams in flight`,
  unit: 'cpu µs',
  operations: 200_000,
  reference: NODE_DATAGRAMS.name,
  cores: SEPARATE_CORES,
  load: { mode: 'datagram', connections: peers, size: 64 },
  peers: [C_BATCH, C_EACH, NODE_DATAGRAMS, MESSAGE, MESSAGE_REUSE, MESSAGES],
  claims: [MESSAGE, MESSAGE_REUSE, MESSAGES].map((peer) => claim(peer, 0.45, NODE_DATAGRAMS)),
})

export const servingScenarios: readonly Scenario[] = [
  { ...echo(64), peers: [...ALL, ...ELSEWHERE] },
  echo(1000),
  { ...echo(10_000), descriptors: 10_100, claims: besideC },
  polled(64),
  polled(1000),
  {
    ...echo(1),
    name: 'serve-one',
    description: 'a server echoes 64 bytes for one connection, server and load on one core: time of a round trip',
    unit: 'µs',
    operations: 20_000,
    cores: { peer: 0, other: 0 },
    claims: [HANDLERS, REUSE, AWAITS].map((peer) => claim(peer, 1.1, NODE)),
  },
  serving({
    name: 'serve-large',
    description: 'a server echoes 64 KiB for 16 connections: bytes in and out per second of processor time',
    unit: 'MB/cpu s',
    operations: 10_000,
    load: { mode: 'echo', connections: 16, size: 65_536 },
    environment: KEEP_HEAP,
    peers: ALL,
    claims: [claim(HANDLERS, 1.1, NODE), claim(REUSE, 0.95, NODE), claim(AWAITS, 1.2, NODE)],
  }),
  datagrams(64),
  datagrams(1000),
  serving({
    name: 'accept',
    description: 'connections accepted, shut down by the client and closed by the server, 64 at a time',
    unit: 'cpu µs',
    operations: 20_000,
    load: { mode: 'accept', connections: 64, size: 1 },
    peers: [C, NODE, HANDLERS, AWAITS, ...ELSEWHERE],
    claims: [HANDLERS, AWAITS].map((peer) => claim(peer, 1 / 1.3, NODE)),
  }),
  serving({
    name: 'idle',
    description: '15,000 connections that have exchanged a message: resident bytes per connection',
    unit: 'B',
    operations: 15_000,
    load: { mode: 'idle', connections: 1, size: 64 },
    peers: [NODE, HANDLERS, AWAITS, ...ELSEWHERE],
    claims: [claim(HANDLERS, 1 / 3, NODE), claim(AWAITS, 0.8, NODE)],
  }),
  {
    name: 'send-file',
    description: 'a file of 1 GiB in the page cache, sent over TCP on request',
    unit: 'MB/cpu s',
    operations: 1024,
    reference: 'node:net, piped',
    load: { mode: 'file', connections: 1, size: MIB },
    cores: SEPARATE_CORES,
    peers: [
      peer('C sendfile', 'c', 'send-file/send-file'),
      peer('node:net, piped', 'node', 'send-file/node'),
      peer('berkeley sendFile', 'berkeley', 'send-file/berkeley'),
    ],
    claims: [{ peer: 'berkeley sendFile', reference: 'node:net, piped', maxRatio: 1 / 4 }],
  },
]
