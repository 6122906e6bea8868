// Copying between a socket and standard input and output, with the rules of OpenBSD's netcat for the end: a client ends
// when both sides have ended, a listener's connection when the peer has. Datagrams have no end: an idle timeout, -q or a
// signal ends them.

import { type AsyncSocket, SOCK_SEQPACKET, SOCK_STREAM, SocketError } from '../../index.js'
import type { Input, Output } from './input.js'

/** How a connection ends. */
export interface RelayRules {
  readonly crlf: boolean
  /** Shuts the sending side down at the end of the input. */
  readonly halfClose: boolean
  /** Ends so many milliseconds after the end of the input. */
  readonly quitMs?: number
  /** Ends when nothing was sent or received for so many milliseconds. */
  readonly idleMs?: number
  /** Ends when the peer's side has ended, though the input has not. */
  readonly endsWithPeer: boolean
  /** Called when a stream takes no more of the input, because the peer has closed. */
  readonly notePeerClosed: (error: SocketError) => void
}

/** The buffer of OpenBSD's netcat: a read from standard input becomes one datagram or packet, which is not longer. */
const MAX_MESSAGE_BYTES = 16_384
const MAX_STREAM_BYTES = 65_536
/** Room for every datagram of UDP. */
const MAX_RECEIVE_BYTES = 65_536

const LF = 0x0a
const CR = 0x0d

/**
 * Copies until the connection ends.
 * @throws SocketError if it fails
 */
export async function relay(socket: AsyncSocket, input: Input, output: Output, rules: RelayRules): Promise<void> {
  await new Relay(socket, input, output, rules).run()
}

/**
 * Whether sending failed because the peer has closed. On Linux a reset after the peer's end makes send(2) fail with EPIPE and
 * shutdown(2) with ENOTCONN: what the peer sent is received to its end, so nothing is lost, and OpenBSD's netcat is silent.
 * A reset without an end is ECONNRESET for the send or the receive that meets it first: the reply may be incomplete.
 */
function isEndOfPeer(error: unknown): error is SocketError {
  return error instanceof SocketError && (error.code === 'EPIPE' || error.code === 'ENOTCONN')
}

class Relay {
  readonly #socket: AsyncSocket
  readonly #input: Input
  readonly #output: Output
  readonly #rules: RelayRules
  /** Ends both directions. */
  readonly #stop = new AbortController()
  /** Ends the reading of further input. */
  readonly #noMoreInput = new AbortController()
  readonly #timers = new Set<NodeJS.Timeout>()
  #idle: NodeJS.Timeout | undefined
  #failure: unknown
  #lastByte = 0

  constructor(socket: AsyncSocket, input: Input, output: Output, rules: RelayRules) {
    this.#socket = socket
    this.#input = input
    this.#output = output
    this.#rules = rules
  }

  async run(): Promise<void> {
    if (this.#rules.idleMs !== undefined) this.#idle = this.#stopAfter(this.#rules.idleMs)
    this.#stop.signal.addEventListener('abort', () => this.#noMoreInput.abort())
    const sending = this.#guarded(this.#send(), () => !this.#hasEnd)
    await this.#guarded(this.#receive(), () => true)
    if (this.#rules.endsWithPeer) this.#noMoreInput.abort()
    await sending
    for (const timer of this.#timers) clearTimeout(timer)
    if (this.#failure !== undefined) throw this.#failure
  }

  /**
   * Waits for a direction, and keeps the first failure.
   * @param isFatal whether a failure of the socket ends the other direction too. One of sending does not on a stream: what
   *   the peer sent before it closed is still received
   */
  async #guarded(direction: Promise<void>, isFatal: () => boolean): Promise<void> {
    try {
      await direction
    } catch (error) {
      // After that the errors are those of cancelled verbs.
      if (this.#stop.signal.aborted) return
      this.#failure ??= error
      if (isFatal() || !(error instanceof SocketError)) this.#stop.abort()
    }
  }

  #stopAfter(ms: number): NodeJS.Timeout {
    const timer = setTimeout(() => this.#stop.abort(), ms)
    this.#timers.add(timer)
    return timer
  }

  async #send(): Promise<void> {
    const { signal } = this.#stop
    try {
      await this.#sendInput()
      if (this.#rules.halfClose && this.#hasEnd && !signal.aborted) this.#socket.shutdown('write')
    } catch (error) {
      if (!this.#hasEnd || !isEndOfPeer(error)) throw error
      this.#rules.notePeerClosed(error)
    }
    if (this.#rules.quitMs !== undefined && !signal.aborted) this.#stopAfter(this.#rules.quitMs)
  }

  async #sendInput(): Promise<void> {
    const { signal } = this.#stop
    const maxBytes = this.#socket.type === SOCK_STREAM ? MAX_STREAM_BYTES : MAX_MESSAGE_BYTES
    for (;;) {
      const bytes = await this.#input.read(maxBytes, this.#noMoreInput.signal)
      if (bytes === null) return
      const data = this.#rules.crlf ? this.#withCrLf(bytes) : bytes
      if (this.#socket.type === SOCK_STREAM) await this.#socket.sendAll(data, { signal })
      else await this.#socket.send(data, { signal })
      this.#idle?.refresh()
    }
  }

  get #hasEnd(): boolean {
    return this.#socket.type === SOCK_STREAM || this.#socket.type === SOCK_SEQPACKET
  }

  /** The bytes with CR and LF in place of each LF that has no CR before it. */
  #withCrLf(bytes: Buffer): Buffer {
    const converted: number[] = []
    for (const byte of bytes) {
      if (byte === LF && this.#lastByte !== CR) converted.push(CR)
      converted.push(byte)
      this.#lastByte = byte
    }
    return Buffer.from(converted)
  }

  async #receive(): Promise<void> {
    const { signal } = this.#stop
    for (;;) {
      const bytes = await this.#socket.recv(MAX_RECEIVE_BYTES, { signal })
      if (bytes === null) return
      this.#idle?.refresh()
      await this.#output.write(bytes)
    }
  }
}
