// The verbs of an awaited socket: which way each waits, and what one try of it is.

import type { AddressInput } from './addresses.js'
import type { AsyncBase } from './async-base.js'
import type { AsyncSocket, AsyncTransferOptions } from './async-socket.js'
import type { AsyncOptions, Verb } from './awaited-descriptor.js'
import { AF_UNIX, SOCK_STREAM } from './constants.js'
import { bytesOf, type Data, type WritableData } from './data.js'
import { failure, wouldBlock } from './errors.js'
import type { FileOptions, OpenFile, RangeOptions, Received, ReceivedInto } from './transfer-options.js'

type Reads<What, Options, Result> = Verb<AsyncSocket, What, Options & AsyncOptions, Result>
type Writes<What, Options, Result> = Required<Reads<What, Options, Result>>

/** A send of all of `data`: what has not gone out yet, and how much has. */
export interface Sending {
  readonly data: Data
  rest: Uint8Array | null
  sent: number
  /** Nothing is left. */
  done: boolean
}

/** A datagram and where it goes. */
export interface Addressed {
  readonly data: Data
  readonly address: AddressInput
}

/** Whether the kernel may call it ready to write when it is not, or not tell when it is. */
const writesDoubtfully = ({ family, type }: AsyncSocket): boolean => family === AF_UNIX && type !== SOCK_STREAM

export const ACCEPT: Reads<undefined, AsyncOptions, AsyncSocket> = {
  syscall: 'accept',
  reads: true,
  attempt: (socket) => socket.tryAccept(),
}

export const RECV: Reads<number, AsyncTransferOptions, Buffer | null> = {
  syscall: 'recv',
  reads: true,
  attempt: (socket, maxBytes, options) => {
    const bytes = socket.inner.tryRecv(maxBytes, options)
    if (bytes && options?.flags === undefined) socket.took(bytes.length, maxBytes)
    return bytes
  },
}

export const RECV_INTO: Reads<WritableData, RangeOptions, number> = {
  syscall: 'recv',
  reads: true,
  attempt: (socket, buffer, options) => {
    const count = socket.inner.tryRecvInto(buffer, options)
    const { offset = 0, length = buffer.byteLength - offset, flags } = options ?? {}
    if (count && flags === undefined) socket.took(count, length)
    return count
  },
}

export const RECV_FROM: Reads<number, AsyncTransferOptions, Received> = {
  syscall: 'recvfrom',
  reads: true,
  attempt: (socket, maxBytes, options) => socket.inner.tryRecvFrom(maxBytes, options),
}

export const RECV_FROM_INTO: Reads<WritableData, RangeOptions, ReceivedInto> = {
  syscall: 'recvfrom',
  reads: true,
  attempt: (socket, buffer, options) => socket.inner.tryRecvFromInto(buffer, options),
}

/** Receives for the socket's reader. */
export const FILL_READER: Verb<AsyncBase, undefined, AsyncOptions, number> = {
  syscall: 'recv',
  reads: true,
  attempt: (socket) => {
    const held = socket.inner.readerBuffer()
    const room = held.room()
    const count = socket.inner.fillReader(0)
    if (wouldBlock(count)) return undefined
    if (count < 0) throw failure(count, 'recv')
    if (count > 0) socket.took(count, room)
    return count
  },
}

export const READABLE: Reads<undefined, AsyncOptions, void> = {
  syscall: 'poll',
  reads: true,
  attempt: (socket) => socket.inner.tryWait('read') && true,
}

export const CONNECT: Writes<AddressInput, AsyncOptions, void> = {
  syscall: 'connect',
  reads: false,
  attempt: (socket, address) => socket.inner.goOnConnecting(address) || undefined,
  doubtful: (socket) => socket.family === AF_UNIX,
}

export const SEND: Writes<Data, AsyncTransferOptions, number> = {
  syscall: 'send',
  reads: false,
  attempt: (socket, data, options) => socket.inner.trySend(data, options),
  doubtful: writesDoubtfully,
}

export const SEND_ALL: Writes<Sending, AsyncTransferOptions, void> = {
  syscall: 'send',
  reads: false,
  attempt: (socket, sending, options) => {
    sending.rest ??= bytesOf(sending.data)
    const taken = socket.inner.trySend(sending.rest, options)
    if (taken === undefined) return undefined
    sending.sent += taken
    sending.done = taken === sending.rest.length || socket.type !== SOCK_STREAM
    if (sending.done) return true
    sending.rest = sending.rest.subarray(taken)
    socket.entry.proved()
    return undefined
  },
  doubtful: writesDoubtfully,
}

export const SEND_TO: Writes<Addressed, AsyncTransferOptions, number> = {
  syscall: 'sendto',
  reads: false,
  attempt: (socket, { data, address }, options) => socket.inner.trySendTo(data, address, options),
  doubtful: writesDoubtfully,
}

export const SEND_FILE: Writes<OpenFile, FileOptions, number> = {
  syscall: 'sendfile',
  reads: false,
  attempt: (socket, file, options) => socket.inner.trySendFile(file, options),
  doubtful: writesDoubtfully,
}

export const WRITABLE: Writes<undefined, AsyncOptions, void> = {
  syscall: 'poll',
  reads: false,
  attempt: (socket) => socket.inner.tryWait('write') && true,
  doubtful: writesDoubtfully,
}
