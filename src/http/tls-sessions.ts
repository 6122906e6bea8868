// Sessions of TLS for the next connections to the same server, as https.Agent keeps them. A resumed handshake sends no
// certificates and needs no signature.
//
// A session is given out once, and the connection that resumes it brings the next one. So a session with which a handshake
// fails is dropped. A ticket of TLS 1.3 that was sent twice would let an observer link the two connections: RFC 8446, C.4.

/** As in https.Agent. */
const MAX_SESSIONS = 100

/** The oldest first. */
const sessions = new Map<string, Buffer>()

/** Takes the session of connections of a key; null where there is none. */
export function takeSession(key: string): Buffer | null {
  const session = sessions.get(key) ?? null
  sessions.delete(key)
  return session
}

/** Keeps a session in place of an earlier one. */
export function keepSession(key: string, session: Buffer): void {
  sessions.delete(key)
  sessions.set(key, session)
  if (sessions.size > MAX_SESSIONS) sessions.delete(sessions.keys().next().value!)
}
