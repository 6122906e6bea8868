// The part that createConnection and openConnection share: options, their checks, and the plan that follows from them.

import { encodeAddress } from '../addresses/families.js'
import { checkedHost } from '../addresses/inet.js'
import type { HostInput, UnixInput } from '../addresses/types.js'
import { checkedTimeout, FOREVER, type WaitOptions } from '../core/deadline.js'
import { misuse } from '../core/errors.js'
import { checkInteger, checkString } from '../core/validate.js'
import type { Family } from '../native/constant-kinds.js'
import { AF_INET, AF_INET6, AF_UNSPEC, SOCK_STREAM } from '../native/generated/constants.js'
import type { ResolvedAddress, ResolveOptions } from '../resolve/resolve.js'
import { HappyEyeballs, type LocalAddress } from './happy-eyeballs.js'

/** How to connect. */
export interface ConnectionOptions extends WaitOptions {
  /**
   * Milliseconds for the lookup and all attempts together. The socket keeps it as its own timeout, as in Python and
   * node:net. `null` or `Infinity` wait for ever.
   */
  readonly timeout?: number | null
  /** Only addresses of this family: AF_INET or AF_INET6. */
  readonly family?: Family
  /** The numeric address of this machine to connect from. Only addresses of its family are tried. */
  readonly localAddress?: string
  /** The port to connect from; any port unless given. */
  readonly localPort?: number
  /** Milliseconds until the next address is tried beside one that does not reply; 250 unless given. */
  readonly attemptDelay?: number
}

/** A host and port, or a unix path or abstract name. */
export type ConnectionTarget = HostInput | UnixInput

/** The Connection Attempt Delay that RFC 8305 recommends. */
const ATTEMPT_DELAY_MS = 250

/** The name to look up for a host, and how to connect to the addresses that are found. */
export interface ConnectionPlan {
  readonly host: string
  readonly port: number
  readonly lookup: ResolveOptions
  attempts(addresses: readonly ResolvedAddress[]): HappyEyeballs
}

/**
 * Checks the target and the options of a connection to a host.
 * @throws TypeError `ERR_INVALID_ARG_TYPE`
 * @throws TypeError `ERR_NAME_NOT_NUMERIC` for a `localAddress` that is no numeric address of the family
 * @throws RangeError `ERR_OUT_OF_RANGE`
 */
export function planConnection(target: HostInput, options: ConnectionOptions): ConnectionPlan {
  const { localAddress, localPort = 0, attemptDelay = ATTEMPT_DELAY_MS } = options
  const isLocalGiven = localAddress !== undefined || localPort !== 0
  const local: LocalAddress | null = isLocalGiven ? { host: localAddress ?? '', port: localPort } : null
  const family = options.family ?? familyOf(localAddress)
  const { host, port } = checkedHost(target)
  if (local !== null) checkLocalAddress(local, family)
  const delayMs = checkedTimeout(attemptDelay, 'attemptDelay')
  return {
    host: host === '' ? 'localhost' : host,
    port,
    lookup: { family, type: SOCK_STREAM },
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

function familyOf(localAddress: string | undefined): Family {
  if (localAddress === undefined) return AF_UNSPEC
  checkString(localAddress, 'options.localAddress')
  return localAddress.includes(':') ? AF_INET6 : AF_INET
}
