// A connection to a host of many addresses, made by waiting.

import { checkHost, checkInteger, type HostInput, putAddress, type UnixInput } from './addresses.js'
import type { Family } from './constant-kinds.js'
import { AF_INET, AF_INET6, AF_UNIX, AF_UNSPEC, POLLOUT, SOCK_STREAM } from './constants.js'
import { errorTarget, failure, misuse, type SocketError } from './errors.js'
import { FOREVER, Limit, limitOf, timeoutNumber, type WaitOptions } from './limits.js'
import { native, TIMED_OUT } from './native.js'
import { type LocalEnd, Race } from './race.js'
import { resolve } from './resolve.js'
import { Socket } from './socket.js'

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
  const limit = new Limit(limitOf(options, FOREVER))
  const socket = isUnix(target) ? connectUnix(target, limit) : connectHost(target, options, limit)
  if (options.timeout !== undefined) socket.setTimeout(options.timeout)
  else socket.setBlocking(true)
  return socket
}

function isUnix(target: ConnectionTarget): target is UnixInput {
  if (typeof target !== 'object' || target === null) {
    throw misuse(TypeError, 'ERR_INVALID_ARG_TYPE', 'target must be { host, port } or { path }')
  }
  return !('host' in target)
}

function connectUnix(target: UnixInput, limit: Limit): Socket {
  const socket = new Socket(AF_UNIX)
  try {
    socket.connect(target, { timeout: limit.left === FOREVER ? null : limit.left })
    return socket
  } catch (error) {
    socket.close()
    throw error
  }
}

function connectHost(target: HostInput, options: ConnectionOptions, limit: Limit): Socket {
  const race = raceTo(target, options, limit)
  try {
    return run(race, target, limit)
  } finally {
    race.stop()
  }
}

/** Looks the name up and prepares the attempts. */
function raceTo(target: HostInput, options: ConnectionOptions, limit: Limit): Race {
  const { localAddress, localPort = 0, attemptDelay = ATTEMPT_DELAY } = options
  const local: LocalEnd | null =
    localAddress === undefined && localPort === 0 ? null : { host: localAddress ?? '', port: localPort }
  const family = options.family ?? familyOf(localAddress)
  checkHost(target, family)
  if (local !== null) checkLocalEnd(local, family)
  const delay = timeoutNumber(attemptDelay, 'attemptDelay')
  const timeout = limit.left === FOREVER ? null : limit.left
  const addresses = resolve(target.host === '' ? 'localhost' : target.host, target.port, {
    family,
    type: SOCK_STREAM,
    timeout,
  })
  return new Race(addresses, local, delay === FOREVER ? Number.POSITIVE_INFINITY : delay)
}

/** Without this, every attempt would fail for a reason that is the caller's. */
function checkLocalEnd(local: LocalEnd, family: Family): void {
  checkInteger(local.port, 'options.localPort', 0, 65535)
  if (local.host === '' || putAddress(local, family)) return
  throw misuse(TypeError, 'ERR_NAME_NOT_NUMERIC', `options.localAddress is no address of that family: ${local.host}`)
}

function familyOf(localAddress: string | undefined): Family {
  if (localAddress === undefined) return AF_UNSPEC
  if (typeof localAddress !== 'string') {
    throw misuse(TypeError, 'ERR_INVALID_ARG_TYPE', 'options.localAddress must be a string')
  }
  return localAddress.includes(':') ? AF_INET6 : AF_INET
}

function run(race: Race, target: HostInput, limit: Limit): Socket {
  for (;;) {
    let due = race.untilNext()
    for (; due === 0; due = race.untilNext()) {
      const connected = race.begin()
      if (connected !== null) return connected
    }
    if (race.lost) throw allFailed(race, target)
    const answer = waitForAny(race, limit, due)
    if (answer < 0 && !(answer === TIMED_OUT && !limit.over)) {
      throw Object.assign(failure(answer, 'connect', errorTarget(target)), { errors: race.errors })
    }
    for (let index = race.attempts.length - 1; index >= 0; index--) {
      const connected = race.look(index)
      if (connected !== null) return connected
    }
  }
}

/** Waits until an attempt may have ended or another is due: what `native.poll` answers. */
function waitForAny(race: Race, limit: Limit, due: number): number {
  const rows = Int32Array.from(race.attempts.flatMap(({ socket }) => [socket.ownFd(), POLLOUT, 0]))
  const left = limit.left
  const timeout = left === FOREVER ? due : Math.min(left, due)
  return native.poll(new Uint8Array(rows.buffer), timeout === Number.POSITIVE_INFINITY ? FOREVER : timeout)
}

function allFailed(race: Race, target: HostInput): Error {
  if (race.errors.length === 1) return race.errors[0]!
  const first = race.errors[0] as SocketError
  const error = new AggregateError(
    race.errors,
    `connect ${first.code} ${target.host}:${target.port}: every address failed`,
  )
  return Object.assign(error, { code: first.code, errno: first.errno, syscall: 'connect' })
}
