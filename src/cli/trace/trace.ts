// `berkeley trace`: runs a program under the recorder and writes its calls to files.

import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readTraces, type Trace, toTraceEvents } from '../../index.js'
import { OutputFile } from '../report/output-file.js'
import { reportPage } from '../report/page.js'
import { reportSections } from '../report/trace-sections.js'
import { counted, grouped } from '../terminal/formatting.js'
import { printNotice } from '../terminal/output.js'
import { runProgram } from './program.js'

export interface TraceCommandOptions {
  /** The file of the report. */
  readonly out: string
  /** The file of the trace in the Trace Event format. */
  readonly json?: string
  /** How many calls of each thread are kept. */
  readonly limit: number
  /** A folder of recordings, used instead of a script. */
  readonly from?: string
}

/** Runs the script, or reads existing recordings, and writes the report and the trace. */
export async function runTrace(
  script: string | undefined,
  args: readonly string[],
  options: TraceCommandOptions,
): Promise<void> {
  const report = new OutputFile(options.out)
  const json = options.json === undefined ? undefined : new OutputFile(options.json)
  const traces = script === undefined ? recordingsIn(options.from!) : await record(script, args, options.limit)
  const command = script === undefined ? `recordings in ${options.from}` : [script, ...args].join(' ')
  if (traces.every(({ threads }) => threads.every(({ calls }) => calls.length === 0))) {
    printNotice(`no berkeley call was recorded, so ${filesOf(options)} was not written`)
    return
  }
  report.write(pageOf(traces, command))
  json?.write(JSON.stringify(toTraceEvents(traces)))
  printSummary(traces, options)
}

function recordingsIn(folder: string): Trace[] {
  if (!existsSync(folder)) throw new Error(`there is no folder ${folder}`)
  const traces = readTraces(folder)
  if (traces.length === 0) throw new Error(`there is no recording in ${folder}`)
  return traces
}

async function record(script: string, args: readonly string[], callLimit: number): Promise<Trace[]> {
  const folder = mkdtempSync(join(tmpdir(), 'berkeley-trace-'))
  try {
    process.exitCode = await runProgram(script, args, { folder, callLimit })
    return readTraces(folder)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function pageOf(traces: readonly Trace[], command: string): string {
  const date = traces[0]!.beganAt.toISOString()
  return reportPage({
    title: `Calls of ${command}`,
    facts: [`${date}, Node ${process.versions.node} on ${process.platform} ${process.arch}`],
    sections: traces.length === 1 ? reportSections(traces, () => '') : reportSections(traces),
  })
}

/** Prints to standard error, because standard output belongs to the program. */
function printSummary(traces: readonly Trace[], options: TraceCommandOptions): void {
  const threads = traces.flatMap((trace) => trace.threads)
  const calls = threads.reduce((sum, thread) => sum + thread.calls.length, 0)
  const dropped = threads.reduce((sum, thread) => sum + thread.dropped, 0)
  const lost = dropped === 0 ? '' : ` (--limit dropped ${grouped(dropped)} earlier ones)`
  printNotice(`${counted(calls, 'call')} of ${counted(threads.length, 'thread')}${lost}: ${filesOf(options)}`)
}

function filesOf({ out, json }: TraceCommandOptions): string {
  return json === undefined ? out : `${out}, ${json}`
}
