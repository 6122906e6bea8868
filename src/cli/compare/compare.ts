// `berkeley compare`: one workload in every mode.

import { constants } from 'node:os'
import type { HostInput } from '../../index.js'
import type { ReportSection } from '../report/data.js'
import { OutputFile } from '../report/output-file.js'
import { reportPage } from '../report/page.js'
import { printNotice } from '../terminal/output.js'
import { probe } from './client/probe.js'
import { describeState } from './measurement/result.js'
import { type CompareOptions, workloadOf } from './options.js'
import { type Comparison, type ComparisonSetup, describeMachine } from './output/comparison.js'
import { asCsv, asJson } from './output/formats.js'
import { comparisonReport } from './output/report.js'
import { printComparison, printHeading } from './output/table.js'
import { Progress } from './process/progress.js'
import { ModeSequence } from './process/sequence.js'
import { whyNotCounted } from './process/system-calls.js'
import { protocolNamed } from './protocol/protocols.js'
import { type BuiltInServer, startBuiltInServer } from './server/built-in-server.js'
import { MODE_NAMES } from './workload/mode-names.js'
import { endpointOf, type Workload } from './workload/workload.js'

const LOOPBACK = '127.0.0.1'

/**
 * Runs the comparison and prints it. After an interruption it prints the results until then.
 * @param host the built-in server unless given
 * @throws Error if a mode failed, once everything is printed
 */
export async function runCompare(
  host: string | undefined,
  port: number | undefined,
  options: CompareOptions,
): Promise<void> {
  const report = options.report === undefined ? undefined : new OutputFile(options.report)
  const server = host === undefined ? await startServer(options) : undefined
  try {
    const target = { host: host ?? LOOPBACK, port: server?.port ?? port ?? protocolNamed(options.protocol).port }
    await compareAt(target, options, server !== undefined, report)
  } finally {
    server?.stop()
  }
}

/** The built-in server's name in HTTP's Host field. */
const BUILT_IN_HOST_NAME = 'localhost'

function startServer(options: CompareOptions): Promise<BuiltInServer> {
  const { latency = 0, jitter = 0, protocol } = options
  const hostName = BUILT_IN_HOST_NAME
  const { payload, path } = workloadOf({ ...options, think: 0 }, { host: LOOPBACK, port: 0 }, hostName)
  return startBuiltInServer({ protocol, payload, path, hostName, latencyMs: latency, jitterMs: jitter })
}

async function compareAt(
  given: HostInput,
  options: CompareOptions,
  isBuiltIn: boolean,
  report: OutputFile | undefined,
): Promise<void> {
  const workload = workloadOf(options, given, isBuiltIn ? BUILT_IN_HOST_NAME : hostNameOf(given))
  const target = probe(workload)
  const { comparison, sections } = await runModes({ ...workload, target }, options, isBuiltIn)
  if (options.json) process.stdout.write(asJson(comparison))
  else if (options.csv) process.stdout.write(asCsv(comparison))
  else printComparison(comparison)
  // The figures are printed first, so that a full disk does not lose them.
  report?.write(reportPage(comparisonReport(comparison, sections)))
  // An unavailable mode is a failure only if it was named in --modes.
  const failures = options.modes === undefined ? ['failed'] : ['failed', 'unavailable']
  const failed = comparison.results.find(({ state }) => failures.includes(state))
  if (comparison.interrupted) printNotice('interrupted')
  else if (failed !== undefined) throw new Error(describeState(failed))
}

/** The value of HTTP's Host field in the form of browsers: without the default port. */
function hostNameOf(target: HostInput): string {
  return target.port === protocolNamed('http').port ? target.host : endpointOf(target)
}

async function runModes(
  workload: Workload,
  options: CompareOptions,
  isBuiltIn: boolean,
): Promise<{ readonly comparison: Comparison; readonly sections: readonly ReportSection[] }> {
  const setup = setupOf(workload, options, isBuiltIn)
  const { signal, stop } = abortOnSignals()
  try {
    if (!options.json && !options.csv) printHeading(setup)
    const sequence = new ModeSequence(workload, await Progress.create(), signal)
    const timed = await sequence.time(options.modes ?? MODE_NAMES)
    const results = setup.notCounted === undefined ? await sequence.countSystemCalls(timed) : timed
    const sections = options.report === undefined ? [] : await sequence.recordTimelines(results)
    return { comparison: { ...setup, results, interrupted: signal.aborted }, sections }
  } finally {
    stop()
  }
}

function setupOf(workload: Workload, options: CompareOptions, isBuiltIn: boolean): ComparisonSetup {
  const { think: thinkMs, latency = 0, jitter = 0 } = options
  const builtInServer = isBuiltIn ? { latencyMs: latency, jitterMs: jitter } : null
  const machine = describeMachine()
  const notCounted = options.strace ? whyNotCounted() : '--no-strace was given'
  return { machine, workload, thinkMs, builtInServer, ...(notCounted === undefined ? {} : { notCounted }) }
}

/** Turns Ctrl-C, SIGTERM and SIGHUP into an abort, and sets the exit status that shells expect. */
function abortOnSignals(): { signal: AbortSignal; stop(): void } {
  const controller = new AbortController()
  const names = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const
  const abort = (name: NodeJS.Signals): void => {
    process.exitCode = 128 + constants.signals[name]
    controller.abort()
  }
  for (const name of names) process.on(name, abort)
  return {
    signal: controller.signal,
    stop: () => {
      for (const name of names) process.off(name, abort)
    },
  }
}
