// A face of the event loop's channel as the model sees it.

/** What a face reports to the model. What is returned is what a handler returns. */
export interface Observer {
  open(): unknown
  data(bytes: Uint8Array): unknown
  drain(): unknown
  end(): unknown
  error(error: Error): unknown
  close(): unknown
}

/** What the model does to a face. */
export interface Face {
  /** Whether nothing is delivered between `pause` and `resume`. An awaited receive may have settled before the pause. */
  readonly hasStrictPause: boolean
  /** Whether nothing is delivered after `close` was called. A stream of Node's may deliver what it has buffered. */
  readonly isSilentOnceClosing: boolean
  /** Whether our side stays open after the peer's end. */
  readonly allowsHalfOpen: boolean
  /** What an exception of a handler does: it closes the connection, or is uncaught and changes nothing. */
  readonly onThrow: 'closes' | 'is uncaught' | 'unsupported'
  /** Returns how many bytes were taken or queued. */
  send(bytes: Uint8Array): number
  pause(): void
  resume(): void
  end(): void
  close(): void
  reset(): void
}

/** Small buffers, so that what is written has to be queued. */
export const SEND_BUFFER_BYTES = 16384
