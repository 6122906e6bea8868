// Version 1 of the PROXY protocol: one line of text.

import type { Inet6Address, InetAddress } from '../addresses/types.js'
import { ipBytes, ipText } from '../core/ip-text.js'
import { checkObject, wrongValue } from '../core/validate.js'
import { ENDPOINT_BYTES, type Endpoints, hostAddress } from './addresses.js'
import { malformed, type ProxyHeader, type ProxyHeaderInput } from './header.js'

/** The beginning of every line. */
export const TEXT_SIGNATURE = Buffer.from('PROXY ')

/** The length of the longest line, with CR and LF. */
export const MAX_TEXT_BYTES = 107

const FAMILY_OF_PROTOCOL = new Map([
  ['TCP4', 'inet'],
  ['TCP6', 'inet6'],
] as const)

/** Parses a complete line. */
export function parseText(line: string): ProxyHeader {
  if (!line.endsWith('\r\n')) throw malformed('the line must end with CR and LF, not with LF alone')
  const [, protocol, ...words] = line.slice(0, -2).split(' ')
  const head = { version: 1, command: 'proxy', tlvs: {} } as const
  if (protocol === 'UNKNOWN') return { ...head, transport: null, source: null, destination: null }
  const family = FAMILY_OF_PROTOCOL.get(protocol as 'TCP4')
  if (family === undefined) throw malformed('the protocol must be TCP4, TCP6 or UNKNOWN')
  if (words.length !== 4) throw malformed(`${protocol} must be followed by 4 words, not ${words.length}`)
  const [from, to, fromPort, toPort] = words as [string, string, string, string]
  const source = addressFrom(family, from, portNumber(fromPort))
  return { ...head, transport: 'stream', source, destination: addressFrom(family, to, portNumber(toPort)) }
}

function addressFrom(family: 'inet' | 'inet6', text: string, port: number): InetAddress | Inet6Address {
  const bytes = ipBytes(text)
  if (bytes?.length !== ENDPOINT_BYTES[family]) throw malformed(`an address must be numeric, of the family ${family}`)
  return hostAddress(bytes, port)
}

/** A port must not have leading zeros: some programs would read it as octal. */
function portNumber(text: string): number {
  const port = /^(0|[1-9]\d{0,4})$/.test(text) ? Number(text) : Number.NaN
  if (!(port <= 65535)) throw malformed('a port must be a decimal number from 0 to 65535, without leading zeros')
  return port
}

/**
 * Encodes a header as a line.
 * @throws TypeError `ERR_INVALID_ARG_VALUE` for what version 1 cannot carry
 */
export function encodeText(header: ProxyHeaderInput, endpoints: Endpoints | null): Buffer {
  checkTextHeader(header, endpoints)
  if (endpoints === null) return Buffer.from('PROXY UNKNOWN\r\n')
  const [source, destination] = endpoints
  const protocol = source.family === 'inet' ? 'TCP4' : 'TCP6'
  const words = ['PROXY', protocol, ipText(source.bytes), ipText(destination.bytes), source.port, destination.port]
  return Buffer.from(`${words.join(' ')}\r\n`)
}

function checkTextHeader(header: ProxyHeaderInput, endpoints: Endpoints | null): void {
  const { command = 'proxy', transport, tlvs, checksum } = header
  if (tlvs) checkObject(tlvs, 'header.tlvs')
  const unsupported = Object.entries({
    command: command !== 'proxy',
    transport: transport === 'datagram',
    source: endpoints?.[0].family === 'unix',
    tlvs: Object.keys(tlvs ?? {}).length > 0,
    checksum: checksum === true,
  }).find(([, isGiven]) => isGiven)
  if (unsupported !== undefined) throw wrongValue(`header.${unsupported[0]}: version 1 of the protocol cannot carry it`)
}
