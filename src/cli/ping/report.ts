// The output of `berkeley ping`: lines like those of iputils' ping(8), or one JSON document.

import { type HostAddress, InterruptedError, NI_NAMEREQD, reverse } from '../../index.js'
import { print, printJson } from '../terminal/output.js'
import { HEADER_BYTES } from './echo.js'
import { errorText } from './icmp-errors.js'
import type { Arrival } from './icmp-socket.js'
import type { RoundTrips, Statistics } from './statistics.js'

/** What is pinged. */
export interface PingTarget {
  /** The host as it was given. */
  readonly host: string
  readonly address: HostAddress
  /** The number of bytes of data in each request. */
  readonly size: number
  /** Whether addresses are shown without their names. */
  readonly isNumeric: boolean
}

export type Reply = Extract<Arrival, { kind: 'reply' }>
export type Failure = Extract<Arrival, { kind: 'error' }>

/** What is observed of a reply. */
export interface ReplyFacts {
  readonly ms: number
  readonly isDuplicate: boolean
  /** The first byte of the data that differs from the request's; -1 if none does. */
  readonly wrongByte: number
}

/** Where the events of a ping go. */
export interface PingReport {
  begin(): void
  reply(reply: Reply, facts: ReplyFacts): void
  failure(failure: Failure): void
  /** @param elapsedMs since the first request */
  end(statistics: Statistics, elapsedMs: number): void
}

const IP_HEADER_BYTES = 20

/** How long a line waits for the name of an address. */
const NAME_TIMEOUT_MS = 1000

/** The time of one reply: fewer decimals the longer it is. */
function milliseconds(ms: number): string {
  if (ms >= 99.9995) return ms.toFixed(0)
  if (ms >= 9.9995) return ms.toFixed(1)
  return ms.toFixed(ms >= 0.9995 ? 2 : 3)
}

function roundTripText({ min, avg, max, mdev }: RoundTrips): string {
  return `rtt min/avg/max/mdev = ${[min, avg, max, mdev].map((ms) => ms.toFixed(3)).join('/')} ms`
}

/** Prints lines. */
export class TextReport implements PingReport {
  readonly #target: PingTarget
  /** Addresses as they are shown, by the address. */
  readonly #shown = new Map<string, string>()

  constructor(target: PingTarget) {
    this.#target = target
  }

  begin(): void {
    const { host, address, size } = this.#target
    if (address.family === 'inet6') print(`PING ${host}(${this.#show(address)}) ${size} data bytes`)
    else print(`PING ${host} (${address.host}) ${size}(${size + HEADER_BYTES + IP_HEADER_BYTES}) bytes of data.`)
  }

  reply({ sequence, data, ttl, from }: Reply, { ms, isDuplicate, wrongByte }: ReplyFacts): void {
    const bytes = `${data.length + HEADER_BYTES} bytes from ${this.#show(from)}`
    const hops = ttl === null ? '' : ` ttl=${ttl}`
    const notes = `${isDuplicate ? ' (DUP!)' : ''}${wrongByte < 0 ? '' : ` wrong data byte #${wrongByte}`}`
    print(`${bytes}: icmp_seq=${sequence}${hops} time=${milliseconds(ms)} ms${notes}`)
  }

  failure({ sequence, error }: Failure): void {
    const { offender } = error
    const which = sequence === null ? '' : ` icmp_seq=${sequence}`
    const isHost = offender !== null && (offender.family === 'inet' || offender.family === 'inet6')
    print(
      isHost ? `From ${this.#show(offender)}${which} ${errorText(error)}` : `local error:${which} ${errorText(error)}`,
    )
  }

  end(statistics: Statistics, elapsedMs: number): void {
    const { transmitted, received, duplicates, errors, lossPercent, roundTrips } = statistics
    const extra = `${duplicates > 0 ? `, +${duplicates} duplicates` : ''}${errors > 0 ? `, +${errors} errors` : ''}`
    const loss = `${Number(lossPercent.toPrecision(6))}% packet loss`
    print()
    print(`--- ${this.#target.host} ping statistics ---`)
    print(`${transmitted} packets transmitted, ${received} received${extra}, ${loss}, time ${elapsedMs.toFixed(0)}ms`)
    print(roundTrips === null ? '' : roundTripText(roundTrips))
  }

  /** `name (address)`, or the address alone. */
  #show(address: HostAddress): string {
    const known = this.#shown.get(address.host)
    if (known !== undefined) return known
    const name = this.#target.isNumeric ? address.host : nameOf(address)
    const shown = name === address.host ? address.host : `${name} (${address.host})`
    this.#shown.set(address.host, shown)
    return shown
  }
}

function nameOf(address: HostAddress): string {
  try {
    return reverse(address, { flags: NI_NAMEREQD, timeout: NAME_TIMEOUT_MS }).host
  } catch (error) {
    if (error instanceof InterruptedError) throw error
    // Most addresses have no name.
    return address.host
  }
}

/** Collects everything, and prints it at the end as JSON. */
export class JsonReport implements PingReport {
  readonly #target: PingTarget
  readonly #replies: object[] = []
  readonly #errors: object[] = []

  constructor(target: PingTarget) {
    this.#target = target
  }

  begin(): void {}

  reply({ sequence, data, ttl, from }: Reply, { ms, isDuplicate, wrongByte }: ReplyFacts): void {
    const bytes = data.length + HEADER_BYTES
    this.#replies.push({ sequence, from: from.host, bytes, ttl, ms, isDuplicate, isIntact: wrongByte < 0 })
  }

  failure({ sequence, error }: Failure): void {
    const { offender, type, code } = error
    const from = offender !== null && 'host' in offender ? offender.host : null
    this.#errors.push({ sequence, from, type, code, message: errorText(error) })
  }

  end(statistics: Statistics, elapsedMs: number): void {
    const { host, address, size } = this.#target
    const { transmitted, received, duplicates, lossPercent, roundTrips } = statistics
    const counts = { transmitted, received, duplicates, lossPercent, elapsedMs, roundTrips }
    printJson({ host, address: address.host, size, ...counts, replies: this.#replies, errors: this.#errors })
  }
}
