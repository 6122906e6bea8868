// The program that runs one way, in a process of its own: `runner.js WAY WORKLOAD PURPOSE`. It tells how far it is, and
// its result, as lines of JSON on descriptor 3. They are written at once: a thread that blocks has no event loop.

import { existsSync, writeSync } from 'node:fs'
import { setImmediate as turn } from 'node:timers/promises'
import { Run } from '../client/conversation.js'
import type { Work } from '../client/mode.js'
import { type Standstill, StandstillWatch } from '../measurement/loop-monitor.js'
import { peakMemory, threadsOfProcess } from '../measurement/process-status.js'
import type { Figures, Latency } from '../measurement/result.js'
import { now, Tally } from '../measurement/tally.js'
import { ways } from '../modes/table.js'
import type { WayName } from '../workload/mode-names.js'
import type { Workload } from '../workload/workload.js'
import { MARKS, type Message, type Purpose } from './messages.js'

const PIPE = 3

function tell(message: Message): void {
  writeSync(PIPE, `${JSON.stringify(message)}\n`)
}

function latencyOf({ latency }: Tally): Latency {
  const ms = (part: number): number => latency.percentile(part) / 1e6
  return { mean: latency.mean / 1e6, p50: ms(50), p90: ms(90), p99: ms(99), max: latency.max / 1e6 }
}

interface Times {
  readonly startUpMs: number
  readonly connectMs: number
  readonly totalMs: number
  readonly cpuMs: number
}

async function timed(work: Work): Promise<Omit<Times, 'startUpMs'>> {
  const cpu = process.cpuUsage()
  const begin = now()
  await work.connect()
  const connected = now()
  await work.converse(connected)
  const end = now()
  const { user, system } = process.cpuUsage(cpu)
  return { connectMs: connected - begin, totalMs: end - begin, cpuMs: (user + system) / 1000 }
}

function figuresOf(tally: Tally, work: Work, mainThread: Standstill, times: Times): Figures {
  const requests = tally.latency.count
  if (requests === 0) throw new Error('there was no time for a request')
  return {
    requests,
    ...times,
    requestsPerSecond: requests / (times.totalMs / 1000),
    latencyMs: latencyOf(tally),
    peakMemoryBytes: peakMemory(),
    threads: { javaScript: work.threads ?? 1, all: threadsOfProcess() },
    mainThread,
  }
}

async function measure(way: WayName, workload: Workload): Promise<void> {
  const begin = now()
  const watch = new StandstillWatch()
  const run = newRun(workload, watch)
  const work = await ways[way].start(run)
  const startUpMs = now() - begin
  watch.begin()
  const times = await timed(work)
  const mainThread = await watch.end()
  const figures = figuresOf(run.tally, work, mainThread, { startUpMs, ...times })
  await work.close()
  tell({ figures, samples: run.tally.samples })
}

/** The same requests without any measuring, between two marks. */
async function countable(way: WayName, workload: Workload): Promise<void> {
  const run = newRun(workload, null)
  const work = await ways[way].start(run)
  await work.connect()
  await turn()
  existsSync(MARKS.begin)
  await work.converse(now())
  existsSync(MARKS.end)
  await work.close()
  tell({ counted: run.tally.latency.count })
}

/** The same requests without any measuring, for a picture. */
async function drawable(way: WayName, workload: Workload): Promise<void> {
  const run = newRun(workload, null)
  const work = await ways[way].start(run)
  const connectedFrom = now()
  await work.connect()
  const askedFrom = now()
  await work.converse(askedFrom)
  await work.close()
  tell({ connectedFrom, askedFrom, samples: run.tally.samples })
}

const PURPOSES: Readonly<Record<Purpose, typeof measure>> = { time: measure, count: countable, draw: drawable }

function newRun(workload: Workload, watch: StandstillWatch | null): Run {
  const connections = Array.from({ length: workload.connections }, (_, connection) => connection)
  return new Run(workload, connections, new Tally(0, (requests) => tell({ progress: requests })), watch)
}

/** Codes of errors that say that this system lacks something. */
const LACKS: readonly unknown[] = ['ERR_FEATURE_UNSUPPORTED', 'ERR_OPTION_UNSUPPORTED', 'ENOSYS']

const [way, workload, purpose] = process.argv.slice(2) as [WayName, string, Purpose]
try {
  await PURPOSES[purpose](way, JSON.parse(workload) as Workload)
} catch (error) {
  const { message, code } = error as NodeJS.ErrnoException
  tell({ failure: message, unavailable: LACKS.includes(code) })
  // Connections and workers are as the failure left them.
  process.exit(1)
}
