// Conversion of the values of control messages to and from their bytes. Those that options have too are in options/.

import { decodeAddress } from '../addresses/families.js'
import type { Address } from '../addresses/types.js'
import { joined, viewOf, type WritableData } from '../core/bytes.js'
import { lengthOf } from '../core/intrinsics.js'
import { ipBytes, ipText } from '../core/ip-text.js'
import { checkedFields, checkedInteger, mustBe, wrongType, wrongValue } from '../core/validate.js'
import { native } from '../native/addon.js'
import { type Codec, type Decoder, type Encoder, INT_MAX, int32s, numbersIn, UINT_MAX } from '../options/codecs.js'
import type { PeerCredentials } from '../options/structures.js'
import type { ErrorOrigin, PacketInfo, PacketInfo6, PacketTimes, QueuedError } from './values.js'

const NS_PER_SECOND = 1_000_000_000n

/** A `struct timespec` or `timeval` at an offset, in nanoseconds. Its fields have the size of the machine's words. */
function timeAt(bytes: Uint8Array, at: number, nsPerUnit: bigint): bigint {
  const { int64 } = numbersIn(bytes)
  return int64(at) * NS_PER_SECOND + int64(at + 8) * nsPerUnit
}

/** `struct timeval`. */
export const microsecondTime: Decoder<bigint> = {
  type: 'bigint',
  unit: 'ns',
  size: 16,
  decode: (bytes) => timeAt(bytes, 0, 1000n),
}

/** `struct timespec`. */
export const nanosecondTime: Decoder<bigint> = {
  type: 'bigint',
  unit: 'ns',
  size: 16,
  decode: (bytes) => timeAt(bytes, 0, 1n),
}

/** `struct scm_timestamping`: the second of its three times is not used any more. */
export const packetTimes: Decoder<PacketTimes> = {
  type: 'PacketTimes',
  size: 48,
  decode(bytes) {
    const taken = (at: number): bigint | null => timeAt(bytes, at, 1n) || null
    return { software: taken(0), hardware: taken(32) }
  },
}

/** An id of a process, user or group; `struct ucred`. */
export const sentCredentials: Encoder<PeerCredentials> = {
  type: 'PeerCredentials',
  encode(value, name) {
    const { pid, uid, gid } = checkedFields(value, name, 'pid, uid and gid')
    return int32s(
      checkedInteger(pid, `${name}: pid`, 0, INT_MAX),
      checkedInteger(uid, `${name}: uid`, 0, UINT_MAX),
      checkedInteger(gid, `${name}: gid`, 0, UINT_MAX),
    )
  },
}

function addressBytes(value: unknown, name: string, size: 4 | 16): Uint8Array {
  const expected = size === 4 ? 'an IPv4 address' : 'an IPv6 address'
  if (typeof value !== 'string') throw wrongType(name, `${expected} in text`, value)
  const bytes = ipBytes(value)
  if (bytes?.length === size) return bytes
  throw wrongValue(mustBe(name, `${expected} in text, without a zone`, value))
}

/** `struct in_pktinfo`. */
export const packetInfo: Codec<PacketInfo, Partial<PacketInfo>> = {
  type: 'PacketInfo',
  size: 12,
  decode: (bytes) => ({
    interface: numbersIn(bytes).int32(0),
    local: ipText(bytes.subarray(4, 8)),
    destination: ipText(bytes.subarray(8, 12)),
  }),
  encode(value, name) {
    const fields = checkedFields(value, name, 'interface and local')
    const { interface: index = 0, local = '0.0.0.0', destination = '0.0.0.0' } = fields
    return Buffer.concat([
      int32s(checkedInteger(index, `${name}: interface`, 0, INT_MAX)),
      addressBytes(local, `${name}: local`, 4),
      addressBytes(destination, `${name}: destination`, 4),
    ])
  },
}

/** `struct in6_pktinfo`. */
export const packetInfo6: Codec<PacketInfo6, Partial<PacketInfo6>> = {
  type: 'PacketInfo6',
  size: 20,
  decode: (bytes) => ({ interface: numbersIn(bytes).int32(16), address: ipText(bytes.subarray(0, 16)) }),
  encode(value, name) {
    const { interface: index = 0, address = '::' } = checkedFields(value, name, 'interface and address')
    return Buffer.concat([
      addressBytes(address, `${name}: address`, 16),
      int32s(checkedInteger(index, `${name}: interface`, 0, INT_MAX)),
    ])
  },
}

/** A sockaddr, which only the addon knows; null where it has no family. */
function addressIn(sockaddr: Uint8Array): Address | null {
  native.decodeAddress(sockaddr, 0, sockaddr.length)
  return decodeAddress()
}

/** The sockaddr of a family that is known to be there. */
export function sockaddr(size: number): Decoder<Address> {
  return { type: 'Address', size, decode: (bytes) => addressIn(bytes)! }
}

/** The names of `SO_EE_ORIGIN_*`, by number. */
const ORIGINS: readonly ErrorOrigin[] = ['none', 'local', 'icmp', 'icmp6', 'timestamping', 'zerocopy', 'txtime']

const EXTENDED_ERROR_BYTES = 16

/** `struct sock_extended_err`, and the sockaddr of the offender after it. */
export const queuedError: Decoder<QueuedError> = {
  type: 'QueuedError',
  size: EXTENDED_ERROR_BYTES,
  decode(bytes) {
    const { uint32 } = numbersIn(bytes)
    const [origin, type, code] = bytes.subarray(4, 7) as unknown as [number, number, number]
    return {
      errno: uint32(0),
      origin: ORIGINS[origin] ?? origin,
      type,
      code,
      info: uint32(8),
      data: uint32(12),
      offender: addressIn(bytes.subarray(EXTENDED_ERROR_BYTES)),
    }
  },
}

/** The size of a datagram of several that are sent as one; a 16-bit integer. */
export const segmentSize: Encoder<number> = {
  type: 'number',
  unit: 'bytes',
  encode: (value, name) => new Uint8Array(Uint16Array.of(checkedInteger(value, name, 1, 65535)).buffer),
}

/** `struct af_alg_iv`: a length, and the bytes. */
export const algorithmIv: Encoder<WritableData> = {
  type: 'Uint8Array',
  encode(value, name) {
    const bytes = viewOf(value, name)
    return joined([int32s(lengthOf(bytes)), bytes])
  },
}
