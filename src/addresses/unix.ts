// Unix sockets, addressed by a path, an abstract name, or no name: unix(7).

import { bytesOf } from '../core/bytes.js'
import { Bytes, copyInto, encodeUtf8, lengthOf } from '../core/intrinsics.js'
import { checkCName, mustBe, outOfRange, wrongValue } from '../core/validate.js'
import { native } from '../native/addon.js'
import { AF_UNIX } from '../native/generated/constants.js'
import { type AddressCodec, USUAL_RULES } from './codec.js'
import { checkFamily, familyNumber } from './family.js'
import { frameBytes, setFrame, setFrameBytes } from './frame.js'
import type { Address, UnixInput } from './types.js'

/** sun_path has 108 bytes. A path may fill it without a closing NUL; an abstract name begins with a NUL. */
const MAX_PATH_BYTES = 108

/**
 * The bytes of a unix socket's name, as sun_path contains them.
 * @throws TypeError `ERR_INVALID_ARG_TYPE` when the path or abstract name is of the wrong type
 * @throws TypeError `ERR_INVALID_ARG_VALUE` when the path is empty or contains a NUL
 * @throws RangeError `ERR_OUT_OF_RANGE` when the name is too long
 */
export function unixName(address: UnixInput): Uint8Array {
  if ('abstract' in address) {
    const name = bytesOf(address.abstract, 'address.abstract')
    checkLength(name, 'address.abstract', MAX_PATH_BYTES - 1)
    // It begins with a NUL.
    const whole = new Bytes(lengthOf(name) + 1)
    copyInto(whole, name, 1)
    return whole
  }
  const { path, family } = address
  if (path === undefined && familyNumber(family, 'address.family') === AF_UNIX) return new Uint8Array(0)
  if (typeof path === 'string' && path.startsWith('\0')) {
    throw wrongValue("address.path must not begin with NUL: an abstract name is { abstract: 'name' }")
  }
  checkCName(path, 'address.path')
  const name = encodeUtf8(path, 'utf8')
  checkLength(name, 'address.path', MAX_PATH_BYTES)
  return name
}

function checkLength(name: Uint8Array, argument: string, maxBytes: number): void {
  const length = lengthOf(name)
  if (length <= maxBytes) return
  throw outOfRange(mustBe(argument, `at most ${maxBytes} bytes long`, length), {
    argument,
    value: length,
    max: maxBytes,
  })
}

/** The address of a unix socket with these bytes in its sun_path. */
export function unixAddress(name: Buffer): Address {
  if (name.length === 0) return { family: 'unix' }
  if (name[0] === 0) return { family: 'unix', abstract: name.subarray(1) }
  const path = name.toString('utf8')
  // Decoding changes a path that is not UTF-8, and the kernel would not find it again: it is given as raw bytes.
  return Buffer.from(path).equals(name) ? { family: 'unix', path } : { family: 'raw', value: AF_UNIX, bytes: name }
}

const UNIX = [AF_UNIX]

export const unix: AddressCodec = {
  name: 'unix',
  family: AF_UNIX,
  rules: { ...USUAL_RULES, lingers: false, hasErrorQueue: false, hasFalseWritability: true },
  matches: (address) => 'path' in address || 'abstract' in address,
  encode(address) {
    checkFamily(address.family, 'address.family', UNIX)
    if ('host' in address) throw wrongValue(mustBe('address of a unix socket', 'without a host', address))
    const name = unixName(address as UnixInput)
    setFrame(AF_UNIX, 0, 0, 0, lengthOf(name))
    setFrameBytes(name)
    native.encodeAddress()
    return null
  },
  decode: () => unixAddress(frameBytes()),
  describe(address) {
    if ('abstract' in address) return { path: `\\0${Buffer.from(address.abstract).toString('latin1')}` }
    return 'path' in address && typeof address.path === 'string' ? { path: address.path } : {}
  },
}
