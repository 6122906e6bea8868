// What a thread does first, and a traced one. The switch is that of the whole process.
import { readdirSync, rmSync } from 'node:fs'
import { Worker } from 'node:worker_threads'
import { readTraces } from 'berkeley'
import { temporaryFolder } from '../../support/folders.js'
import { type Subject, type Subjects, within } from '../scope.js'

const PROGRAM = new URL('../../fixtures/faults/first-socket.js', import.meta.url)
const MAX_THREAD_MS = 6000

/** A thread from its beginning to its end, which no fault may delay. */
function thread(env: NodeJS.ProcessEnv, after: () => void = () => {}): Subject {
  return (scope) => async () => {
    const worker = new Worker(PROGRAM, { env: { ...process.env, ...env } })
    scope.use(worker)
    worker.on('error', (error) => scope.report(error))
    const exited = new Promise<void>((resolve) => worker.once('exit', () => resolve()))
    if ((await within(exited, MAX_THREAD_MS, 'late')) === 'late') scope.report(new Error('the thread does not end'))
    after()
  }
}

const traces = temporaryFolder()

/** What a trace recorded under a fault is read without an error, and removed. */
function readAndRemove(): void {
  readTraces(traces)
  for (const name of readdirSync(traces)) rmSync(`${traces}/${name}`)
}

export const threads: Subjects = {
  'the first socket of a thread': thread({}),
  'the first socket of a thread (BERKELEY_REACTOR=thread)': thread({ BERKELEY_REACTOR: 'thread' }),
  'the first socket of a thread (BERKELEY_REACTOR=poll)': thread({ BERKELEY_REACTOR: 'poll' }),
  'the first socket of a traced thread': thread({ BERKELEY_TRACE: traces, BERKELEY_TRACE_LIMIT: '100' }, readAndRemove),
}
