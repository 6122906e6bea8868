// Python's standard streams, as descriptors 0 to 2 of this process. Node's own streams would need a turn of the main
// thread's event loop for each write of a worker's.

import { readSync, writeSync } from 'node:fs'
import { isatty } from 'node:tty'

/** How long to wait before a descriptor that is not ready is tried again: it may be a pipe that another process made so. */
const RETRY_MS = 5

const sleeper = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT))

/** Repeats a call of a descriptor that is non-blocking until it is done. */
function waiting(call: () => number): number {
  for (;;) {
    try {
      return call()
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') throw error
      Atomics.wait(sleeper, 0, 0, RETRY_MS)
    }
  }
}

/** What Pyodide's setStdin, setStdout and setStderr take. */
interface StreamSettings {
  readonly isatty: boolean
  readonly autoEOF?: boolean
  read?(buffer: Uint8Array): number
  write?(buffer: Uint8Array): number
}

export interface StreamingPyodide {
  setStdin(settings: StreamSettings): void
  setStdout(settings: StreamSettings): void
  setStderr(settings: StreamSettings): void
}

export function connectStandardStreams(pyodide: StreamingPyodide): void {
  pyodide.setStdin({ isatty: isatty(0), read: (buffer) => waiting(() => readSync(0, buffer)) })
  const output = (fd: number): StreamSettings => ({
    isatty: isatty(fd),
    write: (buffer) => waiting(() => writeSync(fd, buffer)),
  })
  pyodide.setStdout(output(1))
  pyodide.setStderr(output(2))
}
