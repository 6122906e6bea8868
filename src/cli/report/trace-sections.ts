// Traces as sections of a report, with a description of each socket.

import type { Trace, TracedCall, TracedThread } from '../../index.js'
import type { ReportSection, ReportSpan, ReportThread } from './data.js'

/** Puts traces on one time axis that begins with the first trace, one section for each process. */
export function reportSections(traces: readonly Trace[], label = ({ process }: Trace): string => `process ${process}`) {
  const began = traces[0]?.began ?? 0n
  return traces.map((trace) => reportSection(label(trace), [trace], began))
}

/**
 * Puts the calls of several processes into one section.
 * @param began where the axis begins, on the clock of `process.hrtime.bigint()`; earlier calls are left out
 */
export function reportSection(label: string, traces: readonly Trace[], began: bigint): ReportSection {
  const threads = traces.flatMap((trace) => {
    const offsetMs = Number(trace.began - began) / 1e6
    const prefix = trace.process === traces[0]!.process ? '' : `process ${trace.process}, `
    return trace.threads.map((thread) => reportThread(thread, prefix + threadName(thread), offsetMs))
  })
  return { label, threads }
}

function threadName({ id }: TracedThread): string {
  return id === 0 ? 'main thread' : `worker ${id}`
}

function reportThread({ calls, dropped, systemCalls }: TracedThread, name: string, offsetMs: number): ReportThread {
  const descriptions = describeSockets(calls)
  const spans = calls.map((call): ReportSpan => {
    const { verb, start, waitStart, socket, fd } = call
    const description = descriptions.get(socket) ?? (fd < 0 ? '' : `fd ${fd}`)
    return { ...call, name: verb, socket: description, start: start + offsetMs, waitStart: waitStart + offsetMs }
  })
  return { name, dropped, systemCalls, spans: spans.filter(({ start }) => start >= 0) }
}

/** Describes each socket by its own calls: `fd 21 to port 80 (3)`, with its number in the trace. */
function describeSockets(calls: readonly TracedCall[]): ReadonlyMap<number, string> {
  const sockets = new Map<number, { fd: number; role: string }>()
  for (const call of calls) {
    const { verb, socket, made, fd, port } = call
    if (socket !== 0 && !sockets.has(socket)) sockets.set(socket, { fd, role: '' })
    const known = sockets.get(socket)
    if (verb === 'accept' && made !== 0) sockets.set(made, { fd: -1, role: ` from port ${port}` })
    if (known === undefined) continue
    if (known.fd < 0) known.fd = fd
    if (known.role === '') known.role = roleOf(call)
  }
  return new Map([...sockets].map(([socket, { fd, role }]) => [socket, `fd ${fd}${role} (${socket})`]))
}

function roleOf({ verb, port }: TracedCall): string {
  if (verb === 'epollOpen') return ' selector'
  if (port === 0) return ''
  if (verb === 'connect' || verb === 'sendTo') return ` to port ${port}`
  return verb === 'bind' || verb === 'getSockName' ? ` at port ${port}` : ''
}
