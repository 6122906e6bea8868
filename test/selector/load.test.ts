// An echo server on one Selector under many connections at once, with every byte checked.
// BERKELEY_CONNECTIONS sets their number.

import assert from 'node:assert/strict'
import { createServer, EVENT_READ, EVENT_WRITE, type Selector, type Socket } from 'berkeley'
import { Child, fixture } from '../support/child.js'
import { portOf } from '../support/listeners.js'
import { makeSelector, onEachBackend } from '../support/readiness-backends.js'

const CONNECTIONS = Number(process.env['BERKELEY_CONNECTIONS'] ?? 1000)
const BYTES = 10_000

interface Connection {
  unsent: Buffer
  /** A connection that sends nothing does not count: it may be meant for the previous server of this port. */
  hasSent: boolean
}

type Echo = Selector<Connection | null>

function accept(selector: Echo, listener: Socket): void {
  for (let socket = listener.tryAccept(); socket !== undefined; socket = listener.tryAccept()) {
    selector.register(socket, EVENT_READ, { unsent: Buffer.alloc(0), hasSent: false })
  }
}

/** Echoes one chunk; returns false once the connection has ended. */
function echo(selector: Echo, socket: Socket, connection: Connection): boolean {
  if (connection.unsent.length === 0) {
    const bytes = socket.tryRecv(4096)
    if (bytes === null) {
      socket.close()
      return false
    }
    connection.unsent = bytes ?? connection.unsent
    connection.hasSent ||= bytes !== undefined
  }
  const taken = connection.unsent.length > 0 ? (socket.trySend(connection.unsent) ?? 0) : 0
  connection.unsent = connection.unsent.subarray(taken)
  selector.modify(socket, connection.unsent.length > 0 ? EVENT_WRITE : EVENT_READ)
  return true
}

/** Serves until all connections have ended; returns the largest number that was open at once. */
function serve(selector: Echo, listener: Socket): number {
  let ended = 0
  let most = 0
  const open = new Set<Connection>()
  selector.register(listener, EVENT_READ, null)
  while (ended < CONNECTIONS) {
    const ready = selector.select(30_000)
    assert.ok(ready.length > 0, `nothing became ready within 30 s; ${ended} connections have ended`)
    for (const { socket, data } of ready) {
      if (data === null) accept(selector, listener)
      else if (echo(selector, socket!, data)) {
        if (data.hasSent) open.add(data)
      } else if (open.delete(data)) ended++
    }
    most = Math.max(most, open.size)
  }
  return most
}

onEachBackend(`Selector: one thread echoes for ${CONNECTIONS} connections at once`, async (backend, context) => {
  using listener = createServer({ host: '127.0.0.1', port: 0 })
  using selector = makeSelector<Connection | null>(backend)
  const clients = new Child(
    context,
    fixture('selector/echo-clients'),
    [portOf(listener), CONNECTIONS, BYTES].map(String),
  )
  const most = serve(selector, listener)
  const { code, stderr } = await clients.ended()
  assert.equal(code, 0, stderr)
  assert.equal(await clients.line(), `${CONNECTIONS} echoes`)
  assert.equal(most, CONNECTIONS)
})
