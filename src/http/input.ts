// What a connection has received and HTTP has not taken yet: lines of a head, pieces of a body. Each receive waits at most
// until the deadline of the whole request.

import { type Deadline, FOREVER } from '../core/deadline.js'
import { failure } from '../core/errors.js'
import { TIMED_OUT } from '../native/addon.js'
import type { Socket } from '../socket/socket.js'
import { invalidResponse } from './errors.js'

const EMPTY = Buffer.alloc(0)
const RECEIVE_BYTES = 65536
const LINE_FEED = 0x0a
const CARRIAGE_RETURN = 0x0d

/** While a request is sent, so much of an early response is held; after that, receiving waits for the end of sending. */
const MAX_EARLY_BYTES = 1 << 20

/** @throws SocketTimeoutError: a peer that always has something ready must not outlast the limit */
export function checkTime(deadline: Deadline): void {
  if (deadline.expired) throw failure(TIMED_OUT, 'fetch', { timeout: deadline.whole })
}

/** What bytes are received from: a Socket, or a test's own source. */
export type ByteSource = Pick<Socket, 'recv' | 'tryRecv'>

export class Input {
  readonly #socket: ByteSource
  #held: Buffer = EMPTY
  #hasEnded = false
  #receivedBytes = 0

  constructor(socket: ByteSource) {
    this.#socket = socket
  }

  /** How many bytes are held. */
  get heldBytes(): number {
    return this.#held.length
  }

  /** How many bytes were received, for this response and earlier ones. */
  get receivedBytes(): number {
    return this.#receivedBytes
  }

  /** Whether the peer may still send something that there is room for. */
  get wantsMore(): boolean {
    return !this.#hasEnded && this.#held.length < MAX_EARLY_BYTES
  }

  /** Receives what is there, without waiting. */
  receiveEarly(): void {
    const bytes = this.#socket.tryRecv(RECEIVE_BYTES)
    if (bytes !== undefined) this.#add(bytes)
  }

  /**
   * The status of the response whose head has been received, while the request is still sent; null before that. Interim
   * responses count too.
   */
  get earlyStatus(): number | null {
    if (!this.#held.includes('\r\n\r\n')) return null
    const match = /^HTTP\/1\.[01] (\d{3})/.exec(this.#held.toString('latin1', 0, 12))
    return match === null ? null : Number(match[1])
  }

  /**
   * A line without its CRLF, as latin1; null where the stream ends before it. RFC 9112 lets a recipient take a bare LF for
   * the end of a line; proxies that do not then see another message than this client.
   * @throws HttpError `ERR_HTTP_INVALID_RESPONSE` for a bare LF or CR; `onTooLong` for more than `maxBytes`
   */
  line(maxBytes: number, deadline: Deadline, onTooLong: () => Error): string | null {
    for (let searched = 0; ; ) {
      const end = this.#held.indexOf(LINE_FEED, searched)
      if (end > maxBytes || (end < 0 && this.#held.length > maxBytes)) throw onTooLong()
      if (end >= 0) return this.#takeLine(end)
      searched = this.#held.length
      if (!this.#receive(deadline)) return null
    }
  }

  #takeLine(end: number): string {
    if (end === 0 || this.#held[end - 1] !== CARRIAGE_RETURN) throw invalidResponse('a line ends in LF without CR')
    const line = this.#held.toString('latin1', 0, end - 1)
    if (line.includes('\r')) throw invalidResponse('a line has a CR within it')
    this.#held = this.#held.subarray(end + 1)
    return line
  }

  /** At most so many bytes, those held first; null at the end of the stream. */
  some(maxBytes: number, deadline: Deadline): Buffer | null {
    if (this.#held.length === 0 && !this.#receive(deadline)) return null
    const bytes = this.#held.subarray(0, maxBytes)
    this.#held = this.#held.subarray(bytes.length)
    return bytes
  }

  /** Whether the peer has closed the connection, or sent something although nothing was asked. */
  isSpoiled(): boolean {
    try {
      return this.#held.length > 0 || this.#hasEnded || this.#socket.tryRecv(1) !== undefined
    } catch {
      return true
    }
  }

  #receive(deadline: Deadline): boolean {
    if (this.#hasEnded) return false
    checkTime(deadline)
    const { remaining } = deadline
    this.#add(this.#socket.recv(RECEIVE_BYTES, { timeout: remaining === FOREVER ? null : remaining }))
    return !this.#hasEnded
  }

  #add(bytes: Buffer | null): void {
    if (bytes === null) {
      this.#hasEnded = true
      return
    }
    this.#receivedBytes += bytes.length
    this.#held = this.#held.length === 0 ? bytes : Buffer.concat([this.#held, bytes])
  }
}
