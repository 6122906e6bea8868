// A file sent by as many awaited calls as it takes.

import { Deadline, effectiveTimeout } from '../core/deadline.js'
import { withFields, withTimeout } from '../core/errors.js'
import { signalOf } from '../core/validate.js'
import { TIMED_OUT } from '../native/addon.js'
import { defer, maySettle } from '../reactor/fairness.js'
import type { Descriptor } from '../socket/descriptor.js'
import { type FilePart, restOfPart } from '../socket/file-part.js'
import type { AsyncOptions } from './pending-operation.js'

/**
 * Sends a part of a file: how many bytes were sent. An error has `bytesSent`.
 * @param send sends some of a part within limits
 */
export async function sendFileAll(
  descriptor: Descriptor,
  whole: FilePart,
  options: AsyncOptions | undefined,
  send: (part: FilePart, limits: AsyncOptions) => Promise<number>,
): Promise<number> {
  const deadline = new Deadline(effectiveTimeout(options, descriptor.timeout, 'sendfile'))
  const signal = options === undefined ? undefined : signalOf(options)
  let sent = 0
  try {
    for (let part = restOfPart(whole, sent); part !== null; part = restOfPart(whole, sent)) {
      if (!deadline.beginCall()) throw descriptor.failed(TIMED_OUT, 'sendfile', deadline.whole)
      const count = await send(part, { timeout: deadline.timeout, ...(signal && { signal }) })
      if (count === 0) break
      sent += count
      // A peer that takes all at once must not hold up the event loop.
      if (!maySettle()) await new Promise<void>(defer)
    }
    return sent
  } catch (error) {
    throw withFields(withTimeout(error, deadline.whole) as Error, { bytesSent: sent })
  }
}
