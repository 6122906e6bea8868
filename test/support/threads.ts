// Threads: workers that tests start, and what the system shows of a thread. Programs that must not load the addon in their
// main thread import this file, so it does not load it either.

import { readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { Worker } from 'node:worker_threads'
import { fixture } from './child.js'
import { until } from './timing.js'

/** What runs a function when it is over: a test, or the tests of a file, by `{ after }` of node:test. */
export interface Scope {
  after(stop: () => unknown): void
}

/** How to start a worker. */
export interface WorkerStart {
  readonly workerData?: unknown
  readonly env?: NodeJS.ProcessEnv
  /** The test that terminates the worker when it is over; without it, the worker has to end by itself. */
  readonly context?: Scope
}

/** A worker, its messages one after the other, and its end. */
export interface StartedWorker {
  readonly worker: Worker
  /** The next message; rejects if the worker ends first. */
  next<Message = string>(): Promise<Message>
  /** The exit code, noted from the start on: the end may come in the same turn as the last message. */
  readonly exited: Promise<number>
}

/** Starts the compiled program `name` of test/fixtures as a worker. */
export function startWorker(name: string, { context, ...options }: WorkerStart = {}): StartedWorker {
  const worker = new Worker(fixture(name), options)
  context?.after(() => worker.terminate())
  const messages: unknown[] = []
  let ended = false
  let changed = (): void => {}
  const exited = new Promise<number>((resolve) => {
    worker.on('message', (message) => {
      messages.push(message)
      changed()
    })
    worker.once('exit', (code) => {
      ended = true
      changed()
      resolve(code)
    })
  })
  const next = async <Message>(): Promise<Message> => {
    while (messages.length === 0) {
      if (ended) throw new Error(`the worker ${name} ended and posted no other message`)
      await new Promise<void>((resolve) => {
        changed = resolve
      })
    }
    return messages.shift() as Message
  }
  return { worker, next, exited }
}

/** Why the state of a thread cannot be seen here, as `skip` takes it; false where it can. */
export const noThreadStates = process.platform === 'linux' ? false : 'the states of threads are read from /proc'

/** The folder of the calling thread in /proc: `123/task/456`. */
export function thisThread(): string {
  return readlinkSync('/proc/thread-self')
}

function isAsleep(thread: string): boolean {
  const text = readFileSync(`/proc/${thread}/stat`, 'latin1')
  return text[text.lastIndexOf(')') + 2] === 'S'
}

/** Waits until a thread has been seen asleep several times in a row: then it is blocked in a call. */
export async function asleep(thread: string): Promise<void> {
  let seen = 0
  await until(`thread ${thread} sleeps`, () => {
    seen = isAsleep(thread) ? seen + 1 : 0
    return seen === 5
  })
}

function nameOf(thread: string): string {
  try {
    return readFileSync(`/proc/self/task/${thread}/comm`, 'utf8').trim()
  } catch {
    // It has ended since it was listed.
    return ''
  }
}

/** The number of threads of this process that run a lookup. */
export function lookupThreads(): number {
  return readdirSync('/proc/self/task').filter((thread) => nameOf(thread) === 'berkeley-lookup').length
}
