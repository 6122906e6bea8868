// Getting and setting an option of a descriptor. What the kernel refuses is answered, and thrown by Socket.

import { misuse } from '../core/errors.js'
import { native } from '../native/addon.js'
import { errno } from '../native/errno.js'
import { shown } from './codecs.js'
import type { OptionRow, ReadableOption, WritableOption } from './row.js'

// NGROUPS_MAX groups of four bytes each.
const LONGEST_VALUE = 65536 * 4

/**
 * The bytes of an option's value, for `option.decode`; or -errno.
 * @throws TypeError `ERR_INVALID_ARG_TYPE`, `ERR_OPTION_UNSUPPORTED`, `ERR_OPTION_WRITE_ONLY`
 */
export function readOption<Value>(fd: number, option: ReadableOption<Value>): Uint8Array | number {
  checkSupported(option)
  if (!('decode' in option)) {
    throw misuse(TypeError, 'ERR_OPTION_WRITE_ONLY', `${nameOf(option)} can only be set`)
  }
  let bytes = new Uint8Array(option.size)
  let length = native.getOption(fd, option.level, option.number, bytes)
  // A list or a label may need more room than usual (SO_PEERGROUPS, SO_PEERSEC).
  while (length === -errno.ERANGE && bytes.length < LONGEST_VALUE) {
    bytes = new Uint8Array(bytes.length * 2)
    length = native.getOption(fd, option.level, option.number, bytes)
  }
  return length < 0 ? length : bytes.subarray(0, length)
}

/**
 * Sets an option: 0, or -errno. `open` tells the descriptor once the value has been read: a getter may have closed it.
 * @throws TypeError `ERR_INVALID_ARG_TYPE`, `ERR_INVALID_ARG_VALUE`, `ERR_OPTION_UNSUPPORTED`, `ERR_OPTION_READ_ONLY`,
 *   `ERR_OPTION_NO_EFFECT`; RangeError `ERR_OUT_OF_RANGE`
 */
export function writeOption<Input>(open: () => number, option: WritableOption<Input>, value: Input): number {
  checkSupported(option)
  const { name, noEffect } = option
  if (noEffect !== undefined)
    throw misuse(TypeError, 'ERR_OPTION_NO_EFFECT', `${name} would have no effect: ${noEffect}`)
  if (!('encode' in option)) throw misuse(TypeError, 'ERR_OPTION_READ_ONLY', `${name} can only be read`)
  const bytes = option.encode(value)
  const set = option.indirect ? native.setFilter : native.setOption
  const level = option.levelFor(value)
  return set(open(), level, option.number, bytes)
}

function checkSupported(option: OptionRow): void {
  if (typeof option !== 'object' || option === null || typeof option.supported !== 'boolean') {
    throw misuse(
      TypeError,
      'ERR_INVALID_ARG_TYPE',
      `option must be one of the table, like SO_KEEPALIVE, not ${shown(option)}`,
    )
  }
  if (option.supported) return
  const reason = option.number < 0 ? 'this system lacks it' : `its form on ${process.platform} is not known`
  throw misuse(TypeError, 'ERR_OPTION_UNSUPPORTED', `${option.name}: ${reason}`)
}

/** An option of the wrong kind, of which the compiler believes that it cannot be. */
function nameOf(option: never): string {
  return (option as OptionRow).name
}
