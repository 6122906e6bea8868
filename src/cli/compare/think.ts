// The work that a program does with a reply. It is counted in units and not in time: a thread that waits for its turn
// on a processor would otherwise seem to work.

const STEPS = 1000
const TRIAL_MS = 5
const TRIALS = 5

/** Where the results go, so that no compiler leaves the work out. */
let state = 1

/** Computes for so many units. */
export function think(units: number): void {
  for (let unit = 0; unit < units; unit++) {
    for (let step = 0; step < STEPS; step++) {
      state ^= state << 13
      state ^= state >>> 17
      state ^= state << 5
    }
  }
}

/** How many units take so many milliseconds here, on a processor that has nothing else to do. */
export function unitsIn(ms: number): number {
  if (ms === 0) return 0
  // The trial that was disturbed least is the fastest.
  const rates = Array.from({ length: TRIALS }, unitsPerMs)
  return Math.max(1, Math.round(ms * Math.max(...rates)))
}

function unitsPerMs(): number {
  const begin = performance.now()
  let units = 0
  let elapsed = 0
  for (; elapsed < TRIAL_MS; elapsed = performance.now() - begin) {
    think(10)
    units += 10
  }
  return units / elapsed
}
