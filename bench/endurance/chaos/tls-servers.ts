// Servers over TLS: of awaits, and of threads. A handshake that fails, because the client is gone or speaks no TLS, opens no
// connection.

import {
  type AsyncSocket,
  type BlockingServer,
  type InetAddress,
  serveBlocking,
  TlsContext,
  wrapTlsAsync,
} from 'berkeley'
import { Certificates, noOpenSsl } from '../../../test/support/certificates.js'
import type { Random } from '../shared/random.js'
import { serveOne, startListener } from './awaited-server.js'
import { IDLE_MS, type Tally } from './tally.js'

/** In PEM. */
interface Identity {
  readonly cert: string
  readonly key: string
  /** What clients trust. */
  readonly ca: string
}

/** A certificate for localhost; null where there is no openssl command to make one. */
export function makeIdentity(): Identity | null {
  if (noOpenSsl !== false) return null
  const { good, root } = new Certificates()
  return { cert: good.cert, key: good.key, ca: root.cert }
}

/** The errors of a peer that ends without close_notify, or speaks something else. */
export const TLS_ERRORS = /^(ERR_TLS_TRUNCATED|ERR_SSL_.*)$/

export function startAwaitsOverTls(random: Random, tally: Tally, { cert, key }: Identity): InetAddress {
  const secureContext = new TlsContext({ cert, key })
  const handle = async (socket: AsyncSocket): Promise<void> => {
    try {
      const secure = await wrapTlsAsync(socket, { isServer: true, secureContext, timeout: IDLE_MS })
      await serveOne(secure, random, tally, TLS_ERRORS)
    } catch (error) {
      tally.error(error, TLS_ERRORS)
    }
  }
  return startListener(handle)
}

export function startThreadsOverTls(
  threads: number,
  counters: SharedArrayBuffer,
  { cert, key }: Identity,
): BlockingServer {
  return serveBlocking({ host: '127.0.0.1', port: 0, threads }, new URL('./blocking-handler.js', import.meta.url), {
    context: counters,
    tls: { cert, key, handshakeTimeout: IDLE_MS },
  })
}
