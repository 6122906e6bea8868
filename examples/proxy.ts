// A TCP proxy: relays each direction of every connection until that direction ends. One side may have ended its
// direction (half-close) while the other still sends.
//   node dist/examples/proxy.js 8080 example.com 80
import { createServer, EVENT_READ, EVENT_WRITE, ResolveError, Selector, Socket, SocketError } from 'berkeley'

const [port = '0', host = 'localhost', targetPort = '80'] = process.argv.slice(2)
const target = { host, port: Number(targetPort) }

/** One side of a connection, with the bytes that are queued for it. */
interface Side {
  readonly socket: Socket
  peer: Side
  connected: boolean
  unsent: Buffer
  /** The peer has ended its direction: half-close this side once everything is sent. */
  ending: boolean
  /** This side is half-closed: everything is sent. */
  ended: boolean
}

const selector = new Selector<Side | null>()
const listener = createServer({ host: '127.0.0.1', port: Number(port) })

function makeSide(socket: Socket, connected: boolean): Side {
  socket.setBlocking(false)
  const side = { socket, connected, unsent: Buffer.alloc(0), ending: false, ended: false } as Omit<Side, 'peer'> as Side
  side.peer = side
  return side
}

/** The events to watch for. Backpressure: a side is read only while nothing is queued for its peer. */
function interestOf(side: Side): number {
  const reads = side.connected && !side.peer.ending && side.peer.unsent.length === 0
  const writes = !side.connected || side.unsent.length > 0
  return (reads ? EVENT_READ : 0) | (writes ? EVENT_WRITE : 0)
}

function watch(side: Side): void {
  const interest = interestOf(side)
  if (interest === 0) {
    if (selector.has(side.socket)) selector.unregister(side.socket)
  } else if (selector.has(side.socket)) selector.modify(side.socket, interest)
  else selector.register(side.socket, interest, side)
}

function hangUp(side: Side): void {
  side.socket.close()
  side.peer.socket.close()
}

function begin(): void {
  const accepted = listener.tryAccept()
  if (accepted === undefined) return
  const near = makeSide(accepted, true)
  const far = makeSide(new Socket(), false)
  near.peer = far
  far.peer = near
  // The host may be a name: the socket is writable once the lookup and the connect have succeeded, or one has failed.
  attend(far, connect)
}

function connect(side: Side): void {
  side.connected = side.socket.tryConnect(target)
}

function receive(side: Side): void {
  const bytes = side.socket.tryRecv(65536)
  if (bytes === undefined) return
  if (bytes === null) side.peer.ending = true
  else side.peer.unsent = bytes
  send(side.peer)
}

function send(side: Side): void {
  if (!side.connected) return
  if (side.unsent.length > 0) side.unsent = side.unsent.subarray(side.socket.trySend(side.unsent) ?? 0)
  if (side.unsent.length > 0 || !side.ending || side.ended) return
  side.socket.shutdown('write')
  side.ended = true
}

/** Runs an action for one side. An error closes both sides of this connection, and no other connection. */
function attend(side: Side, act: (side: Side) => void): void {
  try {
    act(side)
    if (side.ended && side.peer.ended) hangUp(side)
    else for (const each of [side, side.peer]) watch(each)
  } catch (error) {
    if (!(error instanceof SocketError || error instanceof ResolveError)) throw error
    console.error(error.message)
    hangUp(side)
  }
}

function proceed(side: Side, events: number): void {
  if (!side.connected) connect(side)
  send(side)
  if (events & ~EVENT_WRITE && interestOf(side) & EVENT_READ) receive(side)
}

selector.register(listener, EVENT_READ, null)
console.log('relaying at', listener.address)
for (;;) {
  for (const { events, data: side } of selector.select()) {
    if (side === null) begin()
    else if (!side.socket.closed) attend(side, () => proceed(side, events))
  }
}
