// A way as a part of the report: its calls, recorded in its own process, and its requests, on one axis.

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readTraces } from '../../../index.js'
import type { ReportSection, ReportSpan, ReportThread } from '../../report/data.js'
import { sectionOf } from '../../report/trace-sections.js'
import type { Drawable } from './messages.js'
import { Interrupted, runWay, type WayRun } from './mode-process.js'

/** Runs a way for a picture. Where it fails or is interrupted, the calls that it made until then are the picture. */
export async function drawWay(run: Omit<WayRun, 'purpose' | 'env'>): Promise<ReportSection> {
  const folder = mkdtempSync(join(tmpdir(), 'berkeley-compare-'))
  try {
    const said = await runWay({ ...run, purpose: 'draw', env: { BERKELEY_TRACE: folder } }).catch((error: unknown) => {
      if (error instanceof Interrupted) return undefined
      throw error
    })
    const drawable = said !== undefined && 'samples' in said && 'askedFrom' in said ? said : undefined
    const traces = readTraces(folder)
    const began = drawable === undefined ? (traces[0]?.began ?? 0n) : BigInt(Math.round(drawable.connectedFrom * 1e6))
    const { label, threads } = sectionOf(run.way, traces, began)
    return { label, threads: [...threads, ...(drawable === undefined ? [] : requestRows(drawable))] }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** A row for the requests of each thread. */
function requestRows({ samples, connectedFrom, askedFrom }: Drawable): ReportThread[] {
  const rows = new Map<number, ReportSpan[]>()
  for (const [index, start] of samples.start.entries()) {
    const thread = samples.thread[index]!
    const span: ReportSpan = {
      name: 'request',
      plain: true,
      socket: `connection ${samples.connection[index]}`,
      start: start + askedFrom - connectedFrom,
      duration: samples.duration[index]!,
    }
    rows.set(thread, [...(rows.get(thread) ?? []), span])
  }
  return [...rows].sort(([one], [other]) => one - other).map(([thread, spans]) => ({ name: nameOf(thread), spans }))
}

function nameOf(thread: number): string {
  return thread === 0 ? 'requests' : `requests of worker ${thread}`
}
