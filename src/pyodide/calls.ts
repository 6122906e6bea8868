// Calls for the part in Python: those that CPython has no C code for when it is compiled for Emscripten. They are the same
// functions that C code calls, with arguments in memory of the program's.

import { unsupportedProgram } from '../emscripten/failure.js'
import type { ProgramImport } from '../emscripten/program.js'
import type { AddedSockets } from '../emscripten/with-sockets.js'

/** What the part in Python calls. Results are 0 or an errno of the program's. */
export interface PythonCalls {
  setsockopt(fd: number, level: number, name: number, value: Uint8Array): number
  shutdown(fd: number, how: number): number
  /** Two descriptors, or an errno. */
  socketpair(family: number, type: number, protocol: number): readonly [number, number] | number
}

interface Exports {
  readonly memory: { readonly buffer: ArrayBufferLike }
  malloc(bytes: number): number
  free(pointer: number): void
}

const PAIR_BYTES = 8

/** The calls of a program that has been instantiated. @throws TypeError `ERR_PROGRAM_UNSUPPORTED` for one without malloc */
export function pythonCalls({ sockets, exports }: AddedSockets): PythonCalls {
  const { malloc, free, memory } = exports as unknown as Partial<Exports>
  if (malloc === undefined || free === undefined || memory === undefined) {
    throw unsupportedProgram('this Pyodide exports neither malloc nor memory: its version is not supported')
  }
  const call = (name: string, ...args: number[]): number => Number((sockets.functions[name] as ProgramImport)(...args))

  /** Calls a function with memory of the program's, which is freed afterwards. */
  function withMemory<Result>(bytes: Uint8Array, use: (pointer: number) => Result): Result {
    const pointer = malloc!(Math.max(bytes.length, 1)) >>> 0
    if (pointer === 0) throw new RangeError('the program is out of memory')
    try {
      new Uint8Array(memory!.buffer, pointer, bytes.length).set(bytes)
      return use(pointer)
    } finally {
      free!(pointer)
    }
  }

  return {
    setsockopt: (fd, level, name, value) =>
      withMemory(value, (pointer) => -call('__syscall_setsockopt', fd, level, name, pointer, value.length)),
    shutdown: (fd, how) => -call('__syscall_shutdown', fd, how),
    socketpair: (family, type, protocol) =>
      withMemory(new Uint8Array(PAIR_BYTES), (pointer) => {
        const result = call('__syscall_socketpair', family, type, protocol, pointer)
        if (result < 0) return -result
        const view = new DataView(memory.buffer, pointer, PAIR_BYTES)
        return [view.getInt32(0, true), view.getInt32(4, true)]
      }),
  }
}
