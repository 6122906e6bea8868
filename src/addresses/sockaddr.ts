// Addresses as the bytes of a sockaddr, for programs that bring and take the kernel's own layout.

import { native } from '../native/addon.js'
import { decodeAddress, encodeAddress } from './families.js'
import { frameFamily } from './frame.js'
import type { Address, RawInput } from './types.js'

/** The most bytes that a sockaddr has: `encodedAddress` of the addon returns no more. */
const MAX_SOCKADDR_BYTES = 136

/** The size of the family at the beginning of a sockaddr. */
export const FAMILY_BYTES = 2

const encoded = new Uint8Array(MAX_SOCKADDR_BYTES)

/** The sockaddr of the address that the addon has put into the frame; no bytes if the kernel gave no address. */
export function takeSockaddr(): Uint8Array {
  const family = frameFamily()
  const address = decodeAddress()
  return address === null ? new Uint8Array(0) : sockaddrOf(address, family)
}

/** The sockaddr of an address of a family, given by its number. */
export function sockaddrOf(address: Address, family: number): Uint8Array {
  encodeAddress(address, family)
  return encoded.slice(0, native.encodedAddress(encoded))
}

/** The family's number at the beginning of a sockaddr of at least that length. */
export function familyOfSockaddr(sockaddr: Uint8Array): number {
  return new DataView(sockaddr.buffer, sockaddr.byteOffset, FAMILY_BYTES).getUint16(0, true)
}

/** The address that verbs accept for a sockaddr. */
export function rawAddress(sockaddr: Uint8Array): RawInput {
  return { family: 'raw', value: familyOfSockaddr(sockaddr), bytes: sockaddr.subarray(FAMILY_BYTES) }
}

/** The address in a sockaddr, as an object; `null` for AF_UNSPEC. */
export function addressOfSockaddr(sockaddr: Uint8Array): Address | null {
  native.decodeAddress(sockaddr, 0, sockaddr.length)
  return decodeAddress()
}
