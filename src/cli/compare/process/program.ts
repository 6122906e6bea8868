// The program of a mode's process: `program.js MODE WORKLOAD PURPOSE`. It writes its messages as lines of JSON to
// standard output: node:fs of Deno writes to no descriptor above 2 that it has not opened itself. It writes them
// synchronously, because a thread that blocks has no event loop to write them later.

import { existsSync, writeSync } from 'node:fs'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { EVENT_WRITE, poll } from '../../../index.js'
import type { ModeRun } from '../client/mode.js'
import { ThreadLoad } from '../client/thread-load.js'
import { type BlockedTime, BlockedTimeMonitor } from '../measurement/blocked-time.js'
import { peakMemoryBytes, threadCount } from '../measurement/process-status.js'
import type { Figures, Latency } from '../measurement/result.js'
import { now, Tally } from '../measurement/tally.js'
import { comparedModes } from '../modes/table.js'
import type { ModeName } from '../workload/mode-names.js'
import type { Workload } from '../workload/workload.js'
import { MARKS, type ProcessMessage, type Purpose } from './messages.js'

const MESSAGE_FD = 1

/** Node makes the pipe non-blocking once a thread has started: a long message does not fit at once. */
function send(message: ProcessMessage): void {
  let rest = Buffer.from(`${JSON.stringify(message)}\n`)
  while (rest.length > 0) {
    try {
      rest = rest.subarray(writeSync(MESSAGE_FD, rest))
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') throw error
      poll([{ target: MESSAGE_FD, events: EVENT_WRITE }])
    }
  }
}

function latencyOf({ latency }: Tally): Latency {
  const ms = (percent: number): number => latency.percentile(percent) / 1e6
  return { mean: latency.mean / 1e6, p50: ms(50), p90: ms(90), p99: ms(99), max: latency.max / 1e6 }
}

interface Times {
  readonly startUpMs: number
  readonly connectMs: number
  readonly totalMs: number
  readonly cpuMs: number
}

async function timeSteps(run: ModeRun): Promise<Omit<Times, 'startUpMs'>> {
  const cpu = process.cpuUsage()
  const begin = now()
  await run.connect()
  const connected = now()
  await run.makeRequests(connected)
  const end = now()
  const { user, system } = process.cpuUsage(cpu)
  return { connectMs: connected - begin, totalMs: end - begin, cpuMs: (user + system) / 1000 }
}

function figuresOf(tally: Tally, run: ModeRun, mainThread: BlockedTime, times: Times): Figures {
  const requests = tally.latency.count
  if (requests === 0) throw new Error('the duration was too short for a request')
  return {
    requests,
    ...times,
    requestsPerSecond: requests / (times.totalMs / 1000),
    latencyMs: latencyOf(tally),
    peakMemoryBytes: peakMemoryBytes(),
    threads: { javaScript: run.threads ?? 1, all: threadCount() },
    mainThread,
  }
}

async function measure(mode: ModeName, workload: Workload): Promise<void> {
  const begin = now()
  const monitor = new BlockedTimeMonitor()
  const load = newLoad(workload, monitor)
  const run = await comparedModes[mode].start(load)
  const startUpMs = now() - begin
  monitor.begin()
  const times = await timeSteps(run)
  const mainThread = await monitor.end()
  const figures = figuresOf(load.tally, run, mainThread, { startUpMs, ...times })
  await run.close()
  send({ figures, samples: load.tally.samples })
}

/** Makes the requests between two marks, without blocked-time measurement. */
async function runForTracer(mode: ModeName, workload: Workload): Promise<void> {
  const load = newLoad(workload, null)
  const run = await comparedModes[mode].start(load)
  await run.connect()
  await nextTurn()
  existsSync(MARKS.begin)
  await run.makeRequests(now())
  existsSync(MARKS.end)
  await run.close()
  send({ counted: load.tally.latency.count })
}

/** Makes the requests for a timeline, without blocked-time measurement. */
async function runForTimeline(mode: ModeName, workload: Workload): Promise<void> {
  const load = newLoad(workload, null)
  const run = await comparedModes[mode].start(load)
  const connectsBegan = now()
  await run.connect()
  const requestsBegan = now()
  await run.makeRequests(requestsBegan)
  await run.close()
  send({ connectsBegan, requestsBegan, samples: load.tally.samples })
}

const PURPOSES: Readonly<Record<Purpose, typeof measure>> = {
  time: measure,
  count: runForTracer,
  timeline: runForTimeline,
}

function newLoad(workload: Workload, monitor: BlockedTimeMonitor | null): ThreadLoad {
  const connections = Array.from({ length: workload.connections }, (_, connection) => connection)
  return new ThreadLoad(workload, connections, new Tally(0, (requests) => send({ progress: requests })), monitor)
}

/** Codes of errors that mean that this system lacks something. */
const UNAVAILABLE_CODES: readonly unknown[] = ['ERR_FEATURE_UNSUPPORTED', 'ERR_OPTION_UNSUPPORTED', 'ENOSYS']

const [mode, workload, purpose] = process.argv.slice(2) as [ModeName, string, Purpose]
try {
  await PURPOSES[purpose](mode, JSON.parse(workload) as Workload)
} catch (error) {
  const { message, code } = error as NodeJS.ErrnoException
  send({ failure: message, unavailable: UNAVAILABLE_CODES.includes(code) })
  // The failure may have left open connections and workers, which would keep the process alive.
  process.exit(1)
}
