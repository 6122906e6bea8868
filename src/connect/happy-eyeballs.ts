// RFC 8305, "Happy Eyeballs": the addresses of a host in the order in which to try them, and the attempts under way.
// It never waits: whoever drives it waits for the attempts' sockets and for the time of the next attempt.

import type { Address, HostInput } from '../addresses/types.js'

import { AF_INET, AF_INET6 } from '../native/generated/constants.js'
import type { ResolvedAddress } from '../resolve/resolve.js'
import { Socket } from '../socket/socket.js'

/** Where connections come from on this machine. */
export interface LocalEnd {
  readonly host: string
  readonly port: number
}

interface Attempt {
  readonly socket: Socket
  readonly address: HostInput
}

/** The attempts to connect to one host; `errors` are those of the failed ones, in the order of failing. */
export class HappyEyeballs {
  readonly attempts: Attempt[] = []
  readonly errors: Error[] = []
  readonly #left: HostInput[]
  readonly #local: LocalEnd | null
  readonly #delay: number
  #nextAt = 0

  /** @param delay milliseconds from one attempt to the next, unless one fails before */
  constructor(addresses: readonly ResolvedAddress[], local: LocalEnd | null, delay: number) {
    this.#left = interleaved(addresses)
    this.#local = local
    this.#delay = delay
  }

  /** Milliseconds until another attempt is due; Infinity where no address is left. */
  untilNext(): number {
    return this.#left.length === 0 ? Number.POSITIVE_INFINITY : Math.max(0, this.#nextAt - performance.now())
  }

  /** Nothing is under way and no address is left. */
  get lost(): boolean {
    return this.attempts.length === 0 && this.#left.length === 0
  }

  /** Begins the next attempt; answers its socket if it was connected at once. */
  begin(): Socket | null {
    const address = this.#left.shift()!
    this.#nextAt = performance.now() + this.#delay
    try {
      this.attempts.push({ socket: prepared(address, this.#local), address })
    } catch (error) {
      this.#failed(error as Error)
      return null
    }
    return this.look(this.attempts.length - 1)
  }

  /** Looks how an attempt stands: its socket if it is connected, which then is the caller's. */
  look(index: number): Socket | null {
    const { socket, address } = this.attempts[index]!
    try {
      if (!socket.tryConnect(address)) return null
    } catch (error) {
      this.attempts.splice(index, 1)
      socket.close()
      this.#failed(error as Error)
      return null
    }
    this.attempts.splice(index, 1)
    return socket
  }

  /** Ends all attempts that are still under way. */
  stop(): void {
    for (const { socket } of this.attempts.splice(0)) socket.close()
  }

  /** A failure makes the next attempt due now. */
  #failed(error: Error): void {
    this.errors.push(error)
    this.#nextAt = 0
  }
}

function prepared(address: HostInput, local: LocalEnd | null): Socket {
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

/** Families in turn, beginning with that of the first address, which getaddrinfo(3) prefers. */
function interleaved(addresses: readonly ResolvedAddress[]): HostInput[] {
  const known = addresses.map(({ address }) => address).filter(isHost)
  const first = known.filter(({ family }) => family === known[0]!.family)
  const second = known.filter(({ family }) => family !== known[0]!.family)
  return first
    .flatMap((address, index) => [address, ...second.slice(index, index + 1)])
    .concat(second.slice(first.length))
}

function isHost(address: Address): address is Extract<Address, { host: string }> {
  return address.family === 'inet' || address.family === 'inet6'
}
