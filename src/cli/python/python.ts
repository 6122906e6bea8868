// Runs a Python program in a worker, which it may block. This thread stays free for signals: it writes their numbers where
// Python looks for them, and interrupts the worker's wait.

import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { constants } from 'node:os'
import { resolve } from 'node:path'
import { Worker } from 'node:worker_threads'
import { interruptThread } from '../../index.js'

export interface PythonCommandOptions {
  readonly loopbackOnly?: boolean
  readonly allow?: readonly string[]
  readonly pyodide?: string
}

/** What the thread gets to know. */
export interface PythonRun extends PythonCommandOptions {
  readonly file: string
  readonly args: readonly string[]
  /** Where Pyodide looks for the number of a signal. */
  readonly interrupts: Int32Array
}

/** The signals that Python programs handle; others have their default effect. */
const FORWARDED_SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGUSR1', 'SIGUSR2', 'SIGALRM'] as const

/**
 * Runs a program to its end.
 * @returns its exit status
 * @throws Error if there is no such file, or Pyodide is not installed
 */
export async function runPython(file: string, args: readonly string[], options: PythonCommandOptions): Promise<number> {
  if (!existsSync(file)) throw new Error(`there is no file ${file}`)
  const interrupts = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT))
  const workerData: PythonRun = { file: resolve(file), args, interrupts, ...options }
  // Until the program runs, a signal ends the process, as it does while Python starts.
  const worker = new Worker(new URL('./thread-program.js', import.meta.url), { workerData })
  const forward = (signal: NodeJS.Signals): void => {
    Atomics.store(interrupts, 0, constants.signals[signal])
    interruptThread(worker.threadId)
  }
  worker.once('message', () => {
    for (const signal of FORWARDED_SIGNALS) process.on(signal, forward)
  })
  try {
    // An error of the worker's, such as that Pyodide is missing, rejects.
    const [status] = (await once(worker, 'exit')) as [number]
    return status
  } finally {
    for (const signal of FORWARDED_SIGNALS) process.off(signal, forward)
  }
}
