// How to know that a reply is complete, from pieces of any size. Every way to wait uses the same.

/** Takes one reply after the other apart. */
export interface ReplyParser {
  /** Whether the server closes the connection after the reply: the next request needs another. */
  readonly closes: boolean
  /** A new reply begins. */
  begin(): void
  /**
   * Takes what came.
   * @returns whether the reply is complete now
   * @throws WrongReply where it is none of this protocol
   */
  take(bytes: Buffer): boolean
  /** Takes the end of the stream: whether that completes the reply, which is an error otherwise. */
  end(): boolean
}

/** What came is no reply of the protocol. */
export class WrongReply extends Error {
  override readonly name = 'WrongReply'
}

/** The beginning of something, for a message of one line. */
export function quoted(bytes: Buffer): string {
  const text = JSON.stringify(bytes.toString('latin1', 0, 40))
  return bytes.length > 40 ? `${text}...` : text
}

/** The reply ended before it was complete. */
export function endedEarly(received: number): WrongReply {
  const when = received === 0 ? 'without a reply' : `after ${received} bytes of its reply`
  return new WrongReply(`the server closed the connection ${when}`)
}

/** The reply is known beforehand, byte by byte. */
export class ExactReply implements ReplyParser {
  readonly closes = false
  readonly #expected: Buffer
  readonly #name: string
  #received = 0

  /** @param name what the reply should have been: `echo` */
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
      throw new WrongReply(`the reply is no ${this.#name}: it has ${quoted(bytes)}`)
    }
    this.#received = next
    return next === this.#expected.length
  }

  end(): boolean {
    throw endedEarly(this.#received)
  }
}

const LINE_FEED = 0x0a

/** The reply is one line, of whatever content. */
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
      throw new WrongReply(`more than a line came: ${quoted(bytes.subarray(end + 1))}`)
    }
    return end >= 0
  }

  end(): boolean {
    throw endedEarly(this.#received)
  }
}
