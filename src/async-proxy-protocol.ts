// The header of the PROXY protocol, awaited.

import type { AsyncSocket } from './async-socket.js'
import type { AsyncOptions } from './awaited-descriptor.js'
import { MSG_PEEK, MSG_WAITALL } from './constants.js'
import { failure } from './errors.js'
import { Limit, limitOf, timeoutNumber } from './limits.js'
import { TIMED_OUT } from './native.js'
import type { ProxyHeader } from './proxy-header.js'
import type { ProxyHeaderOptions } from './proxy-parser.js'
import { endedBefore, finished, PEEK, parserFor } from './proxy-protocol.js'

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
  const limit = new Limit(limitOf(options, timeoutNumber(socket.timeout)))
  const parser = parserFor(socket.inner, options)
  while (parser.header === null) {
    if (!limit.goOn()) throw failure(TIMED_OUT, 'recv')
    const seen = await socket.recv(PEEK, { ...options, flags: MSG_PEEK, timeout: limit.timeout })
    if (seen === null) return endedBefore(parser)
    socket.tryRecv(parser.push(seen), { flags: MSG_WAITALL })
  }
  return finished(socket.inner, parser.header)
}
