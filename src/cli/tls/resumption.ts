// Whether a server resumes sessions: a second connection offers the session of the first.

import { SocketError, TlsError, type TlsSocket, type WaitOptions } from '../../index.js'
import { openAgain, type TimedConnection, type TlsRequest } from './connecting.js'

/** What the second connection found. */
export interface Resumption {
  readonly resumed: boolean
  /** How long its handshake took, in milliseconds; `null` where there was none. */
  readonly handshakeMs: number | null
  /** Why there was none. */
  readonly reason?: string
}

/** A server that goes on sending is not received from any longer. */
const MAX_DISCARDED_BYTES = 1_000_000

/** Connects again with the session of the first connection, which is closed. */
export function tryResumption({ socket, address }: TimedConnection, request: TlsRequest): Resumption {
  try {
    const session = sessionOf(socket, request.wait)
    if (session === null) return { resumed: false, handshakeMs: null, reason: 'the server sent no session' }
    const again = openAgain(address, request, session)
    const resumed = again.socket.tls.isSessionReused
    again.socket.close()
    return { resumed, handshakeMs: again.times.handshakeMs }
  } catch (error) {
    return { resumed: false, handshakeMs: null, reason: (error as Error).message }
  }
}

/**
 * The session, which a server of TLS 1.3 sends after the handshake. Ending our side makes any server reply, whatever its
 * protocol: with the session, and then with its own end.
 * @throws TlsError for an alert
 */
function sessionOf(socket: TlsSocket, wait: WaitOptions): Buffer | null {
  try {
    socket.shutdown('write')
    for (let discarded = 0; discarded < MAX_DISCARDED_BYTES; ) {
      const bytes = socket.recv(65_536, wait)
      if (bytes === null) break
      discarded += bytes.length
    }
  } catch (error) {
    // A server that waits, or resets the connection, may have sent the session before that. An alert is reported: with
    // TLS 1.3 it is how a server refuses a client without a certificate.
    if (!(error instanceof SocketError) || error instanceof TlsError) throw error
  }
  const { session } = socket.tls
  socket.close()
  return session
}
