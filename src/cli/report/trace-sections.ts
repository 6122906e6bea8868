// Traces as sections of a report, each socket with words that tell which one it is.

import type { Trace, TracedCall, TracedThread } from '../../index.js'
import type { ReportSection, ReportSpan, ReportThread } from './data.js'

/** Puts traces on one axis, which begins where the first of them began: a section for each process. */
export function sectionsOf(traces: readonly Trace[], label = ({ process }: Trace): string => `process ${process}`) {
  const began = traces[0]?.began ?? 0n
  return traces.map((trace) => sectionOf(label(trace), [trace], began))
}

/**
 * The calls of one way as one section, whatever number of processes they were made in.
 * @param began where the axis begins, on the clock of `process.hrtime.bigint()`; earlier calls are left out
 */
export function sectionOf(label: string, traces: readonly Trace[], began: bigint): ReportSection {
  const threads = traces.flatMap((trace) => {
    const offset = Number(trace.began - began) / 1e6
    const other = trace.process === traces[0]!.process ? '' : `process ${trace.process}, `
    return trace.threads.map((thread) => reportThread(thread, other + threadName(thread), offset))
  })
  return { label, threads }
}

function threadName({ id }: TracedThread): string {
  return id === 0 ? 'main thread' : `worker ${id}`
}

function reportThread({ calls, dropped, systemCalls }: TracedThread, name: string, offset: number): ReportThread {
  const words = describeSockets(calls)
  const spans = calls.map((call): ReportSpan => {
    const { verb, start, waitStart, socket, fd } = call
    const where = words.get(socket) ?? (fd < 0 ? '' : `fd ${fd}`)
    return { ...call, name: verb, socket: where, start: start + offset, waitStart: waitStart + offset }
  })
  return { name, dropped, systemCalls, spans: spans.filter(({ start }) => start >= 0) }
}

/** What each socket is, as its own calls tell: `fd 21 to port 80`. */
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
