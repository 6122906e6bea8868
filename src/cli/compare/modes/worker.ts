// A worker of mode `threads`: mode `blocking` for some of the connections, in steps that the main thread commands.

import { parentPort, workerData } from 'node:worker_threads'
import type { ModeRun } from '../client/mode.js'
import { ThreadLoad } from '../client/thread-load.js'
import { Tally } from '../measurement/tally.js'
import { blocking } from './blocking.js'
import type { WorkerAssignment, WorkerCommand, WorkerReport } from './threads.js'

const { workload, thread, connections } = workerData as WorkerAssignment
const tally = new Tally(thread, (requests) => post({ kind: 'progress', requests }))
const load = new ThreadLoad(workload, connections, tally)

function post(report: WorkerReport): void {
  parentPort!.postMessage(report)
}

async function runStep(run: ModeRun, command: WorkerCommand): Promise<WorkerReport> {
  if (command.step === 'make requests') {
    await run.makeRequests(command.epoch)
    return { kind: 'done', latency: tally.latency.toCounts(), samples: tally.samples }
  }
  await (command.step === 'connect' ? run.connect() : run.close())
  return { kind: 'done' }
}

const run = await blocking.start(load)
parentPort!.on('message', async (command: WorkerCommand) => {
  try {
    post(await runStep(run, command))
  } catch (error) {
    post({ kind: 'failed', message: (error as Error).message })
  }
  // Deno's parentPort has no close().
  if (command.step === 'close') parentPort!.unref()
})
post({ kind: 'done' })
