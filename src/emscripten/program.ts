// What the implementations of calls share: the program's memory, its descriptors, and what it may reach.

import { FOREVER } from '../core/deadline.js'
import { native } from '../native/addon.js'
import { errno } from '../native/errno.js'
import { CallFailure, nameOfResult } from './failure.js'
import type { FileSystem, SocketTable } from './file-system.js'
import type { ProgramMemory, Word } from './memory.js'
import { type AccessPolicy, type AccessRequest, checkAccess } from './policy.js'

/** The object of a program that Emscripten has made: what `Module` is in its JavaScript. */
export interface EmscriptenModule {
  /** The file system, which a program exports with `-sEXPORTED_RUNTIME_METHODS=FS -sFORCE_FILESYSTEM`. */
  readonly FS?: unknown
  /** The memory, or a view of it, of those that the program exports. */
  readonly wasmMemory?: { readonly buffer: ArrayBufferLike }
  readonly HEAPU8?: Uint8Array
}

/**
 * A function that a program imports. Pointers, lengths and numbers of 64 bits are bigints, all others numbers. A call of a
 * socket returns what C's does: at least 0, or the negative of an errno of Emscripten's; calls of WASI's, whose names begin
 * with `fd_`, return the errno itself.
 */
export type ProgramImport = (...args: (number | bigint)[]) => number | bigint | undefined

/** What a program exports that its calls use. */
export interface ProgramExports {
  readonly malloc?: (bytes: Word) => Word
  readonly free?: (pointer: Word) => void
  readonly __errno_location?: () => Word
}

export interface Program {
  readonly memory: ProgramMemory
  readonly sockets: SocketTable
  readonly fs: () => FileSystem
  readonly allow: AccessPolicy | undefined
  /** The functions of the program's own, for descriptors that are no sockets. */
  readonly original: (name: string) => ProgramImport | undefined
  readonly exports: () => ProgramExports
  /** A signal, or another thread, ended a wait: the number of the signal, or 0. */
  readonly interrupted: (signal: number) => void
}

/** The implementation of a call: its arguments as numbers, pointers and lengths still signed. It returns what C does. */
export type Call = (...args: number[]) => number

/** Asks the program's policy. @throws CallFailure `EACCES` */
export function request(program: Program, wanted: AccessRequest): void {
  checkAccess(program.allow, wanted)
}

/** A result of the addon. @throws CallFailure for a negative one */
export function succeeded(program: Pick<Program, 'interrupted'>, result: number): number {
  if (result >= 0) return result
  if (result === -errno.EINTR) program.interrupted(native.interruption())
  throw new CallFailure(nameOfResult(result))
}

/** The timeout of the addon for one in milliseconds, of which a negative one waits for ever. */
export function timeoutOf(milliseconds: number): number {
  return milliseconds < 0 ? FOREVER : milliseconds
}
