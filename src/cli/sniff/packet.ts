// Decodes the headers of a packet, from that of the network protocol on: RFC 791, 8200, 826, 9293, 768, 792 and 4443.
// A packet may be cut off or malformed: what its bytes do not have is left out, and the note names it.

import { AF_INET, AF_INET6, ETH_P_ARP, ETH_P_IP, ETH_P_IPV6, inetNtop } from '../../index.js'
import { icmpNote } from './icmp-types.js'

/** An end of a packet. */
export interface End {
  readonly host: string
  readonly port?: number
}

/** What the headers of a packet say. */
export interface PacketHeaders {
  /** `TCP`, `ARP`; a number where it has no name here. */
  readonly protocol: string
  readonly source?: End
  readonly destination?: End
  /** The letters of the flags of TCP. */
  readonly flags?: string
  /** How many bytes of data follow the headers of TCP and UDP; of other protocols, how many bytes the message has. */
  readonly length: number
  /** The type of the message, the offset of a fragment, or what is wrong. */
  readonly note?: string
}

const IPV4_HEADER_BYTES = 20
const IPV6_HEADER_BYTES = 40
const TCP_HEADER_BYTES = 20
const UDP_HEADER_BYTES = 8
const ARP_HEADER_BYTES = 8
const ARP_IPV4_BYTES = 28

const ICMP = 1
const TCP = 6
const UDP = 17
const ICMPV6 = 58
const SCTP = 132

/** Protocols by their numbers, as IANA has assigned them. */
const NAMES: Readonly<Record<number, string>> = {
  [ICMP]: 'ICMP',
  2: 'IGMP',
  4: 'IPIP',
  [TCP]: 'TCP',
  [UDP]: 'UDP',
  41: 'IPv6',
  47: 'GRE',
  50: 'ESP',
  51: 'AH',
  [ICMPV6]: 'ICMP6',
  59: 'no-next',
  89: 'OSPF',
  103: 'PIM',
  112: 'VRRP',
  [SCTP]: 'SCTP',
  255: 'raw',
}

/** From the lowest bit of the byte of flags: FIN, SYN, RST, PSH, ACK, URG, ECE, CWR; the letters are tcpdump's. */
const FLAGS = ['F', 'S', 'R', 'P', '.', 'U', 'E', 'W']

function flagsOf(bits: number): string {
  return FLAGS.filter((_, bit) => bits & (1 << bit)).join('') || 'none'
}

/** What the header of IP says of the message behind it. */
interface Carried {
  readonly protocol: number
  readonly source: string
  readonly destination: string
  /** The bytes that were received of it. */
  readonly bytes: Buffer
  /** How many bytes it has. */
  readonly length: number
  readonly fragmentOffset: number
}

/**
 * Decodes a packet.
 * @param etherType the protocol of the link layer, `ETH_P_IP`
 * @param bytes what was received of the packet
 * @param size how many bytes the packet has
 * @param hardwareAddress the sender's, for a protocol that is not decoded
 */
export function decodePacket(etherType: number, bytes: Buffer, size: number, hardwareAddress: string): PacketHeaders {
  if (etherType === ETH_P_IP) return decodeIpv4(bytes, size)
  if (etherType === ETH_P_IPV6) return decodeIpv6(bytes, size)
  if (etherType === ETH_P_ARP) return decodeArp(bytes, size)
  const source = hardwareAddress === '' ? {} : { source: { host: hardwareAddress } }
  return { protocol: `0x${etherType.toString(16).padStart(4, '0')}`, ...source, length: size }
}

function decodeIpv4(bytes: Buffer, size: number): PacketHeaders {
  const headerBytes = ((bytes[0] ?? 0) % 16) * 4
  const isWhole = bytes.length >= IPV4_HEADER_BYTES && bytes[0]! >> 4 === 4
  if (!isWhole || headerBytes < IPV4_HEADER_BYTES || headerBytes > bytes.length) {
    return { protocol: 'IP', length: size, note: 'malformed header' }
  }
  // A device that cuts TCP into segments is given packets whose length the 16 bits may not hold: they are 0 then.
  const total = bytes.readUInt16BE(2) || size
  if (total < headerBytes) return { protocol: 'IP', length: size, note: 'malformed header' }
  return decodeCarried({
    protocol: bytes[9]!,
    source: inetNtop(AF_INET, bytes.subarray(12, 16)),
    destination: inetNtop(AF_INET, bytes.subarray(16, 20)),
    bytes: bytes.subarray(headerBytes, total),
    length: total - headerBytes,
    fragmentOffset: (bytes.readUInt16BE(6) & 0x1fff) * 8,
  })
}

/** Headers between that of IPv6 and the message, and how long each is. */
const HOP_BY_HOP = 0
const ROUTING = 43
const FRAGMENT = 44
const AUTHENTICATION = 51
const DESTINATION_OPTIONS = 60
const EXTENSIONS: ReadonlyMap<number, (header: Buffer) => number> = new Map<number, (header: Buffer) => number>([
  [HOP_BY_HOP, (header) => (header[1]! + 1) * 8],
  [ROUTING, (header) => (header[1]! + 1) * 8],
  [FRAGMENT, () => 8],
  [AUTHENTICATION, (header) => (header[1]! + 2) * 4],
  [DESTINATION_OPTIONS, (header) => (header[1]! + 1) * 8],
])

const MIN_EXTENSION_BYTES = 8

function decodeIpv6(bytes: Buffer, size: number): PacketHeaders {
  if (bytes.length < IPV6_HEADER_BYTES || bytes[0]! >> 4 !== 6) {
    return { protocol: 'IP6', length: size, note: 'malformed header' }
  }
  // 0 says that a jumbogram's length is in an option: RFC 2675.
  const end = IPV6_HEADER_BYTES + (bytes.readUInt16BE(4) || size - IPV6_HEADER_BYTES)
  let [protocol, at, fragmentOffset] = [bytes[6]!, IPV6_HEADER_BYTES, 0]
  for (let lengthOf = EXTENSIONS.get(protocol); lengthOf !== undefined; lengthOf = EXTENSIONS.get(protocol)) {
    const header = bytes.subarray(at, end)
    if (header.length < MIN_EXTENSION_BYTES || fragmentOffset > 0) break
    if (protocol === FRAGMENT) fragmentOffset = header.readUInt16BE(2) & 0xfff8
    protocol = header[0]!
    at += lengthOf(header)
  }
  return decodeCarried({
    protocol,
    source: inetNtop(AF_INET6, bytes.subarray(8, 24)),
    destination: inetNtop(AF_INET6, bytes.subarray(24, 40)),
    bytes: bytes.subarray(at, end),
    length: Math.max(end - at, 0),
    fragmentOffset,
  })
}

function decodeCarried(carried: Carried): PacketHeaders {
  const { protocol, source, destination, bytes, length, fragmentOffset } = carried
  const plain = {
    protocol: NAMES[protocol] ?? `IP-${protocol}`,
    source: { host: source },
    destination: { host: destination },
    length,
  }
  if (fragmentOffset > 0) return { ...plain, note: `fragment at ${fragmentOffset}` }
  if (protocol === TCP) return { ...plain, ...decodeTcp(carried) }
  if (protocol === UDP) return { ...plain, ...decodeUdp(carried) }
  if (protocol === SCTP) return bytes.length < 4 ? { ...plain, note: 'cut off' } : { ...plain, ...portsOf(carried) }
  if (protocol === ICMP || protocol === ICMPV6) return { ...plain, note: icmpNote(protocol === ICMPV6, bytes) }
  return EXTENSIONS.has(protocol) ? { ...plain, note: 'cut off' } : plain
}

function portsOf({ source, destination, bytes }: Carried): { readonly source: End; readonly destination: End } {
  return {
    source: { host: source, port: bytes.readUInt16BE(0) },
    destination: { host: destination, port: bytes.readUInt16BE(2) },
  }
}

function decodeTcp(carried: Carried): Partial<PacketHeaders> {
  const { bytes, length } = carried
  if (bytes.length < TCP_HEADER_BYTES) return { note: 'cut off' }
  const headerBytes = (bytes[12]! >> 4) * 4
  const facts = { ...portsOf(carried), flags: flagsOf(bytes[13]!) }
  if (headerBytes < TCP_HEADER_BYTES || headerBytes > length) return { ...facts, note: 'malformed header' }
  return { ...facts, length: length - headerBytes }
}

function decodeUdp(carried: Carried): Partial<PacketHeaders> {
  const { bytes, length } = carried
  if (bytes.length < UDP_HEADER_BYTES) return { note: 'cut off' }
  // The first fragment of a datagram, and a packet for a device that cuts it, say the length of the whole. 0 is a
  // jumbogram's.
  const datagramBytes = bytes.readUInt16BE(4) || length
  if (datagramBytes < UDP_HEADER_BYTES) return { ...portsOf(carried), note: 'malformed header' }
  return { ...portsOf(carried), length: datagramBytes - UDP_HEADER_BYTES }
}

const ARP_OPERATIONS: Readonly<Record<number, string>> = { 1: 'request', 2: 'reply' }

/** The fields of ARP have lengths of their own: those of IPv4 over hardware addresses of 6 bytes are decoded. */
function decodeArp(bytes: Buffer, size: number): PacketHeaders {
  if (bytes.length < ARP_HEADER_BYTES) return { protocol: 'ARP', length: size, note: 'cut off' }
  const operation = bytes.readUInt16BE(6)
  const note = ARP_OPERATIONS[operation] ?? `operation ${operation}`
  const isIpv4 = bytes.readUInt16BE(2) === ETH_P_IP && bytes[4] === 6 && bytes[5] === 4
  if (!isIpv4 || bytes.length < ARP_IPV4_BYTES) return { protocol: 'ARP', length: size, note }
  const source = { host: inetNtop(AF_INET, bytes.subarray(14, 18)) }
  const destination = { host: inetNtop(AF_INET, bytes.subarray(24, 28)) }
  return { protocol: 'ARP', source, destination, length: size, note }
}
