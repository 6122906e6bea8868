// What is to be done, the same in every way: plain data, so that it can go to another process or thread.

import type { HostInput } from '../../../index.js'

/** What is asked of whom, and how often. Times are in milliseconds. */
export interface Workload {
  /** Numeric, so that no way spends time on a lookup. */
  readonly target: HostInput
  /** The name that HTTP gives to the target. */
  readonly hostName: string
  readonly protocol: string
  /** The path that HTTP asks for. */
  readonly path: string
  /** Bytes of payload in a request. */
  readonly payload: number
  readonly connections: number
  /** How many requests in each connection; `null`: as many as the time allows. */
  readonly requests: number | null
  /** When the last request may begin, from the first one's beginning on; `null`: whenever. */
  readonly durationMs: number | null
  /** How long a reply, or a connect, may take. */
  readonly timeoutMs: number
  /** Units of computation after each reply: see think.ts. */
  readonly thinkUnits: number
  /** How many workers the way of threads may use. */
  readonly threads: number
}

/** Where the target is, in words. */
export function endpointOf({ host, port }: HostInput): string {
  return `${host.includes(':') ? `[${host}]` : host}:${port}`
}

/** How long the blocking way, or where its pace is not known each of them, takes unless more is asked for. */
export const PATIENCE = 2000

/** Requests in each connection: as many as take about two seconds, one after the other. */
export function defaultRequests(connections: number, msPerRequest: number): number {
  return Math.max(1, Math.round(PATIENCE / msPerRequest / connections))
}

/** How many requests there are to be in all, where that is known. */
export function requestsInAll({ requests, connections }: Workload): number | null {
  return requests === null ? null : requests * connections
}

/** A run that is traced takes so long and makes so many requests, at most. */
const TRACED_MS = 2000
const TRACED_REQUESTS = 1000

/** What a run for a picture takes, at most: one that blocks may need a while. */
const DRAWN_MS = 10_000

/** The same with fewer requests: enough to tell what one of them takes. */
export function fewer(workload: Workload): Workload {
  return atMost(workload, TRACED_MS)
}

/** The same with as many requests as can be told from each other in a picture. */
export function picturable(workload: Workload): Workload {
  return atMost(workload, DRAWN_MS)
}

function atMost(workload: Workload, ms: number): Workload {
  const { requests, durationMs, connections } = workload
  const enough = Math.max(1, Math.round(TRACED_REQUESTS / connections))
  return { ...workload, requests: Math.min(requests ?? enough, enough), durationMs: Math.min(durationMs ?? ms, ms) }
}
