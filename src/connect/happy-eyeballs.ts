// Happy Eyeballs, RFC 8305: to connect to a host of several addresses although some of them do not reply.
//
// An address that does not reply, for lack of an IPv6 route for instance, costs the kernel's whole timeout: about two
// minutes on Linux. So several addresses are tried at the same time:
// - Order (section 4): that of getaddrinfo(3), which sorts by RFC 6724, but the two families alternate. The family of
//   the first address is first.
// - Attempts (section 5): one is started after the other. None waits for the end of those before it. The next attempt
//   is due when the attempt delay has passed, which is 250 ms unless the caller chooses another; or at once, when an
//   attempt fails.
// - End (section 5): the first socket that is connected is the result, and all other attempts are cancelled.
// The RFC also queries the two families separately and starts with the one that resolves first (section 3). This does
// not: getaddrinfo(3) returns both at once.

import { errorTarget } from '../addresses/families.js'
import type { HostInput } from '../addresses/types.js'
import { failure, SocketError, withFields } from '../core/errors.js'
import { TIMED_OUT } from '../native/addon.js'
import { AF_INET, AF_INET6 } from '../native/generated/constants.js'
import { descriptorOf } from '../socket/face.js'
import { Socket } from '../socket/socket.js'
import { refuseSelfConnection } from './self-connection.js'

/** The address of this machine to connect from. `host` '' leaves it to the kernel, and so does port 0. */
export interface LocalAddress {
  readonly host: string
  readonly port: number
}

interface Attempt {
  readonly socket: Socket
  readonly address: HostInput
}

/**
 * The attempts to connect to one host. This class never waits. Its user calls `startDue`, waits until a descriptor is
 * ready to write or the next attempt is due, calls `check`, and begins again, until one of the two returns a socket.
 */
export class HappyEyeballs {
  readonly #target: HostInput
  readonly #untried: HostInput[]
  readonly #local: LocalAddress | null
  readonly #attemptDelayMs: number
  readonly #attempts: Attempt[] = []
  /** Of the attempts that have failed, in the order of failing. */
  readonly #errors: SocketError[] = []
  /** A time of performance.now(). */
  #nextAttemptDue = 0

  constructor(target: HostInput, addresses: readonly HostInput[], local: LocalAddress | null, attemptDelayMs: number) {
    this.#target = target
    this.#untried = interleaveFamilies(addresses)
    this.#local = local
    this.#attemptDelayMs = attemptDelayMs
  }

  /** The descriptors of the attempts in progress. One becomes ready to write when its connect has ended. */
  get descriptors(): number[] {
    return this.#attempts.map(({ socket }) => descriptorOf(socket).fd)
  }

  /** Milliseconds until the next attempt is due; Infinity when no address is left. */
  get msUntilNextAttempt(): number {
    if (this.#untried.length === 0) return Number.POSITIVE_INFINITY
    return Math.max(0, this.#nextAttemptDue - performance.now())
  }

  /**
   * Starts the attempts that are due.
   * @returns the socket of one that was connected at once, which is the caller's; null if there is none
   * @throws the error of the only attempt, or one with all their `errors`, when every address has failed
   */
  startDue(): Socket | null {
    while (this.msUntilNextAttempt === 0) {
      const connected = this.#start(this.#untried.shift()!)
      if (connected !== null) return connected
    }
    if (this.#attempts.length === 0 && this.#untried.length === 0) throw this.#allFailed()
    return null
  }

  /**
   * Checks whether an attempt in progress has ended.
   * @returns the socket of one that is connected, which is the caller's; null if there is none
   */
  check(): Socket | null {
    for (const attempt of this.#attempts.toReversed()) {
      const connected = this.#checkOne(attempt)
      if (connected !== null) return connected
    }
    return null
  }

  /** Closes the sockets of the attempts in progress. */
  cancel(): void {
    for (const { socket } of this.#attempts.splice(0)) socket.close()
  }

  /** The error for a wait of so many milliseconds that ended before an attempt did, with the errors of the attempts that have failed. */
  waitFailure(result: number, timeout: number): SocketError {
    const target = errorTarget(this.#target)
    const error = failure(result, 'connect', result === TIMED_OUT ? { ...target, timeout } : target)
    return withFields(error, { errors: this.#errors })
  }

  #start(address: HostInput): Socket | null {
    this.#nextAttemptDue = performance.now() + this.#attemptDelayMs
    const attempt = this.#attemptTo(address)
    return attempt === null ? null : this.#checkOne(attempt)
  }

  #attemptTo(address: HostInput): Attempt | null {
    try {
      const attempt = { socket: nonBlockingSocket(address, this.#local), address }
      this.#attempts.push(attempt)
      return attempt
    } catch (error) {
      this.#failed(error as SocketError)
      return null
    }
  }

  /** Starts or continues the connect of an attempt. */
  #checkOne(attempt: Attempt): Socket | null {
    const { socket, address } = attempt
    try {
      if (!socket.tryConnect(address)) return null
      refuseSelfConnection(socket, address, this.#local)
    } catch (error) {
      this.#remove(attempt)
      socket.close()
      this.#failed(error as SocketError)
      return null
    }
    this.#remove(attempt)
    return socket
  }

  #remove(attempt: Attempt): void {
    this.#attempts.splice(this.#attempts.indexOf(attempt), 1)
  }

  /** A failure makes the next attempt due at once. */
  #failed(error: SocketError): void {
    this.#errors.push(error)
    this.#nextAttemptDue = 0
  }

  /**
   * One error for all attempts. node:net throws an AggregateError here, which is no subclass of what a single address fails
   * with: a program that expects a SocketError would fail only on machines where the name has a second address.
   */
  #allFailed(): SocketError {
    const errors = this.#errors
    const first = errors[0]!
    if (errors.length === 1) return first
    const { host, port } = this.#target
    const { code, errno } = first
    const message = `connect ${code} ${host}:${port}: every address failed`
    return withFields(new SocketError(message, code, errno, 'connect', errorTarget(this.#target)), { errors })
  }
}

function nonBlockingSocket(address: HostInput, local: LocalAddress | null): Socket {
  const socket = new Socket(address.family === 'inet6' ? AF_INET6 : AF_INET)
  try {
    socket.setBlocking(false)
    if (local !== null) socket.bind(local)
    return socket
  } catch (error) {
    socket.close()
    throw error
  }
}

/** The two families alternate, beginning with that of the first address. */
function interleaveFamilies(addresses: readonly HostInput[]): HostInput[] {
  const preferred = addresses.filter(({ family }) => family === addresses[0]!.family)
  const others = addresses.filter(({ family }) => family !== addresses[0]!.family)
  return preferred
    .flatMap((address, index) => [address, ...others.slice(index, index + 1)])
    .concat(others.slice(preferred.length))
}
