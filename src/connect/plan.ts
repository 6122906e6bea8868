// The part that createConnection and openConnection share: options, their checks, and the plan that follows from them.

import { encodeAddress } from '../addresses/families.js'
import { checkFamily, familyText } from '../addresses/family.js'
import { type CheckedHost, checkedHost, checkUnscoped, numericAddress } from '../addresses/inet.js'
import type { AddressInput, HostInput } from '../addresses/types.js'
import { checkedTimeout, FOREVER, WAIT_OPTIONS, type WaitOptions } from '../core/deadline.js'
import { misuse } from '../core/errors.js'
import type { Names } from '../core/option-names.js'
import { checkInteger, checkString, mustBe, wrongValue } from '../core/validate.js'
import type { Family } from '../native/constant-kinds.js'
import { AF_INET, AF_INET6, AF_UNSPEC, SOCK_STREAM } from '../native/generated/constants.js'
import type { ResolveOptions } from '../resolve/resolve.js'
import { HappyEyeballs, type LocalAddress } from './happy-eyeballs.js'

/** How to connect. */
export interface ConnectionOptions extends WaitOptions {
  /**
   * Milliseconds for the lookup and all attempts together. The socket keeps it as its own timeout, as in Python and
   * node:net. `null` or `Infinity` wait for ever.
   */
  readonly timeout?: number | null
  /**
   * Only addresses of this family: `'inet'` or AF_INET, `'inet6'` or AF_INET6. The target's own `family` says the same;
   * where both are given they must agree.
   */
  readonly family?: 'inet' | 'inet6' | 'unix' | Family
  /** The numeric address of this machine to connect from. Only addresses of its family are tried. */
  readonly localAddress?: string
  /** The port to connect from; any port unless given. */
  readonly localPort?: number
  /** Milliseconds until the next address is tried beside one that does not reply; 250 unless given. */
  readonly attemptDelay?: number
}

export const CONNECTION_OPTIONS: Names<ConnectionOptions> = {
  ...WAIT_OPTIONS,
  family: true,
  localAddress: true,
  localPort: true,
  attemptDelay: true,
}

/** A host and port, a unix path or abstract name, or a raw address. */
export type ConnectionTarget = AddressInput

/** The Connection Attempt Delay that RFC 8305 recommends. */
const ATTEMPT_DELAY_MS = 250

const HOST_FAMILIES = [AF_INET, AF_INET6]

/** What a socket connects to, and from. */
export interface Route {
  readonly family: Family
  readonly address: AddressInput
  readonly local: LocalAddress | null
}

/** The name to look up for a host, and how to connect to the addresses that are found. */
export interface ConnectionPlan {
  readonly host: string
  readonly port: number
  readonly lookup: ResolveOptions
  /** The only way to a numeric host, which needs no lookup and no second attempt. */
  readonly route: Route | null
  attempts(addresses: readonly HostInput[]): HappyEyeballs
}

/**
 * The way to a target without a host.
 * @throws TypeError `ERR_INVALID_ARG_TYPE`
 * @throws TypeError `ERR_INVALID_ARG_VALUE` for another family in the options than the target's
 */
export function routeTo(address: AddressInput, family: Family, options: ConnectionOptions): Route {
  return { family: agreedFamily(family, options.family, [family]), address, local: null }
}

/** The family to connect to, or AF_UNSPEC: that of the options and the target's, which must agree where both are given. */
function agreedFamily(own: Family, given: unknown, allowed: readonly Family[]): Family {
  const family = checkFamily(given, 'options.family', allowed)
  if (family === AF_UNSPEC || own === AF_UNSPEC || family === own) return family === AF_UNSPEC ? own : family
  throw wrongValue(mustBe('options.family', `the target's, ${familyText(own)}`, given))
}

/**
 * Checks the target and the options of a connection to a host.
 * @throws TypeError `ERR_INVALID_ARG_TYPE`
 * @throws TypeError `ERR_INVALID_ARG_VALUE` for another family in the options, or of `localAddress`, than the target's
 * @throws TypeError `ERR_NAME_NOT_NUMERIC` for a `localAddress` that is no numeric address of the family
 * @throws RangeError `ERR_OUT_OF_RANGE`
 */
export function planConnection(target: HostInput, options: ConnectionOptions): ConnectionPlan {
  const { localAddress, localPort = 0, attemptDelay = ATTEMPT_DELAY_MS } = options
  const isLocalGiven = localAddress !== undefined || localPort !== 0
  const local: LocalAddress | null = isLocalGiven ? { host: localAddress ?? '', port: localPort } : null
  const checked = checkedHost(target)
  const wanted = agreedFamily(checked.family, options.family, HOST_FAMILIES)
  const family = wanted === AF_UNSPEC ? familyOf(localAddress) : wanted
  const { host, port } = checked
  if (local !== null) checkLocalAddress(local, family)
  const delayMs = checkedTimeout(attemptDelay, 'attemptDelay')
  const address = numericAddress(checked, family)
  if (address === null) {
    checkUnscoped(checked)
    checkSameFamily(checked, wanted, localAddress)
  }
  return {
    host: host === '' ? 'localhost' : host,
    port,
    lookup: { family, type: SOCK_STREAM },
    route: address === null ? null : { family: address.family === 'inet' ? AF_INET : AF_INET6, address, local },
    attempts: (addresses) =>
      new HappyEyeballs(target, addresses, local, delayMs === FOREVER ? Number.POSITIVE_INFINITY : delayMs),
  }
}

/** Checked before the lookup, because a wrong address would make every attempt fail. */
function checkLocalAddress(local: LocalAddress, family: Family): void {
  checkInteger(local.port, 'options.localPort', 0, 65535)
  if (local.host === '' || encodeAddress(local, family) === null) return
  const message = `options.localAddress must be a numeric address of the family to connect to, not '${local.host}'`
  throw misuse(TypeError, 'ERR_NAME_NOT_NUMERIC', message)
}

/** Refuses a numeric host of the other family than the local address, which getaddrinfo(3) would refuse without naming it. */
function checkSameFamily(target: CheckedHost, wanted: Family, localAddress: string | undefined): void {
  if (localAddress === undefined || wanted !== AF_UNSPEC) return
  const address = numericAddress(target, AF_UNSPEC)
  if (address === null) return
  throw wrongValue(mustBe('options.localAddress', `of the target's family, '${address.family}'`, localAddress))
}

function familyOf(localAddress: string | undefined): Family {
  if (localAddress === undefined) return AF_UNSPEC
  checkString(localAddress, 'options.localAddress')
  return localAddress.includes(':') ? AF_INET6 : AF_INET
}
