// One HTTP/1.0 exchange, made in one mode and logged call by call.

import type { HostInput } from '../../index.js'
import { type CallEntry, CallLog } from './call-log.js'
import type { Destination } from './destination.js'
import type { Mode } from './mode.js'
import { OtherWork } from './other-work.js'

/** The result of an exchange. */
export interface Exchange {
  readonly mode: string
  readonly ok: boolean
  /** Why it failed. */
  readonly error?: string
  /** The first line of the response. */
  readonly status: string
  readonly bytesReceived: number
  readonly elapsedMs: number
  /** Time spent in all calls together, and in the longest one: until a promise is returned, not until it settles. */
  readonly inCallsMs: number
  readonly longestCallMs: number
  readonly callsMade: number
  /** Calls that returned before they were done; one that returns a promise is one of them. */
  readonly callsInProgress: number
  /** The program's work between calls that were still in progress: numbers tested, and primes found. */
  readonly otherWork: { readonly units: number; readonly primes: number }
  readonly calls: readonly CallEntry[]
}

/**
 * Makes the exchange; a failure is part of the result.
 * @param timeoutMs the timeout of a call in timed mode
 * @param onComplete called with each entry of the log once it is complete
 */
export async function runExchange(
  mode: Mode,
  { target, path, tls }: Destination,
  timeoutMs: number,
  onComplete: (entry: CallEntry) => void,
): Promise<Exchange> {
  const log = new CallLog(onComplete)
  const work = new OtherWork()
  const received: Buffer[] = []
  const begin = performance.now()
  let error: string | undefined
  try {
    const request = Buffer.from(requestFor(target, path, tls === undefined ? 80 : 443))
    const receive = (bytes: Buffer): void => void received.push(bytes)
    await mode.makeExchange({ target, tls, timeoutMs, request, log, work, receive })
  } catch (failure) {
    error = (failure as Error).message
  }
  const elapsedMs = performance.now() - begin
  log.end()
  const response = Buffer.concat(received)
  const outcome = error === undefined ? { ok: true } : { ok: false, error }
  return {
    mode: mode.name,
    ...outcome,
    status: firstLine(response),
    bytesReceived: response.length,
    elapsedMs,
    ...totals(log.entries),
    otherWork: { units: work.units, primes: work.primes },
    calls: log.entries,
  }
}

function requestFor({ host, port }: HostInput, path: string, usualPort: number): string {
  const name = host.includes(':') ? `[${host}]` : host
  return `GET ${path} HTTP/1.0\r\nHost: ${name}${port === usualPort ? '' : `:${port}`}\r\nUser-Agent: berkeley\r\n\r\n`
}

function firstLine(response: Buffer): string {
  return response.toString('latin1', 0, 200).split(/\r?\n/, 1)[0]!
}

function totals(
  entries: readonly CallEntry[],
): Pick<Exchange, 'inCallsMs' | 'longestCallMs' | 'callsMade' | 'callsInProgress'> {
  const sum = (rows: readonly CallEntry[], key: 'count' | 'totalMs'): number =>
    rows.reduce((total, row) => total + row[key], 0)
  return {
    inCallsMs: sum(entries, 'totalMs'),
    longestCallMs: Math.max(0, ...entries.map(({ longestMs }) => longestMs)),
    callsMade: sum(entries, 'count'),
    callsInProgress: sum(
      entries.filter(({ outcome, pendingMs }) => outcome === 'in progress' || pendingMs !== undefined),
      'count',
    ),
  }
}
