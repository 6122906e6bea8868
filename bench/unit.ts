// The units in which costs are shown, and the figure of a trial that each unit measures.
import type { Trial } from './trial.js'

type Figure = 'seconds' | 'cpu' | 'bytes'

interface Row {
  /** The figure whose cost per operation the ratios compare. */
  readonly figure: Figure
  /** Converts the cost of an operation to the unit, or to the rate that it corresponds to. */
  convert(cost: number, trial: Trial): number
}

const toMicroseconds = (cost: number): number => cost * 1e6
const toRate = (cost: number, { bytes, operations }: Trial): number => bytes / operations / cost / 1e6

const units = {
  µs: { figure: 'seconds', convert: toMicroseconds },
  'MB/s': { figure: 'seconds', convert: toRate },
  'cpu µs': { figure: 'cpu', convert: toMicroseconds },
  'MB/cpu s': { figure: 'cpu', convert: toRate },
  /** Resident memory. */
  B: { figure: 'bytes', convert: (cost) => cost },
} as const satisfies Record<string, Row>

export type Unit = keyof typeof units

/** The cost of an operation in each trial: seconds, seconds of processor time, or bytes. */
export function costs(unit: Unit, trials: readonly Trial[]): number[] {
  return trials.map((trial) => trial[units[unit].figure] / trial.operations)
}

/** Converts a cost to its unit. */
export function inUnit(unit: Unit, cost: number, trial: Trial): number {
  return units[unit].convert(cost, trial)
}

/** The unit of the second column: processor time, or elapsed time if the first column is processor time. */
export function secondaryUnit(unit: Unit): Extract<Unit, 'µs' | 'cpu µs'> {
  return units[unit].figure === 'cpu' ? 'µs' : 'cpu µs'
}
