// The response of `berkeley get`, received from a blocking socket while it is parsed.

import { type ReceivedHead, ResponseParser } from '../../http/index.js'
import type { Socket, WaitOptions } from '../../index.js'

const MAX_RECEIVE_BYTES = 65536

/** A response whose head has been received. */
export interface PageResponse {
  readonly head: ReceivedHead
  /** The size of the body, as far as the head says it. */
  readonly totalBytes: number | null
  /** The target of a redirection. */
  readonly location: string | null
  /** The body in pieces as they are received. */
  readonly body: Iterable<Buffer>
}

/**
 * Receives the head.
 * @throws HttpError for a response that is not valid
 */
export function readResponse(socket: Socket, wait: WaitOptions): PageResponse {
  const parser = new ResponseParser()
  const receive = (): void => parser.push(socket.recv(MAX_RECEIVE_BYTES, wait))
  for (;;) {
    const head = parser.readHead()
    if (head !== undefined) {
      const length = parser.header('content-length')
      const totalBytes = length === null ? null : Number(length)
      return { head, totalBytes, location: parser.header('location'), body: readBody(parser, receive) }
    }
    receive()
  }
}

function* readBody(parser: ResponseParser, receive: () => void): Generator<Buffer, void, undefined> {
  for (let piece = parser.read(); piece !== null; piece = parser.read()) {
    if (piece === undefined) receive()
    else yield piece
  }
}
