// Sockets of this machine, by a path, an abstract name, or no name at all: unix(7).

import { viewOf } from '../core/bytes.js'
import { checkString, outOfRange, wrongValue } from '../core/validate.js'
import { native } from '../native/addon.js'
import { AF_UNIX } from '../native/generated/constants.js'
import type { AddressCodec } from './codec.js'
import { checkFamily } from './family-name.js'
import { frameBytes, setFrame, text } from './frame.js'
import type { Address, UnixInput } from './types.js'

/** sun_path has 108 bytes. A path may fill it without a closing NUL; an abstract name begins with a NUL. */
const MAX_PATH_BYTES = 108

/** The bytes of a unix socket's name as sun_path has them. */
export function unixName(address: UnixInput): Uint8Array {
  if ('abstract' in address) {
    const name = viewOf(address.abstract, 'address.abstract')
    return checkLength(Buffer.concat([Buffer.of(0), name]), 'address.abstract')
  }
  const { path, family } = address
  if (path === undefined && family === 'unix') return new Uint8Array(0)
  checkString(path, 'address.path')
  if (path === '' || path.includes('\0')) throw wrongValue('address.path must not be empty nor hold a NUL')
  return checkLength(Buffer.from(path), 'address.path')
}

function checkLength(name: Buffer, argument: string): Buffer {
  if (name.length <= MAX_PATH_BYTES) return name
  throw outOfRange(`${argument} takes ${name.length} bytes of the ${MAX_PATH_BYTES} of a sun_path`)
}

/** The address of a unix socket, from the bytes of its name. */
export function unixAddress(name: Buffer): Address {
  if (name.length === 0) return { family: 'unix' }
  if (name[0] === 0) return { family: 'unix', abstract: name.subarray(1) }
  const path = name.toString('utf8')
  // The kernel would not recognise a path that is not UTF-8 once it had been decoded.
  return Buffer.from(path).equals(name) ? { family: 'unix', path } : { family: 'raw', value: AF_UNIX, bytes: name }
}

export const unix: AddressCodec = {
  name: 'unix',
  family: AF_UNIX,
  rules: { hasHostNames: false, lingers: false, hasErrorQueue: false, hasFalseWritability: true },
  matches: (address) => 'path' in address || 'abstract' in address,
  encode(address) {
    checkFamily(address.family, 'unix')
    if ('host' in address) throw wrongValue('address of a unix socket has no host')
    const name = unixName(address as UnixInput)
    setFrame(AF_UNIX, 0, 0, 0, name.length)
    text.set(name)
    native.encodeAddress()
    return null
  },
  decode: () => unixAddress(frameBytes()),
  describe(address) {
    if ('abstract' in address) return { path: `\\0${Buffer.from(address.abstract).toString('latin1')}` }
    return 'path' in address && typeof address.path === 'string' ? { path: address.path } : {}
  },
}
