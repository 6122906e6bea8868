// The interface between a blocking server and its threads: shared memory, and the messages that a thread posts.

import type { Address } from '../addresses/types.js'
import type { Waker } from '../selector/waker.js'
import type { TlsOptions } from '../tls/options.js'
import type { ErrorData } from './error-data.js'

/** The fields of the memory that all threads of a server share, as indexes of an Int32Array. */
export const CONTROL_PHASE = 0
/** The tick of the last shortage; 0 while there is none. See shortage.ts. */
export const CONTROL_LAST_SHORTAGE = 1
export const CONTROL_BYTES = 8

/** The values of CONTROL_PHASE. */
export const PHASE_RUNNING = 0
export const PHASE_STOPPING = 1

/** TLS, as a thread is started with it. */
export interface TlsStart {
  readonly options: TlsOptions
  readonly handshakeTimeout: number | null
}

/** The data that a thread is started with. */
export interface ThreadStart {
  /** The server's listener, which the server keeps open while one of its threads runs. */
  readonly listenerFd: number
  readonly control: SharedArrayBuffer
  /** `Date.now()` at tick 0. */
  readonly startedAt: number
  readonly module: string
  readonly context: unknown
  readonly tls: TlsStart | undefined
}

/** The messages of a thread to its server. */
export type ThreadMessage =
  | { readonly kind: 'ready'; readonly waker: Waker }
  | { readonly kind: 'failed'; readonly error: ErrorData; readonly peerAddress: Address | null }
  | { readonly kind: 'exhausted'; readonly error: ErrorData }
  | { readonly kind: 'recovered' }
