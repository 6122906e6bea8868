// What a benchmark is made of. The rows are in scenarios.ts.

/** Which language a peer is written in, and so how it is started: see toolchain.ts. */
export type Runtime = 'c' | 'python' | 'node'

/** One program that does a scenario's work: `program VARIANT OPERATIONS PORT`. */
export interface Peer {
  readonly name: string
  readonly runtime: Runtime
  /** A file of bench/peers without its extension. */
  readonly program: string
  readonly variant: string
  /** The part of the scenario's operations that this peer makes, when all of them would take minutes. */
  readonly share?: number
}

/** A ratio that the project promises: `peer` takes at most `atMost` times as long as `against`. */
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
  readonly server: number
}

export interface Scenario {
  readonly name: string
  readonly what: string
  /** How a trial is told: time an operation, or bytes in a time. Ratios are of time in either case. */
  readonly unit: 'µs' | 'MB/s'
  readonly operations: number
  /** The peer that all ratios are to. */
  readonly reference: string
  /** The variant of server.c that runs beside each trial. */
  readonly server?: string
  readonly cores?: Cores
  readonly peers: readonly Peer[]
  readonly claims: readonly Claim[]
}

/** What a peer prints: how long its timed loop took, and the CPU time that its process used in it. */
export interface Trial {
  readonly seconds: number
  readonly operations: number
  readonly bytes: number
  readonly cpu: number
}

/** A peer's trials, or why there are none: it cannot run here (`leftOut`) or it broke (`failed`). */
export type Outcome =
  | { readonly peer: string; readonly trials: readonly Trial[] }
  | { readonly peer: string; readonly leftOut: string }
  | { readonly peer: string; readonly failed: string }
