// `berkeley ping`: echo requests at an interval, with blocking sockets and one deadline for each wait. Ctrl-C ends the wait,
// and the statistics follow.
//
//   echo.ts          the messages
//   icmp-socket.ts   the socket, datagram or raw, and its queue of errors; icmp-errors.ts, these in words
//   statistics.ts    the figures
//   report.ts        the output

import {
  AF_INET,
  AF_INET6,
  AF_UNSPEC,
  type HostAddress,
  InterruptedError,
  inetPton,
  resolve,
  SOCK_DGRAM,
} from '../../index.js'
import { pattern } from './echo.js'
import { IcmpSocket } from './icmp-socket.js'
import { JsonReport, type PingReport, type Reply, TextReport } from './report.js'
import { Statistics } from './statistics.js'

export interface PingOptions {
  readonly ipv4?: boolean
  readonly ipv6?: boolean
  /** How many requests are sent; without end unless given. */
  readonly count?: number
  /** Milliseconds from one request to the next. */
  readonly interval: number
  readonly json?: boolean
  readonly numeric?: boolean
  /** The number of bytes of data. */
  readonly size: number
  /** Milliseconds that the last request waits, while there was no reply to any. */
  readonly timeout: number
}

/**
 * Sends requests, and reports replies, errors and statistics. The exit status is 1 if there was no reply.
 * @throws SocketError, ResolveError; Error without the privilege
 */
export function runPing(host: string, options: PingOptions): void {
  const address = addressOf(host, options)
  const isNumeric = options.numeric === true || isAddress(host)
  const target = { host, address, size: options.size, isNumeric }
  const report = options.json ? new JsonReport(target) : new TextReport(target)
  const socket = new IcmpSocket(address)
  // With a listener the signal ends the wait by an error, and the process goes on.
  const ignore = (): void => {}
  process.on('SIGINT', ignore)
  try {
    if (new Ping(socket, report, options).run() === 0) process.exitCode = 1
  } finally {
    process.off('SIGINT', ignore)
    socket.close()
  }
}

function addressOf(host: string, { ipv4, ipv6 }: PingOptions): HostAddress {
  const family = ipv4 ? AF_INET : ipv6 ? AF_INET6 : AF_UNSPEC
  const [first] = resolve(host, null, { family, type: SOCK_DGRAM })
  return first!.address
}

function isAddress(host: string): boolean {
  return [AF_INET, AF_INET6].some((family) => {
    try {
      inetPton(family, host)
      return true
    } catch {
      return false
    }
  })
}

/** The kernel's measure, which is shorter than the program's unless the clock was set meanwhile. */
function roundTrip(kernelMs: number | null, programMs: number): number {
  return kernelMs !== null && kernelMs >= 0 && kernelMs <= programMs ? kernelMs : programMs
}

/** Sequence numbers have 16 bits: the requests of the last turn are remembered. */
const SEQUENCES = 0x10000

/** A request: when it was sent, and whether it had a reply or an error. */
interface Sent {
  readonly at: number
  isDone: boolean
}

class Ping {
  readonly #socket: IcmpSocket
  readonly #report: PingReport
  readonly #options: PingOptions
  readonly #statistics = new Statistics()
  readonly #sent = new Map<number, Sent>()
  readonly #data: Buffer
  #openCount = 0
  #lastSentAt = 0

  constructor(socket: IcmpSocket, report: PingReport, options: PingOptions) {
    this.#socket = socket
    this.#report = report
    this.#options = options
    this.#data = pattern(options.size)
  }

  /** Runs to the end, and returns how many replies there were. */
  run(): number {
    this.#report.begin()
    const begin = performance.now()
    try {
      this.#sendAll()
    } catch (error) {
      if (!(error instanceof InterruptedError)) throw error
    }
    this.#report.end(this.#statistics, Math.max(this.#lastSentAt - begin, 0))
    return this.#statistics.received
  }

  #sendAll(): void {
    const { count = Number.POSITIVE_INFINITY, interval } = this.#options
    for (let index = 1; index < count; index++) {
      this.#send(index)
      const next = this.#lastSentAt + interval
      while (this.#receive(next)) {}
    }
    this.#send(count)
    while (this.#openCount > 0 && this.#receive(this.#lastDeadline)) {}
  }

  /** How long the last request waits: once there were replies, for two of the longest round trips. */
  get #lastDeadline(): number {
    const { interval, timeout } = this.#options
    const { received, longestMs } = this.#statistics
    return this.#lastSentAt + (received === 0 ? timeout : Math.max(2 * longestMs, interval))
  }

  #send(index: number): void {
    const sequence = index % SEQUENCES
    if (this.#sent.get(sequence)?.isDone === false) this.#openCount--
    this.#lastSentAt = performance.now()
    this.#sent.set(sequence, { at: this.#lastSentAt, isDone: false })
    this.#openCount++
    this.#statistics.transmitted++
    this.#socket.send(sequence, this.#data)
  }

  /** Handles one reply or error; `false` if there was none until `deadline`. */
  #receive(deadline: number): boolean {
    const arrival = this.#socket.receive(deadline)
    if (arrival === undefined) return false
    const receivedAt = performance.now()
    if (arrival.kind === 'reply') this.#addReply(arrival, receivedAt)
    else {
      this.#statistics.errors++
      this.#finish(arrival.sequence)
      this.#report.failure(arrival)
    }
    return true
  }

  #addReply(reply: Reply, receivedAt: number): void {
    const sent = this.#sent.get(reply.sequence)
    // Another program may have used the same identifier.
    if (sent === undefined) return
    const ms = roundTrip(reply.kernelMs, receivedAt - sent.at)
    const isDuplicate = !this.#finish(reply.sequence)
    if (isDuplicate) this.#statistics.duplicates++
    else this.#statistics.add(ms)
    const wrongByte = this.#data.findIndex((byte, index) => reply.data[index] !== byte)
    this.#report.reply(reply, { ms, isDuplicate, wrongByte })
  }

  /** Notes that a request is done; `false` if it was already, or is not known. */
  #finish(sequence: number | null): boolean {
    const sent = sequence === null ? undefined : this.#sent.get(sequence)
    if (sent === undefined || sent.isDone) return false
    sent.isDone = true
    this.#openCount--
    return true
  }
}
