// Options whose value contains IP addresses: multicast groups and their sources, packet information, keys of a peer.
//
// An interface is given by its index, its name or, if the kernel's structure has a field for it, by one of its IPv4 addresses.

import { bytesOf } from '../core/bytes.js'
import { ipBytes, ipText } from '../core/ip-text.js'
import { checkNames, type Names } from '../core/option-names.js'
import {
  checkedFields,
  checkedInteger,
  checkNoNul,
  isArray,
  mustBe,
  outOfRange,
  wrongType,
  wrongValue,
} from '../core/validate.js'
import { native } from '../native/addon.js'
import type { Level } from '../native/constant-kinds.js'
import { AF_INET, AF_INET6, IPPROTO_IP, IPPROTO_IPV6 } from '../native/generated/constants.js'
import { isIP } from '../native/node-modules.js'
import { type Codec, type Decoder, type Encoder, INT_MAX, int32s, isLittleEndian, numbersIn, part } from './codecs.js'

/** A multicast group: the value of `IP_ADD_MEMBERSHIP` and `IP_DROP_MEMBERSHIP`. */
export interface Ipv4Membership {
  /** The group's IPv4 address. */
  readonly group: string
  /** The index or name of the interface, or one of its IPv4 addresses. By default the kernel chooses. */
  readonly interface?: number | string
}

/**
 * A multicast group and one of its sources: the value of `IP_ADD_SOURCE_MEMBERSHIP`, `IP_BLOCK_SOURCE` and their
 * opposites.
 */
export interface Ipv4SourceMembership {
  /** The group's IPv4 address. */
  readonly group: string
  /** The IPv4 address of the source. */
  readonly source: string
  /** One of the IPv4 addresses of the interface. By default the kernel chooses. */
  readonly interface?: string
}

/** A multicast group: the value of `IPV6_JOIN_GROUP` and `IPV6_LEAVE_GROUP`. */
export interface Ipv6Membership {
  /** The group's IPv6 address. */
  readonly group: string
  /** The index or name of the interface. By default the kernel chooses. */
  readonly interface?: number | string
}

/** A multicast group of either family: the value of `MCAST_JOIN_GROUP` and `MCAST_LEAVE_GROUP`. */
export interface GroupMembership {
  /** The group's address. */
  readonly group: string
  /** The index or name of the interface. By default the kernel chooses. */
  readonly interface?: number | string
}

/**
 * A multicast group of either family and one of its sources: the value of `MCAST_JOIN_SOURCE_GROUP` and similar
 * options.
 */
export interface GroupSourceMembership extends GroupMembership {
  /** The address of the source. */
  readonly source: string
}

/** The sources of a multicast group whose datagrams are received: the value of `IP_MSFILTER` and `MCAST_MSFILTER`. */
export interface SourceFilter<Interface> {
  /** The group's address. */
  readonly group: string
  /** The interface. By default the kernel chooses. */
  readonly interface?: Interface
  /** Whether datagrams are received from these sources only, or from all others. */
  readonly mode: 'include' | 'exclude'
  /** The addresses of the sources. */
  readonly sources: readonly string[]
}

/** The source address and interface of datagrams: the value of `IPV6_PKTINFO`. */
export interface Ipv6PacketInfo {
  /** The source address. By default the kernel chooses. */
  readonly address?: string
  /** The index or name of the interface. By default the kernel chooses. */
  readonly interface?: number | string
}

/** The known MTU of the path to a peer: the value of `IPV6_PATHMTU`. */
export interface Ipv6PathMtu {
  /** The peer's IPv6 address. */
  readonly address: string
  /** The size of the longest packet that the path carries without fragmentation, in bytes. */
  readonly mtu: number
}

/** A peer, and the key that signs the segments to and from it, RFC 2385: the value of `TCP_MD5SIG`. */
export interface TcpSignatureKey {
  /** The peer's address. */
  readonly address: string
  /** The key, at most 80 bytes; an empty key turns signatures off. */
  readonly key: string | Uint8Array
}

function addressBytes(value: unknown, name: string, size?: 4 | 16): Uint8Array {
  const expected = size === undefined ? 'an IP address' : size === 4 ? 'an IPv4 address' : 'an IPv6 address'
  if (typeof value !== 'string') throw wrongType(name, `${expected} in text`, value)
  const bytes = ipBytes(value)
  if (bytes !== undefined && (size === undefined || bytes.length === size)) return bytes
  throw wrongValue(mustBe(name, `${expected} in text, without a zone`, value))
}

const MEMBERSHIP: Names<GroupMembership> = { group: true, interface: true }
const SOURCE_MEMBERSHIP: Names<GroupSourceMembership> = { group: true, source: true, interface: true }
const SOURCE_FILTER: Names<SourceFilter<string>> = { group: true, interface: true, mode: true, sources: true }
const PACKET_INFO: Names<Ipv6PacketInfo> = { address: true, interface: true }

/** The members of a value. A misspelt `interface` would leave the choice to the kernel. */
function membersOf<Input extends object>(value: Input, option: string, names: Names<Input>, fields: string): Input {
  const members = checkedFields(value, option, fields)
  checkNames(value, option, names, (member) => member !== undefined)
  return members
}

/** The index of an interface, given by that or by its name. */
function interfaceIndex(value: unknown, option: string): number {
  if (typeof value === 'string') {
    checkNoNul(value, `${option}: interface`)
    const index = native.interfaceIndex(value)
    if (index > 0) return index
    throw wrongValue(mustBe(`${option}: interface`, 'the name or index of an interface', value))
  }
  const index = value ?? 0
  if (typeof index !== 'number') throw wrongType(`${option}: interface`, 'the name or index of an interface', value)
  return checkedInteger(index, `${option}: interface`, 0, INT_MAX)
}

function joined(...parts: Uint8Array[]): Uint8Array {
  return Buffer.concat(parts)
}

const ANY_IPV4 = new Uint8Array(4)
const WIDE = process.arch.endsWith('64') || process.arch === 's390x'

/** `struct ip_mreqn`. @internal */
export const ipv4Membership: Encoder<Ipv4Membership> = {
  type: 'Ipv4Membership',
  encode(value, option) {
    const { group, interface: device = 0 } = membersOf(value, option, MEMBERSHIP, 'group and interface')
    return joined(addressBytes(group, `${option}: group`, 4), ipv4Interface(device, option))
  },
}

/** The end of `struct ip_mreqn`: an address and an index, of which one is enough. */
function ipv4Interface(device: number | string, option: string): Uint8Array {
  if (typeof device === 'string' && isIP(device) === 4)
    return joined(addressBytes(device, `${option}: interface`, 4), int32s(0))
  return joined(ANY_IPV4, int32s(interfaceIndex(device, option)))
}

/** The interface of outgoing datagrams: read as an address, set as an address or an index. @internal */
export const ipv4MulticastInterface: Codec<string, string | number> = {
  type: 'string (set: string | number)',
  size: 4,
  decode: (bytes) => ipText(part(bytes, 0, 4)),
  encode: (value, option) => joined(ANY_IPV4, ipv4Interface(value, option)),
}

/** `struct ip_mreq_source`, in Linux's order of fields. @internal */
export const ipv4SourceMembership: Encoder<Ipv4SourceMembership> = {
  type: 'Ipv4SourceMembership',
  encode(value, option) {
    const {
      group,
      source,
      interface: device = '0.0.0.0',
    } = membersOf(value, option, SOURCE_MEMBERSHIP, 'group and source')
    return joined(
      addressBytes(group, `${option}: group`, 4),
      addressBytes(device, `${option}: interface`, 4),
      addressBytes(source, `${option}: source`, 4),
    )
  },
}

function sourceMode(mode: unknown, option: string): number {
  if (mode === 'exclude') return 0
  if (mode === 'include') return 1
  throw wrongValue(mustBe(`${option}: mode`, "'include' or 'exclude'", mode))
}

function sourceList(sources: unknown, option: string): string[] {
  if (isArray(sources)) return sources as string[]
  throw wrongType(`${option}: sources`, 'an array of addresses', sources)
}

/** `struct ip_msfilter`. @internal */
export const ipv4SourceFilter: Encoder<SourceFilter<string>> = {
  type: 'SourceFilter<string>',
  encode(value, option) {
    const fields = membersOf(value, option, SOURCE_FILTER, 'group, mode and sources')
    const sources = sourceList(fields.sources, option)
    return joined(
      addressBytes(fields.group, `${option}: group`, 4),
      addressBytes(fields.interface ?? '0.0.0.0', `${option}: interface`, 4),
      int32s(sourceMode(fields.mode, option), sources.length),
      ...sources.map((source) => addressBytes(source, `${option}: source`, 4)),
    )
  },
}

/** `struct ipv6_mreq`. @internal */
export const ipv6Membership: Encoder<Ipv6Membership> = {
  type: 'Ipv6Membership',
  encode(value, option) {
    const { group, interface: device } = membersOf(value, option, MEMBERSHIP, 'group and interface')
    return joined(addressBytes(group, `${option}: group`, 16), int32s(interfaceIndex(device, option)))
  },
}

/** `struct in6_pktinfo`. @internal */
export const ipv6PacketInfo: Encoder<Ipv6PacketInfo> = {
  type: 'Ipv6PacketInfo',
  encode(value, option) {
    const { address = '::', interface: device } = membersOf(value, option, PACKET_INFO, 'address and interface')
    return joined(addressBytes(address, `${option}: address`, 16), int32s(interfaceIndex(device, option)))
  },
}

/** `struct ip6_mtuinfo`: a sockaddr_in6 and the MTU. @internal */
export const ipv6PathMtu: Decoder<Ipv6PathMtu> = {
  type: 'Ipv6PathMtu',
  size: 32,
  decode: (bytes) => ({ address: ipText(part(bytes, 8, 24)), mtu: numbersIn(bytes).uint32(28) }),
}

/** Linux's `struct sockaddr_storage`, without a port. */
function sockaddr(value: unknown, name: string): Uint8Array {
  const address = addressBytes(value, name)
  const family = address.length === 4 ? AF_INET : AF_INET6
  const bytes = new Uint8Array(128)
  bytes[isLittleEndian ? 0 : 1] = family
  bytes.set(address, address.length === 4 ? 4 : 8)
  return bytes
}

/** The index of an interface, padded to the alignment of the sockaddr_storage that follows. */
function alignedIndex(value: unknown, option: string): Uint8Array {
  return WIDE ? int32s(interfaceIndex(value, option), 0) : int32s(interfaceIndex(value, option))
}

/** An option of a multicast group is set at the level of the group's family. */
function levelOfGroup({ group }: GroupMembership): Level {
  return group.includes(':') ? IPPROTO_IPV6 : IPPROTO_IP
}

/** `struct group_req`. @internal */
export const groupMembership: Encoder<GroupMembership> = {
  type: 'GroupMembership',
  levelFor: levelOfGroup,
  encode(value, option) {
    const { group, interface: device } = membersOf(value, option, MEMBERSHIP, 'group and interface')
    return joined(alignedIndex(device, option), sockaddr(group, `${option}: group`))
  },
}

/** `struct group_source_req`. @internal */
export const groupSourceMembership: Encoder<GroupSourceMembership> = {
  type: 'GroupSourceMembership',
  levelFor: levelOfGroup,
  encode(value, option) {
    const { source, ...membership } = membersOf(value, option, SOURCE_MEMBERSHIP, 'group and source')
    return joined(groupMembership.encode(membership, option), sockaddr(source, `${option}: source`))
  },
}

/** `struct group_filter`. @internal */
export const groupSourceFilter: Encoder<SourceFilter<number>> = {
  type: 'SourceFilter<number>',
  levelFor: levelOfGroup,
  encode(value, option) {
    const { mode, sources, ...membership } = membersOf(value, option, SOURCE_FILTER, 'group, mode and sources')
    const list = sourceList(sources, option)
    return joined(
      groupMembership.encode(membership, option),
      int32s(sourceMode(mode, option), list.length),
      ...list.map((source) => sockaddr(source, `${option}: source`)),
    )
  },
}

const MAX_KEY_BYTES = 80

/** `struct tcp_md5sig`. @internal */
export const tcpSignatureKey: Encoder<TcpSignatureKey> = {
  type: 'TcpSignatureKey',
  encode(value, option) {
    const { address, key } = checkedFields(value, option, 'address and key')
    const secret = bytesOf(key, `${option}: key`)
    if (secret.length > MAX_KEY_BYTES)
      throw outOfRange(mustBe(`${option}: key`, `at most ${MAX_KEY_BYTES} bytes long`, secret.length), {
        argument: `${option}: key`,
        value: secret.length,
        max: MAX_KEY_BYTES,
      })
    const lengths = new Uint8Array(Uint16Array.of(0, secret.length).buffer)
    const padding = new Uint8Array(MAX_KEY_BYTES - secret.length)
    return joined(sockaddr(address, `${option}: address`), lengths, int32s(0), secret, padding)
  },
}
