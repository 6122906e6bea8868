// The table of address families, and the conversion of an address of any family. A family without a codec has addresses
// `{ family: 'raw', value, bytes }`: its number, and the bytes of the sockaddr after it.

import { viewOf } from '../core/bytes.js'
import type { ErrorTarget } from '../core/errors.js'
import { lengthOf } from '../core/intrinsics.js'
import { belongIn, type Hints } from '../core/option-hints.js'
import { checkNames, type Names } from '../core/option-names.js'
import { own } from '../core/own-options.js'
import { checkInteger, checkObject, isArray, mustBe, outOfRange, wrongType, wrongValue } from '../core/validate.js'
import { native } from '../native/addon.js'
import type { Family } from '../native/constant-kinds.js'
import { AF_UNSPEC } from '../native/generated/constants.js'
import { type AddressCodec, type FamilyRules, type HostName, USUAL_RULES } from './codec.js'
import { frameBytes, frameFamily, setFrame, setFrameBytes, WHOLE_SOCKADDR } from './frame.js'
import { inet, inet6, missingHost } from './inet.js'
import { linuxCodecs } from './linux-codecs.js'
import type { LinuxInput } from './linux-types.js'
import type { Address, AddressInput, HostInput, RawInput, UnixInput } from './types.js'
import { unix } from './unix.js'

const EXAMPLE = "such as { host: 'localhost', port: 80 } or { path: '/run/app.sock' }"

/** The members of the addresses of linux-types.ts. */
const LINUX_NAMES: Names<LinuxInput> = {
  family: true,
  pid: true,
  groups: true,
  protocol: true,
  interface: true,
  hardwareType: true,
  packetType: true,
  hardwareAddress: true,
  cid: true,
  port: true,
  flags: true,
  rxId: true,
  txId: true,
  name: true,
  pgn: true,
  address: true,
  type: true,
  feature: true,
  mask: true,
  queue: true,
  sharedUmemFd: true,
  node: true,
  lower: true,
  upper: true,
  scope: true,
  instance: true,
  domain: true,
  ref: true,
  device: true,
  channel: true,
  psm: true,
  channelId: true,
  addressType: true,
}

/** The members that messages list first. */
const USUAL_NAMES: Names<HostInput | UnixInput> = {
  host: true,
  port: true,
  path: true,
  family: true,
  abstract: true,
  flowInfo: true,
  scopeId: true,
}

/** The members of addresses; each with a host, a path, a name or bytes says in one way where it is. */
export const ADDRESS_NAMES: Names<AddressInput> = { ...USUAL_NAMES, ...LINUX_NAMES, value: true, bytes: true }

const PLACES = ['host', 'path', 'abstract', 'bytes'] as const

/** The codecs of the usual families. */
const USUAL: readonly AddressCodec[] = [inet, inet6, unix]

const byFamily = (codecs: readonly AddressCodec[]): ReadonlyMap<number, AddressCodec> =>
  new Map(codecs.map((codec) => [codec.family, codec]))

const usualByNumber = byFamily(USUAL)
let otherByNumber: ReadonlyMap<number, AddressCodec> | undefined

/** The codecs of the other families, made when one is first asked for. */
function others(): ReadonlyMap<number, AddressCodec> {
  otherByNumber ??= byFamily(linuxCodecs())
  return otherByNumber
}

/** The codec for which `isWanted` is true. The usual ones come first. */
function findCodec(isWanted: (codec: AddressCodec) => boolean): AddressCodec | undefined {
  return USUAL.find(isWanted) ?? [...others().values()].find(isWanted)
}

/** The codec of a family by the kernel's number; undefined for a family without one. */
function codecByNumber(family: number): AddressCodec | undefined {
  return usualByNumber.get(family) ?? others().get(family)
}

/** The size of a sockaddr_storage after its family. */
const MAX_RAW_BYTES = 126

/** How the kernel treats the sockets of a family. */
export function rulesOf(family: number): FamilyRules {
  return codecByNumber(family)?.rules ?? USUAL_RULES
}

/** The socket that an address needs. */
export interface Target {
  /** The family of the socket, unless the address has a host: that decides it. */
  readonly family: Family
  /** Whether the address has a host, which may be a name. */
  readonly hasHost: boolean
}

/**
 * Finds out what socket an address to connect to or to listen on needs, by the fields of the address alone.
 * @throws TypeError `ERR_INVALID_ARG_TYPE` when it is no object, or has a port and no host
 * @throws TypeError, RangeError `ERR_INVALID_ARG_TYPE`, `ERR_OUT_OF_RANGE` when it is a raw address of no family
 */
export function targetOf(address: AddressInput, argument: string): Target {
  checkPlace(address, argument)
  const given = own(address)
  if (given.family === 'raw') {
    const { value } = given
    checkInteger(value, `${argument}.value`, 0, 65535)
    return { family: value as Family, hasHost: false }
  }
  const { family, rules } = codecOf(given, argument)
  return { family, hasHost: rules.hasHostNames }
}

/**
 * Refuses what is no object, such as the host alone, or Python's pair of host and port.
 * @throws TypeError `ERR_INVALID_ARG_TYPE`
 */
export function checkIsAddress(address: unknown, argument: string): void {
  checkObject(address, argument, EXAMPLE)
  if (isArray(address)) throw wrongType(argument, `an object ${EXAMPLE}`, address)
}

/**
 * Refuses what is no address object, and one that says in two ways where it is.
 * @throws TypeError `ERR_INVALID_ARG_TYPE`, `ERR_INVALID_ARG_VALUE`
 */
function checkPlace(address: AddressInput, argument: string): void {
  checkIsAddress(address, argument)
  const members = own(address) as Record<string, unknown>
  let given = PLACES.filter((name) => name in members)
  if (given.length < 2) return
  // Only now, because a member may be a getter.
  given = given.filter((name) => members[name] !== undefined)
  if (given.length > 1) throw wrongValue(`${argument} must have one of ${given.join(' and ')}, not both`)
}

/**
 * Refuses what is no address, has a member that no address has, or says in two ways where it is.
 * @param options the names of the options, which the function takes in another argument; `net.connect` takes them here
 * @param place the argument that takes them
 * @throws TypeError `ERR_INVALID_ARG_TYPE`, `ERR_INVALID_ARG_VALUE`
 */
export function checkAddress(address: AddressInput, argument: string, options?: Names<object>, place = 'second'): void {
  checkPlace(address, argument)
  if (options !== undefined) checkNoOptions(address, argument, options, place)
  checkNames(address, argument, ADDRESS_NAMES, isGiven)
}

/** Hints for the options of a function whose target is another argument. */
export const inTarget = (): Hints => belongIn('target', ADDRESS_NAMES)

const isGiven = (value: unknown): boolean => value !== undefined

function checkNoOptions(address: AddressInput, argument: string, options: Names<object>, place: string): void {
  if (Object.getPrototypeOf(address) !== Object.prototype) return
  for (const [name, value] of Object.entries(address)) {
    if (Object.hasOwn(ADDRESS_NAMES, name) || !Object.hasOwn(options, name) || !isGiven(value)) continue
    throw wrongValue(`${argument}.${name} is an option: pass { ${name} } as the ${place} argument`)
  }
}

/**
 * Refuses an address beside a socket that is given, which has one already.
 * @param socket the name of the member that has the socket
 * @throws TypeError `ERR_INVALID_ARG_VALUE`
 */
export function checkNoAddress(given: object, argument: string, socket: string): void {
  if (Object.getPrototypeOf(given) !== Object.prototype) return
  for (const [name, value] of Object.entries(given)) {
    if (!Object.hasOwn(ADDRESS_NAMES, name) || !isGiven(value)) continue
    throw wrongValue(`${argument} must have either ${socket}, which has an address, or ${name}, not both`)
  }
}

/** The address among the members of an object literal that has others besides; another object itself. */
export function addressAmong<Input extends AddressInput>(given: Input): Input {
  if (Object.getPrototypeOf(given) !== Object.prototype) return given
  return Object.fromEntries(Object.entries(given).filter(([name]) => Object.hasOwn(ADDRESS_NAMES, name))) as Input
}

function codecOf(address: AddressInput, argument: string): AddressCodec {
  checkObject(address, argument, EXAMPLE)
  const codec = findCodec((candidate) => candidate.matches(address))
  const named = codec ?? findCodec(({ name, family }) => address.family === name || address.family === family)
  if (named !== undefined) return named
  if ('port' in address) {
    throw missingHost(argument)
  }
  return unix
}

/**
 * Gives an address to the addon for its next bind, connect or sendTo.
 * @param family the family of the socket
 * @returns null; or the host and port if the host is a name, which only a lookup can turn into an address
 * @throws TypeError `ERR_INVALID_ARG_TYPE` when the address or a field of it is of the wrong type
 * @throws TypeError `ERR_INVALID_ARG_VALUE` when a field is invalid, or the address is not of the socket's family
 * @throws RangeError `ERR_OUT_OF_RANGE` when a number or a length is too large
 */
export function encodeAddress(given: AddressInput, family: number): HostName | null {
  checkIsAddress(given, 'address')
  const address = own(given)
  if (address.family === 'raw') return encodeRaw(address)
  const codec = codecByNumber(family)
  if (codec !== undefined) return codec.encode(address)
  throw wrongValue(mustBe(`address of a socket of family ${family}`, "{ family: 'raw', value, bytes }", address))
}

function encodeRaw(address: RawInput): null {
  const { value } = address
  checkInteger(value, 'address.value', 0, 65535)
  const bytes = viewOf(address.bytes, 'address.bytes')
  const size = lengthOf(bytes)
  if (size > MAX_RAW_BYTES) {
    throw outOfRange(mustBe('address.bytes', `at most ${MAX_RAW_BYTES} bytes long`, size), {
      argument: 'address.bytes',
      value: size,
      max: MAX_RAW_BYTES,
    })
  }
  setFrame(value, WHOLE_SOCKADDR, 0, 0, size)
  setFrameBytes(bytes)
  native.encodeAddress()
  return null
}

/** The address that the addon has put into the frame; null if the kernel gave none. */
export function decodeAddress(): Address | null {
  const family = frameFamily()
  if (family === AF_UNSPEC) return null
  const codec = codecByNumber(family)
  return codec !== undefined ? codec.decode() : { family: 'raw', value: family, bytes: frameBytes() }
}

/** The fields of an error about an address. */
export function errorTarget(given: AddressInput | Address | null | undefined): ErrorTarget {
  if (given === null || given === undefined) return {}
  const address = own(given)
  if (address.family === 'raw') return {}
  return codecOf(address, 'address').describe(address)
}
