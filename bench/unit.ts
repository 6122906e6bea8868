// How trials are told, and what the ratios between peers are of.
import type { Trial } from './trial.js'

type Figure = 'seconds' | 'cpu' | 'bytes'

interface Row {
  /** What an operation costs, and ratios compare. */
  readonly figure: Figure
  /** The cost of an operation as people read it, or the rate that it comes to. */
  show(cost: number, trial: Trial): number
}

const micros = (cost: number): number => cost * 1e6
const rate = (cost: number, { bytes, operations }: Trial): number => bytes / operations / cost / 1e6

const units = {
  µs: { figure: 'seconds', show: micros },
  'MB/s': { figure: 'seconds', show: rate },
  'cpu µs': { figure: 'cpu', show: micros },
  'MB/cpu s': { figure: 'cpu', show: rate },
  /** Resident memory. */
  B: { figure: 'bytes', show: (cost) => cost },
} as const satisfies Record<string, Row>

export type Unit = keyof typeof units

/** What an operation cost in each trial: seconds, seconds of processor time, or bytes. */
export function costs(unit: Unit, trials: readonly Trial[]): number[] {
  return trials.map((trial) => trial[units[unit].figure] / trial.operations)
}

/** A cost in its unit. */
export function inUnit(unit: Unit, cost: number, trial: Trial): number {
  return units[unit].show(cost, trial)
}

/** The unit of the column beside it: processor time, or where that is the subject already, time. */
export function besides(unit: Unit): Extract<Unit, 'µs' | 'cpu µs'> {
  return units[unit].figure === 'cpu' ? 'µs' : 'cpu µs'
}
