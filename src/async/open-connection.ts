// A connection to a host of many addresses, awaited: the same race as createConnection's, driven by the event loop.

import { codecOf, errorTarget } from '../addresses/families.js'
import type { HostInput } from '../addresses/types.js'
import type { HappyEyeballs } from '../connect/happy-eyeballs.js'
import {
  allFailed,
  beginDue,
  type ConnectionOptions,
  type ConnectionTarget,
  lookAtAll,
  planOf,
} from '../connect/plan.js'
import { Deadline, effectiveTimeout, FOREVER, MAX_TIMER_MS } from '../core/deadline.js'
import { AbortError, failure } from '../core/errors.js'
import { signalOf } from '../core/validate.js'
import { TIMED_OUT } from '../native/addon.js'
import type { Family } from '../native/constant-kinds.js'
import { errno } from '../native/errno.js'
import { reactor } from '../reactor/reactor.js'
import { Registration } from '../reactor/registration.js'
import { descriptorOf } from '../socket/face.js'
import type { Socket } from '../socket/socket.js'
import { AsyncSocket } from './async-socket.js'
import type { AsyncOptions } from './pending-operation.js'
import { resolveAsync } from './resolve.js'

/** How to connect, and what cancels it. */
export interface OpenConnectionOptions extends ConnectionOptions, AsyncOptions {}

/**
 * `createConnection`, awaited: connects to a host by name or address, or to a unix socket. All addresses of the name are
 * tried a moment apart, and the first to answer wins (RFC 8305), within one time limit for the whole. What is under way
 * when it is cancelled is closed.
 * @throws AbortError; SocketTimeoutError; ResolveError; SocketError (`ECONNREFUSED`, ...) where one address was tried,
 *   an AggregateError with all `errors` and the first one's `code` where several were
 * @example
 * const socket = await openConnection({ host: 'localhost', port: 80 }, { signal: AbortSignal.timeout(1000) })
 * await socket.sendAll('GET / HTTP/1.0\r\n\r\n')
 */
export async function openConnection(
  target: ConnectionTarget,
  options: OpenConnectionOptions = {},
): Promise<AsyncSocket> {
  const limit = new Deadline(effectiveTimeout(options, FOREVER))
  const signal = signalOf(options)
  const { family, rules } = codecOf(target, 'target')
  const socket = rules.hasHostNames
    ? (await openHost(target as HostInput, options, limit, signal)).toAsync()
    : await openDirectly(target, family, limit, signal)
  socket.setTimeout(options.timeout ?? null)
  return socket
}

/** What is left of the limit, as options of the parts. */
function rest(limit: Deadline, signal: AbortSignal | undefined): AsyncOptions {
  const { timeout } = limit
  return signal === undefined ? { timeout } : { timeout, signal }
}

async function openDirectly(
  target: ConnectionTarget,
  family: Family,
  limit: Deadline,
  signal: AbortSignal | undefined,
): Promise<AsyncSocket> {
  const socket = new AsyncSocket(family)
  try {
    await socket.connect(target, rest(limit, signal))
    return socket
  } catch (error) {
    socket.close()
    throw error
  }
}

async function openHost(
  target: HostInput,
  options: ConnectionOptions,
  limit: Deadline,
  signal: AbortSignal | undefined,
): Promise<Socket> {
  const plan = planOf(target, options)
  const addresses = await resolveAsync(plan.host, plan.port, { ...plan.lookup, ...rest(limit, signal) })
  const race = plan.race(addresses)
  try {
    for (;;) {
      const begun = beginDue(race)
      if (begun !== null) return begun
      if (race.lost) throw allFailed(race, target)
      if (limit.remaining === 0) throw failure(-errno.EAGAIN, 'connect', errorTarget(target))
      await stirred(race, limit, signal)
      const connected = lookAtAll(race)
      if (connected !== null) return connected
      if (limit.expired)
        throw Object.assign(failure(TIMED_OUT, 'connect', errorTarget(target)), { errors: race.errors })
    }
  } finally {
    race.stop()
  }
}

/** Until an attempt may have ended, another is due, or the time is over. */
function stirred(race: HappyEyeballs, limit: Deadline, signal: AbortSignal | undefined): Promise<void> {
  const events = reactor()
  const entries = race.attempts.map(({ socket }) => new Registration(descriptorOf(socket).fd))
  const left = limit.remaining === FOREVER ? Number.POSITIVE_INFINITY : limit.remaining
  const due = Math.min(race.untilNext(), left, MAX_TIMER_MS)
  // It may have come while the event loop turned.
  if (signal?.aborted) return Promise.reject(new AbortError(signal.reason))
  return new Promise<void>((resolve, reject) => {
    const settle = (act: () => void): void => {
      clearTimeout(timer)
      signal?.removeEventListener('abort', cancelled)
      for (const entry of entries) entry.ends(false)
      act()
    }
    const happened = (): void => settle(resolve)
    const fail = (error: Error): void => settle(() => reject(error))
    const cancelled = (): void => fail(new AbortError(signal!.reason))
    // It also keeps the process going.
    const timer = setTimeout(happened, Math.ceil(due))
    signal?.addEventListener('abort', cancelled)
    try {
      for (const entry of entries) {
        entry.blockWriting()
        entry.setWriter({ proceed: happened, fail })
        events.add(entry)
      }
    } catch (error) {
      fail(error as Error)
    }
  })
}
