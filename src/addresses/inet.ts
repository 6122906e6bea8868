// IPv4 and IPv6: ip(7), ipv6(7).

import { checkInteger, checkNoNul, checkString, mustBe, wrongValue } from '../core/validate.js'
import { native } from '../native/addon.js'
import type { Family } from '../native/constant-kinds.js'
import { AF_INET, AF_INET6 } from '../native/generated/constants.js'
import { type AddressCodec, checkFamily, type FamilyRules, type HostName } from './codec.js'
import { frameFlowInfo, frameHost, framePort, frameScopeId, frameText, setFrame, setTextLength } from './frame.js'
import type { Address, AddressInput, HostInput } from './types.js'

const RULES: FamilyRules = { hasHostNames: true, lingers: true, hasErrorQueue: true, hasFalseWritability: false }

/** Longer than any numeric host without its scope. */
const MAX_NUMERIC_HOST_BYTES = 64

/**
 * Returns the checked fields of an address whose host is numeric or a name. Each field is read once: it may be a
 * getter.
 * @param name the family that the address must have; either one if left out
 * @throws TypeError `ERR_INVALID_ARG_TYPE` when a field is of the wrong type
 * @throws TypeError `ERR_INVALID_ARG_VALUE` when the host contains a NUL, or `family` is another one
 * @throws RangeError `ERR_OUT_OF_RANGE` when a number is too large, negative or no integer
 */
export function checkedHost(address: HostInput, name?: 'inet' | 'inet6'): HostInput {
  const { family, host, port, flowInfo, scopeId } = address
  checkFamily(family, name)
  checkString(host, 'address.host')
  checkNoNul(host, 'address.host')
  checkInteger(port, 'address.port', 0, 65535)
  if (flowInfo !== undefined) checkInteger(flowInfo, 'address.flowInfo', 0, 0xffffffff)
  if (scopeId !== undefined) checkInteger(scopeId, 'address.scopeId', 0, 0xffffffff)
  return { host, port, ...(flowInfo === undefined ? {} : { flowInfo }), ...(scopeId === undefined ? {} : { scopeId }) }
}

/** The host without its scope, and the index of the interface that the scope names: `fe80::1%eth0`. */
function splitScope(host: string, scopeId: number): [host: string, scopeId: number] {
  const percent = host.indexOf('%')
  return percent < 0 ? [host, scopeId] : [host.slice(0, percent), scopeNumber(host.slice(percent + 1))]
}

function scopeNumber(scope: string): number {
  if (/^\d{1,10}$/.test(scope)) {
    const number = Number(scope)
    checkInteger(number, 'address.host: scope', 0, 0xffffffff)
    return number
  }
  const index = native.interfaceIndex(scope)
  if (index > 0) return index
  throw wrongValue(mustBe('address.host: scope', 'the name or index of an interface', scope))
}

function hostCodec(name: 'inet' | 'inet6', family: Family, anyHost: string): AddressCodec {
  const hasScope = name === 'inet6'
  return {
    name,
    family,
    rules: RULES,
    matches: (address) => 'host' in address,
    encode(address: AddressInput): HostName | null {
      const { host: given, port, flowInfo = 0, scopeId = 0 } = checkedHost(address as HostInput, name)
      const [host, scope] = hasScope ? splitScope(given || anyHost, scopeId) : [given || anyHost, scopeId]
      const unresolved = { host: given, port }
      if (host.length > MAX_NUMERIC_HOST_BYTES) return unresolved
      setFrame(family, port, flowInfo, scope, 0)
      setTextLength(frameText.write(host, 'utf8'))
      return native.encodeAddress() === 0 ? null : unresolved
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
