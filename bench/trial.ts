// The result of one run of a peer.

/** The line of JSON that a peer prints, or the load of a peer that serves. */
export interface Trial {
  /** Duration of the timed loop. */
  readonly seconds: number
  readonly operations: number
  /** Bytes transferred; in the load's `idle` mode, the growth of the peer's resident memory. */
  readonly bytes: number
  /** Processor time that the peer's process used in the timed loop, in seconds, all threads together. */
  readonly cpu: number
}

const FIELDS = ['seconds', 'operations', 'bytes', 'cpu'] as const satisfies readonly (keyof Trial)[]

/** Parses that line. Throws where a field is missing. */
export function parseTrial(line: string): Trial {
  const trial = JSON.parse(line) as Trial
  if (!FIELDS.every((field) => Number.isFinite(trial[field]))) throw new Error(`not a trial: ${line}`)
  return trial
}
