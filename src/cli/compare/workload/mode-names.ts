// The names of the modes, in the order in which they run and are printed. They are apart from the modes themselves so
// that the help of the command loads no addon. They are the names of the guide and of `berkeley modes`; `threads` is mode
// blocking in a pool of workers, and `node:net` runs for comparison.

export const MODE_NAMES = ['blocking', 'threads', 'readiness', 'await', 'handlers', 'node:net'] as const

export type ModeName = (typeof MODE_NAMES)[number]
