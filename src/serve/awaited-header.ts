// The header of the PROXY protocol at the beginning of a connection, until it has arrived as a whole.

import type { SocketError } from '../core/errors.js'
import { TIMED_OUT } from '../native/addon.js'
import type { ProxyHeader } from '../proxy-protocol/header.js'
import { type ProxyHeaderOptions, ProxyHeaderParser } from '../proxy-protocol/parser.js'
import { begunHeader } from '../proxy-protocol/read-header.js'
import type { Descriptor } from '../socket/descriptor.js'

/** How long a proxy has for its header, which it sends first. */
const HEADER_TIMEOUT_MS = 5000

/** A header that is awaited for a limited time. */
export class AwaitedHeader {
  readonly #parser: ProxyHeaderParser
  readonly #timer: NodeJS.Timeout

  /** @param expired is called with the error when the time is over */
  constructor(descriptor: Descriptor, options: ProxyHeaderOptions, expired: (error: SocketError) => void) {
    this.#parser = begunHeader(descriptor) ?? new ProxyHeaderParser(options)
    const timeOut = (): void => expired(descriptor.failed(TIMED_OUT, 'proxy', HEADER_TIMEOUT_MS))
    this.#timer = setTimeout(timeOut, HEADER_TIMEOUT_MS).unref()
  }

  /** The header, once it has arrived. */
  get header(): ProxyHeader | null {
    return this.#parser.header
  }

  /** What has arrived of it. */
  get partial(): Buffer {
    return this.#parser.received
  }

  /**
   * Takes bytes that have arrived.
   * @returns how many of them belong to the header
   * @throws ProxyProtocolError for bytes that are no header
   */
  push(bytes: Buffer): number {
    return this.#parser.push(bytes)
  }

  /** Waits no longer. */
  stop(): void {
    clearTimeout(this.#timer)
  }
}
