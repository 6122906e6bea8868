// What a way to wait is to those who measure it.

import { endpointOf, type Workload } from '../workload/workload.js'
import type { Run } from './conversation.js'

/** A way to wait. */
export interface Way {
  /** Prepares all that is no part of the work: workers, for instance. */
  start(run: Run): Work | Promise<Work>
}

/** The work of a way, step by step. A step that fails throws. */
export interface Work {
  /** Makes all connections. */
  connect(): void | Promise<void>
  /** Makes all requests; the first began at `epoch`. */
  converse(epoch: number): void | Promise<void>
  /** Closes all connections. */
  close(): void | Promise<void>
  /** How many threads of JavaScript it uses: 1 unless told. */
  readonly threads?: number
}

/** A reply or a connection that did not come in time. */
export class TooLate extends Error {
  override readonly name = 'TooLate'

  constructor({ target, timeoutMs }: Workload) {
    super(`${endpointOf(target)} did not answer within ${timeoutMs} ms`)
  }
}
