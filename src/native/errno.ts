// The kernel's error numbers by name, and back.

import { getSystemErrorMap } from 'node:util'
import { native } from './addon.js'
import type { ErrnoName, GaiErrorName } from './generated/constant-names.js'

const numbers: Record<string, number> = {}
const gaiNumbers: Record<string, number> = {}
for (const [name, value] of Object.entries(native.errnos))
  (name.startsWith('EAI_') ? gaiNumbers : numbers)[name] = value

// Of several names for one number (EAGAIN, EWOULDBLOCK) the first in constants.def is returned: reversed, because a Map
// keeps the last.
function namesByNumber(entries: readonly [string, number][]): ReadonlyMap<number, string> {
  return new Map(entries.map(([name, value]): [number, string] => [value, name]).reverse())
}

/**
 * errno values by name, to compare with what `connectEx` returns. Corresponds to `errno(3)`.
 * Values are positive. A name that this system lacks is `undefined`; those that POSIX requires are on every system.
 * @example
 * if (socket.connectEx(address) === errno.EINPROGRESS) doOtherWork()
 */
export const errno = Object.freeze(numbers) as Readonly<Record<ErrnoName, number>>

/**
 * Error numbers of lookups by name, as `getaddrinfo(3)` returns them: negative on Linux, positive on other systems.
 * @internal
 */
export const gaiErrors = Object.freeze(gaiNumbers) as Readonly<Record<GaiErrorName, number>>

// Made when a name is first asked for.
let errnoNames: ReadonlyMap<number, string> | undefined
let gaiErrorNames: ReadonlyMap<number, string> | undefined

/**
 * Names an errno: `ECONNREFUSED` for 111. Corresponds to `strerrorname_np(3)`.
 * Takes either sign: `connectEx` returns positive numbers, and the `errno` of an error is negative, as Node's is. Of
 * several names it returns the one that Node uses: `EAGAIN`, `ENOTSUP`. A number without a name gives
 * `UNKNOWN(<number>)`, and 0 gives `OK`.
 * @throws TypeError `ERR_INVALID_ARG_TYPE`
 * @example
 * const error = socket.connectEx(address)
 * if (error !== 0) console.error(errnoName(error))
 */
export function errnoName(number: number): string {
  if (typeof number !== 'number') {
    throw Object.assign(new TypeError(`number must be a number, not ${typeof number}`), {
      code: 'ERR_INVALID_ARG_TYPE',
    })
  }
  if (number === 0) return 'OK'
  errnoNames ??= namesByNumber(Object.entries(errno))
  return errnoNames.get(Math.abs(number)) ?? `UNKNOWN(${Math.abs(number)})`
}

/**
 * Explains an errno in words, as Node does: `connection refused` for 111. Corresponds to `strerror(3)`.
 * Takes either sign. Where Node has no words it returns the name.
 * @example
 * errnoMessage(errno.ECONNREFUSED) // 'connection refused'
 */
export function errnoMessage(number: number): string {
  return getSystemErrorMap().get(-Math.abs(number))?.[1] ?? errnoName(number)
}

/** Names an error of a lookup: `EAI_NONAME`. @internal */
export function gaiErrorName(number: number): string {
  gaiErrorNames ??= namesByNumber(Object.entries(gaiErrors))
  return gaiErrorNames.get(number) ?? `EAI_UNKNOWN(${number})`
}
