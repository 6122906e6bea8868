// The benchmarks in which the peers are servers: what a server's process uses, while load.c keeps it busy.
import type { Claim, Load, Peer, Scenario } from './scenario.js'

const peer = (name: string, runtime: Peer['runtime'], program: string, variant = '-'): Peer => ({
  name,
  runtime,
  program,
  variant,
})

const C = peer('C epoll', 'c', 'serve/serve')
const NODE = peer('node:net', 'node', 'serve/node')
const HANDLERS = peer('berkeley serve', 'node', 'serve/berkeley-handlers', 'own')
const REUSE = peer('berkeley serve, reuseBuffer', 'node', 'serve/berkeley-handlers', 'reuse')
const AWAIT = peer('berkeley awaits', 'node', 'serve/berkeley-awaits')
const ALL = [C, NODE, HANDLERS, REUSE, AWAIT]

const APART = { peer: 0, other: 1 }
const MIB = 2 ** 20

const claim = (peer: Peer, atMost: number, against: Peer): Claim => ({
  peer: peer.name,
  against: against.name,
  atMost,
})

interface Row extends Pick<Scenario, 'name' | 'what' | 'unit' | 'operations'> {
  readonly load: Load
  readonly peers: readonly Peer[]
  readonly claims: readonly Claim[]
}

/** Server and load on a core each; all ratios are to node:net. */
const serving = (row: Row): Scenario => ({ reference: NODE.name, cores: APART, ...row })

const echo = (connections: number): Scenario =>
  serving({
    name: `serve-${connections}`,
    what: `a server echoes 64 bytes for ${connections.toLocaleString('en')} connections, each with one message under way`,
    unit: 'cpu µs',
    operations: 100_000,
    load: { mode: 'echo', connections, size: 64 },
    peers: ALL,
    claims: [
      claim(HANDLERS, 1.25, C),
      claim(HANDLERS, 0.7, NODE),
      claim(REUSE, 1.15, C),
      claim(REUSE, 0.62, NODE),
      claim(AWAIT, 1, NODE),
    ],
  })

/** The same where nobody has to be woken. The ratio to node:net is reported, and not claimed: C's own is near it. */
function polled(connections: number): Scenario {
  const { load, what, ...rest } = echo(connections)
  return {
    ...rest,
    name: `serve-${connections}-polled`,
    what: `${what}, and a load that does not sleep`,
    load: { ...load!, polls: true },
    claims: [claim(HANDLERS, 1.25, C), claim(REUSE, 1.15, C), claim(AWAIT, 1, NODE)],
  }
}

export const servingScenarios: readonly Scenario[] = [
  echo(64),
  echo(1000),
  polled(64),
  polled(1000),
  {
    ...echo(1),
    name: 'serve-one',
    what: 'a server echoes 64 bytes for one connection, server and load on one core: time of a round trip',
    unit: 'µs',
    operations: 20_000,
    cores: { peer: 0, other: 0 },
    claims: [HANDLERS, REUSE, AWAIT].map((peer) => claim(peer, 1.1, NODE)),
  },
  serving({
    name: 'serve-large',
    what: 'a server echoes 64 KiB for 16 connections: bytes in and out in a second of processor time',
    unit: 'MB/cpu s',
    operations: 10_000,
    load: { mode: 'echo', connections: 16, size: 65_536 },
    peers: ALL,
    claims: [HANDLERS, REUSE, AWAIT].map((peer) => claim(peer, 1 / 1.2, NODE)),
  }),
  serving({
    name: 'accept',
    what: 'connections that come, end their side and are ended, 64 at a time',
    unit: 'cpu µs',
    operations: 20_000,
    load: { mode: 'accept', connections: 64, size: 1 },
    peers: [C, NODE, HANDLERS, AWAIT],
    claims: [HANDLERS, AWAIT].map((peer) => claim(peer, 1 / 1.3, NODE)),
  }),
  serving({
    name: 'idle',
    what: '15,000 connections that have exchanged a message: resident bytes for each',
    unit: 'B',
    operations: 15_000,
    load: { mode: 'idle', connections: 1, size: 64 },
    peers: [NODE, HANDLERS, AWAIT],
    claims: [claim(HANDLERS, 1 / 3, NODE), claim(AWAIT, 0.8, NODE)],
  }),
  {
    name: 'send-file',
    what: 'a file of 1 GiB that is in memory, sent over TCP on request',
    unit: 'MB/cpu s',
    operations: 1024,
    reference: 'node:net, piped',
    load: { mode: 'file', connections: 1, size: MIB },
    cores: APART,
    peers: [
      peer('C sendfile', 'c', 'send-file/send-file'),
      peer('node:net, piped', 'node', 'send-file/node'),
      peer('berkeley sendFile', 'node', 'send-file/berkeley'),
    ],
    claims: [{ peer: 'berkeley sendFile', against: 'node:net, piped', atMost: 1 / 4 }],
  },
]
