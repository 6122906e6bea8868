// One HTTP/1.0 exchange, made in one synchronous mode and logged call by call.

import { AF_INET, AF_INET6, type HostInput, Socket } from '../../index.js'
import { type CallEntry, CallLog, IN_PROGRESS } from './call-log.js'
import { OtherWork } from './other-work.js'
import { close, type ModeCall, type SynchronousMode } from './synchronous-modes.js'

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
  /** Time spent in all calls together, and in the longest one. */
  readonly inCallsMs: number
  readonly longestCallMs: number
  readonly callsMade: number
  readonly callsInProgress: number
  /** The program's work between calls that were still in progress: numbers tested, and primes found. */
  readonly otherWork: { readonly units: number; readonly primes: number }
  readonly calls: readonly CallEntry[]
}

/** The size of a receive in textbook clients. */
const RECEIVE_BYTES = 1024

/**
 * Makes the exchange; a failure is part of the result.
 * @param timeoutMs the timeout of a call in timed mode
 * @param onComplete called with each entry of the log once it is complete
 */
export function runExchange(
  mode: SynchronousMode,
  target: HostInput,
  timeoutMs: number,
  onComplete: (entry: CallEntry) => void,
): Exchange {
  const log = new CallLog(onComplete)
  const work = new OtherWork()
  const received: Buffer[] = []
  const begin = performance.now()
  let error: string | undefined
  try {
    makeCalls(mode, target, timeoutMs, log, work, received)
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

function makeCalls(
  mode: SynchronousMode,
  target: HostInput,
  timeoutMs: number,
  log: CallLog,
  work: OtherWork,
  received: Buffer[],
): void {
  using socket = new Socket(target.host.includes(':') ? AF_INET6 : AF_INET)
  function untilDone<Argument, Result>(call: ModeCall<Argument, Result>, argument: Argument): Result {
    for (;;) {
      const result = log.call(call.label(argument), () => call.make(socket, argument), call.interpret)
      if (result !== IN_PROGRESS) return result
      work.doUnit()
    }
  }

  if (mode.prepare !== undefined) untilDone(mode.prepare, timeoutMs)
  untilDone(mode.connect, target)
  let request: Uint8Array = Buffer.from(requestFor(target))
  while (request.length > 0) request = request.subarray(untilDone(mode.send, request))
  for (;;) {
    const bytes = untilDone(mode.recv, RECEIVE_BYTES)
    if (!bytes) break
    received.push(bytes)
  }
  untilDone(close, undefined)
}

function requestFor({ host, port }: HostInput): string {
  const name = host.includes(':') ? `[${host}]` : host
  return `GET / HTTP/1.0\r\nHost: ${name}${port === 80 ? '' : `:${port}`}\r\nUser-Agent: berkeley\r\n\r\n`
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
      entries.filter(({ outcome }) => outcome === 'in progress'),
      'count',
    ),
  }
}
