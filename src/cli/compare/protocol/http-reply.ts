// A reply of HTTP/1, parsed by the parser of `berkeley/http`; a status of 400 or more is an error.

import { HttpError, ResponseParser } from '../../../http/index.js'
import { endedEarly, InvalidReplyError, type ReplyParser } from './reply-parser.js'

/** Parses one reply after the other. */
export class HttpReply implements ReplyParser {
  /** Of the last reply, also while the next one is received. */
  closes = false
  #parser = new ResponseParser()
  #received = 0

  begin(): void {
    this.#parser = new ResponseParser()
    this.#received = 0
  }

  take(bytes: Buffer): boolean {
    this.#received += bytes.length
    this.#parser.push(bytes)
    if (!this.#isComplete()) return false
    const { heldBytes } = this.#parser
    if (heldBytes > 0) throw new InvalidReplyError(`${heldBytes} bytes after the end of the reply`)
    return true
  }

  end(): boolean {
    this.#parser.push(null)
    try {
      return this.#isComplete()
    } catch {
      throw endedEarly(this.#received)
    }
  }

  #isComplete(): boolean {
    try {
      const head = this.#parser.readHead()
      if (head !== undefined && head.status >= 400) {
        throw new InvalidReplyError(`the server replied ${head.status} ${head.statusText.slice(0, 50)}`)
      }
      for (;;) {
        const piece = this.#parser.read()
        if (piece === undefined) return false
        if (piece !== null) continue
        this.closes = !this.#parser.keepsConnection
        return true
      }
    } catch (error) {
      throw error instanceof HttpError ? new InvalidReplyError(error.message) : error
    }
  }
}
