// The awaited verbs of messages: the same as messages/socket-verbs.ts has, as promises.

import type { AddressInput } from '../addresses/types.js'
import type { GatheredData, WritableData } from '../core/bytes.js'
import { Deadline, effectiveTimeout } from '../core/deadline.js'
import {
  checkReceiveBatch,
  checkSendBatch,
  receiveBatch,
  type SendBatchOptions,
  type SendBatchRequest,
  sendBatch,
} from '../messages/batches.js'
import type { DatagramBatch } from '../messages/datagram-batch.js'
import {
  checkReceiveMessage,
  type ReceivedFds,
  type ReceivedMessage,
  type ReceivedMessageInto,
  type ReceiveMessageOptions,
  type ReceiveRequest,
  type SendFdsOptions,
  type SendMessageOptions,
} from '../messages/message-options.js'
import { checkMessage, receiveMessage, receiveMessageInto, roomsOf } from '../messages/receiving.js'
import { checkReceiveFds, type ReceiveFdsRequest, receiveFds } from '../messages/receiving-fds.js'
import { checkOutgoing, checkOutgoingFds, type OutgoingMessage, sendMessage } from '../messages/sending.js'
import { addMethods } from '../messages/socket-verbs.js'
import type { FdInput } from '../messages/values.js'
import { descriptorOf } from '../socket/face.js'
import type { FlagOptions } from '../socket/transfer-options.js'
import { AsyncSocket, performVerb } from './async-socket.js'
import type { AsyncVerbs } from './extensions.js'
import type { AsyncOptions } from './pending-operation.js'
import { numericAddress } from './resolve.js'
import { type SocketVerb, sendsHaveFalseReadiness } from './verbs.js'

declare module './extensions.js' {
  interface AsyncVerbs {
    /**
     * Receives a message of at most `maxBytes` with its control messages; `recvmsg(2)`.
     * @returns `null` at the end of a stream
     * @throws AbortError when the signal cancels it
     * @throws WouldBlockError for an empty error queue (`MSG_ERRQUEUE`), which is never waited for
     * @throws SocketError, TypeError, RangeError as `Socket.recvMsg`; `ERR_SOCKET_BUSY`
     * @example
     * const { data, control } = (await awaited.recvMsg(2048))!
     */
    recvMsg(maxBytes: number, options?: ReceiveMessageOptions & AsyncOptions): Promise<ReceivedMessage | null>
    /**
     * `recvMsg` into memory of the caller's, which must not be used before the promise settles.
     * @throws AbortError, SocketError, TypeError, RangeError as `recvMsg`
     * @example
     * const { bytes } = await awaited.recvMsgInto([Buffer.alloc(8), Buffer.alloc(1024)])
     */
    recvMsgInto(
      buffers: WritableData | readonly WritableData[],
      options?: ReceiveMessageOptions & AsyncOptions,
    ): Promise<ReceivedMessageInto>
    /**
     * Sends a message of one or several pieces, with control messages; `sendmsg(2)`. The memory of the data must not change
     * before the promise settles.
     * @throws AbortError when the signal cancels it
     * @throws SocketError, ResolveError, TypeError, RangeError as `Socket.sendMsg`; `ERR_SOCKET_BUSY`
     * @example
     * await awaited.sendMsg(['head', 'body'], { address: { host: 'localhost', port: 7 } })
     */
    sendMsg(buffers: GatheredData, options?: SendMessageOptions & AsyncOptions): Promise<number>
    /**
     * Sends descriptors over a unix socket, with data; SCM_RIGHTS of `unix(7)`.
     * @throws AbortError, SocketError, TypeError, RangeError as `Socket.sendFds`
     * @example
     * await awaited.sendFds('listener', [listener])
     */
    sendFds(buffers: GatheredData, fds: readonly FdInput[], options?: SendFdsOptions & AsyncOptions): Promise<number>
    /**
     * Receives data and at most `maxFds` descriptors; SCM_RIGHTS of `unix(7)`.
     * @returns `null` at the end of a stream
     * @throws AbortError, SocketError, TypeError, RangeError as `Socket.recvFds`
     * @example
     * const { fds } = (await awaited.recvFds(16, 1))!
     */
    recvFds(
      maxBytes: number,
      maxFds: number,
      options?: Omit<ReceiveMessageOptions, 'controlBytes'> & AsyncOptions,
    ): Promise<ReceivedFds | null>
    /**
     * Receives as many datagrams as there are, up to the batch's capacity; `recvmmsg(2)`. The batch must not be used before
     * the promise settles.
     * @returns how many; `batch.length`
     * @throws AbortError, SocketError, TypeError as `Socket.recvBatch`; `ERR_SOCKET_BUSY`
     * @example
     * const count = await awaited.recvBatch(batch)
     */
    recvBatch(batch: DatagramBatch, options?: FlagOptions & AsyncOptions): Promise<number>
    /**
     * Sends the datagrams of a batch, from `begin` on; `sendmmsg(2)`. The batch must not be used before the promise settles.
     * @returns how many were sent: perhaps not all
     * @throws AbortError, SocketError, TypeError as `Socket.sendBatch`; `ERR_SOCKET_BUSY`
     * @example
     * for (let begin = 0; begin < batch.length; ) begin += await awaited.sendBatch(batch, { begin })
     */
    sendBatch(batch: DatagramBatch, options?: SendBatchOptions & AsyncOptions): Promise<number>
  }
}

/** How much to receive, and how. */
interface Receive {
  readonly maxBytes: number
  readonly request: ReceiveRequest
}

/** How to receive data and descriptors. */
interface ReceiveWithFds {
  readonly maxBytes: number
  readonly request: ReceiveFdsRequest
}

/** Which memory to receive into, and how. */
interface ReceiveInto {
  readonly views: readonly Uint8Array[]
  readonly request: ReceiveRequest
}

const RECV_MSG: SocketVerb<Receive, ReceivedMessage | null> = {
  syscall: 'recvmsg',
  reads: true,
  attempt: ({ descriptor }, { maxBytes, request }) => receiveMessage(descriptor, maxBytes, request, 0),
}

const RECV_MSG_INTO: SocketVerb<ReceiveInto, ReceivedMessageInto> = {
  syscall: 'recvmsg',
  reads: true,
  attempt: ({ descriptor }, { views, request }) => receiveMessageInto(descriptor, views, request, 0),
}

const RECV_FDS: SocketVerb<ReceiveWithFds, ReceivedFds | null> = {
  syscall: 'recvmsg',
  reads: true,
  attempt: ({ descriptor }, { maxBytes, request }) => receiveFds(descriptor, maxBytes, request, 0),
}

const SEND_MSG: SocketVerb<OutgoingMessage, number> = {
  syscall: 'sendmsg',
  reads: false,
  attempt: ({ descriptor }, message) => sendMessage(descriptor, message, 0),
  hasFalseReadiness: sendsHaveFalseReadiness,
}

const RECV_BATCH: SocketVerb<DatagramBatch, number> = {
  syscall: 'recvmmsg',
  reads: true,
  attempt: ({ descriptor }, batch, flags) => receiveBatch(descriptor, batch, flags, 0),
}

/** A batch, and how to send it. */
interface SendBatch {
  readonly batch: DatagramBatch
  readonly request: SendBatchRequest
}

const SEND_BATCH: SocketVerb<SendBatch, number> = {
  syscall: 'sendmmsg',
  reads: false,
  attempt: ({ descriptor }, { batch, request }) => sendBatch(descriptor, batch, request, 0),
  hasFalseReadiness: sendsHaveFalseReadiness,
}

/** Sends a message once the name of its host has been looked up, within one time limit. */
async function sendResolved(
  socket: AsyncSocket,
  message: OutgoingMessage,
  options: AsyncOptions | undefined,
): Promise<number> {
  const { address, flags } = message
  if (address === undefined) return performVerb(socket, SEND_MSG, message, flags, options)
  const deadline = new Deadline(effectiveTimeout(options, descriptorOf(socket).timeout, 'sendmsg'))
  descriptorOf(socket).open('sendmsg')
  const numeric: AddressInput = await numericAddress(address, socket.family, deadline, options)
  const waiting = { ...options, timeout: deadline.timeout }
  return performVerb(socket, SEND_MSG, { ...message, address: numeric }, flags, waiting)
}

const asyncVerbs: AsyncVerbs & ThisType<AsyncSocket> = {
  async recvMsg(maxBytes, options) {
    const request = checkMessage(descriptorOf(this), maxBytes, options, 'awaited')
    descriptorOf(this).checkNothingUnread('recvmsg')
    return performVerb(this, RECV_MSG, { maxBytes, request }, request.flags, options)
  },
  async recvMsgInto(buffers, options) {
    const request = checkReceiveMessage(descriptorOf(this), options, 'awaited')
    const views = roomsOf(descriptorOf(this), buffers)
    descriptorOf(this).checkNothingUnread('recvmsg')
    return performVerb(this, RECV_MSG_INTO, { views, request }, request.flags, options)
  },
  async sendMsg(buffers, options) {
    return sendResolved(this, checkOutgoing(buffers, options, 'awaited'), options)
  },
  async sendFds(buffers, fds, options) {
    return sendResolved(this, checkOutgoingFds(descriptorOf(this), buffers, fds, options, 'awaited'), options)
  },
  async recvFds(maxBytes, maxFds, options) {
    const request = checkReceiveFds(descriptorOf(this), maxBytes, maxFds, options, 'awaited')
    descriptorOf(this).checkNothingUnread('recvmsg')
    return performVerb(this, RECV_FDS, { maxBytes, request }, request.flags, options)
  },
  async recvBatch(batch, options) {
    const flags = checkReceiveBatch(descriptorOf(this), batch, options, 'awaited')
    return performVerb(this, RECV_BATCH, batch, flags, options)
  },
  async sendBatch(batch, options) {
    const request = checkSendBatch(descriptorOf(this), batch, options, 'awaited')
    return performVerb(this, SEND_BATCH, { batch, request }, request.flags, options)
  },
}

addMethods(AsyncSocket.prototype, asyncVerbs)
