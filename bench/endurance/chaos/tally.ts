// What the servers of chaos.ts count, and the faults that they find.

import { performance } from 'node:perf_hooks'
import { pick, type Random } from '../shared/random.js'

/** An error of a handler's, on purpose. */
export class PlannedError extends Error {
  /** Ends what the handler left open, where nothing else does. */
  readonly end: () => void

  constructor(end: () => void = () => {}) {
    super('planned')
    this.end = end
  }
}

/** The errors by which a peer that is gone, or a time limit, ends a connection. */
const EXPECTED = /^(ECONNRESET|EPIPE|ENOTCONN|ERR_SOCKET_TIMEOUT|ERR_SOCKET_CLOSED|ERR_BUFFER_FULL|ABORT_ERR)$/

/** The connections of one kind of server. */
export class Tally {
  opened = 0
  closed = 0
  readonly faults: Record<string, number> = {}

  get open(): number {
    return this.opened - this.closed
  }

  fault(what: string): void {
    this.faults[what] = (this.faults[what] ?? 0) + 1
  }

  /** An error that a connection ended with, which must have a known reason. */
  error(error: unknown, others: RegExp = /^$/): void {
    if (error instanceof PlannedError) return
    const { code, name, message } = error as NodeJS.ErrnoException
    // The code of an AbortError of web streams is a number.
    const reason = name === 'AbortError' ? 'ABORT_ERR' : (code ?? '')
    if (!EXPECTED.test(reason) && !others.test(reason)) this.fault(`${name} ${code}: ${message}`)
  }
}

/** How long a server waits for a peer that does nothing. */
export const IDLE_MS = 200
const MAX_PAUSE_MS = 10

/** Runs something soon: in this turn, in the next, or after a few milliseconds. */
export function soon(random: Random, act: () => void): void {
  pick(random, [queueMicrotask, setImmediate, (later: () => void) => setTimeout(later, random() * MAX_PAUSE_MS)])(act)
}

/** Waits until all connections have closed, or a deadline has passed. */
export async function allClosed(tallies: readonly Tally[], ms: number): Promise<void> {
  const deadline = performance.now() + ms
  while (tallies.some(({ open }) => open > 0) && performance.now() < deadline) {
    await new Promise((next) => setTimeout(next, 10))
  }
}
