// The workload, the same in every mode. It is plain data, so that it can be sent to another process or thread.

import type { HostInput } from '../../../index.js'

/** Which requests are made, and how many. */
export interface Workload {
  /** A numeric address, so that no mode spends time on a lookup. */
  readonly target: HostInput
  /** The name of the target in HTTP's Host field. */
  readonly hostName: string
  readonly protocol: string
  /** The path of an HTTP request. */
  readonly path: string
  /** Bytes of payload in a request. */
  readonly payload: number
  readonly connections: number
  /** Requests in each connection; `null` means no limit but `durationMs`. */
  readonly requests: number | null
  /** How long after the beginning of the first request the last one may begin; `null` means no limit. */
  readonly durationMs: number | null
  /** The timeout of a reply, and of a connect. */
  readonly timeoutMs: number
  /** Units of computation after each reply: see think.ts. */
  readonly thinkUnits: number
  /** The maximum number of workers in mode `threads`. */
  readonly threads: number
}

/** The target's host and port as text. */
export function endpointOf({ host, port }: HostInput): string {
  return `${host.includes(':') ? `[${host}]` : host}:${port}`
}

/** How long mode `blocking` runs by default. Where the time of a request is not known, every mode runs so long. */
export const DEFAULT_RUN_MS = 2000

/** Requests in each connection that take about `DEFAULT_RUN_MS` when they are made one after the other. */
export function defaultRequests(connections: number, msPerRequest: number): number {
  return Math.max(1, Math.round(DEFAULT_RUN_MS / msPerRequest / connections))
}

/** The number of requests in all connections, or `null` where it is not known. */
export function totalRequests({ requests, connections }: Workload): number | null {
  return requests === null ? null : requests * connections
}

/** The maximum duration of a run under strace, and of a run for a timeline, where a mode that blocks needs longer. */
const MAX_STRACE_MS = 2000
const MAX_TIMELINE_MS = 10_000

/** The maximum number of requests of both, in all connections. */
const MAX_TRACED_REQUESTS = 1000

/** The same workload with fewer requests: enough to count the system calls of one. */
export function straceWorkload(workload: Workload): Workload {
  return limited(workload, MAX_STRACE_MS)
}

/** The same workload with as many requests as can be distinguished in a timeline. */
export function timelineWorkload(workload: Workload): Workload {
  return limited(workload, MAX_TIMELINE_MS)
}

function limited(workload: Workload, maxMs: number): Workload {
  const { requests, durationMs, connections } = workload
  const maxRequests = Math.max(1, Math.round(MAX_TRACED_REQUESTS / connections))
  return {
    ...workload,
    requests: Math.min(requests ?? maxRequests, maxRequests),
    durationMs: Math.min(durationMs ?? maxMs, maxMs),
  }
}
