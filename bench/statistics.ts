// Summary statistics of a series of trials. One outlier changes neither the median nor the quartiles.

export interface Spread {
  readonly min: number
  readonly q1: number
  readonly median: number
  readonly q3: number
  readonly max: number
}

/** Interpolates linearly between the two nearest ranks, as R and NumPy do by default. */
function quantile(sorted: readonly number[], fraction: number): number {
  const rank = (sorted.length - 1) * fraction
  const below = sorted[Math.floor(rank)]!
  const above = sorted[Math.ceil(rank)]!
  return below + (above - below) * (rank - Math.floor(rank))
}

/** The spread of at least one number. */
export function spread(values: readonly number[]): Spread {
  const sorted = [...values].sort((a, b) => a - b)
  const [min, q1, median, q3, max] = [0, 0.25, 0.5, 0.75, 1].map((fraction) => quantile(sorted, fraction))
  return { min: min!, q1: q1!, median: median!, q3: q3!, max: max! }
}

/**
 * The spread of the ratios of two series, pair by pair. Trial i of one ran next to trial i of the other, so a slow
 * period of the machine affects both and cancels out. In the ratio of two medians it would not.
 */
export function ratios(values: readonly number[], reference: readonly number[]): Spread {
  return spread(values.map((value, index) => value / reference[index]!))
}

/** The slope of the least-squares line through at least two points. */
export function slope(points: readonly (readonly [x: number, y: number])[]): number {
  const mean = (values: number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length
  const [x, y] = [mean(points.map(([x]) => x)), mean(points.map(([, y]) => y))]
  const covariance = mean(points.map(([xi, yi]) => (xi - x) * (yi - y)))
  return covariance / mean(points.map(([xi]) => (xi - x) ** 2))
}
