// The imports of a program that Emscripten has linked: each implementation behind a guard, which turns its arguments into
// numbers and its failures into the numbers that the program's libc expects.

import { constants as os } from 'node:os'
import { InterruptedError } from '../core/errors.js'
import { checkOptionNames, type Names } from '../core/option-names.js'
import { checkedOptions, checkObject, wrongType } from '../core/validate.js'
import { connectionCalls } from './connections.js'
import { controlCalls } from './control.js'
import { errnoOfError, unsupportedProgram, withCurrentMemory } from './failure.js'
import { type FileSystem, SocketTable } from './file-system.js'
import { lookupCalls } from './lookups.js'
import { ProgramMemory, type Word } from './memory.js'
import { messageCalls } from './messages.js'
import type { AccessPolicy } from './policy.js'
import type { Call, EmscriptenModule, Program, ProgramExports, ProgramImport } from './program.js'
import { readinessCalls } from './readiness.js'
import { optionCalls } from './socket-options.js'
import { SOCKET_OPERATIONS, transferCalls } from './transfers.js'
import { webAssembly } from './web-assembly.js'

/** How a program gets its sockets. */
export interface SocketImportsOptions {
  /** What the program may reach; everything unless given. */
  readonly allow?: AccessPolicy
  /**
   * The program's own imports by name, which handle what is no socket: files, terminals, pipes. Unless given, such a
   * descriptor is `ENOTSOCK`.
   */
  readonly imports?: Readonly<Record<string, unknown>>
  /**
   * The exports of the program's instance, for a module that exports neither memory nor `malloc`. It is called when they
   * are needed, not before the instance is there.
   */
  readonly exports?: () => object
  /**
   * A signal that has a listener (its number), or `interruptThread` (0), has ended a wait, and the call returns `EINTR` to
   * the program.
   */
  readonly onInterrupted?: (signal: number) => void
}

const OPTION_NAMES: Names<SocketImportsOptions> = { allow: true, imports: true, exports: true, onInterrupted: true }

/** The socket calls of a program by the names of its imports. */
export interface SocketImports extends Disposable {
  /** The functions, for `env` and for `wasi_snapshot_preview1`. */
  readonly functions: Readonly<Record<string, ProgramImport>>
  /** Closes the sockets that the program has left open, as the kernel does when a process ends. */
  close(): void
}

/** Calls that return an errno itself, and not its negative: WASI's. */
const WASI_CALLS = /^fd_/

/** Calls whose descriptor may be a file's, which the program's own implementation handles. */
const SHARED_CALLS: ReadonlySet<string> = new Set([
  'fd_read',
  'fd_write',
  'fd_fdstat_get',
  '__syscall_ioctl',
  '__syscall_fcntl64',
  '__syscall_dup',
  '__syscall_dup3',
])

/**
 * The socket calls of musl in Emscripten, over this library's sockets: for a program that was linked by Emscripten and whose
 * JavaScript is the host's. They may block, and the kernel does the rest. Sockets are streams of the program's own `FS`.
 * Tested with Emscripten 3.1.6, and with the versions that made Pyodide 0.25, 0.29 and 314. Source: the imports and headers
 * of musl in Emscripten, `system/lib/libc/musl`.
 * @param module the program's `Module`, whose `FS` it exports
 * @returns functions to import instead of the program's own; `withSockets` does that for a factory function
 * @throws TypeError `ERR_INVALID_ARG_TYPE`, `ERR_INVALID_ARG_VALUE`
 * @example
 * import { type EmscriptenModule, loopbackOnly, socketImports } from 'berkeley/emscripten'
 *
 * function addSockets(module: EmscriptenModule, imports: { env: Record<string, unknown> }): void {
 *   const sockets = socketImports(module, { imports: imports.env, allow: loopbackOnly() })
 *   Object.assign(imports.env, sockets.functions)
 * }
 */
export function socketImports(module: EmscriptenModule, options: SocketImportsOptions = {}): SocketImports {
  checkObject(module, 'module')
  checkOptionNames(options, OPTION_NAMES)
  const { allow, imports = {}, exports, onInterrupted } = checkedOptions(options)
  for (const [name, value] of Object.entries({ allow, exports, onInterrupted })) {
    if (value !== undefined && typeof value !== 'function') throw wrongType(`options.${name}`, 'a function', value)
  }
  checkObject(imports, 'options.imports')
  // Only those of now: they are replaced by what this function returns.
  const originals = new Map<string, unknown>(Object.entries(imports))
  const program = makeProgram(module, {
    allow,
    exports: () => (exports?.() ?? {}) as ProgramExports,
    original: (name) => originals.get(name) as ProgramImport | undefined,
    interrupted: onInterrupted ?? (() => {}),
  })
  const functions = Object.fromEntries(
    Object.entries(allCalls(program)).map(([name, call]) => [name, guarded(program, name, call)]),
  )
  const close = (): void => program.sockets.closeAll()
  return { functions, close, [Symbol.dispose]: close }
}

function makeProgram(
  module: EmscriptenModule,
  given: Pick<Program, 'allow' | 'exports' | 'original' | 'interrupted'>,
): Program {
  const fs = (): FileSystem => fileSystemOf(module)
  const memory = new ProgramMemory(() => memoryOf(module, given.exports()))
  return { ...given, fs, memory, sockets: new SocketTable(fs, SOCKET_OPERATIONS) }
}

function fileSystemOf({ FS }: EmscriptenModule): FileSystem {
  if (typeof FS === 'object' && FS !== null) return FS as FileSystem
  throw unsupportedProgram(
    'module.FS is missing: link the program with -sFORCE_FILESYSTEM -sEXPORTED_RUNTIME_METHODS=FS, whose streams sockets are',
  )
}

function memoryOf(module: EmscriptenModule, exports: ProgramExports & { memory?: unknown }): ArrayBufferLike {
  const { memory } = exports
  if (memory instanceof webAssembly.Memory) return memory.buffer
  const found = module.wasmMemory?.buffer ?? module.HEAPU8?.buffer
  if (found !== undefined) return found
  throw unsupportedProgram('the memory of the program is missing: give options.exports, or export wasmMemory')
}

/** What emscripten/sockets.c imports, because libc has only stubs of these calls inside of the program. */
const ALIASES: Readonly<Record<string, string>> = {
  berkeley_setsockopt: '__syscall_setsockopt',
  berkeley_shutdown: '__syscall_shutdown',
  berkeley_socketpair: '__syscall_socketpair',
}

function allCalls(program: Program): Record<string, Call> {
  const calls = namedCalls(program)
  for (const [alias, name] of Object.entries(ALIASES)) calls[alias] = calls[name]!
  return calls
}

function namedCalls(program: Program): Record<string, Call> {
  return {
    ...connectionCalls(program),
    ...transferCalls(program),
    ...messageCalls(program),
    ...optionCalls(program),
    ...readinessCalls(program),
    ...controlCalls(program),
    ...lookupCalls(program),
  }
}

/** The program's own import where a descriptor is no socket; what it reports of one that is not open, it reports itself. */
function guarded(program: Program, name: string, call: Call): ProgramImport {
  const sign = WASI_CALLS.test(name) ? 1 : -1
  const original = program.original(name)
  const isShared = SHARED_CALLS.has(name) && original !== undefined
  const implementation = (...args: Word[]): Word => {
    if (isShared && !isSocket(program, Number(args[0]))) return original(...args) as Word
    const numbers = args.map((word) => (typeof word === 'bigint' ? program.memory.unsigned(word) : word))
    try {
      return withCurrentMemory(() => call(...numbers))
    } catch (error) {
      noteInterruption(program, error)
      return sign * errnoOfError(error)
    }
  }
  // Emscripten reads it where a side module takes the address of an import.
  const { sig } = (original ?? {}) as { sig?: string }
  return sig === undefined ? implementation : Object.assign(implementation, { sig })
}

function isSocket({ sockets }: Program, fd: number): boolean {
  return sockets.stream(fd) !== undefined && sockets.find(fd) !== undefined
}

function noteInterruption(program: Program, error: unknown): void {
  if (!(error instanceof InterruptedError)) return
  program.interrupted(error.signal === undefined ? 0 : os.signals[error.signal])
}
