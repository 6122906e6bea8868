// resolve/ turns names into addresses and back. A lookup runs in a native thread (lookup.ts), unless only numbers are
// converted; the system's small databases (names.ts) are read at once. Only blocking waits are here; async/resolve.ts waits
// in the event loop.
//
// This file has getaddrinfo(3) and getnameinfo(3).

import { domainToASCII } from 'node:url'
import { decodeAddress, encodeAddress, errorTarget } from '../addresses/families.js'
import { familyNumber } from '../addresses/family.js'
import { isNumericHost } from '../addresses/inet.js'
import type { HostInput, Inet6Address, InetAddress } from '../addresses/types.js'
import { effectiveTimeout, FOREVER, WAIT_OPTIONS, type WaitOptions } from '../core/deadline.js'
import { misuse } from '../core/errors.js'
import { checkOptionNames, type Names } from '../core/option-names.js'
import {
  checkCName,
  checkedOptions,
  checkInteger,
  checkObject,
  mustBe,
  outOfRange,
  wrongValue,
} from '../core/validate.js'
import { type Lookup, native } from '../native/addon.js'
import type { AddressInfoFlag, Family, NameInfoFlag, Protocol, SocketType } from '../native/constant-kinds.js'
import { AF_INET, AF_INET6, AI_NUMERICHOST, AI_NUMERICSERV } from '../native/generated/constants.js'
import { finishLookup, type PendingLookup, pendingLookup } from './lookup.js'
import '../native/signals.js'

/** Which addresses `resolve` looks for; a member that is left out accepts any. */
export interface ResolveOptions extends WaitOptions {
  /** `AF_INET` or `'inet'`, `AF_INET6` or `'inet6'`. */
  readonly family?: 'inet' | 'inet6' | Family
  /** `SOCK_STREAM`, `SOCK_DGRAM` or `SOCK_RAW`; if left out, most systems list each address once for each type. */
  readonly type?: SocketType
  /** `IPPROTO_TCP`, ... */
  readonly protocol?: Protocol
  /** `AI_PASSIVE | AI_CANONNAME | ...` */
  readonly flags?: AddressInfoFlag
}

export const RESOLVE_OPTIONS: Names<ResolveOptions> = {
  ...WAIT_OPTIONS,
  family: true,
  type: true,
  protocol: true,
  flags: true,
}

/** One address of a name: arguments for `new Socket`, and then for `connect` or `bind`. */
export interface ResolvedAddress {
  readonly family: Family
  readonly type: SocketType
  readonly protocol: Protocol
  readonly address: InetAddress | Inet6Address
  /** The canonical name of the host: in the first entry, if `flags` contain `AI_CANONNAME`. */
  readonly canonicalName?: string
}

/** How `reverse` looks up names. */
export interface ReverseOptions extends WaitOptions {
  /** `NI_NAMEREQD | NI_NUMERICSERV | ...` */
  readonly flags?: NameInfoFlag
}

const REVERSE_OPTIONS: Names<ReverseOptions> = { ...WAIT_OPTIONS, flags: true }

/** The names of an address and its port, or their numbers as text if they have no names. */
export interface ReversedAddress {
  readonly host: string
  readonly service: string
}

// NI_MAXHOST, and the size of the addon's buffer for a service, without the closing NUL.
const MAX_HOST_BYTES = 1024
const MAX_SERVICE_BYTES = 255

/**
 * Finds the addresses of a host and a service, the best one first. Corresponds to `getaddrinfo(3)`.
 * Waits for ever, or until `timeout` or `deadline` expires. The lookup needs no turn of the event loop. It runs in a
 * native thread, of which there are a few: further lookups queue. A numeric host with a numeric port is converted at once.
 * @param host a name or a numeric address; `null` is this machine, or with `AI_PASSIVE` all of its addresses
 * @param port a number, or the name of a service (`'http'`); `null` is port 0
 * @throws ResolveError `EAI_NONAME` when there is no such name
 * @throws ResolveError `EAI_AGAIN` when the name servers do not reply now
 * @throws ResolveError `EAI_SERVICE` when there is no such service
 * @throws ResolveError `EAI_SYSTEM` when a system call failed; `errno` says how
 * @throws SocketTimeoutError `ERR_SOCKET_TIMEOUT` when the timeout or deadline expired
 * @throws InterruptedError `EINTR` when a signal with a listener, or `interruptThread`, ended the wait
 * @throws SocketError `EMFILE` when no descriptor is left for the lookup
 * @throws TypeError `ERR_INVALID_ARG_TYPE` when an argument is of the wrong type
 * @throws TypeError `ERR_INVALID_ARG_VALUE` when the host or service is empty, contains a NUL or cannot be a name
 * @throws RangeError `ERR_OUT_OF_RANGE` when a number is out of range, or a name too long
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
  checkOptionNames(options, RESOLVE_OPTIONS)
  const limit = effectiveTimeout(options, FOREVER, 'getaddrinfo')
  const pending = startResolve(host, port, options, limit !== 0)
  return finishLookup(pending, native.lookupWait(pending.lookup, limit), limit)
}

/**
 * Starts the lookup of `resolve`, for callers that wait for its end in another way.
 * @param blocks whether this thread blocks until the end
 * @internal
 */
export function startResolve(
  host: string | null,
  port: number | string | null,
  options: ResolveOptions,
  blocks: boolean,
): PendingLookup<ResolvedAddress[]> {
  const { family: given, type = 0, protocol = 0, flags = 0 } = checkedOptions(options)
  const family = familyNumber(given, 'options.family')
  const hints = { type, protocol, flags }
  for (const [name, value] of Object.entries(hints)) checkInteger(value, `options.${name}`, 0, 0x7fffffff)
  const name = hostText(host)
  const service = serviceText(port)
  const target = host === null ? {} : typeof port === 'number' ? { address: host, port } : { address: host }
  const started = native.lookup(name, service, family, type, protocol, flags | numericFlags(name, service), -1, blocks)
  return pendingLookup(started, { syscall: 'getaddrinfo', host, target, read: readAddresses })
}

/**
 * Finds the names of an address and its port. Corresponds to `getnameinfo(3)`.
 * An address or port without a name is returned as numbers, unless `NI_NAMEREQD` is set. Waits as `resolve` does.
 * @throws ResolveError `EAI_NONAME` when there is no name and `NI_NAMEREQD` is set
 * @throws ResolveError `EAI_AGAIN` when the name servers do not reply now
 * @throws ResolveError `EAI_SYSTEM` when a system call failed; `errno` says how
 * @throws SocketTimeoutError `ERR_SOCKET_TIMEOUT` when the timeout or deadline expired
 * @throws InterruptedError `EINTR` when a signal with a listener, or `interruptThread`, ended the wait
 * @throws SocketError `EMFILE` when no descriptor is left for the lookup
 * @throws TypeError `ERR_NAME_NOT_NUMERIC` when the host is a name
 * @throws TypeError `ERR_INVALID_ARG_TYPE` when an argument is of the wrong type
 * @throws TypeError `ERR_INVALID_ARG_VALUE` when the host contains a NUL or an unknown scope
 * @throws RangeError `ERR_OUT_OF_RANGE` when a number is out of range
 * @example
 * reverse({ host: '127.0.0.1', port: 80 }) // { host: 'localhost', service: 'http' }
 */
export function reverse(address: HostInput, options: ReverseOptions = {}): ReversedAddress {
  checkObject(address, 'address', 'such as { host, port }')
  checkOptionNames(options, REVERSE_OPTIONS)
  const { flags = 0 } = checkedOptions(options)
  checkInteger(flags, 'options.flags', 0, 0x7fffffff)
  const limit = effectiveTimeout(options, FOREVER, 'getnameinfo')
  if (encodeAddress(address, familyOf(address)) !== null) {
    throw misuse(TypeError, 'ERR_NAME_NOT_NUMERIC', mustBe('address.host', 'a numeric address', address.host))
  }
  const target = errorTarget(address)
  const request = { syscall: 'getnameinfo', host: address.host, target, read: native.lookupReversed } as const
  const pending = pendingLookup(native.reverseLookup(flags, limit !== 0), request)
  return finishLookup(pending, native.lookupWait(pending.lookup, limit), limit)
}

/** The host as the addon takes it: '' for none, an international name in the ASCII form of the DNS. */
export function hostText(host: string | null): string {
  if (host === null) return ''
  checkCName(host, 'host')
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the range is ASCII
  const name = /^[\x00-\x7f]*$/.test(host) ? host : domainToASCII(host)
  if (name === '') throw wrongValue(mustBe('host', 'a valid host name', host))
  checkLength(name, 'host', MAX_HOST_BYTES)
  return name
}

/** Whether a host, or its ASCII form, is a number: then `resolve` neither waits nor starts a thread. */
export function isNumeric(host: string): boolean {
  return isNumericHost(hostText(host))
}

/** The flags that promise getaddrinfo(3) numbers: the addon then calls it in place. '' stands for no host or service. */
function numericFlags(host: string, service: string): number {
  const numericHost = host === '' || isNumericHost(host) ? AI_NUMERICHOST : 0
  return /^\d+$/.test(service) ? numericHost | AI_NUMERICSERV : numericHost
}

/** The port or service as the addon takes it: '' for none. */
function serviceText(port: number | string | null): string {
  if (port === null) return ''
  // The C library would accept a larger number, modulo 65536.
  const digits = typeof port === 'string' && /^\d+$/.test(port)
  const number = digits ? Number(port) : port
  if (typeof number === 'number') {
    checkInteger(number, 'port', 0, 65535)
    return String(number)
  }
  checkCName(number, 'port')
  checkLength(number, 'port', MAX_SERVICE_BYTES)
  return number
}

function readAddresses(lookup: Lookup): ResolvedAddress[] {
  const canonicalName = native.lookupCanonicalName(lookup)
  return Array.from({ length: native.lookupCount(lookup) }, (_, index) => {
    const { family, type, protocol } = native.lookupAddress(lookup, index)
    const address = decodeAddress() as InetAddress | Inet6Address
    const entry = { family: family as Family, type: type as SocketType, protocol, address }
    return index === 0 && canonicalName !== null ? { ...entry, canonicalName } : entry
  })
}

function familyOf(address: HostInput): Family {
  const host: unknown = address?.host
  return familyNumber(address?.family, 'address.family') === AF_INET6 ||
    (typeof host === 'string' && host.includes(':'))
    ? AF_INET6
    : AF_INET
}

function checkLength(text: string, argument: string, maxBytes: number): void {
  const length = Buffer.byteLength(text)
  if (length > maxBytes)
    throw outOfRange(mustBe(argument, `at most ${maxBytes} bytes long`, length), {
      argument,
      value: length,
      max: maxBytes,
    })
}
