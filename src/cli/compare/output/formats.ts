// The machine-readable forms of a comparison: JSON, and comma-separated values with a line for each mode.

import { printable, printableJson } from '../../terminal/escaping.js'
import type { ModeResult } from '../measurement/result.js'
import type { Comparison } from './comparison.js'
import { recommend } from './recommendation.js'

/** Returns all figures and the recommendation as JSON. The samples of single requests are only for the report. */
export function asJson(comparison: Comparison): string {
  const results = comparison.results.map(({ samples, ...result }) => result)
  return `${printableJson({ ...comparison, results, recommendation: recommend(comparison) })}\n`
}

type CsvColumn = readonly [name: string, cell: (result: ModeResult) => string | number | undefined]

const COLUMNS: readonly CsvColumn[] = [
  ['mode', ({ mode }) => mode],
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

/** Returns the results as CSV (RFC 4180); an unknown value is an empty field. */
export function asCsv({ results }: Comparison): string {
  const lines = results.map((result) => COLUMNS.map(([, cell]) => field(cell(result))).join(','))
  return [COLUMNS.map(([name]) => name).join(','), ...lines, ''].join('\r\n')
}

function field(value: string | number | undefined): string {
  if (typeof value === 'number') return String(Number(value.toFixed(6)))
  // A reason may quote a server, and people look at the file in a terminal.
  const text = printable(value ?? '', '\n')
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}
