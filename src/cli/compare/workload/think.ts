// The computation after each reply. It is counted in units and not in time: otherwise the time in which a thread waits
// for a processor would count as computation.

const STEPS_PER_UNIT = 1000
const UNITS_PER_ROUND = 100
const CALIBRATION_MS = 100
const TRIAL_MS = 2

/** Keeps the results, so that the compiler cannot eliminate the computation. */
let state = 1

/** Computes for the given number of units. */
export function think(units: number): void {
  let number = state
  for (let unit = 0; unit < units; unit++) {
    for (let step = 0; step < STEPS_PER_UNIT; step++) {
      number ^= number << 13
      number ^= number >>> 17
      number ^= number << 5
    }
  }
  state = number
}

/** Measures how many units take `ms` milliseconds on an idle processor of this machine. */
export function unitsIn(ms: number): number {
  if (ms === 0) return 0
  // Early trials run code that is not compiled yet, and other programs disturb some: the fastest of many trials counts.
  let fastest = 0
  for (const end = performance.now() + CALIBRATION_MS; performance.now() < end; ) {
    fastest = Math.max(fastest, unitsPerMs())
  }
  return Math.max(1, Math.round(ms * fastest))
}

function unitsPerMs(): number {
  const begin = performance.now()
  let units = 0
  let elapsed = 0
  for (; elapsed < TRIAL_MS; elapsed = performance.now() - begin) {
    think(UNITS_PER_ROUND)
    units += UNITS_PER_ROUND
  }
  return units / elapsed
}
