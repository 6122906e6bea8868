// Receiving messages: each verb once, over arguments that have been checked. A timeout of 0 makes it the verb's try twin.

import { constants } from 'node:buffer'
import { decodeAddress } from '../addresses/families.js'
import { keepUnused, receiveBuffer, takeReceived, totalBytes, viewOf, type WritableData } from '../core/bytes.js'
import { lengthOf } from '../core/intrinsics.js'
import { checkArray, checkInteger, outOfRange, wrongValue } from '../core/validate.js'
import { native } from '../native/addon.js'
import { MSG_TRUNC, SOCK_STREAM } from '../native/generated/constants.js'
import { WOULD_BLOCK } from '../socket/connecting.js'
import type { Descriptor } from '../socket/descriptor.js'
import { admitReceive, checkUnchanged, isEnd } from '../socket/receiving.js'
import { readControl } from './control.js'
import {
  checkReceiveMessage,
  flagFields,
  type MessageFacts,
  type ReceivedMessage,
  type ReceivedMessageInto,
  type ReceiveMessageOptions,
  type ReceiveRequest,
  type Waiting,
} from './message-options.js'

// The flags of a received message, and how many control bytes were received.
const outcome = new Int32Array(2)
const outcomeBytes = new Uint8Array(outcome.buffer)

/** What one recvmsg(2) returned. */
interface Arrived {
  readonly count: number
  readonly facts: MessageFacts
}

/**
 * Makes the call; `undefined` would block.
 * @param timeout how long it may wait
 * @param whole how long the verb could wait, of which a lookup may have used a part
 */
function arrive(
  descriptor: Descriptor,
  parts: readonly Uint8Array[] | number,
  { flags, controlBytes }: ReceiveRequest,
  timeout: number,
  whole: number,
): Arrived | undefined {
  // Owns received descriptors until they have got owners of their own, whatever happens until then.
  const owner = {}
  const count = native.recvMsg(descriptor.fd, parts, controlBytes, flags, timeout, owner, outcomeBytes)
  if (count < 0) return descriptor.settle(count, 'recvmsg', whole) as undefined
  const [messageFlags, length] = outcome as unknown as [number, number]
  const bytes = Buffer.alloc(length)
  if (length > 0) native.receivedControl(bytes)
  // Reading control messages may use the memory that the address is in.
  const address = decodeAddress()
  const control = readControl(bytes)
  descriptor.settle(count, 'recvmsg', whole)
  return { count, facts: { address, control, ...flagFields(messageFlags) } }
}

/** Receives a message of at most `maxBytes`: `null` is the end of a stream, `undefined` would block. */
export function receiveMessage(
  descriptor: Descriptor,
  maxBytes: number,
  request: ReceiveRequest,
  timeout: number,
): ReceivedMessage | null | undefined {
  const limit = descriptor.gate === 0 ? timeout : admitReceive(descriptor, 'recvmsg', timeout)
  if (limit === WOULD_BLOCK) return undefined
  const buffer = receiveBuffer(maxBytes)
  let arrived: Arrived | undefined
  let data: Buffer | undefined
  try {
    arrived = arrive(descriptor, buffer === null ? maxBytes : [buffer], request, limit, timeout)
    if (arrived !== undefined) data = takeReceived(buffer, Math.min(arrived.count, maxBytes))
  } finally {
    if (data === undefined) keepUnused(buffer)
  }
  if (arrived === undefined) return undefined
  const { count, facts } = arrived
  if (count === 0 && descriptor.hasEnd && isEnd(descriptor, request.flags)) return null
  return { data: data!, ...facts }
}

/** Receives a message into several views; `undefined` would block. */
export function receiveMessageInto(
  descriptor: Descriptor,
  views: readonly Uint8Array[],
  request: ReceiveRequest,
  timeout: number,
): ReceivedMessageInto | undefined {
  checkRooms(descriptor, views)
  const sizes = views.map(lengthOf)
  const limit = descriptor.gate === 0 ? timeout : admitReceive(descriptor, 'recvmsg', timeout)
  if (limit === WOULD_BLOCK) return undefined
  for (const [index, view] of views.entries()) checkUnchanged(view, sizes[index]!, 'recvmsg')
  const arrived = arrive(descriptor, views, request, limit, timeout)
  return arrived && { bytes: arrived.count, ...arrived.facts }
}

/** Checks the arguments of recvMsg. */
export function checkMessage(
  descriptor: Descriptor,
  maxBytes: number,
  options: ReceiveMessageOptions | undefined,
  waiting: Waiting,
): ReceiveRequest {
  checkInteger(maxBytes, 'maxBytes', descriptor.hasEnd ? 1 : 0, constants.MAX_LENGTH)
  const request = checkReceiveMessage(descriptor, options, waiting)
  if (descriptor.type === SOCK_STREAM && request.flags & MSG_TRUNC) {
    throw wrongValue('flags: MSG_TRUNC discards the bytes of a stream: use recvMsgInto')
  }
  return request
}

/**
 * The views of several buffers.
 * @throws RangeError `ERR_OUT_OF_RANGE` where a stream would be given no room: 0 bytes would look like its end
 */
export function roomsOf(descriptor: Descriptor, buffers: WritableData | readonly WritableData[]): Uint8Array[] {
  if (Array.isArray(buffers)) checkArray(buffers, 'buffers')
  const list: readonly WritableData[] = Array.isArray(buffers) ? buffers : [buffers as WritableData]
  const views = Array.from(list, (buffer, index) => viewOf(buffer, `buffers[${index}]`))
  checkRooms(descriptor, views)
  return views
}

/** Checks at each attempt of an awaited verb too: a view that was transferred away meanwhile would lose the message. */
function checkRooms(descriptor: Descriptor, views: readonly Uint8Array[]): void {
  for (const [index, view] of views.entries()) if (lengthOf(view) === 0) viewOf(view, `buffers[${index}]`)
  if (!descriptor.hasEnd || totalBytes(views) > 0) return
  throw outOfRange('buffers must have room for at least one byte', { argument: 'buffers', value: 0, min: 1 })
}
