// The timeline of a mode, a section of the report: the recorded calls of its process, and its requests, on one axis.

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readTraces } from '../../../index.js'
import type { ReportSection, ReportSpan, ReportThread } from '../../report/data.js'
import { reportSection } from '../../report/trace-sections.js'
import type { RequestTimeline } from './messages.js'
import { ModeAbortedError, type ModeProcessOptions, runModeProcess } from './mode-process.js'

/** Runs a mode under the recorder. If it fails or is interrupted, the section has the calls until then. */
export async function recordTimeline(options: Omit<ModeProcessOptions, 'purpose' | 'env'>): Promise<ReportSection> {
  const folder = mkdtempSync(join(tmpdir(), 'berkeley-compare-'))
  try {
    const env = { BERKELEY_TRACE: folder }
    const message = await runModeProcess({ ...options, purpose: 'timeline', env }).catch((error: unknown) => {
      if (error instanceof ModeAbortedError) return undefined
      throw error
    })
    const timeline = message !== undefined && 'requestsBegan' in message ? message : undefined
    const traces = readTraces(folder)
    const began = timeline === undefined ? (traces[0]?.began ?? 0n) : BigInt(Math.round(timeline.connectsBegan * 1e6))
    const { label, threads } = reportSection(options.mode, traces, began)
    return { label, threads: [...threads, ...(timeline === undefined ? [] : requestRows(timeline))] }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** A row for the requests of each thread. */
function requestRows({ samples, connectsBegan, requestsBegan }: RequestTimeline): ReportThread[] {
  const rows = new Map<number, ReportSpan[]>()
  for (const [index, start] of samples.start.entries()) {
    const thread = samples.thread[index]!
    const span: ReportSpan = {
      name: 'request',
      isRequest: true,
      socket: `connection ${samples.connection[index]}`,
      start: start + requestsBegan - connectsBegan,
      duration: samples.duration[index]!,
    }
    rows.set(thread, [...(rows.get(thread) ?? []), span])
  }
  return [...rows].sort(([one], [other]) => one - other).map(([thread, spans]) => ({ name: rowName(thread), spans }))
}

function rowName(thread: number): string {
  return thread === 0 ? 'requests' : `requests of worker ${thread}`
}
