// A connection in one call that waits until it is made.

import { checkAddress, errorTarget, inTarget, targetOf } from '../addresses/families.js'
import type { HostInput } from '../addresses/types.js'
import { Deadline, effectiveTimeout, FOREVER } from '../core/deadline.js'
import { withTimeout } from '../core/errors.js'
import { checkOptionNames } from '../core/option-names.js'
import { checkedOptions } from '../core/validate.js'
import { native, TIMED_OUT } from '../native/addon.js'
import { POLLOUT } from '../native/generated/constants.js'
import { resolve } from '../resolve/resolve.js'
import { Socket } from '../socket/socket.js'
import type { HappyEyeballs } from './happy-eyeballs.js'
import {
  CONNECTION_OPTIONS,
  type ConnectionOptions,
  type ConnectionPlan,
  type ConnectionTarget,
  planConnection,
  type Route,
  routeTo,
} from './plan.js'
import { refuseSelfConnection } from './self-connection.js'

/**
 * Connects to a host by name or address, or to a unix socket, and returns the connected socket; `getaddrinfo(3)`,
 * `connect(2)`, and Python's `create_connection`.
 *
 * All addresses of a name are tried, each a moment after the one before, and the first that connects is used (Happy
 * Eyeballs, RFC 8305). One time limit covers the lookup and all attempts.
 * @throws SocketTimeoutError `ERR_SOCKET_TIMEOUT`
 * @throws InterruptedError `EINTR` if a signal with a listener or `interruptThread` ended the wait
 * @throws ResolveError `EAI_NONAME` or another code of getaddrinfo(3) if the name has no address
 * @throws SocketError `ECONNREFUSED`, `EHOSTUNREACH`, `ENOENT` ... if every address failed: the error of the only one, or one
 *   with the `code` of the first and all `errors`
 * @throws TypeError `ERR_INVALID_ARG_TYPE` for a target or an option of another type
 * @throws TypeError `ERR_INVALID_ARG_VALUE` for a `family` that is none or contradicts the target, and for a `scopeId` or
 *   `flowInfo` beside a host that is no numeric IPv6 address
 * @throws TypeError `ERR_NAME_NOT_NUMERIC` for a `localAddress` that is no numeric address of the family, and
 *   `ERR_INVALID_ARG_VALUE` for one of another family than a numeric target's
 * @throws RangeError `ERR_OUT_OF_RANGE` for a port, a timeout or a delay that is too small or too large
 * @example
 * using socket = createConnection({ host: 'localhost', port: 6379 }, { timeout: 2000 })
 * socket.sendAll('PING\r\n')
 */
export function createConnection(target: ConnectionTarget, options: ConnectionOptions = {}): Socket {
  checkAddress(target, 'target', CONNECTION_OPTIONS)
  checkOptionNames(options, CONNECTION_OPTIONS, inTarget)
  const deadline = new Deadline(effectiveTimeout(options, FOREVER, 'connect', () => errorTarget(target)))
  const { family, hasHost } = targetOf(target, 'target')
  const given = checkedOptions(options)
  const connect = (): Socket =>
    hasHost ? connectToHost(target as HostInput, given, deadline) : connectBy(routeTo(target, family, given), deadline)
  const socket = within(deadline, connect)
  if (given.timeout !== undefined) socket.setTimeout(given.timeout)
  else socket.setBlocking(true)
  return socket
}

/** Carries a step out that has what is left of the time. The error of a timeout has the whole limit. */
function within(deadline: Deadline, step: () => Socket): Socket {
  try {
    return step()
  } catch (error) {
    throw withTimeout(error, deadline.whole)
  }
}

function connectBy({ family, address, local }: Route, { timeout }: Deadline): Socket {
  const socket = new Socket(family)
  try {
    if (local !== null) socket.bind(local)
    socket.connect(address, { timeout })
    refuseSelfConnection(socket, address, local)
    return socket
  } catch (error) {
    socket.close()
    throw error
  }
}

function connectToHost(target: HostInput, options: ConnectionOptions, deadline: Deadline): Socket {
  const plan = planConnection(target, options)
  if (plan.route !== null) return connectBy(plan.route, deadline)
  const attempts = plan.attempts(lookedUp(plan, deadline))
  try {
    for (;;) {
      const connectedAtOnce = attempts.startDue()
      if (connectedAtOnce !== null) return connectedAtOnce
      waitForAttempts(attempts, deadline)
      const connected = attempts.check()
      if (connected !== null) return connected
    }
  } finally {
    attempts.cancel()
  }
}

function lookedUp({ host, port, lookup }: ConnectionPlan, { timeout }: Deadline): HostInput[] {
  return resolve(host, port, { ...lookup, timeout }).map(({ address }) => address)
}

/** Waits until an attempt may have ended or the next is due. */
function waitForAttempts(attempts: HappyEyeballs, deadline: Deadline): void {
  const pollfds = Int32Array.from(attempts.descriptors.flatMap((fd) => [fd, POLLOUT, 0]))
  const { remaining } = deadline
  const timeoutMs = Math.min(remaining === FOREVER ? Number.POSITIVE_INFINITY : remaining, attempts.msUntilNextAttempt)
  const result = native.poll(new Uint8Array(pollfds.buffer), Number.isFinite(timeoutMs) ? timeoutMs : FOREVER)
  const isNextDue = result === TIMED_OUT && !deadline.expired
  if (result < 0 && !isNextDue) throw attempts.waitFailure(result, deadline.whole)
}
