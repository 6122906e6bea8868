// Reads and sets an option of a descriptor. A refusal by the kernel is returned as -errno; Socket throws it.

import { misuse } from '../core/errors.js'
import { checkObject, wrongType } from '../core/validate.js'
import { native } from '../native/addon.js'
import { errno } from '../native/errno.js'
import type { OptionRow, ReadableOption, WritableOption } from './row.js'

// NGROUPS_MAX groups of four bytes each.
const MAX_VALUE_BYTES = 65536 * 4

/** What an option looks like. Python and C give a level and a number in its place. */
const SHAPE = 'such as the SO_KEEPALIVE that berkeley exports, which includes its level'

/**
 * Returns the bytes of an option's value, for `option.decode`; or -errno. Corresponds to `getsockopt(2)`.
 * @param open returns the descriptor, after the option has been read: a getter of it may have closed the socket
 * @throws TypeError `ERR_INVALID_ARG_TYPE` when `option` is none of the table
 * @throws TypeError `ERR_OPTION_UNSUPPORTED` when this system lacks the option
 * @throws TypeError `ERR_OPTION_WRITE_ONLY` when the option can only be set
 */
export function readOption<Value>(open: () => number, option: ReadableOption<Value>): Uint8Array | number {
  checkSupported(option)
  if (!('decode' in option)) {
    throw misuse(TypeError, 'ERR_OPTION_WRITE_ONLY', `${nameOf(option)} can only be set`)
  }
  const { size, level, number } = option
  let bytes = new Uint8Array(size)
  let length = native.getOption(open(), level, number, bytes)
  // The value may be longer than usual: a list of groups (SO_PEERGROUPS), a label (SO_PEERSEC).
  while (length === -errno.ERANGE && bytes.length < MAX_VALUE_BYTES) {
    bytes = new Uint8Array(bytes.length * 2)
    length = native.getOption(open(), level, number, bytes)
  }
  return length < 0 ? length : bytes.subarray(0, length)
}

/**
 * Sets an option, and returns 0 or -errno. Corresponds to `setsockopt(2)`.
 * @param open returns the descriptor, after the value has been read: a getter of the value may have closed the socket
 * @throws TypeError `ERR_INVALID_ARG_TYPE` when `option` is none of the table, or the value is of the wrong type
 * @throws TypeError `ERR_INVALID_ARG_VALUE` when the value is invalid
 * @throws TypeError `ERR_OPTION_UNSUPPORTED` when this system lacks the option
 * @throws TypeError `ERR_OPTION_READ_ONLY` when the option can only be read
 * @throws TypeError `ERR_OPTION_NO_EFFECT` when the option would change nothing
 * @throws RangeError `ERR_OUT_OF_RANGE` when a number or a length is too small or too large
 */
export function writeOption<Input>(open: () => number, option: WritableOption<Input>, value: Input): number {
  checkSupported(option)
  const { name, noEffect } = option
  if (noEffect !== undefined) {
    throw misuse(TypeError, 'ERR_OPTION_NO_EFFECT', `${name} would have no effect: ${noEffect}`)
  }
  if (!('encode' in option)) throw misuse(TypeError, 'ERR_OPTION_READ_ONLY', `${name} can only be read`)
  const bytes = option.encode(value)
  const { indirect, number } = option
  const level = option.levelFor(value)
  const set = indirect ? native.setFilter : native.setOption
  return set(open(), level, number, bytes)
}

function checkSupported(option: OptionRow): void {
  checkObject(option, 'option', SHAPE)
  const { supported } = option
  if (typeof supported !== 'boolean') throw wrongType('option', `an object ${SHAPE}`, option)
  if (supported) return
  const reason =
    option.number < 0 ? 'this system lacks it' : `the layout of its value on ${process.platform} is not known`
  throw misuse(TypeError, 'ERR_OPTION_UNSUPPORTED', `${option.name}: ${reason}`)
}

/** The name of an option for the other direction, which the types rule out. */
function nameOf(option: never): string {
  return (option as OptionRow).name
}
