// What a mode of `berkeley modes` is, and the results that all modes share.

import type { HostInput, TlsOptions } from '../../index.js'
import type { CallLog, CallResult } from './call-log.js'
import type { OtherWork } from './other-work.js'

/** The size of a receive in textbook clients. */
export const RECEIVE_BYTES = 1024

/** What a mode gets for its exchange. */
export interface ModeRun {
  readonly target: HostInput
  /** How TLS is made over the connection; `undefined` for plain HTTP. */
  readonly tls: TlsOptions | undefined
  /** The timeout of a call in timed mode, in milliseconds. */
  readonly timeoutMs: number
  readonly request: Uint8Array
  readonly log: CallLog
  readonly work: OtherWork
  /** Takes bytes of the response. */
  receive(bytes: Buffer): void
}

/** A mode: its name in the guide, one line about it, and how it makes the exchange. */
export interface Mode {
  readonly name: string
  readonly explanation: string
  /** @throws what failed */
  makeExchange(run: ModeRun): void | Promise<void>
}

export const interpretVoid = (): CallResult => ({ outcome: 'done', value: 'returns' })

export function interpretSent(count: number | undefined): CallResult {
  if (count === undefined) return { outcome: 'in progress', value: 'returns undefined' }
  return { outcome: 'done', value: 'sends', bytes: count }
}

export function interpretReceived(bytes: Buffer | null | undefined): CallResult {
  if (bytes === undefined) return { outcome: 'in progress', value: 'returns undefined' }
  if (bytes === null) return { outcome: 'done', value: 'returns null (end)' }
  return { outcome: 'done', value: 'returns', bytes: bytes.length }
}
