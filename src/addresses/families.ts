// The families whose addresses have a codec, and what every socket asks of them. An address of any other family is
// `{ family: 'raw', value, bytes }`: the family's number, and the sockaddr after it.

import { viewOf } from '../core/bytes.js'
import { type ErrorTarget, misuse } from '../core/errors.js'
import { checkInteger, checkObject, outOfRange, wrongType, wrongValue } from '../core/validate.js'
import { native } from '../native/addon.js'
import { AF_UNSPEC } from '../native/generated/constants.js'
import type { AddressCodec, FamilyRules, HostName } from './codec.js'
import { frameBytes, frameFamily, setFrame, text, WHOLE_SOCKADDR } from './frame.js'
import { inet, inet6 } from './inet.js'
import type { Address, AddressInput, RawInput } from './types.js'
import { unix } from './unix.js'

/** **The table of families.** */
const FAMILIES: readonly AddressCodec[] = [inet, inet6, unix]

/** A sockaddr_storage has this much after its family. */
const MAX_RAW_BYTES = 126

const UNKNOWN: FamilyRules = { hasHostNames: false, lingers: true, hasErrorQueue: true, hasFalseWritability: false }

const byNumber = new Map<number, AddressCodec>(FAMILIES.map((codec) => [codec.family, codec]))

/** What the kernel does differently for the sockets of a family. */
export function rulesOf(family: number): FamilyRules {
  return byNumber.get(family)?.rules ?? UNKNOWN
}

/**
 * The codec of an address that is to be connected to or listened on, by its own fields alone.
 * @throws TypeError where it can be no address
 */
export function codecOf(address: AddressInput, argument: string): AddressCodec {
  if (typeof address !== 'object' || address === null) throw wrongType(argument, '{ host, port } or { path }')
  const codec = FAMILIES.find((candidate) => candidate.matches(address))
  const named = codec ?? FAMILIES.find(({ name }) => name === address.family)
  if (named !== undefined) return named
  if ('port' in address)
    throw misuse(TypeError, 'ERR_INVALID_ARG_TYPE', `${argument}.host is missing beside ${argument}.port`)
  return unix
}

/**
 * Puts an address into the addon's memory for its next bind, connect or sendTo.
 * @param family the socket's
 * @returns null, or a host name, which only a lookup can turn into an address
 * @throws TypeError, RangeError
 */
export function encodeAddress(address: AddressInput, family: number): HostName | null {
  checkObject(address, 'address', 'such as { host, port } or { path }')
  if (address.family === 'raw') return encodeRaw(address)
  const codec = byNumber.get(family)
  if (codec !== undefined) return codec.encode(address)
  throw wrongValue(`address of a socket of family ${family} must be { family: 'raw', value, bytes }`)
}

function encodeRaw(address: RawInput): null {
  const { value } = address
  checkInteger(value, 'address.value', 0, 65535)
  const bytes = viewOf(address.bytes, 'address.bytes')
  if (bytes.length > MAX_RAW_BYTES) throw outOfRange(`address.bytes must be at most ${MAX_RAW_BYTES} bytes`)
  setFrame(value, WHOLE_SOCKADDR, 0, 0, bytes.length)
  text.set(bytes)
  native.encodeAddress()
  return null
}

/** The address that the addon left in the frame; null where the kernel gave none. */
export function decodeAddress(): Address | null {
  const family = frameFamily()
  const codec = byNumber.get(family)
  if (codec !== undefined) return codec.decode()
  return family === AF_UNSPEC ? null : { family: 'raw', value: family, bytes: frameBytes() }
}

/** An address as the fields of an error. */
export function errorTarget(address: AddressInput | Address | null | undefined): ErrorTarget {
  if (address === null || address === undefined || address.family === 'raw') return {}
  return codecOf(address, 'address').describe(address)
}
