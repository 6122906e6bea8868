// What connecting to a host of many addresses needs, however it is waited for.

import { encodeAddress } from '../addresses/families.js'
import { checkedHost } from '../addresses/inet.js'
import type { HostInput, UnixInput } from '../addresses/types.js'
import { checkedTimeout, FOREVER, type WaitOptions } from '../core/deadline.js'
import { misuse, type SocketError } from '../core/errors.js'
import { checkInteger } from '../core/validate.js'
import type { Family } from '../native/constant-kinds.js'
import { AF_INET, AF_INET6, AF_UNSPEC, SOCK_STREAM } from '../native/generated/constants.js'
import type { ResolvedAddress, ResolveOptions } from '../resolve/resolve.js'
import type { Socket } from '../socket/socket.js'
import { HappyEyeballs, type LocalEnd } from './happy-eyeballs.js'

/** How to connect. */
export interface ConnectionOptions extends WaitOptions {
  /**
   * Milliseconds for the whole, lookup included; the socket keeps it as its own timeout, as in Python and node:net.
   * `null` or `Infinity` wait for ever.
   */
  readonly timeout?: number | null
  /** Only addresses of this family: AF_INET or AF_INET6. */
  readonly family?: Family
  /** The address of this machine to connect from: numeric. Only addresses of its family are tried. */
  readonly localAddress?: string
  /** The port to connect from; any unless given. */
  readonly localPort?: number
  /** Milliseconds until the next address is tried beside one that does not answer; 250 unless given. */
  readonly attemptDelay?: number
}

/** A host and port, or a unix path or abstract name. */
export type ConnectionTarget = HostInput | UnixInput

const ATTEMPT_DELAY = 250

/** What to look up, and how to go through what is found. */
export interface Plan {
  readonly host: string
  readonly port: number
  readonly lookup: ResolveOptions
  race(addresses: readonly ResolvedAddress[]): HappyEyeballs
}

/** @throws TypeError, RangeError for what the caller got wrong */
export function planOf(target: HostInput, options: ConnectionOptions): Plan {
  const { localAddress, localPort = 0, attemptDelay = ATTEMPT_DELAY } = options
  const local: LocalEnd | null =
    localAddress === undefined && localPort === 0 ? null : { host: localAddress ?? '', port: localPort }
  const family = options.family ?? familyOf(localAddress)
  const { host, port } = checkedHost(target)
  if (local !== null) checkLocalEnd(local, family)
  const delay = checkedTimeout(attemptDelay, 'attemptDelay')
  return {
    host: host === '' ? 'localhost' : host,
    port,
    lookup: { family, type: SOCK_STREAM },
    race: (addresses) => new HappyEyeballs(addresses, local, delay === FOREVER ? Number.POSITIVE_INFINITY : delay),
  }
}

/** Without this, every attempt would fail for a reason that is the caller's. */
function checkLocalEnd(local: LocalEnd, family: Family): void {
  checkInteger(local.port, 'options.localPort', 0, 65535)
  if (local.host === '' || encodeAddress(local, family) === null) return
  throw misuse(TypeError, 'ERR_NAME_NOT_NUMERIC', `options.localAddress is no address of that family: ${local.host}`)
}

function familyOf(localAddress: string | undefined): Family {
  if (localAddress === undefined) return AF_UNSPEC
  if (typeof localAddress !== 'string') {
    throw misuse(TypeError, 'ERR_INVALID_ARG_TYPE', 'options.localAddress must be a string')
  }
  return localAddress.includes(':') ? AF_INET6 : AF_INET
}

/** Begins the attempts that are due; answers the socket of one that was connected at once. */
export function beginDue(race: HappyEyeballs): Socket | null {
  while (race.untilNext() === 0) {
    const connected = race.begin()
    if (connected !== null) return connected
  }
  return null
}

/** Looks at all attempts; answers the socket of one that is connected. */
export function lookAtAll(race: HappyEyeballs): Socket | null {
  for (let index = race.attempts.length - 1; index >= 0; index--) {
    const connected = race.look(index)
    if (connected !== null) return connected
  }
  return null
}

/** The error of a race that is lost. */
export function allFailed(race: HappyEyeballs, target: HostInput): Error {
  if (race.errors.length === 1) return race.errors[0]!
  const first = race.errors[0] as SocketError
  const error = new AggregateError(
    race.errors,
    `connect ${first.code} ${target.host}:${target.port}: every address failed`,
  )
  return Object.assign(error, { code: first.code, errno: first.errno, syscall: 'connect' })
}
