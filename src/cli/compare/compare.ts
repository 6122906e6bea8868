// `berkeley compare`: one workload in every way to wait.

import { constants } from 'node:os'
import type { HostInput } from '../../index.js'
import type { ReportSection } from '../report/data.js'
import { OutputFile } from '../report/output-file.js'
import { reportPage } from '../report/page.js'
import { probe } from './client/probe.js'
import { endOf } from './measurement/result.js'
import { type CompareOptions, workloadOf } from './options.js'
import { type Comparison, describeMachine } from './output/comparison.js'
import { asCsv, asJson } from './output/formats.js'
import { pictureOf } from './output/report.js'
import { printComparison, printHeading } from './output/table.js'
import { Progress } from './process/progress.js'
import { Comparing } from './process/sequence.js'
import { whyNotCounted } from './process/system-calls.js'
import { protocolNamed } from './protocol/protocols.js'
import { type OwnServer, startOwnServer } from './server/built-in-server.js'
import { WAY_NAMES } from './workload/mode-names.js'
import { endpointOf, type Workload } from './workload/workload.js'

const LOOPBACK = '127.0.0.1'

/**
 * Runs the comparison and prints it. An interruption prints what there is; a way that fails, fails it at the end.
 * @param host the own server unless given
 */
export async function compare(
  host: string | undefined,
  port: number | undefined,
  options: CompareOptions,
): Promise<void> {
  const report = options.report === undefined ? undefined : new OutputFile(options.report)
  const server = host === undefined ? await serverFor(options) : undefined
  try {
    const target = { host: host ?? LOOPBACK, port: server?.port ?? port ?? protocolNamed(options.protocol).port }
    await compareAt(target, options, server !== undefined, report)
  } finally {
    server?.stop()
  }
}

/** What HTTP calls the own server. */
const OWN_NAME = 'localhost'

function serverFor(options: CompareOptions): Promise<OwnServer> {
  const { latency = 0, jitter = 0, protocol } = options
  const { payload, path } = workloadOf({ ...options, think: 0 }, { host: LOOPBACK, port: 0 }, OWN_NAME)
  return startOwnServer({ protocol, payload, path, hostName: OWN_NAME, latencyMs: latency, jitterMs: jitter })
}

async function compareAt(
  given: HostInput,
  options: CompareOptions,
  own: boolean,
  report: OutputFile | undefined,
): Promise<void> {
  const workload = workloadOf(options, given, own ? OWN_NAME : hostNameOf(given))
  const target = probe(workload)
  const { comparison, sections } = await run({ ...workload, target }, options, own)
  if (options.json) process.stdout.write(asJson(comparison))
  else if (options.csv) process.stdout.write(asCsv(comparison))
  else printComparison(comparison)
  // After the figures: a disk that has become full takes none of them away.
  report?.write(reportPage(pictureOf(comparison, sections)))
  // What this system lacks is a failure for those who asked for it by name.
  const failures = options.ways === undefined ? ['failed'] : ['failed', 'unavailable']
  const failed = comparison.outcomes.find(({ state }) => failures.includes(state))
  if (comparison.interrupted) process.stderr.write('berkeley: interrupted\n')
  else if (failed !== undefined) throw new Error(endOf(failed))
}

/** As browsers write it: without the port that goes without saying. */
function hostNameOf(target: HostInput): string {
  return target.port === protocolNamed('http').port ? target.host : endpointOf(target)
}

interface Made {
  readonly comparison: Comparison
  readonly sections: readonly ReportSection[]
}

async function run(workload: Workload, options: CompareOptions, own: boolean): Promise<Made> {
  const { think: thinkMs, latency = 0, jitter = 0 } = options
  const ownServer = own ? { latencyMs: latency, jitterMs: jitter } : null
  const machine = describeMachine()
  const notCounted = options.strace ? whyNotCounted() : 'not asked for'
  const facts = { machine, workload, thinkMs, ownServer, ...(notCounted === undefined ? {} : { notCounted }) }
  const { signal, stop } = interruptible()
  try {
    if (!options.json && !options.csv) printHeading(facts)
    const comparing = new Comparing(workload, await Progress.create(), signal)
    const timed = await comparing.time(options.ways ?? WAY_NAMES)
    const outcomes = notCounted === undefined ? await comparing.count(timed) : timed
    const sections = options.report === undefined ? [] : await comparing.draw(outcomes)
    return { comparison: { ...facts, outcomes, interrupted: signal.aborted }, sections }
  } finally {
    stop()
  }
}

/** Turns Ctrl-C and its like into an abort, and into the exit status that shells expect. */
function interruptible(): { signal: AbortSignal; stop(): void } {
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
