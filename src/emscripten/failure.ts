// How a call of the program's fails: inside of an implementation by an exception, towards the program by a number. An
// exception never reaches WebAssembly, which cannot go on after one.

import { misuse } from '../core/errors.js'
import { CHANGED_MEANWHILE, CLOSED_MEANWHILE, TIMED_OUT } from '../native/addon.js'
import { errnoName } from '../native/errno.js'
import { errnoValue } from './errno-values.js'

/** The code of an error about how the program was linked or loaded, which its host has to correct. */
const UNSUPPORTED = 'ERR_PROGRAM_UNSUPPORTED'

/** The error for a program that lacks what its calls need. */
export function unsupportedProgram(message: string): Error {
  return misuse(TypeError, UNSUPPORTED, message)
}

/** A failure of a call, by the name of its errno. */
export class CallFailure extends Error {
  readonly code: string

  constructor(code: string) {
    super(code)
    this.code = code
  }
}

/** The names of errors that are no errno: the library's own codes. */
const NAMES: ReadonlyMap<string, string> = new Map([
  ['ERR_SOCKET_TIMEOUT', 'EAGAIN'],
  ['ERR_SOCKET_CLOSED', 'EBADF'],
  ['ERR_SOCKET_DETACHED', 'EBADF'],
  ['ERR_BUFFER_CHANGED', 'EFAULT'],
  ['ERR_FD_OWNED', 'EBADF'],
  ['ERR_OUT_OF_RANGE', 'EINVAL'],
  ['ERR_INVALID_ARG_VALUE', 'EINVAL'],
  ['ERR_INVALID_ARG_TYPE', 'EINVAL'],
])

/** The name of the errno for a negative result of the addon, or a code of `NAMES`. */
export function nameOfResult(result: number): string {
  if (result === TIMED_OUT) return 'EAGAIN'
  if (result === CLOSED_MEANWHILE) return 'EBADF'
  if (result === CHANGED_MEANWHILE) return 'ERR_BUFFER_CHANGED'
  return errnoName(result)
}

/**
 * Whether a call failed because the program's memory grew while it waited, which detaches the views of the memory. Nothing
 * has been transferred then, except for parts of a receive with MSG_WAITALL.
 */
export function isMemoryDetached(error: unknown): boolean {
  return error instanceof Error && (error as { code?: unknown }).code === 'ERR_BUFFER_CHANGED'
}

/** Makes a call, and again where the program's memory grew while it waited: a call takes its memory by pointers. */
export function withCurrentMemory<Result>(call: () => Result): Result {
  for (;;) {
    try {
      return call()
    } catch (error) {
      if (!isMemoryDetached(error)) throw error
    }
  }
}

/**
 * The program's errno for an error that an implementation threw.
 * @throws the error itself if it is no failure of a call, such as `worker.terminate()`'s or a defect of this library
 */
export function errnoOfError(error: unknown): number {
  const { code } = (typeof error === 'object' && error !== null ? error : {}) as { code?: unknown }
  if (typeof code !== 'string' || code === UNSUPPORTED) throw error
  return errnoValue(NAMES.get(code) ?? code)
}
