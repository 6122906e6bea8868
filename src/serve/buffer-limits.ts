// How much connections with handlers may queue. Without a bound, a peer that sends requests and never reads replies would
// make the server hold them all.

import { checkInteger, wrongValue } from '../core/validate.js'

/** How much connections may queue to be sent. */
export interface BufferOptions {
  /**
   * How many bytes of `write` and `end` a connection may have queued; 1 MiB unless given. Beyond that nothing is received
   * from its peer until the queue is empty, so that a peer that sends and never reads costs bounded memory: this, and what one
   * call of `data` queues, which is much where small requests have large replies. `Infinity`
   * queues without bound: needed where both ends send more than that before either reads.
   */
  readonly maxBufferedBytes?: number
  /**
   * The same for all connections of a server together; 256 MiB unless given. Beyond it every connection that queues
   * bytes receives nothing until its queue is empty.
   */
  readonly maxTotalBufferedBytes?: number
  /**
   * What becomes of a connection that exceeds `maxBufferedBytes`: `pause` (unless given) or `close`, which closes it with
   * a SocketError `ERR_BUFFER_FULL`. For servers that send much and receive little, which pausing does not hold up.
   */
  readonly whenFull?: 'pause' | 'close'
}

const DEFAULT_MAX_BUFFERED_BYTES = 1 << 20
const DEFAULT_MAX_TOTAL_BUFFERED_BYTES = 1 << 28

/** How much the connections of a server may queue. */
export interface BufferLimits {
  readonly maxBytes: number
  readonly maxTotalBytes: number
  readonly closesWhenFull: boolean
}

/** @throws TypeError, RangeError */
export function bufferLimitsOf(options: BufferOptions): BufferLimits {
  const { maxBufferedBytes = DEFAULT_MAX_BUFFERED_BYTES, whenFull = 'pause' } = options
  const { maxTotalBufferedBytes = DEFAULT_MAX_TOTAL_BUFFERED_BYTES } = options
  checkLimit(maxBufferedBytes, 'options.maxBufferedBytes')
  checkLimit(maxTotalBufferedBytes, 'options.maxTotalBufferedBytes')
  if (whenFull !== 'pause' && whenFull !== 'close') throw wrongValue("options.whenFull must be 'pause' or 'close'")
  return {
    maxBytes: maxBufferedBytes,
    maxTotalBytes: maxTotalBufferedBytes,
    closesWhenFull: whenFull === 'close',
  }
}

function checkLimit(value: unknown, argument: string): void {
  if (value !== Number.POSITIVE_INFINITY) checkInteger(value, argument, 0, Number.MAX_SAFE_INTEGER)
}
