// Addresses: plain objects, and their way to and from the frame of memory that the addon turns into a sockaddr.

import { native } from '../native/addon.js'
import { AF_INET, AF_INET6, AF_UNIX, AF_UNSPEC } from '../native/generated/constants.js'
import { viewOf } from './bytes.js'
import { misuse } from './errors.js'

/** An IPv4 address; `host` in dotted decimal. */
export interface InetAddress {
  readonly family: 'inet'
  readonly host: string
  readonly port: number
}

/** An IPv6 address. `scopeId` is an interface's index; 0 where there is none. */
export interface Inet6Address {
  readonly family: 'inet6'
  readonly host: string
  readonly port: number
  readonly flowInfo: number
  readonly scopeId: number
}

/** A path in the file system. */
export interface UnixPathAddress {
  readonly family: 'unix'
  readonly path: string
}

/** A name in Linux' abstract namespace, without its leading NUL; unix(7). */
export interface UnixAbstractAddress {
  readonly family: 'unix'
  readonly abstract: Buffer
}

/** A unix socket without a name; given to `bind`, the kernel chooses an abstract one. */
export interface UnixUnnamedAddress {
  readonly family: 'unix'
}

/** An address of a family without a codec: its number, and what follows the family in the sockaddr. */
export interface RawAddress {
  readonly family: 'raw'
  readonly value: number
  readonly bytes: Buffer
}

/** An address with a host and a port. */
export type HostAddress = InetAddress | Inet6Address

/** An address of a unix socket. */
export type UnixAddress = UnixPathAddress | UnixAbstractAddress | UnixUnnamedAddress

/** An address as the kernel tells it; `family` says which. */
export type Address = HostAddress | UnixAddress | RawAddress

/** A host and port to go to or to bind. `host` may be a name; '' is any address of this machine. */
export interface HostInput {
  readonly family?: 'inet' | 'inet6'
  readonly host: string
  readonly port: number
  readonly flowInfo?: number
  readonly scopeId?: number
}

/** A path in the file system to go to or to bind. */
export interface UnixPathInput {
  readonly family?: 'unix'
  readonly path: string
}

/** A unix socket's address to go to or to bind. */
export type UnixInput =
  | UnixPathInput
  | { readonly family?: 'unix'; readonly abstract: Uint8Array }
  | { readonly family: 'unix'; readonly path?: undefined }

/** An address of any family, by its bytes. */
export interface RawInput {
  readonly family: 'raw'
  readonly value: number
  readonly bytes: Uint8Array
}

/** What verbs take as an address; `family` may be left out. */
export type AddressInput = HostInput | UnixInput | RawInput

// The addon's struct Frame.
const TEXT_AT = 20
const fields = new Int32Array(native.frame, 0, 5)
const text = Buffer.from(native.frame, TEXT_AT)
const FAMILY = 0
const PORT = 1
const FLOW_INFO = 2
const SCOPE_ID = 3
const LENGTH = 4
/** In place of a port: the text is the address itself, of whatever family. */
const RAW = -1

/** sun_path holds 108 bytes; a path may fill it, an abstract name has its NUL in it. */
const LONGEST_PATH = 108

/**
 * Gives the addon an address for its next bind, connect or sendTo.
 * @returns false where `host` is a name, which only a lookup can turn into an address
 */
export function putAddress(address: AddressInput, family: number): boolean {
  if (typeof address !== 'object' || address === null) {
    throw misuse(TypeError, 'ERR_INVALID_ARG_TYPE', 'address must be an object such as { host, port } or { path }')
  }
  if (address.family === 'raw') return putRaw(address)
  if (family === AF_UNIX) return putUnix(address as UnixInput)
  if (family === AF_INET || family === AF_INET6) return putHost(address as HostInput, family)
  throw misuse(
    TypeError,
    'ERR_INVALID_ARG_VALUE',
    `address of a socket of family ${family} must be { family: 'raw', value, bytes }`,
  )
}

function putRaw(address: RawInput): boolean {
  const { value } = address
  checkInteger(value, 'address.value', 0, 65535)
  const bytes = viewOf(address.bytes, 'address.bytes')
  if (bytes.length > 126) throw misuse(RangeError, 'ERR_OUT_OF_RANGE', 'address.bytes must be at most 126 bytes')
  setFrame(value, RAW, 0, 0, bytes.length)
  text.set(bytes)
  return native.encodeAddress() === 0
}

function putUnix(address: UnixInput): boolean {
  checkFamily(address.family, 'unix')
  if ('host' in address) throw misuse(TypeError, 'ERR_INVALID_ARG_VALUE', 'address of a unix socket has no host')
  const name = unixName(address)
  setFrame(AF_UNIX, 0, 0, 0, name.length)
  text.set(name)
  return native.encodeAddress() === 0
}

/** The bytes of a unix socket's name as sun_path has them. */
export function unixName(address: UnixInput): Uint8Array {
  if ('abstract' in address) {
    const name = viewOf(address.abstract, 'address.abstract')
    return checkLength(Buffer.concat([Buffer.of(0), name]), 'address.abstract')
  }
  if (address.path === undefined && address.family === 'unix') return new Uint8Array(0)
  if (typeof address.path !== 'string') throw wrongType('address.path', 'a string')
  if (address.path === '' || address.path.includes('\0')) {
    throw misuse(TypeError, 'ERR_INVALID_ARG_VALUE', 'address.path must not be empty nor hold a NUL')
  }
  return checkLength(Buffer.from(address.path), 'address.path')
}

function checkLength(name: Buffer, what: string): Buffer {
  if (name.length <= LONGEST_PATH) return name
  throw misuse(
    RangeError,
    'ERR_OUT_OF_RANGE',
    `${what} takes ${name.length} bytes of the ${LONGEST_PATH} of a sun_path`,
  )
}

function putHost(address: HostInput, family: number): boolean {
  checkHost(address, family)
  const { port, flowInfo = 0, scopeId = 0 } = address
  let { host } = address
  let scope = scopeId
  if (host === '') host = family === AF_INET ? '0.0.0.0' : '::'
  const percent = family === AF_INET6 ? host.indexOf('%') : -1
  if (percent >= 0) {
    scope = scopeNumber(host.slice(percent + 1))
    host = host.slice(0, percent)
  }
  // Longer than any numeric host, so it is a name.
  if (host.length > 64) return false
  setFrame(family, port, flowInfo, scope, 0)
  fields[LENGTH] = text.write(host, 'utf8')
  return native.encodeAddress() === 0
}

/** Checks a host and port, whether the host is numeric or not. */
export function checkHost(address: HostInput, family: number): void {
  checkFamily(address.family, family === AF_INET ? 'inet' : family === AF_INET6 ? 'inet6' : undefined)
  const { host, port, flowInfo, scopeId } = address
  if (typeof host !== 'string') throw wrongType('address.host', 'a string')
  if (host.includes('\0')) throw misuse(TypeError, 'ERR_INVALID_ARG_VALUE', 'address.host must not hold a NUL')
  checkInteger(port, 'address.port', 0, 65535)
  if (flowInfo !== undefined) checkInteger(flowInfo, 'address.flowInfo', 0, 0xffffffff)
  if (scopeId !== undefined) checkInteger(scopeId, 'address.scopeId', 0, 0xffffffff)
}

function checkFamily(given: string | undefined, wanted: string | undefined): void {
  if (given === undefined) return
  if (typeof given !== 'string') throw wrongType('address.family', 'a string')
  if (wanted === undefined || given === wanted) return
  const message = `address.family is '${given}', but the socket's is '${wanted}'`
  throw misuse(TypeError, 'ERR_INVALID_ARG_VALUE', message)
}

function scopeNumber(scope: string): number {
  if (/^\d{1,10}$/.test(scope)) {
    const number = Number(scope)
    checkInteger(number, 'address.host: its scope', 0, 0xffffffff)
    return number
  }
  const index = native.interfaceIndex(scope)
  if (index > 0) return index
  throw misuse(TypeError, 'ERR_INVALID_ARG_VALUE', `address.host names an interface that does not exist: ${scope}`)
}

function setFrame(family: number, port: number, flowInfo: number, scopeId: number, length: number): void {
  fields[FAMILY] = family
  fields[PORT] = port
  fields[FLOW_INFO] = flowInfo
  fields[SCOPE_ID] = scopeId
  fields[LENGTH] = length
}

/** The address that the addon put into the frame; null where the kernel gave none. */
export function takeAddress(): Address | null {
  const family = fields[FAMILY]!
  const length = fields[LENGTH]!
  if (family === AF_INET) {
    return { family: 'inet', host: hostOf(length), port: fields[PORT]! }
  }
  if (family === AF_INET6) {
    const flowInfo = fields[FLOW_INFO]! >>> 0
    const scopeId = fields[SCOPE_ID]! >>> 0
    return { family: 'inet6', host: hostOf(length), port: fields[PORT]!, flowInfo, scopeId }
  }
  const bytes = Buffer.from(text.subarray(0, length))
  if (family === AF_UNIX) return unixAddress(bytes)
  return family === AF_UNSPEC ? null : { family: 'raw', value: family, bytes }
}

// Thousands of connections may come from one balancer: its name is kept once.
let lastHost = ''

/** The first `length` characters of the text. */
function hostOf(length: number): string {
  let same = length === lastHost.length
  for (let index = 0; same && index < length; index++) same = lastHost.charCodeAt(index) === text[index]
  if (!same) lastHost = text.toString('latin1', 0, length)
  return lastHost
}

/** The address of a unix socket, from the bytes of its name. */
export function unixAddress(name: Buffer): Address {
  if (name.length === 0) return { family: 'unix' }
  if (name[0] === 0) return { family: 'unix', abstract: name.subarray(1) }
  const path = name.toString('utf8')
  // A path that is not UTF-8 would not find its way back.
  return Buffer.from(path).equals(name) ? { family: 'unix', path } : { family: 'raw', value: AF_UNIX, bytes: name }
}

/** Throws unless `value` is an integer between the two. */
export function checkInteger(value: unknown, name: string, least: number, most: number): asserts value is number {
  if (typeof value !== 'number') throw wrongType(name, 'a number')
  if (!Number.isInteger(value) || value < least || value > most) {
    throw misuse(RangeError, 'ERR_OUT_OF_RANGE', `${name} must be an integer from ${least} to ${most}, not ${value}`)
  }
}

function wrongType(name: string, wanted: string): Error {
  return misuse(TypeError, 'ERR_INVALID_ARG_TYPE', `${name} must be ${wanted}`)
}
