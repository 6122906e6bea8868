// Many datagrams in one piece of memory, for recvmmsg(2) and sendmmsg(2). Addresses stay in the kernel's form until they
// are asked for, so that a batch that was received can be sent back without decoding any.

import { type InspectOptions, inspect } from 'node:util'
import { decodeAddress, encodeAddress, targetOf } from '../addresses/families.js'
import { familyNumber } from '../addresses/family.js'
import { copyOfAddress, hasFieldsOf, keepAddress, knownAddress } from '../addresses/known-addresses.js'
import type { Address, AddressInput, HostInput } from '../addresses/types.js'
import { bytesOf, copyOf, type Data } from '../core/bytes.js'
import { misuse } from '../core/errors.js'
import { bufferPart, copyInto, lengthOf, partOf } from '../core/intrinsics.js'
import { checkInteger, mustBe, outOfRange, wrongType, wrongValue } from '../core/validate.js'
import { native } from '../native/addon.js'
import type { Family } from '../native/constant-kinds.js'
import { AF_INET, AF_INET6, AF_UNSPEC, MSG_TRUNC } from '../native/generated/constants.js'

/** One call takes so many messages at most: UIO_MAXIOV. */
const MAX_MESSAGES = 1024
const MAX_MESSAGE_BYTES = 65536

// The layout of native/verbs/batches.cc.
const ADDRESS_BYTES = 136
const ADDRESS_WORDS = ADDRESS_BYTES / Int32Array.BYTES_PER_ELEMENT
const ROW_FIELDS = 4
const SIZE = 0
const FLAGS = 1
const ADDRESS_LENGTH = 2
const SEGMENT_SIZE = 3

/** The memory of a batch as the addon takes it. @internal */
export interface BatchMemory {
  readonly capacity: number
  readonly buffer: Buffer
  readonly share: number
  readonly rows: Uint8Array
  readonly addresses: Uint8Array
}

/**
 * The memory of a batch.
 * @throws TypeError `ERR_INVALID_ARG_TYPE` when it is no DatagramBatch; `ERR_INVALID_ARG_VALUE` when its memory was detached
 * @internal
 */
export let memoryOf: (batch: DatagramBatch) => BatchMemory

/** Sets how many messages a batch contains. @internal */
export let setLength: (batch: DatagramBatch, length: number) => void

/** A copy of the bytes of a datagram. @internal */
export let copyOfDatagram: (batch: DatagramBatch, index: number) => Buffer

/**
 * Gives the sender of a datagram to the addon for its next sendTo, without encoding its address.
 * @param address what `address` returned for the datagram
 * @returns false where it has been changed since, or has to be encoded
 * @internal
 */
export let takeSender: (batch: DatagramBatch, index: number, address: Address) => boolean

/**
 * Room for many datagrams, and their addresses; `recvmmsg(2)`, `sendmmsg(2)`. It is used again and again: receiving
 * replaces what it contains, and what `data` returns is a view of it.
 * @example
 * const batch = new DatagramBatch(64, 2048)
 * for (;;) {
 *   socket.recvBatch(batch)
 *   socket.sendBatch(batch) // back to the senders
 * }
 */
export class DatagramBatch {
  readonly #memory: BatchMemory
  readonly #fields: Int32Array
  /** The addresses as words. */
  readonly #words: Int32Array
  /** Views of the datagrams, which nothing outside gets: datagrams are often of the size of those before. */
  readonly #views: Buffer[] = []
  #length = 0

  static {
    memoryOf = (batch) => {
      if (typeof batch !== 'object' || batch === null || !(#memory in batch)) {
        throw wrongType('batch', 'a DatagramBatch', batch)
      }
      if (batch.#memory.buffer.length === 0) throw wrongValue('batch: the memory of its data is a detached ArrayBuffer')
      return batch.#memory
    }
    setLength = (batch, length) => {
      batch.#length = length
    }
    copyOfDatagram = (batch, index) => {
      const size = Math.min(batch.#field(index, SIZE), batch.#memory.share)
      const view = batch.#views[index]
      if (view !== undefined && lengthOf(view) === size) return copyOf(view)
      batch.#views[index] = batch.data(index)
      return copyOf(batch.#views[index])
    }
    takeSender = (batch, index, address) => {
      const length = batch.#field(index, ADDRESS_LENGTH)
      const known = knownAddress(batch.#words, index * ADDRESS_WORDS, length)
      if (known === undefined || !hasFieldsOf(address as typeof known, known)) return false
      native.takeAddress(batch.#memory.addresses, index * ADDRESS_BYTES, length)
      return true
    }
  }

  /**
   * @param capacity how many datagrams, from 1 to 1024
   * @param maxBytes how many bytes a datagram may have, at most 65536: what is longer is truncated. With `UDP_GRO`,
   *   65536, because the kernel joins datagrams up to that size
   * @throws RangeError `ERR_OUT_OF_RANGE`
   * @example
   * const batch = new DatagramBatch(64, 2048)
   */
  constructor(capacity: number, maxBytes: number) {
    checkInteger(capacity, 'capacity', 1, MAX_MESSAGES)
    checkInteger(maxBytes, 'maxBytes', 1, MAX_MESSAGE_BYTES)
    this.#fields = new Int32Array(capacity * ROW_FIELDS)
    this.#words = new Int32Array(capacity * ADDRESS_WORDS)
    this.#memory = {
      capacity,
      buffer: Buffer.allocUnsafeSlow(capacity * maxBytes),
      share: maxBytes,
      rows: new Uint8Array(this.#fields.buffer),
      addresses: new Uint8Array(this.#words.buffer),
    }
  }

  /** How many datagrams have room. */
  get capacity(): number {
    return this.#memory.capacity
  }

  /** How many bytes a datagram may have. */
  get maxBytes(): number {
    return this.#memory.share
  }

  /** How many datagrams it contains. */
  get length(): number {
    return this.#length
  }

  /**
   * The bytes of a datagram, in the batch's own memory: they change with the next receive. Copy what is to stay.
   * @throws RangeError `ERR_OUT_OF_RANGE` for an index that the batch does not have
   * @example
   * for (let index = 0; index < batch.length; index++) console.log(batch.data(index).length)
   */
  data(index: number): Buffer {
    const { buffer, share } = this.#memory
    const size = Math.min(this.#field(index, SIZE), share)
    return bufferPart(buffer, index * share, index * share + size)
  }

  /**
   * The sender of a received datagram, or the destination of one to send; `null` where there is none.
   * @throws RangeError `ERR_OUT_OF_RANGE` for an index that the batch does not have
   * @example
   * console.log(batch.address(0))
   */
  address(index: number): Address | null {
    const length = this.#field(index, ADDRESS_LENGTH)
    const at = index * ADDRESS_WORDS
    const known = knownAddress(this.#words, at, length)
    if (known !== undefined) return copyOfAddress(known)
    native.decodeAddress(this.#memory.addresses, index * ADDRESS_BYTES, Math.min(length, ADDRESS_BYTES))
    const address = decodeAddress()
    const isKept = address?.family === 'inet' || address?.family === 'inet6'
    if (isKept) keepAddress(this.#words, at, length, copyOfAddress(address))
    return address
  }

  /**
   * Whether a received datagram was longer than `maxBytes`. MSG_TRUNC.
   * @throws RangeError `ERR_OUT_OF_RANGE` for an index that the batch does not have
   * @example
   * if (batch.truncated(0)) console.error('too long')
   */
  truncated(index: number): boolean {
    return (this.#field(index, FLAGS) & MSG_TRUNC) !== 0
  }

  /**
   * The size in bytes of the datagrams that the kernel joined into this one, except for the last, with `UDP_GRO`; to send,
   * the size of those that it is split into. 0: it is one datagram.
   * @throws RangeError `ERR_OUT_OF_RANGE` for an index that the batch does not have
   * @example
   * console.log(batch.segmentSize(0))
   */
  segmentSize(index: number): number {
    return this.#field(index, SEGMENT_SIZE)
  }

  /**
   * The datagrams that were joined into one, as views of the batch's memory; just the one where none were.
   * @throws RangeError `ERR_OUT_OF_RANGE` for an index that the batch does not have
   * @example
   * for (const datagram of batch.segments(0)) console.log(datagram.length)
   */
  *segments(index: number): Generator<Buffer, void, undefined> {
    const data = this.data(index)
    const size = this.segmentSize(index) || Math.max(data.length, 1)
    for (let at = 0; at === 0 || at < data.length; at += size) yield data.subarray(at, at + size)
  }

  /**
   * Removes all datagrams.
   * @example
   * batch.clear()
   */
  clear(): void {
    this.#length = 0
  }

  /**
   * Adds a datagram to send. Its bytes are copied.
   * @param address the destination, with a numeric host; none for a connected socket
   * @param segmentSize splits the data into datagrams of this size, on sockets of UDP
   * @returns whether there was room for it
   * @throws TypeError `ERR_NAME_NOT_NUMERIC` for a host that is a name
   * @throws TypeError, RangeError for data or an address that is wrong, and for data longer than `maxBytes`
   * @example
   * batch.add('ping', { host: '127.0.0.1', port: 7 })
   */
  add(data: Data, address?: AddressInput, segmentSize = 0): boolean {
    checkInteger(segmentSize, 'segmentSize', 0, 65535)
    const hasAddress = address !== undefined
    // First, because a getter of the address may take the memory of the data, or of the batch, away.
    if (hasAddress) encodeNumeric(address)
    const { capacity, buffer, share, addresses } = memoryOf(this)
    const bytes = bytesOf(data)
    const size = lengthOf(bytes)
    if (size > share) {
      throw outOfRange(mustBe('data', `at most ${share} bytes long`, size), {
        argument: 'data',
        value: size,
        max: share,
      })
    }
    const index = this.#length
    if (index === capacity) return false
    const at = index * ADDRESS_BYTES
    const addressLength = hasAddress ? native.encodedAddress(partOf(addresses, at, at + ADDRESS_BYTES)) : 0
    copyInto(buffer, bytes, index * share)
    this.#fields.set([size, 0, addressLength, segmentSize], index * ROW_FIELDS)
    this.#length = index + 1
    return true
  }

  /** What console.log shows. @internal */
  [inspect.custom](_depth: number, options: InspectOptions): string {
    const { length, capacity, maxBytes } = this
    return `DatagramBatch ${inspect({ length, capacity, maxBytes }, options)}`
  }

  #field(index: number, field: number): number {
    checkInteger(index, 'index', 0, this.#length - 1)
    return this.#fields[index * ROW_FIELDS + field]!
  }
}

/** The family that an address has by itself: a batch belongs to no socket. */
function familyOf(address: AddressInput): Family {
  const { family, hasHost } = targetOf(address, 'address')
  if (!hasHost) return family
  const { family: named, host } = address as HostInput
  const given = familyNumber(named, 'address.family')
  if (given !== AF_UNSPEC) return given
  return typeof host === 'string' && host.includes(':') ? AF_INET6 : AF_INET
}

function encodeNumeric(address: AddressInput): void {
  const name = encodeAddress(address, familyOf(address))
  if (name === null) return
  throw misuse(TypeError, 'ERR_NAME_NOT_NUMERIC', mustBe('address.host', 'numeric in a batch', name.host))
}
