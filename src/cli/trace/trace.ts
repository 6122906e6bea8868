// `berkeley trace`: runs a program under the recorder, and writes what it did.

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readTraces, type Trace, toTraceEvents } from '../../index.js'
import { OutputFile } from '../report/output-file.js'
import { reportPage } from '../report/page.js'
import { sectionsOf } from '../report/trace-sections.js'
import { counted, grouped } from '../terminal/output.js'
import { runProgram } from './program.js'

export interface TracingOptions {
  /** The report. */
  readonly out: string
  /** The trace in the Trace Event format. */
  readonly json?: string
  /** Calls of each thread that are kept. */
  readonly limit: number
  /** A folder of recordings, instead of a script. */
  readonly from?: string
}

/** Runs the script, or takes what was recorded before, and writes report and trace. */
export async function tracing(
  script: string | undefined,
  args: readonly string[],
  options: TracingOptions,
): Promise<void> {
  const report = new OutputFile(options.out)
  const json = options.json === undefined ? undefined : new OutputFile(options.json)
  const traces = script === undefined ? readTraces(options.from!) : await recorded(script, args, options.limit)
  const command = script === undefined ? `recordings in ${options.from}` : [script, ...args].join(' ')
  report.write(pageOf(traces, command))
  json?.write(JSON.stringify(toTraceEvents(traces)))
  tell(traces, options)
}

async function recorded(script: string, args: readonly string[], limit: number): Promise<Trace[]> {
  const folder = mkdtempSync(join(tmpdir(), 'berkeley-trace-'))
  try {
    process.exitCode = await runProgram(script, args, { folder, limit })
    return readTraces(folder)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function pageOf(traces: readonly Trace[], command: string): string {
  const began = traces[0]?.beganAt.toISOString() ?? 'nothing was recorded'
  return reportPage({
    title: `Calls of ${command}`,
    facts: [`${began}, Node ${process.versions.node} on ${process.platform} ${process.arch}`],
    sections: traces.length === 1 ? sectionsOf(traces, () => '') : sectionsOf(traces),
  })
}

/** Not to standard output, which is the program's. */
function tell(traces: readonly Trace[], { out, json }: TracingOptions): void {
  const threads = traces.flatMap((trace) => trace.threads)
  const calls = threads.reduce((sum, thread) => sum + thread.calls.length, 0)
  const dropped = threads.reduce((sum, thread) => sum + thread.dropped, 0)
  const lost = dropped === 0 ? '' : `, ${grouped(dropped)} earlier ones were not kept (--limit)`
  const files = json === undefined ? out : `${out}, ${json}`
  const what =
    calls === 0 ? 'no call by berkeley was made' : `${counted(calls, 'call')} of ${counted(threads.length, 'thread')}`
  process.stderr.write(`berkeley: ${what}${lost}: ${files}\n`)
}
