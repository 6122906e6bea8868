// One HTTP/1.0 exchange, made in one style and traced call by call.

import { AF_INET, AF_INET6, type HostInput, Socket } from '../../index.js'
import { type CallEntry, Trace, UNFINISHED } from './call-log.js'
import { OtherWork } from './other-work.js'
import { close, type Step, type Style } from './synchronous-modes.js'

/** What an exchange came to; times in milliseconds. */
export interface Exchange {
  readonly style: string
  readonly ok: boolean
  /** Why it failed. */
  readonly error?: string
  /** The first line of the answer. */
  readonly status: string
  readonly bytesReceived: number
  readonly elapsedMs: number
  /** How long the thread stood still in the calls, all together and in the longest. */
  readonly stoodStillMs: number
  readonly longestMs: number
  readonly callsMade: number
  readonly callsInProgress: number
  /** What the program did between calls that were not done yet: numbers looked at, and primes found. */
  readonly otherWork: { readonly units: number; readonly primes: number }
  readonly calls: readonly CallEntry[]
}

/** How much to ask for at once: as every textbook's client does. */
const CHUNK = 1024

/**
 * Makes the exchange; a failure is part of the result.
 * @param timeoutMs how long a call may wait in the timed style
 * @param completed told of each entry of the trace as soon as it is complete
 */
export function exchange(
  style: Style,
  target: HostInput,
  timeoutMs: number,
  completed: (entry: CallEntry) => void,
): Exchange {
  const trace = new Trace(completed)
  const work = new OtherWork()
  const received: Buffer[] = []
  const begin = performance.now()
  let error: string | undefined
  try {
    ask(style, target, timeoutMs, trace, work, received)
  } catch (failure) {
    error = (failure as Error).message
  }
  const elapsedMs = performance.now() - begin
  trace.end()
  const answer = Buffer.concat(received)
  const outcome = error === undefined ? { ok: true } : { ok: false, error }
  return {
    style: style.name,
    ...outcome,
    status: firstLine(answer),
    bytesReceived: answer.length,
    elapsedMs,
    ...totals(trace.entries),
    otherWork: { units: work.units, primes: work.primes },
    calls: trace.entries,
  }
}

function ask(
  style: Style,
  target: HostInput,
  timeoutMs: number,
  trace: Trace,
  work: OtherWork,
  received: Buffer[],
): void {
  using socket = new Socket(target.host.includes(':') ? AF_INET6 : AF_INET)
  function untilDone<Argument, Result>(step: Step<Argument, Result>, argument: Argument): Result {
    for (;;) {
      const result = trace.call(step.label(argument), () => step.make(socket, argument), step.judge)
      if (result !== UNFINISHED) return result
      work.step()
    }
  }

  if (style.prepare !== undefined) untilDone(style.prepare, timeoutMs)
  untilDone(style.connect, target)
  let request: Uint8Array = Buffer.from(requestTo(target))
  while (request.length > 0) request = request.subarray(untilDone(style.send, request))
  for (;;) {
    const bytes = untilDone(style.recv, CHUNK)
    if (!bytes) break
    received.push(bytes)
  }
  untilDone(close, undefined)
}

function requestTo({ host, port }: HostInput): string {
  const name = host.includes(':') ? `[${host}]` : host
  return `GET / HTTP/1.0\r\nHost: ${name}${port === 80 ? '' : `:${port}`}\r\nUser-Agent: berkeley\r\n\r\n`
}

function firstLine(answer: Buffer): string {
  return answer.toString('latin1', 0, 200).split(/\r?\n/, 1)[0]!
}

function totals(
  entries: readonly CallEntry[],
): Pick<Exchange, 'stoodStillMs' | 'longestMs' | 'callsMade' | 'callsInProgress'> {
  const sum = (rows: readonly CallEntry[], key: 'count' | 'stoodStillMs'): number =>
    rows.reduce((total, row) => total + row[key], 0)
  return {
    stoodStillMs: sum(entries, 'stoodStillMs'),
    longestMs: Math.max(0, ...entries.map(({ longestMs }) => longestMs)),
    callsMade: sum(entries, 'count'),
    callsInProgress: sum(
      entries.filter(({ outcome }) => outcome === 'in progress'),
      'count',
    ),
  }
}
