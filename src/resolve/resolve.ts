// Names to addresses and back. Each lookup is a native thread, waited for like any other verb.

import { domainToASCII } from 'node:url'
import { decodeAddress, encodeAddress, errorTarget } from '../addresses/families.js'
import type { HostInput, Inet6Address, InetAddress } from '../addresses/types.js'
import { FOREVER, timeoutOf, type WaitOptions } from '../core/deadline.js'
import { type ErrorTarget, failure, misuse } from '../core/errors.js'
import { checkInteger, checkOptions } from '../core/validate.js'
import { type Lookup, native } from '../native/addon.js'
import type { AddressInfoFlag, Family, NameInfoFlag, Protocol, SocketType } from '../native/constant-kinds.js'
import { AF_INET, AF_INET6, AI_NUMERICSERV } from '../native/generated/constants.js'
import { lookupFailure } from './lookup-failure.js'
import { checkName } from './names.js'
import '../native/signals.js'

/** What `resolve` is to find; every part left out means any. */
export interface ResolveOptions extends WaitOptions {
  /** `AF_INET` or `AF_INET6`. */
  readonly family?: Family
  /** `SOCK_STREAM`, `SOCK_DGRAM` or `SOCK_RAW`; left out, most systems list each address once for each of them. */
  readonly type?: SocketType
  /** `IPPROTO_TCP`, ... */
  readonly protocol?: Protocol
  /** `AI_PASSIVE | AI_CANONNAME | ...` */
  readonly flags?: AddressInfoFlag
}

/** One address that a name stands for: what to give to `new Socket`, and then to `connect` or `bind`. */
export interface ResolvedAddress {
  readonly family: Family
  readonly type: SocketType
  readonly protocol: Protocol
  readonly address: InetAddress | Inet6Address
  /** The official name of the host: on the first entry, when `AI_CANONNAME` asked for it. */
  readonly canonicalName?: string
}

/** How `reverse` is to look. */
export interface ReverseOptions extends WaitOptions {
  /** `NI_NAMEREQD | NI_NUMERICSERV | ...` */
  readonly flags?: NameInfoFlag
}

/** The names of an address, or its numbers as text where there are none. */
export interface ReversedAddress {
  readonly host: string
  readonly service: string
}

/** What a lookup is for, as its errors tell it, and how what it finds is taken. */
interface Asked<Found> {
  readonly syscall: 'getaddrinfo' | 'getnameinfo'
  readonly host: string | null
  readonly target: ErrorTarget
  readonly take: (lookup: Lookup) => Found
}

/** A lookup under way. */
export interface Question<Found> extends Asked<Found> {
  readonly lookup: Lookup
}

// NI_MAXHOST and the addon's room for a service, less the closing NUL.
const LONGEST_HOST = 1024
const LONGEST_SERVICE = 255

/**
 * Finds the addresses of a host and a service, the best one first. Corresponds to `getaddrinfo(3)`.
 * Waits for ever, or as long as `timeout` or `deadline` say; the event loop need not turn.
 * @param host a name, or an address in numbers; `null`: this machine (with `AI_PASSIVE`: all of its addresses)
 * @param port a number, or a service's name (`'http'`); `null` is port 0
 * @throws ResolveError `EAI_NONAME`, `EAI_AGAIN`, `EAI_SERVICE`, ..., and `EAI_SYSTEM`, where `errno` says why;
 *   SocketTimeoutError; InterruptedError; SocketError `EMFILE`: no descriptor is left for the lookup;
 *   `ERR_INVALID_ARG_TYPE`, `ERR_INVALID_ARG_VALUE`, `ERR_OUT_OF_RANGE`
 * @example
 * for (const { family, type, protocol, address } of resolve('localhost', 'http', { type: SOCK_STREAM })) {
 *   console.log(family, type, protocol, address.host, address.port)
 * }
 */
export function resolve(
  host: string | null,
  port: number | string | null = null,
  options: ResolveOptions = {},
): ResolvedAddress[] {
  const limit = timeoutOf(options, FOREVER)
  const question = beginResolve(host, port, options)
  return settled(question, native.lookupWait(question.lookup, limit))
}

/** Begins what `resolve` does, for whoever waits otherwise. @internal */
export function beginResolve(
  host: string | null,
  port: number | string | null,
  options: ResolveOptions,
): Question<ResolvedAddress[]> {
  checkOptions(options)
  const { family = 0, type = 0, protocol = 0, flags = 0 } = options
  const hints = { family, type, protocol, flags }
  for (const [name, value] of Object.entries(hints)) checkInteger(value, `options.${name}`, 0, 0x7fffffff)
  const numeric = typeof port === 'number' ? AI_NUMERICSERV : 0
  const name = hostText(host)
  const service = serviceText(port)
  const target = host !== null && typeof port === 'number' ? errorTarget({ host, port }) : {}
  const started = native.lookup(name, service, family, type, protocol, flags | numeric, -1)
  return begun(started, { syscall: 'getaddrinfo', host, target, take: allAddresses })
}

/**
 * Finds the names of an address and its port. Corresponds to `getnameinfo(3)`.
 * What has no name is given in numbers, unless `NI_NAMEREQD` is set. Waits as `resolve` does.
 * @throws ResolveError `EAI_NONAME`, `EAI_AGAIN`, ...; SocketTimeoutError; InterruptedError;
 *   SocketError `EMFILE`, ...; `ERR_NAME_NOT_NUMERIC`: the host is a name already; `ERR_INVALID_ARG_TYPE`,
 *   `ERR_INVALID_ARG_VALUE`, `ERR_OUT_OF_RANGE`
 * @example
 * reverse({ host: '127.0.0.1', port: 80 }) // { host: 'localhost', service: 'http' }
 */
export function reverse(address: HostInput, options: ReverseOptions = {}): ReversedAddress {
  checkOptions(options)
  const { flags = 0 } = options
  checkInteger(flags, 'options.flags', 0, 0x7fffffff)
  const limit = timeoutOf(options, FOREVER)
  if (encodeAddress(address, familyOf(address)) !== null) {
    throw misuse(TypeError, 'ERR_NAME_NOT_NUMERIC', `address.host is no address in numbers: ${address.host}`)
  }
  const target = errorTarget(address)
  const asked = { syscall: 'getnameinfo', host: address.host, target, take: native.lookupReversed } as const
  const question = begun(native.reverseLookup(flags), asked)
  return settled(question, native.lookupWait(question.lookup, limit))
}

/** The host as the addon takes it: '' for none, international names in the form that the DNS has for them. */
export function hostText(host: string | null): string {
  if (host === null) return ''
  checkName(host, 'host')
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the range is ASCII
  const name = /^[\x00-\x7f]*$/.test(host) ? host : domainToASCII(host)
  if (name === '') throw misuse(TypeError, 'ERR_INVALID_ARG_VALUE', `host is no valid name: ${host}`)
  return checkLength(name, 'host', LONGEST_HOST)
}

/** The port or service as the addon takes it: '' for none. */
export function serviceText(port: number | string | null): string {
  if (port === null) return ''
  // The C library takes a number of any size, modulo 65536.
  const digits = typeof port === 'string' && /^\d+$/.test(port)
  const number = digits ? Number(port) : port
  if (typeof number === 'number') {
    checkInteger(number, 'port', 0, 65535)
    return String(number)
  }
  checkName(number, 'port')
  return checkLength(number, 'port', LONGEST_SERVICE)
}

function allAddresses(lookup: Lookup): ResolvedAddress[] {
  const canonicalName = native.lookupCanonicalName(lookup)
  return Array.from({ length: native.lookupCount(lookup) }, (_, index) => {
    const { family, type, protocol } = native.lookupAddress(lookup, index)
    const address = decodeAddress() as InetAddress | Inet6Address
    const entry = { family: family as Family, type: type as SocketType, protocol, address }
    return index === 0 && canonicalName !== null ? { ...entry, canonicalName } : entry
  })
}

function begun<Found>(lookup: Lookup | number, asked: Asked<Found>): Question<Found> {
  if (typeof lookup === 'number') throw failure(lookup, asked.syscall, asked.target)
  return { ...asked, lookup }
}

/**
 * What was found, after a wait that answered `waited`. Whatever it is, nothing of the lookup is left over.
 * @internal
 */
export function settled<Found>({ lookup, syscall, host, target, take }: Question<Found>, waited: number): Found {
  try {
    if (waited < 0) throw failure(waited, syscall, target)
    const error = lookupFailure(lookup, syscall, host)
    if (error !== null) throw error
    return take(lookup)
  } finally {
    native.lookupCancel(lookup)
  }
}

function familyOf(address: HostInput): Family {
  const host: unknown = address?.host
  return address?.family === 'inet6' || (typeof host === 'string' && host.includes(':')) ? AF_INET6 : AF_INET
}

function checkLength(text: string, what: string, most: number): string {
  if (Buffer.byteLength(text) <= most) return text
  throw misuse(RangeError, 'ERR_OUT_OF_RANGE', `${what} must be at most ${most} bytes`)
}
