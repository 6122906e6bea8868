// What a benchmark is made of. The rows are in scenarios.ts.
import type { Trial } from './trial.js'
import type { Unit } from './unit.js'

/** Which language a peer is written in, and so how it is started: see toolchain.ts. */
export type Runtime = 'c' | 'python' | 'node'

/** One program that does a scenario's work: `program VARIANT OPERATIONS PORT`, or `program VARIANT` where it serves. */
export interface Peer {
  readonly name: string
  readonly runtime: Runtime
  /** A file of bench/peers without its extension. */
  readonly program: string
  readonly variant: string
  /** The part of the scenario's operations that this peer makes, when all of them would take minutes. */
  readonly share?: number
}

/** A ratio that the project promises: `peer` takes at most `atMost` times of what the unit counts that `against` does. */
export interface Claim {
  readonly peer: string
  readonly against: string
  readonly atMost: number
  /**
   * With it the claim is about growth, in processor time: `peer` takes at most `atMost` times what it would if it had
   * grown over `against` as this pair has.
   */
  readonly grownLike?: { readonly peer: string; readonly against: string }
}

/** CPU numbers to which the processes are bound. */
export interface Cores {
  readonly peer: number
  /** The process on the other side: server.c, or load.c where the peer serves. */
  readonly other: number
}

/** What load.c does to a peer that serves. */
export interface Load {
  readonly mode: 'echo' | 'accept' | 'file' | 'idle'
  readonly connections: number
  /** Bytes of a message. */
  readonly size: number
  /** Whether it sleeps while nothing comes, or asks again and again. */
  readonly polls?: boolean
}

export interface Scenario {
  readonly name: string
  readonly what: string
  readonly unit: Unit
  readonly operations: number
  /** The peer that all ratios are to. */
  readonly reference: string
  /** The variant of server.c that runs beside each trial. */
  readonly server?: string
  /** With it the peers are servers, and every figure but the time is of their processes. */
  readonly load?: Load
  readonly cores?: Cores
  readonly peers: readonly Peer[]
  readonly claims: readonly Claim[]
}

/** A peer's trials, or why there are none: it cannot run here (`leftOut`) or it broke (`failed`). */
export type Outcome =
  | { readonly peer: string; readonly trials: readonly Trial[] }
  | { readonly peer: string; readonly leftOut: string }
  | { readonly peer: string; readonly failed: string }
