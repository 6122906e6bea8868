// Sending: each verb once, over arguments that have been checked. A timeout of 0 makes it the verb's try twin.

import { errorTarget } from '../addresses/families.js'
import type { Address, AddressInput } from '../addresses/types.js'
import { bytesOf, checkZeroCopy, type Data, type GatheredData, isList, memoryToSend, partsOf } from '../core/bytes.js'
import type { Deadline } from '../core/deadline.js'
import { withFields, withTimeout } from '../core/errors.js'
import { lengthOf, partOf } from '../core/intrinsics.js'
import { checkedOptions, checkInteger, wrongValue } from '../core/validate.js'
import { native, TIMED_OUT } from '../native/addon.js'
import { MSG_WAITALL, SOCK_STREAM } from '../native/generated/constants.js'
import { admit, encodeOrResolve, WOULD_BLOCK } from './connecting.js'
import { type Descriptor, required } from './descriptor.js'
import { type FilePart, restOfPart } from './file-part.js'
import { checkedFlags, checkUnchanged } from './receiving.js'
import type { FlagOptions, RangeOptions } from './transfer-options.js'

/** The flags of a send: that all is to be sent is said by `sendAll` alone. */
export function sendFlags(options: FlagOptions | undefined): number {
  return checkedFlags(options) & ~MSG_WAITALL
}

/** One call takes so many parts at most: IOV_MAX of limits.h. */
const MAX_PARTS = 1024

/**
 * The part of `data` that a send's options name; all of it unless they do. Of text, the bytes are those of its UTF-8.
 * @throws RangeError `ERR_OUT_OF_RANGE` when the data has no such part
 * @throws TypeError `ERR_INVALID_ARG_VALUE` when the data is a list of pieces; `ERR_INVALID_ARG_TYPE` for text with
 *   MSG_ZEROCOPY
 */
export function partToSend(data: Data, options: RangeOptions | undefined, flags: number): Data
export function partToSend(data: GatheredData, options: RangeOptions | undefined, flags: number): GatheredData
export function partToSend(data: GatheredData, options: RangeOptions | undefined, flags: number): GatheredData {
  return options === undefined ? data : chosenPart(data, options, flags)
}

function chosenPart(data: GatheredData, options: RangeOptions, flags: number): GatheredData {
  const { offset, length } = checkedOptions(options)
  checkZeroCopy(data, flags)
  if (offset === undefined && length === undefined) return data
  if (isList(data)) throw wrongValue('offset and length choose a part of one piece of data, not of a list')
  const bytes = bytesOf(data)
  const size = lengthOf(bytes)
  if (offset !== undefined) checkInteger(offset, 'offset', 0, size)
  const begin = offset ?? 0
  if (length !== undefined) checkInteger(length, 'length', 0, size - begin)
  return partOf(bytes, begin, begin + (length ?? size - begin))
}

/** What one call sends of several parts: of a stream as many as it takes, of a datagram all, which the kernel may refuse. */
function partsOfOneCall({ type }: Descriptor, parts: Uint8Array[]): Uint8Array[] {
  return type === SOCK_STREAM && parts.length > MAX_PARTS ? parts.slice(0, MAX_PARTS) : parts
}

/** Sends: how many bytes the kernel took; `undefined` would block. */
export function send(descriptor: Descriptor, data: GatheredData, flags: number, timeout: number): number | undefined {
  return isList(data) ? sendParts(descriptor, partsOf(data), flags, timeout) : sendOne(descriptor, data, flags, timeout)
}

/** Sends several parts in one call. */
function sendParts(descriptor: Descriptor, parts: Uint8Array[], flags: number, timeout: number): number | undefined {
  const limit = descriptor.gate === 0 ? timeout : admit(descriptor, 'send', timeout)
  if (limit === WOULD_BLOCK) return undefined
  return descriptor.settle(descriptor.sendParts(partsOfOneCall(descriptor, parts), flags, limit), 'send', timeout)
}

function sendOne(descriptor: Descriptor, data: Data, flags: number, timeout: number): number | undefined {
  const limit = descriptor.gate === 0 ? timeout : admit(descriptor, 'send', timeout)
  if (limit === WOULD_BLOCK) return void bytesOf(data)
  return descriptor.settle(descriptor.sendBytes(memoryToSend(data, flags), flags, limit), 'send', timeout)
}

/** Sends all of `data`; an error has `bytesSent`. */
export function sendAll(descriptor: Descriptor, data: GatheredData, flags: number, timeout: number): void {
  const parts = partsOf(data)
  const sizes = parts.map(lengthOf)
  // The wait loop continues until all is sent. A datagram goes out whole or not at all.
  const whole = flags | (descriptor.type === SOCK_STREAM ? MSG_WAITALL : 0)
  let count = 0
  try {
    const limit = descriptor.gate === 0 ? timeout : admit(descriptor, 'send', timeout)
    if (limit === WOULD_BLOCK) required(undefined, 'send', descriptor)
    for (const [index, part] of parts.entries()) checkUnchanged(part, sizes[index]!, 'send')
    count =
      parts.length === 1 ? descriptor.sendBytes(parts[0]!, whole, limit) : descriptor.sendParts(parts, whole, limit)
    required(descriptor.settle(count, 'send', timeout), 'send', descriptor)
  } catch (error) {
    throw withFields(error as Error, { bytesSent: count < 0 ? native.transferred() : 0 })
  }
}

/** Sends what a layer has taken and the kernel has not: whether nothing is left. */
export function flushUnsent(descriptor: Descriptor, timeout: number): boolean {
  if (descriptor.unsentBytes === 0) return true
  return (
    descriptor.settle(descriptor.sendBytes(0, 0, timeout), 'send', timeout) !== undefined &&
    descriptor.unsentBytes === 0
  )
}

/** Sends one datagram to an address; `undefined` would block. */
export function sendTo(
  descriptor: Descriptor,
  data: Data,
  address: AddressInput,
  flags: number,
  timeout: number,
): number | undefined {
  const view = bytesOf(data)
  const admitted = descriptor.gate === 0 ? timeout : admit(descriptor, 'sendto', timeout)
  if (admitted === WOULD_BLOCK) return undefined
  const limit = encodeOrResolve(descriptor, address, admitted, 'sendto')
  return sendToGiven(descriptor, view, address, flags, limit, timeout)
}

/**
 * The same, to the address that the addon has been given.
 * @param timeout how long it may wait
 * @param whole how long the verb could wait, of which a lookup may have used a part
 */
export function sendToGiven(
  descriptor: Descriptor,
  view: Uint8Array,
  address: AddressInput | Address,
  flags: number,
  timeout: number,
  whole = timeout,
): number | undefined {
  const memory = memoryToSend(view, flags)
  const count = native.sendTo(descriptor.open('sendto'), memory, flags, timeout)
  // The fields of an error are made only where there is an error.
  return descriptor.settle(count, 'sendto', whole, count < 0 ? errorTarget(address) : undefined)
}

/** Sends a part of a file; `undefined` would block. */
export function sendFile(descriptor: Descriptor, part: FilePart, timeout: number): number | undefined {
  const limit = descriptor.gate === 0 ? timeout : admit(descriptor, 'sendfile', timeout)
  if (limit === WOULD_BLOCK) return undefined
  return descriptor.settle(descriptor.sendFile(part, limit), 'sendfile', timeout)
}

/** Sends a part of a file by as many calls as it takes: how many bytes that were. An error has `bytesSent`. */
export function sendFileAll(descriptor: Descriptor, whole: FilePart, deadline: Deadline): number {
  let sent = 0
  descriptor.open('sendfile')
  try {
    for (let part = restOfPart(whole, sent); part !== null; part = restOfPart(whole, sent)) {
      if (!deadline.beginCall()) throw descriptor.failed(TIMED_OUT, 'sendfile', deadline.whole)
      const count = required(sendFile(descriptor, part, deadline.remaining), 'sendfile', descriptor)
      if (count === 0) break
      sent += count
    }
    // A layer may have taken what the kernel has not.
    const isSent = deadline.whole === 0 || flushUnsent(descriptor, deadline.remaining)
    if (!isSent) throw descriptor.failed(TIMED_OUT, 'sendfile', deadline.whole)
    return sent
  } catch (error) {
    throw withFields(withTimeout(error, deadline.whole) as Error, { bytesSent: sent })
  }
}
