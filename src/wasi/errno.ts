// WASI's error numbers, which are the first of Emscripten's; where Emscripten has a number of its own, WASI has none or another.

import { ERRNO_VALUES } from '../emscripten/errno-values.js'
import { errnoOfError } from '../emscripten/failure.js'

/** The last of WASI's numbers, ENOTCAPABLE. */
const LAST = 76
const NOTSUP = 58

/** The number for an error that an implementation threw. @throws the error itself if it is no failure of a call */
export function wasiErrno(error: unknown): number {
  const number = errnoOfError(error)
  if (number <= LAST) return number
  return number === ERRNO_VALUES['EOPNOTSUPP'] ? NOTSUP : ERRNO_VALUES['EIO']!
}
