// What a benchmark consists of. The scenarios themselves are in scenarios.ts and serving-scenarios.ts.
import type { Trial } from './trial.js'
import type { Unit } from './unit.js'

/**
 * What runs a peer's program: see toolchain.ts. `berkeley` is Node with this library, `node` is Node without it; Bun and Deno run the
 * programs for `node`.
 */
export type Runtime = 'c' | 'python' | 'node' | 'berkeley' | 'bun' | 'deno'

/** A program that does a scenario's work: `program VARIANT OPERATIONS PORT OPTIONS...`, or `program VARIANT` if it is a server. */
export interface Peer {
  readonly name: string
  readonly runtime: Runtime
  /** A path below bench/peers, without its extension. */
  readonly program: string
  readonly variant: string
  /** Arguments after the port. */
  readonly options?: readonly string[]
  /** The fraction of the scenario's operations that this peer performs, if all of them would take minutes. */
  readonly share?: number
  /** The package of Python that it needs. */
  readonly pythonPackage?: string
  /** Programs that it needs besides its runtime, by their commands. */
  readonly programs?: readonly string[]
  /** The folder of the checkout whose library a `berkeley` program uses. Without it, that of this checkout. */
  readonly checkout?: string
}

/** Makes a peer. Its variant is `-` where its program has only one. */
export function peer(name: string, runtime: Runtime, program: string, variant = '-', share?: number): Peer {
  return { name, runtime, program, variant, ...(share === undefined ? {} : { share }) }
}

/** A ratio that the project promises: the cost of `peer` is at most `maxRatio` times the cost of `reference`. */
export interface Claim {
  readonly peer: string
  readonly reference: string
  readonly maxRatio: number
  /**
   * If present, the claim compares growth of processor time: the ratio of `peer` to `reference` is at most `maxRatio`
   * times the ratio of this pair.
   */
  readonly growthReference?: { readonly peer: string; readonly reference: string }
}

/** Numbers of the CPUs to which the processes are bound. */
export interface Cores {
  readonly peer: number
  /** For the process at the other end: server.c, or load.c if the peer is a server. */
  readonly other: number
}

/** What load.c does to a peer that is a server. */
export interface Load {
  readonly mode: 'echo' | 'datagram' | 'accept' | 'file' | 'idle'
  readonly connections: number
  /** Bytes of a message. */
  readonly size: number
  /** Whether the load polls while it waits for the peer. By default it sleeps. */
  readonly polls?: boolean
}

export interface Scenario {
  readonly name: string
  readonly description: string
  readonly unit: Unit
  readonly operations: number
  /** The peer to which all ratios are computed. */
  readonly reference: string
  /** What runs at the other end during each trial: a variant of server.c, or a program that is started as a server. */
  readonly server?: string | Pick<Peer, 'runtime' | 'program' | 'variant'>
  /** Gives every process the folder of a certificate and its key, as TLS_CERTIFICATES. */
  readonly usesTls?: boolean
  /** If present, the peers are servers: every figure except the elapsed time is measured on their processes. */
  readonly load?: Load
  readonly cores?: Cores
  /** How many descriptors each process needs, where that is more than systems usually allow. */
  readonly descriptors?: number
  /** Variables of the environment of every peer. */
  readonly environment?: Readonly<Record<string, string>>
  readonly peers: readonly Peer[]
  readonly claims: readonly Claim[]
}

/** A peer's trials, or the reason why there are none: a missing tool (`skipped`) or an error (`failed`). */
export type Outcome =
  | { readonly peer: string; readonly trials: readonly Trial[] }
  | { readonly peer: string; readonly skipped: string }
  | { readonly peer: string; readonly failed: string }
