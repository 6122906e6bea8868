// The names of the ways, in the order in which they are run and shown. They are here, and not with the ways, so that the
// help of the command needs no addon.

export const WAY_NAMES = ['blocking', 'threads', 'selector', 'async', 'handlers', 'node:net'] as const

export type WayName = (typeof WAY_NAMES)[number]
