// A worker of the way of threads: the blocking way, step by step as the main thread says.

import { parentPort, workerData } from 'node:worker_threads'
import { Run } from '../client/conversation.js'
import type { Work } from '../client/mode.js'
import { Tally } from '../measurement/tally.js'
import { blocking } from './blocking.js'
import type { Answer, Command, Share } from './threads.js'

const { workload, thread, connections } = workerData as Share
const tally = new Tally(thread, (requests) => answer({ kind: 'progress', requests }))
const run = new Run(workload, connections, tally)

function answer(what: Answer): void {
  parentPort!.postMessage(what)
}

async function follow(work: Work, command: Command): Promise<Answer> {
  if (command.step === 'converse') {
    await work.converse(command.epoch)
    return { kind: 'done', latency: tally.latency, samples: tally.samples }
  }
  await (command.step === 'connect' ? work.connect() : work.close())
  return { kind: 'done' }
}

const work = await blocking.start(run)
parentPort!.on('message', async (command: Command) => {
  try {
    answer(await follow(work, command))
  } catch (error) {
    answer({ kind: 'failed', message: (error as Error).message })
  }
  if (command.step === 'close') parentPort!.close()
})
answer({ kind: 'done' })
