// Connections of which one end is web streams.

import { AsyncSocket, toWeb, type WebStreams } from 'berkeley'
import { tcpPair } from './pairs.js'

/** Web streams over one end of a unix pair, and the other end. */
export function unixPair(): { web: WebStreams; peer: AsyncSocket } {
  const [a, peer] = AsyncSocket.pair()
  return { web: toWeb(a), peer }
}

/** The same over TCP. */
export function internetPair(): { web: WebStreams; peer: AsyncSocket } {
  const [a, b] = tcpPair()
  return { web: toWeb(a), peer: b.toAsync() }
}
