// The output of `berkeley sniff`: a line or a JSON object for each packet.

import { print, printJsonLine } from '../terminal/output.js'
import type { End, PacketHeaders } from './packet.js'

/** A packet as it was received. */
interface SniffedPacket {
  /** When the kernel received it, in nanoseconds since 1970. */
  readonly time: bigint
  readonly interface: string
  readonly headers: PacketHeaders
  /** How many bytes it has, from the header of the network protocol on. */
  readonly size: number
  /** What was received of them. */
  readonly bytes: Buffer
}

/** Prints a packet. */
export type PacketPrinter = (packet: SniffedPacket) => void

const dateOf = (time: bigint): Date => new Date(Number(time / 1_000_000n))

/** The microseconds of a second, as tcpdump prints them. */
const microseconds = (time: bigint): string => String((time / 1000n) % 1_000_000n).padStart(6, '0')

/** The time of day in this time zone: `13:45:09.123456`. */
function timeOfDay(time: bigint): string {
  const date = dateOf(time)
  const parts = [date.getHours(), date.getMinutes(), date.getSeconds()].map((part) => String(part).padStart(2, '0'))
  return `${parts.join(':')}.${microseconds(time)}`
}

/** The time of RFC 3339, in UTC: `2026-01-02T12:45:09.123456Z`. */
const timestamp = (time: bigint): string =>
  dateOf(time)
    .toISOString()
    .replace(/\d{3}Z$/, `${microseconds(time)}Z`)

function endText({ host, port }: End): string {
  if (port === undefined) return host
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`
}

/** Lines of 16 bytes, as tcpdump's `-x` prints them. */
function hexLines(bytes: Buffer): string[] {
  return Array.from({ length: Math.ceil(bytes.length / 16) }, (_, line) => {
    const words = bytes.toString('hex', line * 16, line * 16 + 16).match(/.{1,4}/g)!
    return `    0x${(line * 16).toString(16).padStart(4, '0')}:  ${words.join(' ')}`
  })
}

/** Prints a line for each packet, with `hasHex` its bytes too. */
export function textPrinter(hasHex: boolean): PacketPrinter {
  return ({ time, interface: device, headers, bytes }) => {
    const { protocol, source, destination, flags, length, note } = headers
    const ends = [source, destination].filter((end) => end !== undefined).map(endText)
    const words = [timeOfDay(time), device, protocol, ...(ends.length > 0 ? [ends.join(' > ')] : [])]
    if (flags !== undefined) words.push(`[${flags}]`)
    print(`${words.join(' ')} length ${length}${note === undefined ? '' : `, ${note}`}`)
    if (hasHex) for (const line of hexLines(bytes)) print(line)
  }
}

/** Prints a JSON object for each packet, with `hasHex` its bytes too. */
export function jsonPrinter(hasHex: boolean): PacketPrinter {
  return ({ time, interface: device, headers, size, bytes }) => {
    const { protocol, source = null, destination = null, flags = null, length, note = null } = headers
    const facts = {
      time: timestamp(time),
      interface: device,
      protocol,
      source,
      destination,
      flags,
      length,
      note,
      size,
    }
    printJsonLine(hasHex ? { ...facts, hex: bytes.toString('hex') } : facts)
  }
}
