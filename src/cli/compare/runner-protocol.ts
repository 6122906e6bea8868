// What the process of a way and the one that started it tell each other.

import type { Figures } from './outcome.js'
import type { Samples } from './tally.js'

/** What the process is for: to be timed, or for its system calls to be counted by who traces it. */
export type Purpose = 'time' | 'count'

/** Names of files that do not exist: that they are looked for shows in a trace where the requests begin and end. */
export const MARKS = { begin: '/berkeley-compare-requests-begin', end: '/berkeley-compare-requests-end' }

/** What it says: how many more requests are done, and at last what came of it. */
export type Message =
  | { readonly progress: number }
  | { readonly figures: Figures; readonly samples: Samples }
  | { readonly counted: number }
  | { readonly failure: string; readonly unavailable: boolean }
