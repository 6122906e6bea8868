// The work that a program does with a reply. It is counted in units and not in time: a thread that waits for its turn
// on a processor would otherwise seem to work.

const STEPS = 1000
const CALIBRATION_MS = 100
const TRIAL_MS = 2

/** Where the results go, so that no compiler leaves the work out. */
let state = 1

/** Computes for so many units. */
export function think(units: number): void {
  let number = state
  for (let unit = 0; unit < units; unit++) {
    for (let step = 0; step < STEPS; step++) {
      number ^= number << 13
      number ^= number >>> 17
      number ^= number << 5
    }
  }
  state = number
}

/** How many units take so many milliseconds here, on a processor that has nothing else to do. */
export function unitsIn(ms: number): number {
  if (ms === 0) return 0
  // The work is compiled after a while, and other programs disturb: the fastest of many short trials counts.
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
    think(100)
    units += 100
  }
  return units / elapsed
}
