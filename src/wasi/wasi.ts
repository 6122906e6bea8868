// A WASI program with sockets: node:wasi for files, clocks and arguments, and this library for sockets. Preview 1 has no way
// to make a socket, so that a program gets those that its host has made, as wasmtime's --tcplisten has it: descriptors from
// 3 on, before the directories, and their number in the environment variable LISTEN_FDS.

import { WASI, type WASIOptions } from 'node:wasi'
import { checkOptionNames, type Names } from '../core/option-names.js'
import { checkArray, checkedOptions, checkObject, isInstance, wrongType, wrongValue } from '../core/validate.js'
import { withCurrentMemory } from '../emscripten/failure.js'
import { ProgramSocket } from '../emscripten/file-system.js'
import { ProgramMemory } from '../emscripten/memory.js'
import { type Instance, webAssembly } from '../emscripten/web-assembly.js'
import { descriptorOf, takeDescriptor } from '../socket/face.js'
import { Socket } from '../socket/socket.js'
import { DescriptorTable } from './descriptors.js'
import { wasiErrno } from './errno.js'
import { type InnerCall, renumberCall, translated } from './inner-calls.js'
import { pollCall } from './poll.js'
import { sharedCalls, socketCalls, type WasiCall, type WasiProgram } from './socket-calls.js'

/** The first descriptor after the standard streams. */
const FIRST_PREOPENED = 3

/** What a WASI program gets. */
export interface SocketWasiOptions {
  /** The arguments; the first is the program's name. */
  readonly args?: readonly string[]
  /** The environment variables. LISTEN_FDS is added. */
  readonly env?: Readonly<Record<string, string>>
  /** The folders that the program sees: its paths, and ours. */
  readonly preopens?: Readonly<Record<string, string>>
  /** Descriptors in place of this process's standard streams. */
  readonly stdin?: number
  readonly stdout?: number
  readonly stderr?: number
  /** The sockets that the program finds from descriptor 3 on: listening ones, or connections. It owns them then. */
  readonly listen?: readonly Socket[]
}

const OPTION_NAMES: Names<SocketWasiOptions> = {
  args: true,
  env: true,
  preopens: true,
  stdin: true,
  stdout: true,
  stderr: true,
  listen: true,
}

/** A function that a program imports. */
type Imported = (...args: (number | bigint)[]) => number

/**
 * WASI preview 1 with sockets, around `WASI` of node:wasi: programs that Rust, C, Go and others compile for `wasm32-wasip1`
 * accept, receive and send on listening sockets that they are given. Calls block this thread, as `poll_oneoff` and
 * `sock_accept` have it. Source: the witx files of WASI, `preview1`; and `--tcplisten` of wasmtime for the descriptors.
 * @example
 * import { readFileSync } from 'node:fs'
 * import { createServer } from 'berkeley'
 * import { SocketWasi } from 'berkeley/wasi'
 *
 * const wasi = new SocketWasi({ args: ['server'], listen: [createServer({ host: '127.0.0.1', port: 8080 })] })
 * const status = wasi.run(readFileSync('server.wasm'))
 */
export class SocketWasi implements Disposable {
  readonly #wasi: WASI
  readonly #program: WasiProgram
  readonly #standard: readonly number[]
  #memory: { readonly buffer: ArrayBufferLike } | undefined

  /**
   * Takes the sockets over.
   * @throws TypeError `ERR_INVALID_ARG_TYPE`, `ERR_INVALID_ARG_VALUE`
   * @throws SocketError `ERR_SOCKET_CLOSED`, `ERR_SOCKET_DETACHED` for a socket that is not open
   */
  constructor(options: SocketWasiOptions = {}) {
    checkOptionNames(options, OPTION_NAMES)
    const {
      args = [],
      env = {},
      preopens = {},
      listen = [],
      stdin = 0,
      stdout = 1,
      stderr = 2,
    } = checkedOptions(options)
    checkArray(listen, 'options.listen')
    for (const [index, socket] of listen.entries()) {
      if (!isInstance(socket, Socket)) throw wrongType(`options.listen[${index}]`, 'a Socket', socket)
      descriptorOf(socket).open('detach')
    }
    const inner: WASIOptions = {
      version: 'preview1',
      args: [...args],
      env: { ...env, ...(listen.length > 0 && { LISTEN_FDS: String(listen.length) }) },
      preopens: { ...preopens },
      returnOnExit: true,
      stdin,
      stdout,
      stderr,
    }
    this.#wasi = new WASI(inner)
    this.#standard = [stdin, stdout, stderr]
    const memory = new ProgramMemory(() => this.#bufferOfMemory())
    this.#program = { memory, descriptors: preopened(listen, Object.keys(preopens).length), interrupted: () => {} }
  }

  #bufferOfMemory(): ArrayBufferLike {
    if (this.#memory !== undefined) return this.#memory.buffer
    throw wrongValue('the program has made a call before start or initialize was given its instance')
  }

  /** What a program imports: `{ wasi_snapshot_preview1 }`. */
  getImportObject(): Record<string, Record<string, unknown>> {
    const inner = this.#wasi.wasiImport as Record<string, InnerCall>
    const calls: Record<string, Imported> = {}
    for (const [name, call] of Object.entries(inner)) {
      const takesDescriptor = /^(fd|path)_/.test(name)
      calls[name] = takesDescriptor ? guarded(translated(this.#program, name, call)) : call
    }
    calls['fd_renumber'] = guarded(renumberCall(this.#program, inner['fd_close']!))
    calls['poll_oneoff'] = this.#own(pollCall(this.#program, this.#standard))
    for (const [name, call] of Object.entries(socketCalls(this.#program))) calls[name] = this.#own(call)
    for (const [name, call] of Object.entries(sharedCalls(this.#program))) {
      const [own, other] = [this.#own(call), calls[name]!]
      calls[name] = (...args) => (this.#isSocket(Number(args[0])) ? own(...args) : other(...args))
    }
    return { wasi_snapshot_preview1: calls }
  }

  /**
   * Runs a program from its instance: calls `_start`, and closes its sockets when it ends.
   * @returns its exit status
   * @throws TypeError `ERR_INVALID_ARG_TYPE`, Error `ERR_WASI_ALREADY_STARTED`
   */
  start(instance: object): number {
    this.#useMemoryOf(instance)
    try {
      // Without an exit, the status is 0.
      return Number(this.#wasi.start(instance) ?? 0)
    } finally {
      this.close()
    }
  }

  /**
   * Prepares a library, a reactor of WASI: calls `_initialize`. Its sockets stay open until `close`.
   * @throws TypeError `ERR_INVALID_ARG_TYPE`, Error `ERR_WASI_ALREADY_STARTED`
   */
  initialize(instance: object): void {
    this.#useMemoryOf(instance)
    this.#wasi.initialize(instance)
  }

  /**
   * Compiles a program, and runs it.
   * @param module the bytes of a .wasm file
   * @returns its exit status
   * @throws WebAssembly.CompileError, WebAssembly.LinkError for what is no program of WASI preview 1
   */
  run(module: Uint8Array | ArrayBuffer): number {
    const compiled = new webAssembly.Module(module)
    return this.start(new webAssembly.Instance(compiled, this.getImportObject()))
  }

  /** Closes the sockets that are still open. */
  close(): void {
    this.#program.descriptors.closeAll()
  }

  /** The same at the end of a `using` block. */
  [Symbol.dispose](): void {
    this.close()
  }

  #useMemoryOf(instance: object): void {
    checkObject(instance, 'instance')
    const { exports } = instance as Instance
    checkObject(exports, 'instance.exports')
    const { memory } = exports
    checkObject(memory, 'instance.exports.memory')
    this.#memory = memory as { readonly buffer: ArrayBufferLike }
  }

  #isSocket(fd: number): boolean {
    try {
      return 'socket' in this.#program.descriptors.get(fd)
    } catch {
      return false
    }
  }

  /** A call of ours: pointers and lengths are unsigned, and offsets, which are bigints, of no interest for sockets. */
  #own(call: WasiCall): Imported {
    return guarded((...args) => {
      const numbers = args.map((word) => Number(word) >>> 0)
      return withCurrentMemory(() => call(...numbers))
    })
  }
}

/** Turns failures into errno. */
function guarded(call: Imported): Imported {
  return (...args) => {
    try {
      return call(...args)
    } catch (error) {
      return wasiErrno(error)
    }
  }
}

/** The table of a program before it runs: standard streams, sockets, folders. */
function preopened(listen: readonly Socket[], folders: number): DescriptorTable {
  const descriptors = new DescriptorTable()
  for (let inner = 0; inner < FIRST_PREOPENED; inner++) descriptors.add({ inner })
  for (const socket of listen) {
    const descriptor = takeDescriptor(socket)
    descriptors.add({ socket: new ProgramSocket(descriptor, descriptor.timeout === 0) })
  }
  for (let index = 0; index < folders; index++) descriptors.add({ inner: FIRST_PREOPENED + index })
  return descriptors
}
