// The verbs of messages, as methods of the sockets below. Each is a line over receiving.ts and sending.ts.

import type { GatheredData, WritableData } from '../core/bytes.js'
import { effectiveTimeout, type WaitOptions } from '../core/deadline.js'
import type { FaceVerbs, SocketConversions } from '../socket/conversions.js'
import { required } from '../socket/descriptor.js'
import { descriptorOf, SocketFace } from '../socket/face.js'
import { Socket } from '../socket/socket.js'
import type { FlagOptions, TransferOptions } from '../socket/transfer-options.js'
import { checkReceiveBatch, checkSendBatch, receiveBatch, type SendBatchOptions, sendBatch } from './batches.js'
import type { DatagramBatch } from './datagram-batch.js'
import type {
  ReceivedFds,
  ReceivedMessage,
  ReceivedMessageInto,
  ReceiveMessageOptions,
  SendFdsOptions,
  SendMessageOptions,
} from './message-options.js'
import { checkReceiveMessage } from './message-options.js'
import { checkMessage, receiveMessage, receiveMessageInto, roomsOf } from './receiving.js'
import { checkReceiveFds, receiveFds } from './receiving-fds.js'
import { checkOutgoing, checkOutgoingFds, sendMessage } from './sending.js'
import type { FdInput } from './values.js'

declare module '../socket/conversions.js' {
  interface FaceVerbs {
    /**
     * `recvMsg` that never waits.
     * @returns `undefined` where there is nothing yet, `null` at the end of a stream
     * @throws SocketError as `recvMsg`
     * @example
     * const message = socket.tryRecvMsg(2048, { flags: MSG_ERRQUEUE })
     */
    tryRecvMsg(maxBytes: number, options?: ReceiveMessageOptions): ReceivedMessage | null | undefined
    /**
     * `recvMsgInto` that never waits.
     * @returns `undefined` where there is nothing yet
     * @throws SocketError as `recvMsg`
     * @example
     * const message = socket.tryRecvMsgInto([Buffer.alloc(8), Buffer.alloc(1024)])
     */
    tryRecvMsgInto(
      buffers: WritableData | readonly WritableData[],
      options?: ReceiveMessageOptions,
    ): ReceivedMessageInto | undefined
    /**
     * `sendMsg` that never waits, for a numeric host.
     * @returns `undefined` where the kernel takes nothing now
     * @throws SocketError as `sendMsg`
     * @example
     * const sent = socket.trySendMsg('ping', { address: { host: '127.0.0.1', port: 7 } })
     */
    trySendMsg(buffers: GatheredData, options?: SendMessageOptions): number | undefined
    /**
     * `recvBatch` that never waits.
     * @returns `undefined` where there is nothing yet
     * @throws SocketError as `recvBatch`
     * @example
     * const count = socket.tryRecvBatch(batch) ?? 0
     */
    tryRecvBatch(batch: DatagramBatch, options?: FlagOptions): number | undefined
    /**
     * `sendBatch` that never waits.
     * @returns `undefined` where the kernel takes nothing now
     * @throws SocketError as `sendBatch`
     * @example
     * const sent = socket.trySendBatch(batch) ?? 0
     */
    trySendBatch(batch: DatagramBatch, options?: SendBatchOptions): number | undefined
  }

  interface SocketConversions {
    /**
     * Receives as many datagrams as there are, up to the batch's capacity; `recvmmsg(2)`. Waits for the first. They
     * replace what the batch contains.
     * @returns how many; `batch.length`
     * @throws WouldBlockError `EAGAIN`
     * @throws SocketTimeoutError `ERR_SOCKET_TIMEOUT`
     * @throws InterruptedError `EINTR`
     * @throws SocketError `ECONNREFUSED` of a connected socket
     * @throws TypeError `ERR_NOT_DATAGRAMS` for a stream
     * @example
     * const batch = new DatagramBatch(64, 2048)
     * const count = socket.recvBatch(batch, { timeout: 1000 })
     */
    recvBatch(batch: DatagramBatch, options?: TransferOptions): number
    /**
     * Sends the datagrams of a batch, from `begin` on; `sendmmsg(2)`. Waits until the kernel takes at least one. The kernel
     * stops at a datagram that it cannot send: those before it have been sent, those after it have not, and a call that
     * begins with it throws its error.
     * @returns how many were sent: perhaps not all
     * @throws SocketError as `sendMsg`, for the first datagram
     * @throws TypeError `ERR_NOT_DATAGRAMS` for a stream
     * @example
     * for (let begin = 0; begin < batch.length; ) begin += socket.sendBatch(batch, { begin })
     */
    sendBatch(batch: DatagramBatch, options?: SendBatchOptions & WaitOptions): number
    /**
     * Receives a message of at most `maxBytes` with its control messages; `recvmsg(2)`. Received descriptors belong to
     * `ReceivedFd` objects, are not inherited by child processes, and are closed when those are dropped.
     * @returns `null` at the end of a stream
     * @throws WouldBlockError `EAGAIN`, also for an empty error queue (`MSG_ERRQUEUE`), which is never waited for
     * @throws SocketTimeoutError `ERR_SOCKET_TIMEOUT`
     * @throws InterruptedError `EINTR`
     * @throws SocketError `ECONNREFUSED` of a connected datagram socket, `ECONNRESET`, `ENOTCONN`
     * @throws TypeError, RangeError for arguments that are wrong
     * @example
     * socket.setOption(IP_PKTINFO, true)
     * const { data, address, control } = socket.recvMsg(2048)!
     * console.log(controlValue(control, 'IP_PKTINFO')?.interface)
     */
    recvMsg(maxBytes: number, options?: ReceiveMessageOptions & WaitOptions): ReceivedMessage | null
    /**
     * `recvMsg` into memory of the caller's: one buffer, or several that are filled one after the other; `readv(2)`.
     * @throws SocketError, TypeError, RangeError as `recvMsg`
     * @example
     * const [header, body] = [Buffer.alloc(8), Buffer.alloc(1024)]
     * const { bytes } = socket.recvMsgInto([header, body])
     */
    recvMsgInto(
      buffers: WritableData | readonly WritableData[],
      options?: ReceiveMessageOptions & WaitOptions,
    ): ReceivedMessageInto
    /**
     * Sends a message of one or several pieces, with control messages; `sendmsg(2)`. A host that is a name is looked up
     * within the same time limit.
     * @returns how many bytes were taken: of a stream perhaps not all
     * @throws SocketError `EMSGSIZE` for a datagram that is too long or more than 1,024 pieces, `ENOBUFS` for more control bytes than the kernel
     *   takes, `EINVAL` for a control message that the socket does not take, `EPERM` for one that needs privileges
     * @throws SocketError, ResolveError as `sendTo`
     * @throws TypeError, RangeError for arguments that are wrong
     * @example
     * socket.sendMsg(['head', 'body'], { control: [{ name: 'IP_TTL', value: 1 }] })
     */
    sendMsg(buffers: GatheredData, options?: SendMessageOptions & WaitOptions): number
    /**
     * Sends descriptors over a unix socket, with data; SCM_RIGHTS of `unix(7)`. The receiver gets duplicates; the sender
     * keeps and closes its own. A stream needs at least one byte of data.
     * @throws SocketError `EBADF` for a number that is no open descriptor, `ERR_SOCKET_CLOSED` for a closed socket
     * @throws SocketError `ETOOMANYREFS` where too many descriptors have been sent and not received
     * @throws RangeError `ERR_OUT_OF_RANGE` for more than 253
     * @example
     * socket.sendFds('listener', [listener])
     */
    sendFds(buffers: GatheredData, fds: readonly FdInput[], options?: SendFdsOptions & WaitOptions): number
    /**
     * Receives data and at most `maxFds` descriptors; SCM_RIGHTS of `unix(7)`. Each is closed when its object is dropped.
     * Other control messages that the socket's options ask for, such as `SO_PASSCRED`, take none of their room, and are
     * dropped: `recvMsg` returns them.
     * @returns `null` at the end of a stream
     * @throws SocketError, TypeError, RangeError as `recvMsg`
     * @example
     * const { fds } = socket.recvFds(16, 1)!
     * const listener = fds[0]!.toSocket()
     */
    recvFds(
      maxBytes: number,
      maxFds: number,
      options?: Omit<ReceiveMessageOptions, 'controlBytes'> & WaitOptions,
    ): ReceivedFds | null
  }
}

/** Adds methods to a class, as a class body would: they are not enumerable. */
export function addMethods(prototype: object, methods: object): void {
  for (const [name, value] of Object.entries(methods)) {
    Object.defineProperty(prototype, name, { value, configurable: true, writable: true })
  }
}

const faceVerbs: FaceVerbs & ThisType<SocketFace> = {
  tryRecvMsg(maxBytes, options) {
    const descriptor = descriptorOf(this)
    const request = checkMessage(descriptor, maxBytes, options, 'try')
    return receiveMessage(descriptor, maxBytes, request, 0)
  },
  tryRecvMsgInto(buffers, options) {
    const descriptor = descriptorOf(this)
    const request = checkReceiveMessage(descriptor, options, 'try')
    return receiveMessageInto(descriptor, roomsOf(descriptor, buffers), request, 0)
  },
  trySendMsg(buffers, options) {
    const message = checkOutgoing(buffers, options, 'try')
    return sendMessage(descriptorOf(this), message, 0)
  },
  tryRecvBatch(batch, options) {
    const flags = checkReceiveBatch(descriptorOf(this), batch, options, 'try')
    return receiveBatch(descriptorOf(this), batch, flags, 0)
  },
  trySendBatch(batch, options) {
    const request = checkSendBatch(descriptorOf(this), batch, options, 'try')
    return sendBatch(descriptorOf(this), batch, request, 0)
  },
}

type MessageVerbs = Pick<
  SocketConversions,
  'recvMsg' | 'recvMsgInto' | 'sendMsg' | 'sendFds' | 'recvFds' | 'recvBatch' | 'sendBatch'
>

const socketVerbs: MessageVerbs & ThisType<Socket> = {
  recvMsg(maxBytes, options) {
    const request = checkMessage(descriptorOf(this), maxBytes, options, 'blocking')
    const limit = effectiveTimeout(options, descriptorOf(this).timeout, 'recvmsg')
    return required(receiveMessage(descriptorOf(this), maxBytes, request, limit), 'recvmsg')
  },
  recvMsgInto(buffers, options) {
    const request = checkReceiveMessage(descriptorOf(this), options, 'blocking')
    const limit = effectiveTimeout(options, descriptorOf(this).timeout, 'recvmsg')
    const views = roomsOf(descriptorOf(this), buffers)
    return required(receiveMessageInto(descriptorOf(this), views, request, limit), 'recvmsg')
  },
  sendMsg(buffers, options) {
    const message = checkOutgoing(buffers, options, 'blocking')
    const limit = effectiveTimeout(options, descriptorOf(this).timeout, 'sendmsg')
    return required(sendMessage(descriptorOf(this), message, limit), 'sendmsg')
  },
  sendFds(buffers, fds, options) {
    const message = checkOutgoingFds(descriptorOf(this), buffers, fds, options, 'blocking')
    const limit = effectiveTimeout(options, descriptorOf(this).timeout, 'sendmsg')
    return required(sendMessage(descriptorOf(this), message, limit), 'sendmsg')
  },
  recvFds(maxBytes, maxFds, options) {
    const request = checkReceiveFds(descriptorOf(this), maxBytes, maxFds, options, 'blocking')
    const limit = effectiveTimeout(options, descriptorOf(this).timeout, 'recvmsg')
    return required(receiveFds(descriptorOf(this), maxBytes, request, limit), 'recvmsg')
  },
  recvBatch(batch, options) {
    const flags = checkReceiveBatch(descriptorOf(this), batch, options, 'blocking')
    const limit = effectiveTimeout(options, descriptorOf(this).timeout, 'recvmmsg')
    return required(receiveBatch(descriptorOf(this), batch, flags, limit), 'recvmmsg')
  },
  sendBatch(batch, options) {
    const request = checkSendBatch(descriptorOf(this), batch, options, 'blocking')
    const limit = effectiveTimeout(options, descriptorOf(this).timeout, 'sendmmsg')
    return required(sendBatch(descriptorOf(this), batch, request, limit), 'sendmmsg')
  },
}

addMethods(SocketFace.prototype, faceVerbs)
addMethods(Socket.prototype, socketVerbs)
