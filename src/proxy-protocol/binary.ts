// Version 2 of the PROXY protocol: 16 bytes, then addresses of a length that their family gives, then values.

import type { Address } from '../addresses/types.js'

import { misuse } from '../core/errors.js'
import { ENDPOINT_BYTES, type Endpoint, hostAddress, type ProxyFamily, pathAddress } from './addresses.js'
import { crc32c } from './crc32c.js'
import { malformed, type ProxyHeader, type ProxyHeaderInput } from './header.js'
import { CHECKSUM, eachValue, LONGEST_VALUES, parseValues, writeValue, writeValues } from './values.js'

/** What every header begins with. */
export const BINARY_SIGNATURE = Buffer.from('\r\n\r\n\0\r\nQUIT\n', 'latin1')

/** So much tells how long the whole is. */
export const BINARY_HEAD = 16

// The 13th byte: the version and the command. The 14th: the family and the transport. Then the length of what follows.
const COMMAND_AT = 12
const KIND_AT = 13
const LENGTH_AT = 14
const VERSION = 2

const COMMANDS = ['local', 'proxy'] as const
const TRANSPORTS = [null, 'stream', 'datagram'] as const
const FAMILIES = [null, 'inet', 'inet6', 'unix'] as const

/** What the byte before the length says. */
interface Kind {
  readonly family: ProxyFamily | null
  readonly transport: ProxyHeader['transport']
}

/** How long a header is in the end; `head` is its beginning. */
export function binaryLength(head: Buffer): number {
  if (head[COMMAND_AT]! >> 4 !== VERSION) throw malformed('a version that is not 2')
  const length = head.readUInt16BE(LENGTH_AT)
  if (commandOf(head) === 'proxy' && length < addressBytes(kindOf(head).family)) {
    throw malformed('a length that leaves no room for the addresses')
  }
  return BINARY_HEAD + length
}

/** The header, which is whole. */
export function parseBinary(bytes: Buffer): ProxyHeader {
  const command = commandOf(bytes)
  // The connection is the proxy's own: whatever else is said has no meaning.
  if (command === 'local') {
    return { version: 2, command, transport: null, source: null, destination: null, tlvs: {} }
  }
  const { family, transport } = kindOf(bytes)
  const values = bytes.subarray(BINARY_HEAD + addressBytes(family))
  verifyChecksum(bytes, values)
  const [source, destination] = transport === null ? [null, null] : addressesOf(bytes, family)
  return { version: 2, command, transport, source, destination, tlvs: parseValues(values) }
}

function commandOf(head: Buffer): ProxyHeader['command'] {
  const command = COMMANDS[head[COMMAND_AT]! & 15]
  if (command === undefined) throw malformed('an unknown command')
  return command
}

function kindOf(head: Buffer): Kind {
  const family = FAMILIES[head[KIND_AT]! >> 4]
  const transport = TRANSPORTS[head[KIND_AT]! & 15]
  if (family === undefined || transport === undefined) throw malformed('an unknown family or transport')
  return { family, transport }
}

const hasPorts = (family: ProxyFamily): boolean => family !== 'unix'

/** How many bytes both addresses of a family take. */
function addressBytes(family: ProxyFamily | null): number {
  return family === null ? 0 : 2 * (ENDPOINT_BYTES[family] + (hasPorts(family) ? 2 : 0))
}

function addressesOf(bytes: Buffer, family: ProxyFamily | null): [Address, Address] | [null, null] {
  if (family === null) return [null, null]
  const size = ENDPOINT_BYTES[family]
  const host = (index: number): Buffer => bytes.subarray(BINARY_HEAD + index * size, BINARY_HEAD + (index + 1) * size)
  const port = (index: number): number => bytes.readUInt16BE(BINARY_HEAD + 2 * size + 2 * index)
  const address = (index: number): Address =>
    hasPorts(family) ? hostAddress(host(index), port(index)) : pathAddress(host(index))
  return [address(0), address(1)]
}

/** Where there is a checksum, it is over the whole header with zeros in its own place. */
function verifyChecksum(bytes: Buffer, values: Buffer): void {
  for (const { type, value } of eachValue(values)) {
    if (type !== CHECKSUM) continue
    if (value.length !== 4) throw malformed('a checksum that is not 4 bytes')
    const told = value.readUInt32BE()
    value.fill(0)
    const right = crc32c(bytes) === told
    value.writeUInt32BE(told)
    if (!right) throw malformed('a checksum that is wrong')
  }
}

/**
 * The bytes of a header.
 * @throws TypeError, RangeError
 */
export function writeBinary(header: ProxyHeaderInput, ends: readonly [Endpoint, Endpoint] | null): Buffer {
  const { tlvs = {}, checksum = false } = header
  const parts = [...(ends === null ? [] : writeEnds(ends)), writeValues(tlvs)]
  if (checksum) parts.push(writeValue(CHECKSUM, Buffer.alloc(4), 'checksum'))
  const bytes = Buffer.concat([headOf(header, ends), ...parts])
  const length = bytes.length - BINARY_HEAD
  if (length > LONGEST_VALUES)
    throw misuse(RangeError, 'ERR_OUT_OF_RANGE', 'header.tlvs are longer than a header may be')
  bytes.writeUInt16BE(length, LENGTH_AT)
  if (checksum) bytes.writeUInt32BE(crc32c(bytes), bytes.length - 4)
  return bytes
}

/** The first 16 bytes but for the length. */
function headOf(header: ProxyHeaderInput, ends: readonly [Endpoint, Endpoint] | null): Buffer {
  const { command = 'proxy', transport = ends === null ? null : 'stream' } = header
  if (command === 'local' && ends !== null) {
    throw misuse(TypeError, 'ERR_INVALID_ARG_VALUE', 'header.source: a local connection has the addresses it has')
  }
  const numbers = {
    command: COMMANDS.indexOf(command),
    transport: TRANSPORTS.indexOf(transport),
    family: FAMILIES.indexOf(ends?.[0].family ?? null),
  }
  const unknown = Object.entries(numbers).find(([, number]) => number < 0)
  if (unknown !== undefined) throw misuse(TypeError, 'ERR_INVALID_ARG_VALUE', `header.${unknown[0]} is none there is`)
  const kind = (numbers.family << 4) | numbers.transport
  return Buffer.concat([BINARY_SIGNATURE, Buffer.of((VERSION << 4) | numbers.command, kind, 0, 0)])
}

function writeEnds(ends: readonly [Endpoint, Endpoint]): Buffer[] {
  const hosts = ends.map(({ family, bytes }) => Buffer.concat([bytes], ENDPOINT_BYTES[family]))
  if (!hasPorts(ends[0].family)) return hosts
  const ports = ends.map(({ port }) => Buffer.of(port >> 8, port & 255))
  return [...hosts, ...ports]
}
