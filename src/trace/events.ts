// A trace in the Trace Event format, which Perfetto and the developer tools of browsers can open.

import { checkObject } from '../core/validate.js'
import { checkTraces } from './check.js'
import type { TracedCall } from './ring.js'
import type { Trace, TracedThread } from './trace.js'

/** One event of the Trace Event format: a call, the wait within a call, or the name of a process or thread. */
export interface TraceEvent {
  readonly name: string
  /** `X` is an event that lasted `dur`, `B` one that has not ended, `M` a name. */
  readonly ph: 'X' | 'B' | 'M'
  readonly cat?: 'call' | 'waiting'
  /** Microseconds since the first trace began. */
  readonly ts: number
  /** Microseconds. */
  readonly dur?: number
  readonly pid: number
  readonly tid: number
  readonly args: Readonly<Record<string, unknown>>
}

/** A document of the Trace Event format, to write as JSON. */
export interface TraceEventDocument {
  readonly traceEvents: readonly TraceEvent[]
  readonly displayTimeUnit: 'ms'
  readonly otherData: Readonly<Record<string, string>>
}

/**
 * Converts traces to a document of Chrome's Trace Event format, which Perfetto can open. Each thread is a track, each
 * call a slice, and the wait of a call a slice within it.
 * @throws TypeError `ERR_INVALID_ARG_TYPE` when it is no trace, or a field of it is of the wrong type
 * @throws TypeError `ERR_INVALID_ARG_VALUE` when a date in it is none
 * @example
 * const events = toTraceEvents(recording.stop())
 * console.log(JSON.stringify(events))
 */
export function toTraceEvents(traces: Trace | readonly Trace[]): TraceEventDocument {
  checkObject(traces, 'traces')
  const list = Array.isArray(traces) ? traces : [traces]
  checkTraces(list)
  const first = list[0]
  return {
    traceEvents: list.flatMap((trace) => eventsOf(trace, Number(trace.began - first!.began) / 1e3)),
    displayTimeUnit: 'ms',
    otherData: first === undefined ? {} : { beganAt: first.beganAt.toISOString() },
  }
}

function eventsOf({ process: pid, threads }: Trace, offset: number): TraceEvent[] {
  const nameEvent = (name: string, tid: number, value: string): TraceEvent =>
    ({ name, ph: 'M', ts: 0, pid, tid, args: { name: value } }) as const
  return [
    nameEvent('process_name', trackOf(threads[0]), `process ${pid}`),
    ...threads.map((thread) => nameEvent('thread_name', trackOf(thread), threadName(thread))),
    ...threads.flatMap((thread) => thread.calls.flatMap((call) => eventsOfCall(call, pid, trackOf(thread), offset))),
  ]
}

/** The number of a thread's track. Viewers take thread 0 for the kernel's idle thread. */
function trackOf(thread: TracedThread | undefined): number {
  return (thread?.id ?? 0) + 1
}

function threadName({ id }: TracedThread): string {
  return id === 0 ? 'main thread' : `worker ${id}`
}

function eventsOfCall(call: TracedCall, pid: number, tid: number, offset: number): TraceEvent[] {
  const { verb: name, fd, socket, bytes, port, outcome, error, systemCalls, waiting } = call
  const args = {
    ...(fd < 0 ? {} : { fd, socket }),
    ...(port === 0 ? {} : { port }),
    ...(bytes === null ? {} : { bytes }),
    outcome: error === null ? outcome : `${outcome}: ${error}`,
    waitingMs: waiting,
    workingMs: call.duration - waiting,
    systemCalls,
  }
  const ts = offset + call.start * 1e3
  if (outcome === 'unfinished') return [{ name, ph: 'B', cat: 'call', ts, pid, tid, args }]
  const whole: TraceEvent = { name, ph: 'X', cat: 'call', ts, dur: call.duration * 1e3, pid, tid, args }
  if (waiting === 0) return [whole]
  const wait = { ts: offset + call.waitStart * 1e3, dur: waiting * 1e3 }
  return [whole, { name: 'waiting', ph: 'X', cat: 'waiting', ...wait, pid, tid, args: {} }]
}
