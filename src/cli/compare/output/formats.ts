// A comparison for machines: as JSON, and as comma-separated values with a line for each way.

import type { Outcome } from '../measurement/result.js'
import type { Comparison } from './comparison.js'
import { recommend } from './recommendation.js'

/** All figures and the recommendation; the samples of single requests are for pictures, and left out. */
export function asJson(comparison: Comparison): string {
  const outcomes = comparison.outcomes.map(({ samples, ...outcome }) => outcome)
  return `${JSON.stringify({ ...comparison, outcomes, recommendation: recommend(comparison) }, null, 2)}\n`
}

type Column = readonly [name: string, cell: (outcome: Outcome) => string | number | undefined]

const COLUMNS: readonly Column[] = [
  ['way', ({ way }) => way],
  ['state', ({ state }) => state],
  ['requests', ({ figures }) => figures?.requests],
  ['total_ms', ({ figures }) => figures?.totalMs],
  ['connect_ms', ({ figures }) => figures?.connectMs],
  ['requests_per_second', ({ figures }) => figures?.requestsPerSecond],
  ['latency_mean_ms', ({ figures }) => figures?.latencyMs.mean],
  ['latency_p50_ms', ({ figures }) => figures?.latencyMs.p50],
  ['latency_p90_ms', ({ figures }) => figures?.latencyMs.p90],
  ['latency_p99_ms', ({ figures }) => figures?.latencyMs.p99],
  ['latency_max_ms', ({ figures }) => figures?.latencyMs.max],
  ['cpu_ms', ({ figures }) => figures?.cpuMs],
  ['peak_memory_bytes', ({ figures }) => figures?.peakMemoryBytes],
  ['javascript_threads', ({ figures }) => figures?.threads.javaScript],
  ['all_threads', ({ figures }) => figures?.threads.all ?? undefined],
  ['system_calls_per_request', ({ systemCalls }) => systemCalls?.perRequest],
  ['main_thread_longest_ms', ({ figures }) => figures?.mainThread.longestMs],
  ['main_thread_total_ms', ({ figures }) => figures?.mainThread.totalMs],
  ['start_up_ms', ({ figures }) => figures?.startUpMs],
  ['reason', ({ reason }) => reason],
]

/** RFC 4180, with an empty field for what is not known. */
export function asCsv({ outcomes }: Comparison): string {
  const lines = outcomes.map((outcome) => COLUMNS.map(([, cell]) => field(cell(outcome))).join(','))
  return [COLUMNS.map(([name]) => name).join(','), ...lines, ''].join('\r\n')
}

function field(value: string | number | undefined): string {
  if (typeof value === 'number') return String(Number(value.toFixed(6)))
  const text = value ?? ''
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}
