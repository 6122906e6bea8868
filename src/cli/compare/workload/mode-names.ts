// The names of the modes, in the order in which they run and are printed. They are apart from the modes themselves so
// that the help of the command loads no addon.

export const MODE_NAMES = ['blocking', 'threads', 'selector', 'async', 'handlers', 'node:net'] as const

export type ModeName = (typeof MODE_NAMES)[number]
