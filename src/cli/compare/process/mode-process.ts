// A way's own process, as the one that started it sees it.

import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import { fileURLToPath } from 'node:url'
import type { WayName } from '../workload/mode-names.js'
import type { Workload } from '../workload/workload.js'
import type { Message, Purpose } from './messages.js'

const RUNNER = fileURLToPath(new URL('./program.js', import.meta.url))
const PIPE = 3

/** What to run, and who wants to know. */
export interface WayRun {
  readonly way: WayName
  readonly workload: Workload
  readonly purpose: Purpose
  /** A command line that the program's own is added to: a tracer's. */
  readonly prefix?: readonly string[]
  /** Added to its environment. */
  readonly env?: NodeJS.ProcessEnv
  /** Ends it early. */
  readonly signal: AbortSignal
  /** Told how many more requests are done. */
  progress(requests: number): void
}

/** Ended by whoever asked for it, before its own end. */
export class Interrupted extends Error {
  override readonly name = 'Interrupted'
}

/** Runs a way to its end, and answers the last that it said. Its process is gone by then, whatever happens. */
export async function runWay(run: WayRun): Promise<Exclude<Message, { readonly progress: number }>> {
  if (run.signal.aborted) throw new Interrupted()
  const child = start(run)
  const kill = (): void => killGroup(child)
  run.signal.addEventListener('abort', kill)
  process.once('exit', kill)
  try {
    const ended = once(child, 'close')
    const said = await hear(child, run)
    const [status, signal] = await ended
    if (run.signal.aborted) throw new Interrupted()
    return said ?? { failure: `its process ended with ${signal ?? `status ${status}`}`, unavailable: false }
  } finally {
    kill()
    process.off('exit', kill)
    run.signal.removeEventListener('abort', kill)
  }
}

function start({ way, workload, purpose, prefix = [], env = {} }: WayRun): ChildProcess {
  const [command, ...words] = [...prefix, process.execPath, RUNNER, way, JSON.stringify(workload), purpose]
  // A group of its own: a tracer's process is killed together with what it traces.
  return spawn(command!, words, {
    stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
    detached: true,
    env: { ...process.env, ...env },
  })
}

function killGroup({ pid, exitCode, signalCode }: ChildProcess): void {
  if (pid === undefined || exitCode !== null || signalCode !== null) return
  try {
    process.kill(-pid, 'SIGKILL')
  } catch {
    // It has just ended.
  }
}

async function hear(
  child: ChildProcess,
  { progress }: WayRun,
): Promise<Exclude<Message, { progress: number }> | undefined> {
  let last: Exclude<Message, { progress: number }> | undefined
  for await (const line of createInterface(child.stdio[PIPE] as Readable)) {
    const message = JSON.parse(line) as Message
    if ('progress' in message) progress(message.progress)
    else last = message
  }
  return last
}
