// Version 1 of the PROXY protocol: one line of text.

import type { Inet6Address, InetAddress } from '../addresses/types.js'

import { misuse } from '../core/errors.js'
import { ipBytes, ipText } from '../core/ip-text.js'
import { ENDPOINT_BYTES, type Endpoint, hostAddress } from './addresses.js'
import { malformed, type ProxyHeader, type ProxyHeaderInput } from './header.js'

/** What every line begins with. */
export const TEXT_SIGNATURE = Buffer.from('PROXY ')

/** The longest line, its end included. */
export const LONGEST_TEXT = 107

const FAMILIES = new Map([
  ['TCP4', 'inet'],
  ['TCP6', 'inet6'],
] as const)

/** The header in a line, which has its end. */
export function parseText(line: string): ProxyHeader {
  if (!line.endsWith('\r\n')) throw malformed('a line feed without a carriage return')
  const [, protocol, ...words] = line.slice(0, -2).split(' ')
  const head = { version: 1, command: 'proxy', tlvs: {} } as const
  if (protocol === 'UNKNOWN') return { ...head, transport: null, source: null, destination: null }
  const family = FAMILIES.get(protocol as 'TCP4')
  if (family === undefined) throw malformed('the protocol is neither TCP4 nor TCP6 nor UNKNOWN')
  if (words.length !== 4) throw malformed('not four words after the protocol')
  const [from, to, fromPort, toPort] = words as [string, string, string, string]
  const source = addressFrom(family, from, portNumber(fromPort))
  return { ...head, transport: 'stream', source, destination: addressFrom(family, to, portNumber(toPort)) }
}

function addressFrom(family: 'inet' | 'inet6', text: string, port: number): InetAddress | Inet6Address {
  const bytes = ipBytes(text)
  if (bytes?.length !== ENDPOINT_BYTES[family]) throw malformed(`an address is not one of ${family}`)
  return hostAddress(bytes, port)
}

/** Zeros in front are not allowed: some would read them as octal. */
function portNumber(text: string): number {
  const port = /^(0|[1-9]\d{0,4})$/.test(text) ? Number(text) : Number.NaN
  if (!(port <= 65535)) throw malformed('a port is no decimal number from 0 to 65535')
  return port
}

/**
 * The line for a header.
 * @throws TypeError `ERR_INVALID_ARG_VALUE`
 */
export function writeText(header: ProxyHeaderInput, ends: readonly [Endpoint, Endpoint] | null): Buffer {
  checkText(header, ends)
  if (ends === null) return Buffer.from('PROXY UNKNOWN\r\n')
  const [source, destination] = ends
  const protocol = source.family === 'inet' ? 'TCP4' : 'TCP6'
  const words = ['PROXY', protocol, ipText(source.bytes), ipText(destination.bytes), source.port, destination.port]
  return Buffer.from(`${words.join(' ')}\r\n`)
}

/** Throws for what a line cannot say. */
function checkText(header: ProxyHeaderInput, ends: readonly [Endpoint, Endpoint] | null): void {
  const { command = 'proxy', transport, tlvs, checksum } = header
  const surplus = Object.entries({
    command: command !== 'proxy',
    transport: transport === 'datagram',
    source: ends?.[0].family === 'unix',
    tlvs: Object.keys(tlvs ?? {}).length > 0,
    checksum: checksum === true,
  }).find(([, given]) => given)
  if (surplus === undefined) return
  throw misuse(TypeError, 'ERR_INVALID_ARG_VALUE', `header.${surplus[0]}: version 1 of the protocol cannot tell it`)
}
