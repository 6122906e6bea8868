// Addresses in the program's memory. musl's sockaddr has the kernel's layout, and its families the kernel's numbers.

import { addressOfSockaddr, FAMILY_BYTES } from '../addresses/sockaddr.js'
import type { Address } from '../addresses/types.js'
import { CallFailure } from './failure.js'
import type { Program } from './program.js'

/** More than any sockaddr has: sizeof(struct sockaddr_storage). The kernel refuses longer ones, too. */
const MAX_ADDRESS_BYTES = 128

/** The bytes of an address that the program gives. @throws CallFailure `EINVAL`, `EFAULT` */
export function readSockaddr({ memory }: Program, pointer: number, length: number): Uint8Array {
  if (length < FAMILY_BYTES || length > MAX_ADDRESS_BYTES) throw new CallFailure('EINVAL')
  return memory.copy(pointer, length)
}

/**
 * Returns an address to the program: as much of it as has room, and its whole length.
 * @throws CallFailure `EINVAL`, `EFAULT`
 */
export function writeSockaddr({ memory }: Program, pointer: number, lengthPointer: number, bytes: Uint8Array): void {
  if (pointer === 0) return
  const room = memory.int32(lengthPointer)
  if (room < 0) throw new CallFailure('EINVAL')
  memory.write(pointer, bytes.subarray(0, room))
  memory.setInt32(lengthPointer, bytes.length)
}

/** An address for the program's policy. @throws CallFailure `EINVAL` for one without a family */
export function addressFor(sockaddr: Uint8Array): Address {
  const address = addressOfSockaddr(sockaddr)
  if (address === null) throw new CallFailure('EAFNOSUPPORT')
  return address
}
