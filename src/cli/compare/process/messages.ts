// What the process of a way and the one that started it tell each other.

import type { Figures } from '../measurement/result.js'
import type { Samples } from '../measurement/tally.js'

/**
 * What the process is for: to be timed, for its system calls to be counted by who traces it, or for a picture, for which
 * its environment has its calls recorded.
 */
export type Purpose = 'time' | 'count' | 'draw'

/** Names of files that do not exist: that they are looked for shows in a trace where the requests begin and end. */
export const MARKS = { begin: '/berkeley-compare-requests-begin', end: '/berkeley-compare-requests-end' }

/** What a picture is made of: when the first connect began, and the first request, on the clock of all processes. */
export interface Drawable {
  readonly connectedFrom: number
  readonly askedFrom: number
  readonly samples: Samples
}

/** What it says: how many more requests are done, and at last what came of it. */
export type Message =
  | { readonly progress: number }
  | { readonly figures: Figures; readonly samples: Samples }
  | { readonly counted: number }
  | Drawable
  | { readonly failure: string; readonly unavailable: boolean }
