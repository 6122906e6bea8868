// Receiving for a request: each receive waits at most until the deadline of the whole request.

import { type Deadline, FOREVER } from '../core/deadline.js'
import { failure } from '../core/errors.js'
import { TIMED_OUT } from '../native/addon.js'
import type { Socket } from '../socket/socket.js'
import { TlsError } from '../tls/errors.js'
import { ReceivedBytes } from './received-bytes.js'

const RECEIVE_BYTES = 65536

/** While a request is sent, so much of an early response is held; after that, receiving waits for the end of sending. */
const MAX_EARLY_BYTES = 1 << 20

/** @throws SocketTimeoutError: a peer that always has something ready must not outlast the limit */
export function checkTime(deadline: Deadline): void {
  if (deadline.expired) throw failure(TIMED_OUT, 'fetch', { timeout: deadline.whole })
}

/** What bytes are received from: a Socket, or a test's own source. */
export type ByteSource = Pick<Socket, 'recv' | 'tryRecv'>

/** A part of a response, parsed from what has been received; undefined until that is enough. */
export interface Part<Result> {
  read(received: ReceivedBytes): Result | undefined
}

export class Input {
  readonly #socket: ByteSource
  readonly #received = new ReceivedBytes()
  #receivedBytes = 0
  /** Set once the stream has ended without the end of TLS. */
  #truncation: TlsError | null = null

  constructor(socket: ByteSource) {
    this.#socket = socket
  }

  /** How many bytes are held. */
  get heldBytes(): number {
    return this.#received.heldBytes
  }

  /** How many bytes were received, for this response and earlier ones. */
  get receivedBytes(): number {
    return this.#receivedBytes
  }

  /** Whether the peer may still send something that there is room for. */
  get wantsMore(): boolean {
    return !this.#received.hasEnded && this.#received.heldBytes < MAX_EARLY_BYTES
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
    if (!this.#received.includes('\r\n\r\n')) return null
    const match = /^HTTP\/1\.[01] (\d{3})/.exec(this.#received.peek(12))
    return match === null ? null : Number(match[1])
  }

  /** Reads a part of a response, and receives until it is complete. */
  read<Result>(part: Part<Result>, deadline: Deadline): Result {
    for (;;) {
      const result = part.read(this.#received)
      // What the end of the stream completes may be incomplete. A part with a length, or none yet, fails by itself then.
      if (result !== undefined && this.#truncation !== null) throw this.#truncation
      if (result !== undefined) return result
      this.#receive(deadline)
    }
  }

  /** Whether the peer has closed the connection, or sent something although nothing was asked. */
  isSpoiled(): boolean {
    try {
      return this.#received.heldBytes > 0 || this.#received.hasEnded || this.#socket.tryRecv(1) !== undefined
    } catch {
      return true
    }
  }

  #receive(deadline: Deadline): void {
    checkTime(deadline)
    const { remaining } = deadline
    try {
      this.#add(this.#socket.recv(RECEIVE_BYTES, { timeout: remaining === FOREVER ? null : remaining }))
    } catch (error) {
      if (!(error instanceof TlsError && error.code === 'ERR_TLS_TRUNCATED')) throw error
      this.#truncation = error
      this.#add(null)
    }
  }

  #add(bytes: Buffer | null): void {
    this.#received.add(bytes)
    this.#receivedBytes += bytes?.length ?? 0
  }
}
