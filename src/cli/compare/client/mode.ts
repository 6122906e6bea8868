// The interface of a mode.

import type { ThreadLoad } from './thread-load.js'

/** A mode that is compared with the others. */
export interface ComparedMode {
  /** Prepares everything that is not measured as work: workers, for instance. */
  start(load: ThreadLoad): ModeRun | Promise<ModeRun>
}

/** The steps of the work, in their order. A step that fails throws. */
export interface ModeRun {
  /** Makes all connections. */
  connect(): void | Promise<void>
  /** Makes all requests; `epoch` is the time at which the first one begins. */
  makeRequests(epoch: number): void | Promise<void>
  /** Closes all connections. */
  close(): void | Promise<void>
  /** The number of threads that run JavaScript; 1 unless given. */
  readonly threads?: number
}
