// A connection in one call, awaited: createConnection with another way to wait.

import { checkAddress, errorTarget, inTarget, targetOf } from '../addresses/families.js'
import type { HostInput } from '../addresses/types.js'
import type { HappyEyeballs } from '../connect/happy-eyeballs.js'
import {
  CONNECTION_OPTIONS,
  type ConnectionOptions,
  type ConnectionPlan,
  type ConnectionTarget,
  planConnection,
  type Route,
  routeTo,
} from '../connect/plan.js'
import { refuseSelfConnection } from '../connect/self-connection.js'
import { Deadline, effectiveTimeout, FOREVER, MAX_TIMER_MS } from '../core/deadline.js'
import { AbortError, withTimeout } from '../core/errors.js'
import { checkOptionNames, type Names } from '../core/option-names.js'
import { checkedOptions, signalOf } from '../core/validate.js'
import { TIMED_OUT } from '../native/addon.js'
import { errno } from '../native/errno.js'
import type { Operation } from '../reactor/registration.js'
import { Waitable } from '../reactor/waitable.js'
import type { Socket } from '../socket/socket.js'
import { AsyncSocket } from './async-socket.js'
import './to-async.js'
import { ASYNC_OPTIONS, type AsyncOptions } from './pending-operation.js'
import { resolveAsync } from './resolve.js'

/** How to connect, and what cancels it. */
export interface OpenConnectionOptions extends ConnectionOptions, AsyncOptions {}

const OPEN_CONNECTION_OPTIONS: Names<OpenConnectionOptions> = { ...CONNECTION_OPTIONS, ...ASYNC_OPTIONS }

/** How long the lookup and all attempts together may take, and what cancels them. */
interface Limits {
  readonly deadline: Deadline
  readonly signal: AbortSignal | undefined
}

/**
 * Connects to a host by name or address, or to a unix socket, and resolves to the connected socket: `createConnection`,
 * awaited.
 *
 * All addresses of a name are tried, each a moment after the one before, and the first that connects is used (Happy
 * Eyeballs, RFC 8305). One time limit covers the lookup and all attempts. Cancelling closes the attempts in progress.
 * @throws AbortError `ABORT_ERR` if `options.signal` was aborted
 * @throws SocketTimeoutError `ERR_SOCKET_TIMEOUT`
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
 * const socket = await openConnection({ host: 'localhost', port: 80 }, { signal: AbortSignal.timeout(1000) })
 * await socket.sendAll('GET / HTTP/1.0\r\n\r\n')
 */
export async function openConnection(
  target: ConnectionTarget,
  options: OpenConnectionOptions = {},
): Promise<AsyncSocket> {
  checkAddress(target, 'target', OPEN_CONNECTION_OPTIONS)
  checkOptionNames(options, OPEN_CONNECTION_OPTIONS, inTarget)
  const limits = {
    deadline: new Deadline(effectiveTimeout(options, FOREVER, 'connect', () => errorTarget(target))),
    signal: signalOf(options),
  }
  const { family, hasHost } = targetOf(target, 'target')
  const given = checkedOptions(options)
  const connecting = hasHost
    ? connectToHost(target as HostInput, given, limits)
    : connectBy(routeTo(target, family, given), limits)
  const socket = await connecting.catch((error: unknown) => {
    throw withTimeout(error, limits.deadline.whole)
  })
  socket.setTimeout(given.timeout ?? null)
  return socket
}

/** The limits as options of an awaited verb. */
function verbOptions({ deadline: { timeout }, signal }: Limits): AsyncOptions {
  return signal === undefined ? { timeout } : { timeout, signal }
}

async function connectBy({ family, address, local }: Route, limits: Limits): Promise<AsyncSocket> {
  const socket = new AsyncSocket(family)
  try {
    if (local !== null) socket.bind(local)
    await socket.connect(address, verbOptions(limits))
    refuseSelfConnection(socket, address, local)
    return socket
  } catch (error) {
    socket.close()
    throw error
  }
}

async function connectToHost(target: HostInput, options: ConnectionOptions, limits: Limits): Promise<AsyncSocket> {
  const plan = planConnection(target, options)
  if (plan.route !== null) return connectBy(plan.route, limits)
  return (await firstConnected(plan.attempts(await lookedUp(plan, limits)), limits)).toAsync()
}

async function firstConnected(attempts: HappyEyeballs, limits: Limits): Promise<Socket> {
  const { deadline } = limits
  try {
    for (;;) {
      const connectedAtOnce = attempts.startDue()
      if (connectedAtOnce !== null) return connectedAtOnce
      if (deadline.remaining === 0) throw attempts.waitFailure(-errno.EAGAIN, 0)
      await waitForAttempts(attempts, limits)
      const connected = attempts.check()
      if (connected !== null) return connected
      if (deadline.expired) throw attempts.waitFailure(TIMED_OUT, deadline.whole)
    }
  } finally {
    attempts.cancel()
  }
}

async function lookedUp({ host, port, lookup }: ConnectionPlan, limits: Limits): Promise<HostInput[]> {
  const found = await resolveAsync(host, port, { ...lookup, ...verbOptions(limits) })
  return found.map(({ address }) => address)
}

/** Waits until an attempt may have ended, the next is due, or the time is over. */
function waitForAttempts(attempts: HappyEyeballs, { deadline: { remaining }, signal }: Limits): Promise<void> {
  const leftMs = remaining === FOREVER ? Number.POSITIVE_INFINITY : remaining
  const timeoutMs = Math.min(attempts.msUntilNextAttempt, leftMs, MAX_TIMER_MS)
  // It may have been aborted since the last wait, while no listener was there.
  if (signal?.aborted) return Promise.reject(new AbortError(signal.reason))
  const waitables = attempts.descriptors.map((fd) => new Waitable(fd))
  return new Promise<void>((resolve, reject) => {
    const settle = (act: () => void): void => {
      clearTimeout(timer)
      signal?.removeEventListener('abort', abort)
      for (const { registration } of waitables) registration.ends(false)
      act()
    }
    const proceed = (): void => settle(resolve)
    const fail = (error: Error): void => settle(() => reject(error))
    const abort = (): void => fail(new AbortError(signal!.reason))
    // The timer also keeps the process alive.
    const timer = setTimeout(proceed, Math.ceil(timeoutMs))
    signal?.addEventListener('abort', abort)
    try {
      for (const waitable of waitables) watchWritable(waitable, { proceed, fail })
    } catch (error) {
      fail(error as Error)
    }
  })
}

/** Lets `operation` proceed once the descriptor is ready to write. */
function watchWritable(waitable: Waitable, operation: Operation): void {
  waitable.registration.blockWriting()
  waitable.registration.setWriter(operation)
  waitable.enter()
}
