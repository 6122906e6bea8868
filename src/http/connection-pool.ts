// Connections that are kept for the next request to the same server. They are blocking sockets, so they keep no process
// alive; one that the server has closed meanwhile is found when it is taken.

import type { HeaderList } from './header-list.js'
import type { HttpConnection } from './http-connection.js'

/** How long a connection is kept. Servers close theirs after 5 s (Node), 15 s (Apache) or 75 s (nginx). */
const MAX_IDLE_MS = 4000

/** A server's own limit is anticipated by so much, because a request may cross its closing. */
const IDLE_MARGIN_MS = 1000

const MAX_IDLE_CONNECTIONS = 16

interface IdleConnection {
  readonly key: string
  readonly connection: HttpConnection
  readonly expires: number
}

/** The oldest first. */
let idle: IdleConnection[] = []
let sweeping = false

/** Takes the connection that was used last and still works; null where there is none. */
export function takeIdle(key: string): HttpConnection | null {
  closeExpired()
  for (;;) {
    const found = idle.findLast((entry) => entry.key === key)
    if (found === undefined) return null
    idle = idle.filter((entry) => entry !== found)
    if (!found.connection.input.isSpoiled()) return found.connection
    found.connection.close()
  }
}

/** Keeps a connection over which a response has been received completely, if its server will. */
export function keepIdle(key: string, connection: HttpConnection, headers: HeaderList): void {
  const idleMs = Math.min(MAX_IDLE_MS, serverLimitMs(headers))
  if (idleMs <= 0) {
    connection.close()
    return
  }
  closeExpired()
  if (idle.length === MAX_IDLE_CONNECTIONS) idle.shift()!.connection.close()
  idle.push({ key, connection, expires: performance.now() + idleMs })
  sweepLater()
}

/** The limit that `Keep-Alive: timeout=5` announces. */
function serverLimitMs(headers: HeaderList): number {
  const match = /(?:^|[,\s])timeout=(\d{1,6})/i.exec(headers.get('keep-alive') ?? '')
  return match === null ? Number.POSITIVE_INFINITY : Number(match[1]) * 1000 - IDLE_MARGIN_MS
}

function closeExpired(now: number = performance.now()): void {
  if (idle.every(({ expires }) => expires > now)) return
  for (const { connection, expires } of idle) if (expires <= now) connection.close()
  idle = idle.filter(({ expires }) => expires > now)
}

/** In a program that returns to the event loop, idle connections are closed in time; elsewhere by the next request. */
function sweepLater(): void {
  if (sweeping) return
  sweeping = true
  const timer = setTimeout(() => {
    sweeping = false
    closeExpired()
    if (idle.length > 0) sweepLater()
  }, MAX_IDLE_MS)
  timer.unref()
}

/**
 * Closes the connections of this thread that fetchSync keeps for later requests.
 * @example
 * import { closeIdleConnections, fetchSync } from 'berkeley/http'
 * console.log(fetchSync('http://localhost:8080/').text())
 * closeIdleConnections()
 */
export function closeIdleConnections(): void {
  for (const { connection } of idle) connection.close()
  idle = []
}
