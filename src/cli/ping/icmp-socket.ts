// A socket for echo requests.
//
// Linux has two kinds. A datagram socket of ICMP (icmp(7), since 3.0) sends echo requests alone; the kernel chooses the
// identifier and delivers the replies to it. It needs no privilege, but net.ipv4.ping_group_range must have the group of
// the process. A raw socket needs CAP_NET_RAW and receives the ICMP messages of all programs: a filter in the kernel lets
// echo replies pass, and the identifier says which are ours.
//
// Errors that routers report wait in the queue of errors (IP_RECVERR); until it is read they fail other calls. The times at
// which the kernel sent requests wait there too (SO_TIMESTAMPING): with the times at which it received the replies they
// measure the round trip without the program's own time, which is longer than one on a local network.

import { randomInt } from 'node:crypto'
import {
  AF_INET,
  AF_INET6,
  type ControlMessage,
  type HostAddress,
  InterruptedError,
  IP_RECVERR,
  IP_RECVTTL,
  IPPROTO_ICMP,
  IPPROTO_ICMPV6,
  IPV6_RECVERR,
  IPV6_RECVHOPLIMIT,
  type Level,
  MSG_ERRQUEUE,
  type QueuedError,
  type ReceivedMessage,
  SO_TIMESTAMPING,
  SOCK_DGRAM,
  SOCK_RAW,
  SOF_TIMESTAMPING_OPT_ID,
  SOF_TIMESTAMPING_OPT_TSONLY,
  SOF_TIMESTAMPING_RX_SOFTWARE,
  SOF_TIMESTAMPING_SOFTWARE,
  SOF_TIMESTAMPING_TX_SOFTWARE,
  SOL_ICMPV6,
  Socket,
  SocketError,
  SocketTimeoutError,
  type TimestampingFlag,
  WouldBlockError,
} from '../../index.js'
import { decodeEcho, ECHO_V4, ECHO_V6, type Echo, type EchoTypes, encodeEcho } from './echo.js'

/** What was received. */
export type Arrival =
  | {
      readonly kind: 'reply'
      readonly sequence: number
      readonly data: Buffer
      /** The remaining hops; `null` where the kernel did not say. */
      readonly ttl: number | null
      /** The round trip by the kernel's times, in milliseconds; `null` where it has none. */
      readonly kernelMs: number | null
      readonly from: HostAddress
    }
  | {
      readonly kind: 'error'
      /** Of the request that failed; `null` where the error does not say. */
      readonly sequence: number | null
      readonly error: QueuedError
    }

/** Every reply fits: a message of IP has fewer bytes. */
const MAX_MESSAGE_BYTES = 65_536

/** `SOL_RAW` and `ICMP_FILTER` of linux/icmp.h, and `ICMPV6_FILTER` of linux/icmpv6.h. */
const SOL_RAW = 255 as Level
const ICMP_FILTER = 1
const ICMPV6_FILTER = 1

/** Times of requests and replies by the kernel's clock, of a request without its data, but with its number. */
const TIMES = (SOF_TIMESTAMPING_TX_SOFTWARE |
  SOF_TIMESTAMPING_RX_SOFTWARE |
  SOF_TIMESTAMPING_SOFTWARE |
  SOF_TIMESTAMPING_OPT_ID |
  SOF_TIMESTAMPING_OPT_TSONLY) as TimestampingFlag

const COUNT_MASK = 0xffff

/** Opens a datagram socket where that is allowed, else a raw one. @throws SocketError `EPERM` where neither is */
function openSocket(isIpv6: boolean): Socket {
  const [family, protocol] = isIpv6 ? ([AF_INET6, IPPROTO_ICMPV6] as const) : ([AF_INET, IPPROTO_ICMP] as const)
  try {
    return new Socket(family, SOCK_DGRAM, protocol)
  } catch (error) {
    if (!(error instanceof SocketError) || error.code !== 'EACCES') throw error
  }
  try {
    return new Socket(family, SOCK_RAW, protocol)
  } catch (error) {
    if (!(error instanceof SocketError) || error.code !== 'EPERM') throw error
    const message = 'ping needs CAP_NET_RAW, or a group of this process in net.ipv4.ping_group_range'
    throw new Error(message, { cause: error })
  }
}

/** Lets echo replies alone pass to a raw socket. A set bit of the filter blocks a type. */
function filterReplies(socket: Socket, isIpv6: boolean): void {
  if (!isIpv6) {
    const blocked = Buffer.alloc(4)
    new Uint32Array(blocked.buffer, blocked.byteOffset, 1)[0] = ~(1 << ECHO_V4.reply) >>> 0
    socket.setRawOption(SOL_RAW, ICMP_FILTER, blocked)
    return
  }
  const blocked = new Uint32Array(8).fill(0xffffffff)
  blocked[ECHO_V6.reply >>> 5]! &= ~(1 << (ECHO_V6.reply & 31))
  socket.setRawOption(SOL_ICMPV6, ICMPV6_FILTER, new Uint8Array(blocked.buffer))
}

/** A connected socket that sends echo requests, and receives replies and errors. */
export class IcmpSocket {
  readonly #socket: Socket
  readonly #isIpv6: boolean
  readonly #types: EchoTypes
  readonly #identifier = randomInt(0x10000)
  /** Errors that were found while a request was sent. */
  readonly #waiting: Arrival[] = []
  /** When the kernel sent requests, in nanoseconds since 1970, by their sequence numbers. */
  readonly #sentAt = new Map<number, bigint>()
  /** The sequence numbers of requests by the kernel's count of them, of which the last 16 bits are enough. */
  readonly #sequences = new Map<number, number>()
  #sentCount = 0

  /**
   * Opens a socket, and connects it to `address`.
   * @throws SocketError `ENETUNREACH`, `EHOSTUNREACH`; Error without the privilege
   */
  constructor(address: HostAddress) {
    this.#isIpv6 = address.family === 'inet6'
    this.#types = this.#isIpv6 ? ECHO_V6 : ECHO_V4
    this.#socket = openSocket(this.#isIpv6)
    try {
      this.#prepare(address)
    } catch (error) {
      this.#socket.close()
      throw error
    }
  }

  #prepare(address: HostAddress): void {
    const socket = this.#socket
    if (this.isRaw) filterReplies(socket, this.#isIpv6)
    socket.setOption(this.#isIpv6 ? IPV6_RECVERR : IP_RECVERR, true)
    socket.setOption(this.#isIpv6 ? IPV6_RECVHOPLIMIT : IP_RECVTTL, true)
    socket.setOption(SO_TIMESTAMPING, TIMES)
    // A raw socket takes a port for the number of its protocol.
    socket.connect({ ...address, port: 0 })
  }

  /** Whether it is a raw socket. */
  get isRaw(): boolean {
    return this.#socket.type === SOCK_RAW
  }

  close(): void {
    this.#socket.close()
  }

  /**
   * Sends a request. What the kernel refuses is received as an error.
   */
  send(sequence: number, data: Buffer): void {
    const message = encodeEcho({ type: this.#types.request, identifier: this.#identifier, sequence, data })
    this.#sequences.set(this.#sentCount++ & COUNT_MASK, sequence)
    this.#sentAt.delete(sequence)
    try {
      this.#socket.send(message)
      // An entry that is left in the queue makes a wait poll on a timer.
      this.#takeErrors(sequence)
    } catch (error) {
      if (!(error instanceof SocketError)) throw error
      const found = this.#takeErrors(sequence)
      if (found.length === 0) this.#waiting.push({ kind: 'error', sequence, error: localError(error) })
      // An error of an earlier request has failed this call; one of this machine is of the request itself.
      else if (!found.some(isLocal)) this.#socket.send(message)
    }
  }

  /**
   * Waits for a reply or an error.
   * @param deadline on the clock of `performance.now()`
   * @returns `undefined` if there was none until then
   * @throws InterruptedError if a signal ended the wait
   */
  receive(deadline: number): Arrival | undefined {
    for (;;) {
      const waiting = this.#waiting.shift()
      if (waiting !== undefined) return waiting
      try {
        // A reply that has arrived is no loss, although the program was held up until after the deadline.
        const timeout = Math.max(deadline - performance.now(), 0.001)
        const reply = this.#replyIn(this.#socket.recvMsg(MAX_MESSAGE_BYTES, { timeout })!)
        if (reply !== undefined) return reply
      } catch (error) {
        if (error instanceof SocketTimeoutError || error instanceof WouldBlockError) return undefined
        if (error instanceof InterruptedError || !(error instanceof SocketError)) throw error
        if (this.#takeErrors(null).length === 0) throw error
      }
    }
  }

  /** Moves the queue of errors into `#waiting`, and returns what was in it. */
  #takeErrors(sequence: number | null): Arrival[] {
    const found: Arrival[] = []
    for (;;) {
      const message = this.#socket.tryRecvMsg(MAX_MESSAGE_BYTES, { flags: MSG_ERRQUEUE })
      if (!message) break
      const error = queuedErrorOf(message.control)
      if (error?.origin === 'timestamping') {
        this.#noteSent(error.data, timeOf(message.control))
        continue
      }
      const request = this.#requestIn(message.data)
      const isOurs = request === undefined || !this.isRaw || request.identifier === this.#identifier
      if (error !== undefined && isOurs) found.push({ kind: 'error', sequence: request?.sequence ?? sequence, error })
    }
    this.#waiting.push(...found)
    return found
  }

  #noteSent(count: number, time: bigint | null): void {
    const sequence = this.#sequences.get(count & COUNT_MASK)
    if (sequence !== undefined && time !== null) this.#sentAt.set(sequence, time)
  }

  /** The round trip by the kernel's times. */
  #kernelMs(sequence: number, receivedAt: bigint | null): number | null {
    if (!this.#sentAt.has(sequence)) this.#takeErrors(null)
    const sentAt = this.#sentAt.get(sequence)
    return sentAt === undefined || receivedAt === null ? null : Number(receivedAt - sentAt) / 1e6
  }

  /** The request that an error quotes, without the header of IP. */
  #requestIn(quoted: Buffer): Echo | undefined {
    const echo = decodeEcho(quoted)
    return echo?.type === this.#types.request ? echo : undefined
  }

  #replyIn({ data: packet, control, address }: ReceivedMessage): Arrival | undefined {
    // A raw socket of IPv4 receives the header of IP too: its length is in words of four bytes.
    const skipped = this.isRaw && !this.#isIpv6 ? (packet[0]! & 0x0f) * 4 : 0
    const echo = decodeEcho(packet.subarray(skipped))
    if (echo === undefined || echo.type !== this.#types.reply || address === null) return undefined
    if (this.isRaw && echo.identifier !== this.#identifier) return undefined
    const { sequence, data } = echo
    const kernelMs = this.#kernelMs(sequence, timeOf(control))
    return { kind: 'reply', sequence, data, ttl: hopsOf(control), kernelMs, from: address as HostAddress }
  }
}

/** An error of this machine, as the queue of errors has them. */
function localError({ errno: number }: SocketError): QueuedError {
  return { errno: -number, origin: 'local', type: 0, code: 0, info: 0, data: 0, offender: null }
}

function hopsOf(control: readonly ControlMessage[]): number | null {
  for (const message of control) {
    if (message.name === 'IP_TTL' || message.name === 'IPV6_HOPLIMIT') return message.value
  }
  return null
}

/** The kernel's time of a message. */
function timeOf(control: readonly ControlMessage[]): bigint | null {
  for (const message of control) if (message.name === 'SCM_TIMESTAMPING') return message.value.software
  return null
}

function queuedErrorOf(control: readonly ControlMessage[]): QueuedError | undefined {
  for (const message of control) {
    if (message.name === 'IP_RECVERR' || message.name === 'IPV6_RECVERR') return message.value
  }
  return undefined
}

function isLocal(arrival: Arrival): boolean {
  return arrival.kind === 'error' && arrival.error.origin === 'local'
}
