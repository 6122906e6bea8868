// Where a reader's bytes come from: the socket's own receive, into the buffer that moves with the socket.

import { misuse, type SocketError, wouldBlock } from '../core/errors.js'
import { TIMED_OUT } from '../native/addon.js'
import { errno } from '../native/errno.js'
import { SOCK_STREAM } from '../native/generated/constants.js'
import { admit, WOULD_BLOCK } from './connecting.js'
import { type Descriptor, READER_HOLDS_DATA } from './descriptor.js'
import { errors } from './diagnostics.js'
import { ReaderBuffer, type ReaderOptions } from './reader-buffer.js'

/** What a reader needs of its socket. */
export interface ReaderSource {
  /** The bytes that were received and not read yet. */
  buffer(): ReaderBuffer
  /** Receives into the buffer: a count, 0 at the end, or a negative native result. */
  fill(timeout: number): number
  /** The error for a negative result of `fill`, of a call that could wait so long. */
  failure(result: number, timeout: number): SocketError
  /** How long a call waits that does not say so itself. */
  timeout(): number
}

/** The buffer of a socket's reader, made when it is first asked for. */
export function readerBuffer(descriptor: Descriptor, options?: ReaderOptions): ReaderBuffer {
  if (descriptor.type !== SOCK_STREAM) throw misuse(TypeError, 'ERR_NOT_A_STREAM', 'a reader reads streams alone')
  if (descriptor.unread !== null && options !== undefined) descriptor.unread.checkSameOptions(options)
  descriptor.unread ??= new ReaderBuffer(descriptor, options)
  return descriptor.unread
}

/** The bytes that a reader holds, taken out; empty for a socket that never had a reader. */
export function takeUnread({ unread }: Descriptor): Buffer | null {
  return unread === null || unread.length === 0 ? null : unread.take()
}

/** Receives for the reader: a count, 0 at the end, or a negative native result. */
export function fillReader(descriptor: Descriptor, timeout: number): number {
  const mayAdmit = (descriptor.gate & ~READER_HOLDS_DATA) !== 0
  const limit = mayAdmit ? admit(descriptor, 'recv', timeout) : timeout
  if (limit === WOULD_BLOCK) return -errno.EAGAIN
  const buffer = readerBuffer(descriptor)
  const count = descriptor.receiveBytes(buffer.lend(), 0, limit)
  buffer.added(count)
  if (count < 0) {
    // A selector has to learn that its report was false.
    if (wouldBlock(count)) descriptor.settle(count, 'recv', limit)
    const isExpected = wouldBlock(count) || count === TIMED_OUT || count === -errno.EINTR
    if (!isExpected && errors.hasSubscribers) descriptor.published(descriptor.failure(count, 'recv'))
    return count
  }
  return descriptor.settle(count, 'recv', limit)!
}
