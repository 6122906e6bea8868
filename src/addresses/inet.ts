// IPv4 and IPv6: ip(7), ipv6(7).

import { misuse } from '../core/errors.js'
import { own } from '../core/own-options.js'
import { checkInteger, checkNoNul, checkString, mustBe, wrongValue } from '../core/validate.js'
import { native } from '../native/addon.js'
import type { Family } from '../native/constant-kinds.js'
import { AF_INET, AF_INET6, AF_UNSPEC } from '../native/generated/constants.js'
import { type AddressCodec, type FamilyRules, type HostName, USUAL_RULES } from './codec.js'
import { checkFamily } from './family.js'
import { frameFlowInfo, frameHost, framePort, frameScopeId, setFrame, setFrameHost } from './frame.js'
import type { Address, AddressInput, HostInput, Inet6Address, InetAddress } from './types.js'

const RULES: FamilyRules = { ...USUAL_RULES, hasHostNames: true }

/** Longer than any numeric host without its scope. */
const MAX_NUMERIC_HOST_BYTES = 64

const EITHER = [AF_INET, AF_INET6]

/** The fields of an address with a host, checked. */
export interface CheckedHost {
  /** AF_INET, AF_INET6, or AF_UNSPEC where the caller leaves it open. */
  readonly family: Family
  readonly host: string
  readonly port: number
  readonly flowInfo: number
  readonly scopeId: number
}

const PATH_IN_INET =
  'address.path is of a unix socket: make the socket with AF_UNIX, or use createConnection or createServer'

/**
 * Returns the checked fields of an address whose host is numeric or a name. Each field is read once: it may be a
 * getter.
 * @param families the families that the address may have; either one if left out
 * @throws TypeError `ERR_INVALID_ARG_TYPE` when a field is of the wrong type
 * @throws TypeError `ERR_INVALID_ARG_VALUE` when the host contains a NUL, or `family` is another one
 * @throws RangeError `ERR_OUT_OF_RANGE` when a number is too large, negative or no integer
 */
export function checkedHost(address: HostInput, families: readonly Family[] = EITHER): CheckedHost {
  const { family: given, host, port, flowInfo = 0, scopeId = 0, path } = own(address as HostInput & { path?: unknown })
  const family = checkFamily(given, 'address.family', families)
  if (host === undefined && path !== undefined) throw misuse(TypeError, 'ERR_INVALID_ARG_TYPE', PATH_IN_INET)
  if (host === undefined) throw missingHost('address')
  checkString(host, 'address.host')
  checkNoNul(host, 'address.host')
  checkInteger(port, 'address.port', 0, 65535)
  checkInteger(flowInfo, 'address.flowInfo', 0, 0xffffffff)
  checkInteger(scopeId, 'address.scopeId', 0, 0xffffffff)
  return { family, host, port, flowInfo, scopeId }
}

/**
 * Refuses a scope and flow information beside a name: they belong to one address, and a name may have many.
 * @throws TypeError `ERR_INVALID_ARG_VALUE`
 */
export function checkUnscoped({ host, flowInfo, scopeId }: CheckedHost): void {
  if (flowInfo === 0 && scopeId === 0) return
  throw wrongValue(mustBe('address.host', 'a numeric IPv6 address beside scopeId or flowInfo', host))
}

/** The error for an address that has a port, and no host. */
export function missingHost(argument: string): Error {
  const message = `${argument}.host is missing: '127.0.0.1' is this machine, '' where one listens all its addresses`
  return misuse(TypeError, 'ERR_INVALID_ARG_TYPE', message)
}

/** Whether a host is a number, of IPv4 or of IPv6 with or without a scope. */
export function isNumericHost(host: string): boolean {
  return host.includes(':') ? encodesHost(AF_INET6, host.split('%', 1)[0]!) : encodesHost(AF_INET, host)
}

/**
 * The address of a numeric host; null where the host is a name, is of another family, or has a scope that this machine
 * lacks: what getaddrinfo(3) has to find or to refuse.
 * @param family AF_UNSPEC for either one
 */
export function numericAddress(given: CheckedHost, family: Family): InetAddress | Inet6Address | null {
  const { host, port, flowInfo } = given
  const isInet6 = host.includes(':')
  if (family !== AF_UNSPEC && family !== (isInet6 ? AF_INET6 : AF_INET)) return null
  if (!isInet6) {
    if (!encodesHost(AF_INET, host)) return null
    checkUnscoped(given)
    return { family: 'inet', host, port }
  }
  const [address, scopeId] = splitScope(host, given.scopeId)
  if (scopeId === undefined || !encodesHost(AF_INET6, address)) return null
  return { family: 'inet6', host: address, port, flowInfo, scopeId }
}

/** Gives an address to the addon: false where the host is a name. */
function encodesHost(family: Family, host: string, port = 0, flowInfo = 0, scopeId = 0): boolean {
  if (host.length > MAX_NUMERIC_HOST_BYTES) return false
  setFrame(family, port, flowInfo, scopeId, 0)
  setFrameHost(host)
  return native.encodeAddress() === 0
}

/**
 * The host without its scope, and the index of the interface that the scope names: `fe80::1%eth0`. It is undefined for an
 * interface that this machine lacks.
 */
function splitScope(host: string, scopeId: number): [host: string, scopeId: number | undefined] {
  const percent = host.indexOf('%')
  return percent < 0 ? [host, scopeId] : [host.slice(0, percent), scopeNumber(scopeOf(host))]
}

function scopeOf(host: string): string {
  return host.slice(host.indexOf('%') + 1)
}

function scopeNumber(scope: string): number | undefined {
  if (/^\d{1,10}$/.test(scope) && Number(scope) <= 0xffffffff) return Number(scope)
  const index = native.interfaceIndex(scope)
  return index > 0 ? index : undefined
}

/** The error for a scope that no interface has: a number that is out of range, or another text. */
function wrongScope(scope: string): TypeError {
  if (/^\d{1,10}$/.test(scope)) checkInteger(Number(scope), 'address.host: scope', 0, 0xffffffff)
  return wrongValue(mustBe('address.host: scope', 'the name or index of an interface', scope))
}

function hostCodec(name: 'inet' | 'inet6', family: Family, anyHost: string): AddressCodec {
  const hasScope = name === 'inet6'
  const families = [family]
  return {
    name,
    family,
    rules: RULES,
    matches: (address) => 'host' in address,
    encode(address: AddressInput): HostName | null {
      const checked = checkedHost(address as HostInput, families)
      const { host: given, port, flowInfo } = checked
      const whole = given || anyHost
      const [host, scopeId] = hasScope ? splitScope(whole, checked.scopeId) : [whole, 0]
      if (scopeId === undefined) throw wrongScope(scopeOf(given))
      const isNumeric = encodesHost(family, host, port, flowInfo, scopeId)
      if (!isNumeric || !hasScope) checkUnscoped(checked)
      return isNumeric ? null : { host: given, port }
    },
    decode(): Address {
      if (name === 'inet') return { family: name, host: frameHost(), port: framePort() }
      return {
        family: name,
        host: frameHost(),
        port: framePort(),
        flowInfo: frameFlowInfo(),
        scopeId: frameScopeId(),
      }
    },
    describe(address) {
      const { host, port } = address as HostInput
      return host ? { address: host, port } : { port }
    },
  }
}

export const inet = hostCodec('inet', AF_INET, '0.0.0.0')
export const inet6 = hostCodec('inet6', AF_INET6, '::')
