// The verbs of an awaited socket: which way each waits, and what one try of it is.

import { rulesOf } from '../addresses/families.js'
import type { AddressInput } from '../addresses/types.js'
import { type Data, type GatheredData, totalBytes, withoutFirst } from '../core/bytes.js'
import { wouldBlock } from '../core/errors.js'
import { lengthOf, partOf } from '../core/intrinsics.js'
import { SOCK_STREAM } from '../native/generated/constants.js'
import type { Channel } from '../reactor/channel.js'
import { tryConnect } from '../socket/connecting.js'
import type { FilePart } from '../socket/file-part.js'
import { fillReader, readerBuffer } from '../socket/reader-source.js'
import {
  awaitReadiness,
  hasPeerEnded,
  receive,
  receiveFrom,
  receiveFromInto,
  receiveInto,
} from '../socket/receiving.js'
import { flushUnsent, send, sendFile, sendTo } from '../socket/sending.js'
import type { Received, ReceivedInto } from '../socket/transfer-options.js'
import type { FillProgress } from './fill-progress.js'
import type { Verb } from './pending-operation.js'

/** A verb of an awaited socket. */
export type SocketVerb<Argument, Result> = Verb<Channel, Argument, Result>

/** How far a send of all bytes has got. */
export interface SendProgress {
  /** What is still to be sent: one piece, or several. */
  rest: Uint8Array | Uint8Array[]
  sent: number
  isDone: boolean
}

/** A datagram and its destination. */
export interface Datagram {
  readonly data: Data
  readonly address: AddressInput
}

/** Whether the kernel may report that a send is possible when it is not, or not report that it is. */
export const sendsHaveFalseReadiness = ({ descriptor: { family, type } }: Channel): boolean =>
  rulesOf(family).hasFalseWritability && type !== SOCK_STREAM

export const RECV: SocketVerb<number, Buffer | null> = {
  syscall: 'recv',
  reads: true,
  attempt: (channel, maxBytes, flags) => {
    const bytes = receive(channel.descriptor, maxBytes, flags, 0)
    if (bytes && flags === 0) channel.received(bytes.length, maxBytes)
    return bytes
  },
}

export const RECV_INTO: SocketVerb<Uint8Array, number> = {
  syscall: 'recv',
  reads: true,
  attempt: (channel, view, flags) => {
    const count = receiveInto(channel.descriptor, view, flags, 0)
    if (count && flags === 0) channel.received(count, lengthOf(view))
    return count
  },
}

/** MSG_WAITALL with MSG_PEEK: each attempt looks at all bytes that are there, because they stay in the queue. */
export const PEEK_ALL: SocketVerb<FillProgress, number> = {
  syscall: 'recv',
  reads: true,
  attempt: ({ descriptor }, progress, flags) => {
    const count = receiveInto(descriptor, progress.rest, flags, 0)
    if (count === undefined) return undefined
    progress.filled = count
    return count === 0 || count === lengthOf(progress.rest) || hasPeerEnded(descriptor) ? count : undefined
  },
}

/** MSG_WAITALL: see fill-progress.ts. */
export const FILL: SocketVerb<FillProgress, number> = {
  syscall: 'recv',
  reads: true,
  attempt: (channel, progress, flags) => {
    do {
      const count = receiveInto(channel.descriptor, progress.rest, flags, 0)
      if (count === undefined) return undefined
      if (count === 0) break
      progress.received(count)
      channel.registration.proved()
    } while (progress.hasRoom())
    return progress.filled
  },
}

export const RECV_FROM: SocketVerb<number, Received> = {
  syscall: 'recvfrom',
  reads: true,
  attempt: (channel, maxBytes, flags) => receiveFrom(channel.descriptor, maxBytes, flags, 0),
}

export const RECV_FROM_INTO: SocketVerb<Uint8Array, ReceivedInto> = {
  syscall: 'recvfrom',
  reads: true,
  attempt: (channel, view, flags) => receiveFromInto(channel.descriptor, view, flags, 0),
}

/** Receives for the socket's reader. */
export const FILL_READER: SocketVerb<undefined, number> = {
  syscall: 'recv',
  reads: true,
  attempt: (channel) => {
    const { descriptor } = channel
    const room = readerBuffer(descriptor).room()
    const count = fillReader(descriptor, 0)
    if (wouldBlock(count)) return undefined
    if (count < 0) throw channel.descriptor.failure(count, 'recv')
    channel.received(count, room)
    return count
  },
}

export const READABLE: SocketVerb<undefined, void> = {
  syscall: 'poll',
  reads: true,
  attempt: (channel) => awaitReadiness(channel.descriptor, 'read', 0) && true,
}

export const CONNECT: SocketVerb<AddressInput, void> = {
  syscall: 'connect',
  reads: false,
  attempt: (channel, address) => tryConnect(channel.descriptor, address, false) || undefined,
  hasFalseReadiness: ({ descriptor }) => rulesOf(descriptor.family).hasFalseWritability,
}

export const SEND: SocketVerb<GatheredData, number> = {
  syscall: 'send',
  reads: false,
  attempt: (channel, data, flags) => send(channel.descriptor, data, flags, 0),
  hasFalseReadiness: sendsHaveFalseReadiness,
}

/** A send through a layer, and how many bytes it took. */
export interface LayeredSend {
  readonly data: GatheredData
  taken: number | undefined
}

/** SEND through a layer that may take more than the kernel does: it ends once the kernel has all of it. */
export const SEND_LAYERED: SocketVerb<LayeredSend, number> = {
  syscall: 'send',
  reads: false,
  attempt: ({ descriptor }, progress, flags) => {
    progress.taken ??= send(descriptor, progress.data, flags, 0)
    return progress.taken !== undefined && flushUnsent(descriptor, 0) ? progress.taken : undefined
  },
}

export const SEND_ALL: SocketVerb<SendProgress, void> = {
  syscall: 'send',
  reads: false,
  attempt: (channel, progress, flags) => {
    for (;;) {
      const { descriptor } = channel
      const taken = send(descriptor, progress.rest, flags, 0)
      if (taken === undefined) return undefined
      progress.sent += taken
      const { rest } = progress
      const isList = Array.isArray(rest)
      const isTaken = taken === (isList ? totalBytes(rest) : lengthOf(rest)) || descriptor.type !== SOCK_STREAM
      progress.isDone = isTaken && descriptor.unsentBytes === 0
      if (progress.isDone) return true
      // When all is taken, the next attempt sends what the layer below has left.
      progress.rest = isList ? withoutFirst(rest, taken) : partOf(rest, taken)
      channel.registration.proved()
      // A part of one piece filled the send queue; of more pieces than one call takes, there may be room for the next.
      if (!isList || isTaken) return undefined
    }
  },
  hasFalseReadiness: sendsHaveFalseReadiness,
}

export const SEND_TO: SocketVerb<Datagram, number> = {
  syscall: 'sendto',
  reads: false,
  attempt: (channel, { data, address }, flags) => sendTo(channel.descriptor, data, address, flags, 0),
  hasFalseReadiness: sendsHaveFalseReadiness,
}

/** A send of a part of a file, and how many bytes it took. */
export interface FileSend {
  readonly part: FilePart
  taken: number | undefined
}

/** Through a layer that may take more than the kernel does, it ends once the kernel has all of it. */
export const SEND_FILE: SocketVerb<FileSend, number> = {
  syscall: 'sendfile',
  reads: false,
  attempt: ({ descriptor }, progress) => {
    progress.taken ??= sendFile(descriptor, progress.part, 0)
    return progress.taken !== undefined && flushUnsent(descriptor, 0) ? progress.taken : undefined
  },
  hasFalseReadiness: sendsHaveFalseReadiness,
}

/** One call of a `sendFileAll`, between whose calls nothing else may be sent. */
export const SEND_FILE_PART: SocketVerb<FileSend, number> = { ...SEND_FILE }

export const WRITABLE: SocketVerb<undefined, void> = {
  syscall: 'poll',
  reads: false,
  attempt: (channel) => awaitReadiness(channel.descriptor, 'write', 0) && true,
  hasFalseReadiness: sendsHaveFalseReadiness,
}
