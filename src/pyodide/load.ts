// Loading Pyodide with sockets. Pyodide makes its program by a factory function: from version 314 on, the configuration may
// bring one; earlier versions take it from a global variable. Both get the settings of Emscripten, to which the sockets are
// added. Nothing else of Pyodide's inside is used, and nothing of Python's is replaced that works without.

import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { checkOptionNames, type Names } from '../core/option-names.js'
import { checkedOptions, checkObject, wrongType } from '../core/validate.js'
import { unsupportedProgram } from '../emscripten/failure.js'
import type { AccessPolicy } from '../emscripten/policy.js'
import { type AddedSockets, addSockets, type ModuleSettings } from '../emscripten/with-sockets.js'
import { pythonCalls } from './calls.js'
import { pyodideFolder, scriptOf } from './find-pyodide.js'
import { PYTHON_PART } from './python-part.js'
import { type InterruptBuffer, PythonSignals } from './signals.js'

/**
 * What this library uses of a loaded Pyodide. The type of all of it is `PyodideInterface` of the package `pyodide`, whose
 * documentation is the source.
 */
export interface Pyodide {
  /** Runs Python code. It blocks this thread until the code has ended. @returns the value of its last expression */
  runPython(code: string, options?: object): unknown
  /** The same with top-level `await` of Python's, in Pyodide's own event loop. */
  runPythonAsync(code: string, options?: object): Promise<unknown>
  /** Sets the memory in which Python looks for the number of a signal: an `Int32Array`, which may be shared. */
  setInterruptBuffer(buffer: never): void
  /** Converts a value of JavaScript's to Python's. */
  toPy(value: unknown): unknown
  /** The global variables of Python's module `__main__`. */
  readonly globals: {
    /** The value of a variable; `undefined` where there is none. */
    get(name: string): unknown
    /** Sets a variable. */
    set(name: string, value: unknown): void
  }
  /** Emscripten's file system, in which sockets have their descriptors. */
  readonly FS: unknown
  /** The version of Pyodide, such as `0.29.4`. */
  readonly version: string
}

/** How Pyodide gets its sockets. */
export interface PyodideSocketOptions<Loaded extends Pyodide = Pyodide> {
  /** What Python may reach; everything unless given. */
  readonly allow?: AccessPolicy
  /**
   * Signals that Python handles, such as `['SIGINT']` for KeyboardInterrupt: on the main thread, each gets a listener, so
   * that it no longer ends the process. Unless given, none: a signal has the effect that it has without Python.
   */
  readonly signals?: readonly NodeJS.Signals[]
  /** `loadPyodide` of the package, which is found by itself unless given. */
  readonly loadPyodide?: (config: never) => Promise<Loaded>
  /** Pyodide's own configuration. `indexURL` is the folder of its files; unless given, that of the package. */
  readonly config?: { readonly indexURL?: string; readonly [name: string]: unknown }
}

const OPTION_NAMES: Names<PyodideSocketOptions> = { allow: true, signals: true, loadPyodide: true, config: true }

type Factory = (settings: ModuleSettings) => Promise<unknown>
type Load<Loaded> = (config: object) => Promise<Loaded>

/** The earlier versions' factory function. */
const globals = globalThis as { _createPyodideModule?: Factory }

/** Loads that replace the global variable, one after the other. */
let lastLoad: Promise<unknown> = Promise.resolve()

/**
 * Loads Pyodide, CPython in WebAssembly, with the kernel's sockets: `socket`, `select`, `selectors`, `socketserver`,
 * `http`, `urllib`, `asyncio.run` and what is built on them. Calls block this thread, as they do in CPython; load it in a
 * worker to keep an event loop running. It needs no JSPI. Supported are versions 0.25, 0.29 and 314; Node's, Bun's and Deno's
 * users install the package `pyodide` themselves.
 * @returns Pyodide, as `loadPyodide` returns it
 * @throws TypeError `ERR_PYODIDE_NOT_FOUND` where the package is not installed
 * @throws TypeError `ERR_PROGRAM_UNSUPPORTED` for a version that is made in another way
 * @throws TypeError `ERR_INVALID_ARG_TYPE`, `ERR_INVALID_ARG_VALUE`
 * @example
 * import { loadPyodideWithSockets, loopbackOnly } from 'berkeley/pyodide'
 *
 * const pyodide = await loadPyodideWithSockets({ signals: ['SIGINT'], allow: loopbackOnly() })
 * pyodide.runPython(`
 * import urllib.request
 * print(urllib.request.urlopen('http://127.0.0.1:8080/').read())
 * `)
 */
export async function loadPyodideWithSockets<Loaded extends Pyodide = Pyodide>(
  options: PyodideSocketOptions<Loaded> = {},
): Promise<Loaded> {
  checkOptionNames(options, OPTION_NAMES)
  const { allow, signals = [], loadPyodide, config = {} } = checkedOptions(options)
  checkObject(config, 'options.config')
  if (loadPyodide !== undefined && typeof loadPyodide !== 'function') {
    throw wrongType('options.loadPyodide', 'a function', loadPyodide)
  }
  const folder = pyodideFolder(config.indexURL)
  let module: { Py_EmscriptenSignalBuffer?: InterruptBuffer } | undefined
  const python = new PythonSignals(signals, () => module?.Py_EmscriptenSignalBuffer)
  let added: () => AddedSockets | undefined = () => undefined
  const prepare = (settings: ModuleSettings): void => {
    module = settings as typeof module
    const interrupted = (signal: number): void => python.interrupted(signal)
    added = addSockets(settings, { ...(allow && { allow }), onInterrupted: interrupted })
  }
  try {
    const load = (loadPyodide ?? (await packageLoad(folder))) as unknown as Load<Loaded>
    const loaded = await loadWith(load, { indexURL: folder, ...config }, folder, prepare)
    if (module?.Py_EmscriptenSignalBuffer === undefined) loaded.setInterruptBuffer(new Int32Array(1) as never)
    addServices(loaded.FS as WritingFileSystem)
    const calls = added()
    if (calls === undefined)
      throw unsupportedProgram('options.loadPyodide has not used the factory function of its configuration')
    install(loaded, calls)
    return loaded
  } catch (error) {
    python.close()
    throw error
  }
}

async function packageLoad(folder: string): Promise<unknown> {
  const { loadPyodide } = await import(pathToFileURL(join(folder, 'pyodide.mjs')).href)
  return loadPyodide
}

/** Loads Pyodide with a factory function that prepares the settings first. */
async function loadWith<Loaded>(
  load: Load<Loaded>,
  config: object,
  folder: string,
  prepare: (settings: ModuleSettings) => void,
): Promise<Loaded> {
  const { url, isModule } = scriptOf(folder)
  const prepared = (factory: Factory): Factory => {
    return (settings) => {
      prepare(settings)
      return factory(settings)
    }
  }
  if (isModule) {
    const { default: factory } = (await import(url)) as { default: Factory }
    return load({ ...config, createPyodideModule: prepared(factory) })
  }
  const before = lastLoad
  const result = before.then(async () => {
    if (globals._createPyodideModule === undefined) await import(url)
    const factory = globals._createPyodideModule!
    globals._createPyodideModule = prepared(factory)
    try {
      return await load(config)
    } finally {
      globals._createPyodideModule = factory
    }
  })
  lastLoad = result.catch(() => {})
  return result
}

/** The part of Emscripten's FS that writes files. */
interface WritingFileSystem {
  mkdirTree(path: string): void
  writeFile(path: string, data: Uint8Array): void
}

const SERVICES = '/etc/services'

/** Names of services for musl's getservbyname(3), which reads the file. */
function addServices(fs: WritingFileSystem): void {
  if (!existsSync(SERVICES)) return
  fs.mkdirTree(dirname(SERVICES))
  fs.writeFile(SERVICES, readFileSync(SERVICES))
}

/** Runs the part in Python. */
function install(pyodide: Pyodide, added: AddedSockets): void {
  const namespace = pyodide.runPython('dict()') as { destroy(): void }
  const part = pyodide.runPython(PYTHON_PART, { globals: namespace }) as ((calls: object) => void) & { destroy(): void }
  part(pythonCalls(added))
  part.destroy()
  namespace.destroy()
}
