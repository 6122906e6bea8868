// Version 2 of the PROXY protocol: a prefix of 16 bytes, then two addresses whose length their family determines, then
// TLVs up to the length that the prefix announces.

import type { Address } from '../addresses/types.js'
import { outOfRange, shown, wrongValue } from '../core/validate.js'
import { ENDPOINT_BYTES, type Endpoints, hostAddress, type ProxyFamily, pathAddress } from './addresses.js'
import { crc32c } from './crc32c.js'
import { malformed, type ProxyHeader, type ProxyHeaderInput } from './header.js'
import { eachTlv, encodeTlv, encodeTlvs, MAX_TLV_BYTES, parseTlvs, TYPE_CRC32C } from './tlvs.js'

/** The first 12 bytes of every header. */
export const BINARY_SIGNATURE = Buffer.from('\r\n\r\n\0\r\nQUIT\n', 'latin1')

/** The prefix announces the length of the whole header. */
export const BINARY_PREFIX_BYTES = 16
/** The length in the prefix is a 16-bit number. */
export const MAX_BINARY_BYTES = BINARY_PREFIX_BYTES + 65535

// After the signature: a byte of version and command, a byte of family and transport, the length of what follows.
const VERSION_AND_COMMAND_AT = 12
const FAMILY_AND_TRANSPORT_AT = 13
const LENGTH_AT = 14

const BINARY_VERSION = 2
const PORT_BYTES = 2
const CRC32C_BYTES = 4

// The index of each name is its number in a header.
const COMMANDS = ['local', 'proxy'] as const
const TRANSPORTS = [null, 'stream', 'datagram'] as const
const FAMILIES = [null, 'inet', 'inet6', 'unix'] as const

/** The two halves of byte FAMILY_AND_TRANSPORT_AT. */
interface Protocol {
  readonly family: ProxyFamily | null
  readonly transport: ProxyHeader['transport']
}

/** The length of the whole header that begins with `prefix`. */
export function binaryLength(prefix: Buffer): number {
  const version = prefix[VERSION_AND_COMMAND_AT]! >> 4
  if (version !== BINARY_VERSION) throw malformed(`the version after the binary signature must be 2, not ${version}`)
  const length = prefix.readUInt16BE(LENGTH_AT)
  if (commandOf(prefix) === 'proxy' && length < addressBytes(protocolOf(prefix).family)) {
    throw malformed(`a length of ${length} bytes has no room for the addresses`)
  }
  return BINARY_PREFIX_BYTES + length
}

/** Parses a complete header. */
export function parseBinary(bytes: Buffer): ProxyHeader {
  const command = commandOf(bytes)
  // The connection is the proxy's own, and the protocol says to ignore everything else.
  if (command === 'local') {
    return { version: 2, command, transport: null, source: null, destination: null, tlvs: {} }
  }
  const { family, transport } = protocolOf(bytes)
  const tlvs = bytes.subarray(BINARY_PREFIX_BYTES + addressBytes(family))
  verifyChecksum(bytes, tlvs)
  const [source, destination] = transport === null ? [null, null] : addressesOf(bytes, family)
  return { version: 2, command, transport, source, destination, tlvs: parseTlvs(tlvs) }
}

function commandOf(prefix: Buffer): ProxyHeader['command'] {
  const number = prefix[VERSION_AND_COMMAND_AT]! & 15
  const command = COMMANDS[number]
  if (command === undefined) throw malformed(`the command must be 0 (LOCAL) or 1 (PROXY), not ${number}`)
  return command
}

function protocolOf(prefix: Buffer): Protocol {
  const byte = prefix[FAMILY_AND_TRANSPORT_AT]!
  const family = FAMILIES[byte >> 4]
  const transport = TRANSPORTS[byte & 15]
  if (family === undefined || transport === undefined) {
    throw malformed(`0x${byte.toString(16).padStart(2, '0')} is no known family and transport`)
  }
  return { family, transport }
}

const hasPorts = (family: ProxyFamily): boolean => family !== 'unix'

/** How many bytes both addresses of a family have. */
function addressBytes(family: ProxyFamily | null): number {
  return family === null ? 0 : 2 * (ENDPOINT_BYTES[family] + (hasPorts(family) ? PORT_BYTES : 0))
}

/** The layout is both hosts, then both ports. */
function addressesOf(bytes: Buffer, family: ProxyFamily | null): [Address, Address] | [null, null] {
  if (family === null) return [null, null]
  const size = ENDPOINT_BYTES[family]
  const addresses = bytes.subarray(BINARY_PREFIX_BYTES)
  const host = (index: number): Buffer => addresses.subarray(index * size, (index + 1) * size)
  const port = (index: number): number => addresses.readUInt16BE(2 * size + index * PORT_BYTES)
  const address = (index: number): Address =>
    hasPorts(family) ? hostAddress(host(index), port(index)) : pathAddress(host(index))
  return [address(0), address(1)]
}

/**
 * A checksum covers the whole header, with zeros in the place of the checksum itself. A header has at most one: CRC-32C is
 * linear, so a peer can compute any number that are all right, and verifying each over the whole header would take seconds.
 */
function verifyChecksum(bytes: Buffer, tlvs: Buffer): void {
  let checksum: Buffer | null = null
  for (const { type, value } of eachTlv(tlvs)) {
    if (type !== TYPE_CRC32C) continue
    if (checksum !== null) throw malformed('a header has at most one checksum')
    if (value.length !== CRC32C_BYTES) throw malformed(`a checksum has 4 bytes, not ${value.length}`)
    checksum = value
  }
  if (checksum === null) return
  const received = checksum.readUInt32BE()
  checksum.fill(0)
  const computed = crc32c(bytes)
  checksum.writeUInt32BE(received)
  if (received !== computed) throw malformed('the checksum is wrong')
}

/**
 * Encodes a header.
 * @throws TypeError `ERR_INVALID_ARG_TYPE` for a value of another type
 * @throws TypeError `ERR_INVALID_ARG_VALUE` for an unknown command or transport, or a local header with addresses
 * @throws RangeError `ERR_OUT_OF_RANGE` for values that are too long
 */
export function encodeBinary(header: ProxyHeaderInput, endpoints: Endpoints | null): Buffer {
  const { tlvs = {}, checksum = false } = header
  const parts = [...(endpoints === null ? [] : encodeEndpoints(endpoints)), encodeTlvs(tlvs)]
  if (checksum) parts.push(encodeTlv(TYPE_CRC32C, Buffer.alloc(CRC32C_BYTES), 'checksum'))
  const bytes = Buffer.concat([prefixOf(header, endpoints), ...parts])
  const length = bytes.length - BINARY_PREFIX_BYTES
  if (length > MAX_TLV_BYTES) {
    throw outOfRange(`header.tlvs make a header of ${bytes.length} bytes; it can have at most ${MAX_BINARY_BYTES}`, {
      argument: 'header.tlvs',
      value: bytes.length,
      max: MAX_BINARY_BYTES,
    })
  }
  bytes.writeUInt16BE(length, LENGTH_AT)
  if (checksum) bytes.writeUInt32BE(crc32c(bytes), bytes.length - CRC32C_BYTES)
  return bytes
}

/** The prefix, with a length of 0. */
function prefixOf(header: ProxyHeaderInput, endpoints: Endpoints | null): Buffer {
  const { command = 'proxy', transport = endpoints === null ? null : 'stream' } = header
  if (command === 'local' && endpoints !== null) {
    throw wrongValue("header.source must not be given with the command 'local', which carries no addresses")
  }
  const commandNumber = numberOf(COMMANDS, command, 'command')
  const transportNumber = numberOf(TRANSPORTS, transport, 'transport')
  const familyNumber = numberOf(FAMILIES, endpoints?.[0].family ?? null, 'family')
  const protocol = (familyNumber << 4) | transportNumber
  return Buffer.concat([BINARY_SIGNATURE, Buffer.of((BINARY_VERSION << 4) | commandNumber, protocol, 0, 0)])
}

function numberOf<Name>(names: readonly Name[], name: Name, field: string): number {
  const number = names.indexOf(name)
  if (number < 0) throw wrongValue(`header.${field} must be one of ${names.map(String).join(', ')}, not ${shown(name)}`)
  return number
}

function encodeEndpoints(endpoints: Endpoints): Buffer[] {
  const hosts = endpoints.map(({ family, bytes }) => Buffer.concat([bytes], ENDPOINT_BYTES[family]))
  if (!hasPorts(endpoints[0].family)) return hosts
  const ports = endpoints.map(({ port }) => Buffer.of(port >> 8, port & 255))
  return [...hosts, ...ports]
}
