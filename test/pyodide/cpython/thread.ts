// The worker that runs CPython's tests in WebAssembly. It notes when each began, so that the main thread can end one that
// waits for ever.
import { readFileSync } from 'node:fs'
import { parentPort, workerData } from 'node:worker_threads'
import { loadPyodideWithSockets } from 'berkeley/pyodide'

export interface SuiteRun {
  readonly indexURL: string
  /** The folder that has CPython's package `test`. */
  readonly suite: string
  readonly runner: string
  readonly modules: readonly string[]
  /** Where Pyodide looks for the number of a signal; and when the test began, on the clock of Date.now() in ms / 100. */
  readonly shared: Int32Array
}

const { indexURL, suite, runner, modules, shared } = workerData as SuiteRun
const pyodide = await loadPyodideWithSockets({ config: { indexURL } })
pyodide.setInterruptBuffer(shared as never)

interface MountingFileSystem {
  readonly filesystems: { readonly NODEFS: object }
  mkdirTree(path: string): void
  mount(type: object, options: { readonly root: string }, path: string): void
}
const fs = pyodide.FS as MountingFileSystem
fs.mkdirTree('/suite/test')
fs.mount(fs.filesystems.NODEFS, { root: `${suite}/test` }, '/suite/test')
pyodide.runPython(readFileSync(runner, 'utf8'))
const run = pyodide.globals.get('run') as (folder: string, modules: unknown, report: (name: string) => void) => string
const began = (name: string): void => {
  Atomics.store(shared, 1, name === '' ? 0 : Math.trunc(Date.now() / 100) | 0)
  if (process.env['SUITE_VERBOSE'] && name !== '') process.stderr.write(`${name}\n`)
}
parentPort!.postMessage(run('/suite', pyodide.toPy(modules), began))
