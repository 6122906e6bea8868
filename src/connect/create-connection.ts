// A connection to a host of many addresses, made by waiting.

import { codecOf, errorTarget } from '../addresses/families.js'
import type { HostInput } from '../addresses/types.js'
import { Deadline, effectiveTimeout, FOREVER } from '../core/deadline.js'
import { failure } from '../core/errors.js'
import { native, TIMED_OUT } from '../native/addon.js'
import type { Family } from '../native/constant-kinds.js'
import { POLLOUT } from '../native/generated/constants.js'
import { resolve } from '../resolve/resolve.js'
import { descriptorOf } from '../socket/face.js'
import { Socket } from '../socket/socket.js'
import type { HappyEyeballs } from './happy-eyeballs.js'
import { allFailed, beginDue, type ConnectionOptions, type ConnectionTarget, lookAtAll, planOf } from './plan.js'

/**
 * Connects to a host by name or address, or to a unix socket, and answers the connected socket. All addresses of the
 * name are tried a moment apart, and the first to answer wins (RFC 8305), within one time limit for the whole.
 * @throws SocketTimeoutError, InterruptedError; ResolveError; SocketError (`ECONNREFUSED`, ...) where one address was
 *   tried, an AggregateError with all `errors` and the first one's `code` where several were
 * @example
 * using socket = createConnection({ host: 'localhost', port: 6379 }, { timeout: 2000 })
 * socket.sendAll('PING\r\n')
 */
export function createConnection(target: ConnectionTarget, options: ConnectionOptions = {}): Socket {
  const limit = new Deadline(effectiveTimeout(options, FOREVER))
  const { family, rules } = codecOf(target, 'target')
  const socket = rules.hasHostNames
    ? connectHost(target as HostInput, options, limit)
    : connectDirectly(target, family, limit)
  if (options.timeout !== undefined) socket.setTimeout(options.timeout)
  else socket.setBlocking(true)
  return socket
}

function connectDirectly(target: ConnectionTarget, family: Family, limit: Deadline): Socket {
  const socket = new Socket(family)
  try {
    socket.connect(target, { timeout: limit.remaining === FOREVER ? null : limit.remaining })
    return socket
  } catch (error) {
    socket.close()
    throw error
  }
}

function connectHost(target: HostInput, options: ConnectionOptions, limit: Deadline): Socket {
  const plan = planOf(target, options)
  const timeout = limit.remaining === FOREVER ? null : limit.remaining
  const race = plan.race(resolve(plan.host, plan.port, { ...plan.lookup, timeout }))
  try {
    return run(race, target, limit)
  } finally {
    race.stop()
  }
}

function run(race: HappyEyeballs, target: HostInput, limit: Deadline): Socket {
  for (;;) {
    const begun = beginDue(race)
    if (begun !== null) return begun
    if (race.lost) throw allFailed(race, target)
    const answer = waitForAny(race, limit)
    if (answer < 0 && !(answer === TIMED_OUT && !limit.expired)) {
      throw Object.assign(failure(answer, 'connect', errorTarget(target)), { errors: race.errors })
    }
    const connected = lookAtAll(race)
    if (connected !== null) return connected
  }
}

/** Waits until an attempt may have ended or another is due: what `native.poll` answers. */
function waitForAny(race: HappyEyeballs, limit: Deadline): number {
  const rows = Int32Array.from(race.attempts.flatMap(({ socket }) => [descriptorOf(socket).fd, POLLOUT, 0]))
  const due = race.untilNext()
  const left = limit.remaining
  const timeout = left === FOREVER ? due : Math.min(left, due)
  return native.poll(new Uint8Array(rows.buffer), timeout === Number.POSITIVE_INFINITY ? FOREVER : timeout)
}
