// Parsers that find the end of a reply in pieces of any size. Every mode uses the same parsers.

/** Parses one reply after the other. */
export interface ReplyParser {
  /** Whether the server closes the connection after the reply, so that the next request needs a new connection. */
  readonly closes: boolean
  /** Begins a new reply. */
  begin(): void
  /**
   * Takes received bytes.
   * @returns whether the reply is complete now
   * @throws InvalidReplyError if it is not a reply of this protocol
   */
  take(bytes: Buffer): boolean
  /**
   * Takes the end of the stream.
   * @returns true: the end completes the reply
   * @throws InvalidReplyError if it does not
   */
  end(): boolean
}

/** The received bytes are not a reply of the protocol. */
export class InvalidReplyError extends Error {
  override readonly name = 'InvalidReplyError'
}

const MAX_QUOTED_BYTES = 40

/** Quotes the beginning of `bytes` for a message of one line. */
function quoted(bytes: Buffer): string {
  const text = JSON.stringify(bytes.toString('latin1', 0, MAX_QUOTED_BYTES))
  return bytes.length > MAX_QUOTED_BYTES ? `${text}...` : text
}

/** The error for a stream that ends after `received` bytes of an incomplete reply. */
export function endedEarly(received: number): InvalidReplyError {
  const when = received === 0 ? 'without a reply' : `after ${received} bytes of its reply`
  return new InvalidReplyError(`the server closed the connection ${when}`)
}

/** A reply whose bytes are known in advance. */
export class ExactReply implements ReplyParser {
  readonly closes = false
  readonly #expected: Buffer
  readonly #name: string
  #received = 0

  /** @param name the expected kind of reply, for messages: `echo` */
  constructor(expected: Buffer, name: string) {
    this.#expected = expected
    this.#name = name
  }

  begin(): void {
    this.#received = 0
  }

  take(bytes: Buffer): boolean {
    const next = this.#received + bytes.length
    if (!this.#expected.subarray(this.#received, next).equals(bytes)) {
      throw new InvalidReplyError(`the reply is not the expected ${this.#name}: it contains ${quoted(bytes)}`)
    }
    this.#received = next
    return next === this.#expected.length
  }

  end(): boolean {
    throw endedEarly(this.#received)
  }
}

const LINE_FEED = 0x0a

/** A reply of one line with any content. */
export class LineReply implements ReplyParser {
  readonly closes = false
  #received = 0

  begin(): void {
    this.#received = 0
  }

  take(bytes: Buffer): boolean {
    this.#received += bytes.length
    const end = bytes.indexOf(LINE_FEED)
    if (end >= 0 && end < bytes.length - 1) {
      throw new InvalidReplyError(`bytes after the line of the reply: ${quoted(bytes.subarray(end + 1))}`)
    }
    return end >= 0
  }

  end(): boolean {
    throw endedEarly(this.#received)
  }
}
