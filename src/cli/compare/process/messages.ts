// The messages that a mode's process sends to the process that started it.

import type { Figures } from '../measurement/result.js'
import type { RequestSamples } from '../measurement/tally.js'

/**
 * The purpose of the process: to be timed, to have its system calls counted by a tracer, or to record a timeline, for
 * which its environment turns on the recorder of calls.
 */
export type Purpose = 'time' | 'count' | 'timeline'

/**
 * Names of files that do not exist. The process looks for them when the requests begin and end, which marks these
 * moments in the tracer's log.
 */
export const MARKS = { begin: '/berkeley-compare-requests-begin', end: '/berkeley-compare-requests-end' }

/** The requests of a timeline, and when connects and requests began, on the clock that all processes share. */
export interface RequestTimeline {
  readonly connectsBegan: number
  readonly requestsBegan: number
  readonly samples: RequestSamples
}

/** A number of further requests during the run; at its end, one of the other messages. */
export type ProcessMessage =
  | { readonly progress: number }
  | { readonly figures: Figures; readonly samples: RequestSamples }
  | { readonly counted: number }
  | RequestTimeline
  | { readonly failure: string; readonly unavailable: boolean }

/** The message at the end of the run. */
export type FinalMessage = Exclude<ProcessMessage, { readonly progress: number }>
