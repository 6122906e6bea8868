// The benchmarks of TLS: clients against a C server on libssl, both on one core.
import { peer, type Scenario } from './scenario.js'

// For two processes that wait for each other. On two cores the result would depend on the scheduler's decisions.
const ONE_CORE = { peer: 0, other: 0 }

type Row = Pick<Scenario, 'name' | 'description' | 'unit' | 'operations' | 'claims'> & {
  readonly variant: string
  readonly server: string
}

const C = 'C libssl'
const BERKELEY = "berkeley, Node's OpenSSL"
const SYSTEM = "berkeley, the system's libssl"
const NODE = 'node:tls'

const scenario = ({ variant, server, ...row }: Row): Scenario => ({
  ...row,
  reference: C,
  server: { runtime: 'c', program: 'shared/tls-server', variant: server },
  usesTls: true,
  cores: ONE_CORE,
  peers: [
    peer(C, 'c', 'tls/tls', variant),
    peer(BERKELEY, 'berkeley', 'tls/berkeley', variant),
    peer(SYSTEM, 'berkeley', 'tls/berkeley', `${variant}-system`),
    peer(NODE, 'node', 'tls/node', variant),
  ],
})

const blocks = (variant: 'send' | 'receive', server: string): Scenario =>
  scenario({
    name: `tls-${variant}`,
    description: `64 KiB blocks over TLS 1.3 ${variant === 'send' ? 'to' : 'from'} a C process on libssl`,
    unit: 'MB/cpu s',
    operations: 24_000,
    variant,
    server,
    claims: [
      { peer: SYSTEM, reference: C, maxRatio: 1.05 },
      { peer: BERKELEY, reference: NODE, maxRatio: 0.8 },
    ],
  })

const handshakes = (variant: 'full' | 'resumed'): Scenario =>
  scenario({
    name: `tls-handshake-${variant}`,
    description: `connect over TCP, ${variant} handshake of TLS 1.3, one byte, close`,
    unit: 'cpu µs',
    operations: 3_000,
    variant,
    server: 'close',
    claims: [{ peer: SYSTEM, reference: C, maxRatio: 1.1 }],
  })

export const tlsScenarios: readonly Scenario[] = [
  blocks('send', 'sink'),
  blocks('receive', 'source'),
  handshakes('full'),
  handshakes('resumed'),
]
