// A mode's process, from the side of the process that starts it.

import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import type { ModeName } from '../workload/mode-names.js'
import type { Workload } from '../workload/workload.js'
import type { FinalMessage, ProcessMessage, Purpose } from './messages.js'

const PROGRAM = fileURLToPath(new URL('./program.js', import.meta.url))

export interface ModeProcessOptions {
  readonly mode: ModeName
  readonly workload: Workload
  readonly purpose: Purpose
  /** A command line, a tracer's for instance, to which the program's own is appended. */
  readonly prefix?: readonly string[]
  /** Added to the environment. */
  readonly env?: NodeJS.ProcessEnv
  /** Ends the process early. */
  readonly signal: AbortSignal
  /** Called with the number of further requests. */
  onProgress(requests: number): void
}

/** The signal was aborted before the process ended. */
export class ModeAbortedError extends Error {
  override readonly name = 'ModeAbortedError'
}

/**
 * Runs a mode to its end. Its process has ended when the promise settles, whatever the outcome.
 * @returns the last message; a failure if the process ended without one
 * @throws ModeAbortedError
 */
export async function runModeProcess(options: ModeProcessOptions): Promise<FinalMessage> {
  if (options.signal.aborted) throw new ModeAbortedError()
  const child = start(options)
  const kill = (): void => killGroup(child)
  options.signal.addEventListener('abort', kill)
  process.once('exit', kill)
  try {
    const ended = once(child, 'close')
    const message = await receiveMessages(child, options)
    const [status, signal] = await ended
    if (options.signal.aborted) throw new ModeAbortedError()
    return message ?? { failure: `its process ended with ${signal ?? `status ${status}`}`, unavailable: false }
  } finally {
    kill()
    process.off('exit', kill)
    options.signal.removeEventListener('abort', kill)
  }
}

function start({ mode, workload, purpose, prefix = [], env = {} }: ModeProcessOptions): ChildProcess {
  const [command, ...args] = [...prefix, process.execPath, PROGRAM, mode, JSON.stringify(workload), purpose]
  // The process leads its own process group, so that a tracer and the traced process can be killed together.
  return spawn(command!, args, {
    stdio: ['ignore', 'pipe', 'ignore'],
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

/** Reports progress until the process closes its pipe, and returns the last other message. */
async function receiveMessages(
  child: ChildProcess,
  { onProgress }: ModeProcessOptions,
): Promise<FinalMessage | undefined> {
  let last: FinalMessage | undefined
  for await (const line of createInterface(child.stdout!)) {
    const message = JSON.parse(line) as ProcessMessage
    if ('progress' in message) onProgress(message.progress)
    else last = message
  }
  return last
}
