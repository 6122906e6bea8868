// Sockets for a program whose JavaScript Emscripten has made: its factory function calls `instantiateWasm` with the imports.

import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { isInstance, wrongType, wrongValue } from '../core/validate.js'
import { type SocketImports, type SocketImportsOptions, socketImports } from './imports.js'
import type { EmscriptenModule } from './program.js'
import { type Imports, type Instance, webAssembly } from './web-assembly.js'

type Receive = (instance: Instance, module?: object) => unknown

/**
 * The part of the settings of a program that `withSockets` uses: the argument of the factory function. They are
 * Emscripten's; source: its documentation of the `Module` object.
 */
export interface ModuleSettings {
  /** Makes the instance from the imports, and passes it to `receive`. It is called with the socket calls in the imports. */
  instantiateWasm?: (imports: never, receive: never) => unknown
  /** Called with the status when the program exits, after its sockets were closed. */
  onExit?: (status: number) => void
  /** The place of a file that the program's JavaScript loads; the `.wasm` file is found by `wasm` or `wasmBinary`. */
  locateFile?: (path: string, folder: string) => string
  /** The contents of the program's `.wasm` file. */
  wasmBinary?: ArrayBuffer | Uint8Array
  [setting: string]: unknown
}

/** How the settings of a program get sockets. */
export interface WithSocketsOptions extends Omit<SocketImportsOptions, 'imports' | 'exports'> {
  /** The program's `.wasm` file, unless the settings have `wasmBinary` or `instantiateWasm` of their own. */
  readonly wasm?: string | URL
}

/**
 * Gives a program real sockets: adds to its settings what replaces its socket calls, and closes its sockets when it exits.
 * @param settings the argument of the program's factory function, which becomes its `Module`
 * @returns the same object
 * @throws TypeError `ERR_INVALID_ARG_TYPE`, `ERR_INVALID_ARG_VALUE`
 * @example
 * import { withSockets } from 'berkeley/emscripten'
 *
 * declare function createProgram(settings: object): Promise<object> // from the program's own JavaScript
 * await createProgram(withSockets({ arguments: ['8080'] }, { wasm: 'program.wasm' }))
 */
export function withSockets<Settings extends ModuleSettings>(
  settings: Settings,
  options: WithSocketsOptions = {},
): Settings {
  addSockets(settings, options)
  return settings
}

/** What is known of a program once its instance is there. */
export interface AddedSockets {
  readonly sockets: SocketImports
  readonly exports: Readonly<Record<string, unknown>>
}

/**
 * The same, for layers that use the program's calls themselves.
 * @returns what gives the program's calls, or `undefined` before its instance is there
 */
export function addSockets(settings: ModuleSettings, options: WithSocketsOptions = {}): () => AddedSockets | undefined {
  const { wasm, ...given } = options
  const instantiate = settings.instantiateWasm as ((imports: Imports, receive: Receive) => unknown) | undefined
  let exports: Instance['exports'] | undefined
  let sockets: SocketImports | undefined
  // Checks the arguments before the program starts.
  socketImports(settings as EmscriptenModule, given)
  const isFound = instantiate !== undefined || settings.wasmBinary !== undefined || wasm !== undefined
  if (!isFound) throw wrongValue('options.wasm is missing: it is the path of the program’s .wasm file')
  if (wasm !== undefined && typeof wasm !== 'string' && !isInstance(wasm, URL)) {
    throw wrongType('options.wasm', 'a path or a URL', wasm)
  }
  settings.instantiateWasm = ((imports: Imports, receive: Receive) => {
    // The other tables are proxies, which take a read of theirs for a wish to link.
    const own = { ...imports['env'], ...imports['wasi_snapshot_preview1'] }
    sockets = socketImports(settings as EmscriptenModule, { ...given, imports: own, exports: () => exports ?? {} })
    replace(imports, sockets)
    const got: Receive = (instance, module) => {
      // A program that is linked with others imports its memory.
      exports = { memory: imports['env']?.['memory'], ...instance.exports }
      return receive(instance, module)
    }
    return instantiate === undefined ? load(settings, wasm, imports, got) : instantiate(imports, got)
  }) as never
  const { onExit } = settings
  settings.onExit = (status) => {
    sockets?.close()
    onExit?.(status)
  }
  return () => (sockets === undefined || exports === undefined ? undefined : { sockets, exports })
}

/** Puts the calls in the place of the program's own, in the tables from which side modules are linked as well. */
function replace(imports: Imports, { functions }: SocketImports): void {
  for (const table of [imports['env'], imports['wasi_snapshot_preview1']]) {
    if (table === undefined) continue
    for (const [name, implementation] of Object.entries(functions)) if (name in table) table[name] = implementation
  }
}

/** What Emscripten does without `instantiateWasm`. */
function load(settings: ModuleSettings, wasm: string | URL | undefined, imports: Imports, receive: Receive): object {
  const source = settings.wasmBinary === undefined ? readFile(pathOf(wasm!)) : Promise.resolve(settings.wasmBinary)
  source
    .then((bytes) => webAssembly.instantiate(bytes, imports))
    .then(({ instance, module }) => receive(instance, module))
  return {}
}

function pathOf(wasm: string | URL): string {
  return typeof wasm === 'string' && !wasm.startsWith('file:') ? wasm : fileURLToPath(wasm)
}
