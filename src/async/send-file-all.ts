// A file sent by as many awaited calls as it takes.

import { Deadline, effectiveTimeout } from '../core/deadline.js'
import { withFields, withTimeout } from '../core/errors.js'
import { signalOf } from '../core/validate.js'
import { TIMED_OUT } from '../native/addon.js'
import type { Channel } from '../reactor/channel.js'
import { defer, maySettle } from '../reactor/fairness.js'
import { type FilePart, restOfPart } from '../socket/file-part.js'
import { type AsyncOptions, checkFree } from './pending-operation.js'
import { type FileSend, SEND_FILE, SEND_FILE_PART } from './verbs.js'

/**
 * Sends a part of a file: how many bytes were sent. An error has `bytesSent`.
 * @param send sends some of it within limits
 */
export async function sendFileAll(
  channel: Channel,
  whole: FilePart,
  options: AsyncOptions | undefined,
  send: (progress: FileSend, limits: AsyncOptions) => Promise<number>,
): Promise<number> {
  const { descriptor } = channel
  const deadline = new Deadline(effectiveTimeout(options, descriptor.timeout, 'sendfile'))
  const signal = options === undefined ? undefined : signalOf(options)
  descriptor.open('sendfile')
  checkFree(channel, SEND_FILE)
  channel.sender = SEND_FILE_PART
  let sent = 0
  let progress: FileSend | null = null
  try {
    for (let part = restOfPart(whole, sent); part !== null; part = restOfPart(whole, sent)) {
      if (!deadline.beginCall()) throw descriptor.failed(TIMED_OUT, 'sendfile', deadline.whole)
      progress = { part, taken: undefined }
      const count = await send(progress, { timeout: deadline.timeout, ...(signal && { signal }) })
      progress = null
      if (count === 0) break
      sent += count
      // A peer that takes all at once must not hold up the event loop.
      if (!maySettle()) await new Promise<void>(defer)
    }
    return sent
  } catch (error) {
    // A layer may have taken bytes that the kernel had not.
    throw withFields(withTimeout(error, deadline.whole) as Error, { bytesSent: sent + (progress?.taken ?? 0) })
  } finally {
    channel.sender = null
  }
}
