// The header of the PROXY protocol, awaited.

import type { AsyncSocket } from '../async/async-socket.js'
import type { AsyncOptions } from '../async/pending-operation.js'
import { checkedTimeout, Deadline, effectiveTimeout } from '../core/deadline.js'
import { failure } from '../core/errors.js'
import { TIMED_OUT } from '../native/addon.js'
import { MSG_PEEK, MSG_WAITALL } from '../native/generated/constants.js'
import type { ProxyHeader } from './header.js'
import type { ProxyHeaderOptions } from './parser.js'
import { endedBefore, finished, PEEK, parserFor } from './read-header.js'

/**
 * `readProxyHeader`, awaited.
 * @throws as `readProxyHeader`, and AbortError
 * @example
 * const connection = await awaited.accept()
 * const header = await readProxyHeaderAsync(connection, { timeout: 5000 })
 * console.log('client:', header?.source ?? connection.peerAddress)
 */
export async function readProxyHeaderAsync(
  socket: AsyncSocket,
  options: ProxyHeaderOptions & AsyncOptions = {},
): Promise<ProxyHeader | null> {
  const limit = new Deadline(effectiveTimeout(options, checkedTimeout(socket.timeout)))
  const parser = parserFor(socket, options)
  while (parser.header === null) {
    if (!limit.beginCall()) throw failure(TIMED_OUT, 'recv')
    const seen = await socket.recv(PEEK, { ...options, flags: MSG_PEEK, timeout: limit.timeout })
    if (seen === null) return endedBefore(parser)
    socket.tryRecv(parser.push(seen), { flags: MSG_WAITALL })
  }
  return finished(socket, parser.header)
}
