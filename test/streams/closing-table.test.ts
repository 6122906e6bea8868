// Every way to end a connection at every point of its life: each pending operation ends once, and no descriptor leaks.

import assert from 'node:assert/strict'
import { before, test } from 'node:test'
import {
  AsyncSocket,
  createServer,
  type HostInput,
  openConnection,
  SO_LINGER,
  SO_RCVBUF,
  SO_SNDBUF,
  Socket,
} from 'berkeley'
import { type Kind, kinds, type Subject } from '../support/closing-subjects.js'
import { openDescriptors, uncountable } from '../support/descriptors.js'
import { fullTcpListener } from '../support/listeners.js'
import { tcpPair } from '../support/pairs.js'

/** The outcomes of a pending receive and of a pending send. */
interface Expected {
  readonly receive: RegExp
  readonly send: RegExp
}

const RESET = /^(ECONNRESET|EPIPE)$/

/** What the peer does. A pending send leaves bytes that the peer has not read, so its close is a reset. */
const peerEndings: Readonly<Record<string, Expected & { act(peer: AsyncSocket): void }>> = {
  'the peer closes': { act: (peer) => peer.close(), receive: /^(end|ECONNRESET|EPIPE)$/, send: RESET },
  'the peer resets': { act: reset, receive: RESET, send: RESET },
  'the peer ends': { act: (peer) => peer.shutdown('write'), receive: /^end$/, send: /^sent$/ },
}

const CLOSED = /^(ERR_SOCKET_CLOSED|ERR_STREAM_DESTROYED|closed)$/

/** What our side does, as far as a kind of connection offers it. */
const ownEndings: Readonly<Record<string, Expected>> = {
  close: { receive: CLOSED, send: CLOSED },
  'pause, then close': { receive: CLOSED, send: CLOSED },
  reset: { receive: CLOSED, send: CLOSED },
  dispose: { receive: CLOSED, send: CLOSED },
  destroy: { receive: CLOSED, send: CLOSED },
  detach: { receive: /^ERR_SOCKET_DETACHED$/, send: /^ERR_SOCKET_DETACHED$/ },
  abort: { receive: /^ABORT_ERR$/, send: /^ABORT_ERR$/ },
  'destroy with an error': { receive: /^ERR_OF_OURS$/, send: /^ERR_OF_OURS$/ },
  end: { receive: /^end$/, send: /^sent$/ },
  destroySoon: { receive: /^(closed|end)$/, send: /^sent$/ },
}

/** The operations that are pending when the connection ends. */
interface Pending {
  readonly receive?: Promise<string>
  readonly send?: Promise<string>
}

/** The points of a connection's life. */
const points: Readonly<Record<string, (subject: Subject, peer: AsyncSocket) => Pending | Promise<Pending>>> = {
  'with nothing pending': () => ({}),
  'with a receive pending': (subject) => ({ receive: subject.receive() }),
  'with a send pending': (subject) => ({ send: subject.send() }),
  'with both pending': (subject) => ({ receive: subject.receive(), send: subject.send() }),
  'after our end': (subject) => {
    subject.end()
    return { receive: subject.receive() }
  },
  'with bytes unread': (_, peer) => {
    peer.trySend('x')
    return {}
  },
  'after the peer’s end': async (subject, peer) => {
    peer.shutdown('write')
    assert.equal(await subject.receive(), 'end')
    return { send: subject.send() }
  },
}

function reset(peer: AsyncSocket): void {
  peer.setOption(SO_LINGER, 0)
  peer.close()
}

/** Two connected sockets with small buffers, so that a send soon has to wait. */
function smallPair(): [Socket, AsyncSocket] {
  const [a, b] = tcpPair()
  a.setOption(SO_SNDBUF, 16384)
  b.setOption(SO_RCVBUF, 16384)
  return [a, b.toAsync()]
}

/** Receives until the other side ends or fails, and closes. */
async function drain(peer: AsyncSocket): Promise<void> {
  try {
    for await (const _ of peer.chunks());
  } catch {
    // The peer was closed already, or the connection was reset.
  }
  peer.close()
}

/** Expects the outcomes of the pending operations, each event once, and no event after close. */
async function settle(subject: Subject, pending: Pending, peer: AsyncSocket, expected: Expected): Promise<void> {
  const drained = drain(peer)
  const { receive, send } = pending
  if (send !== undefined) assert.match(await send, expected.send, 'the send')
  if (receive !== undefined) assert.match(await receive, expected.receive, 'the receive')
  await subject.finish()
  await drained
  assert.deepEqual(subject.log, [...new Set(subject.log)], 'an event was emitted twice')
  assert.ok(['close', undefined].includes(subject.log.at(-1)), `after the close: ${subject.log}`)
}

/** Plays one row of the table, and expects as many open descriptors after it as before. */
async function play<Of extends Subject>(
  kind: Kind<Of>,
  begin: (typeof points)[string],
  end: (subject: Of, peer: AsyncSocket) => void,
  expected: Expected,
): Promise<void> {
  const before = openDescriptors()
  const [socket, peer] = smallPair()
  const subject = kind.make(socket)
  const pending = await begin(subject, peer)
  end(subject, peer)
  await settle(subject, pending, peer, expected)
  assert.equal(openDescriptors(), before, 'descriptors were left open')
}

/** The same, with the end called from where the program receives bytes. */
async function playAtBytes<Of extends Subject>(kind: Kind<Of>, ending: string, sends: boolean): Promise<void> {
  const begin = (subject: Subject, peer: AsyncSocket): Pending | Promise<Pending> => {
    subject.onBytes = () => kind.endings[ending]!(subject as Of)
    return points[sends ? 'with both pending' : 'with a receive pending']!(subject, peer)
  }
  await play(kind, begin, (_, peer) => void peer.trySend('x'), ownEndings[ending]!)
}

// The first pending operation opens the reactor's own descriptors.
before(async () => {
  const [a, b] = AsyncSocket.pair()
  const received = a.recv(1)
  await b.send('x')
  await received
  a.close()
  b.close()
})

const options = { skip: uncountable, timeout: 20_000 }

for (const [name, kind] of Object.entries(kinds)) {
  for (const [point, begin] of Object.entries(points)) {
    for (const [ending, { act, ...expected }] of Object.entries(peerEndings)) {
      test(`${name}: ${ending}, ${point}`, options, () => play(kind, begin, (_, peer) => act(peer), expected))
    }
    for (const [ending, act] of Object.entries(kind.endings)) {
      test(`${name}: ${ending}, ${point}`, options, () => play(kind, begin, act, ownEndings[ending]!))
    }
  }
  for (const ending of Object.keys(kind.endings)) {
    for (const sends of [false, true]) {
      const point = sends ? 'when bytes arrive with a send pending' : 'when bytes arrive'
      test(`${name}: ${ending}, ${point}`, options, () => playAtBytes(kind, ending, sends))
    }
  }
}

/** Operations that are pending before there is a connection; each returns the outcome of ending it. */
const beginnings: Readonly<Record<string, (end: string) => Promise<string>>> = {
  'AsyncSocket.connect': async (end) => {
    using obstacle = fullTcpListener()
    const socket = new AsyncSocket()
    const { aborter, code } = outcome((signal) =>
      socket.connect(obstacle.listener.getSockName() as HostInput, { signal }),
    )
    if (end === 'abort') aborter.abort()
    else socket.close()
    const result = await code
    assert.ok(socket.closed, 'an aborted connect must close its socket')
    return result
  },
  openConnection: async () => {
    using obstacle = fullTcpListener()
    const address = obstacle.listener.getSockName() as HostInput
    const { aborter, code } = outcome((signal) => openConnection(address, { signal }))
    aborter.abort()
    return code
  },
  'AsyncSocket.accept': async (end) => {
    const listener = createServer({ host: '127.0.0.1', port: 0 }).toAsync()
    const { aborter, code } = outcome((signal) => listener.accept({ signal }))
    if (end === 'abort') aborter.abort()
    else listener.close()
    const result = await code
    listener.close()
    return result
  },
  'AsyncSocket.connections': async () => {
    const listener = createServer({ host: '127.0.0.1', port: 0 }).toAsync()
    const { code } = outcome(async () => {
      for await (const _ of listener.connections()) assert.fail('no client has connected')
    })
    listener.close()
    return code
  },
  'toDuplex of a connecting socket': async (end) => {
    using obstacle = fullTcpListener()
    const socket = new Socket()
    socket.tryConnect(obstacle.listener.getSockName() as HostInput)
    const subject = kinds['a stream']!.make(socket)
    const results = Promise.all([subject.receive(), subject.send()])
    kinds['a stream']!.endings[end]!(subject)
    const codes = await results
    await subject.finish()
    return codes.join(' ')
  },
}

const outcomes: readonly (readonly [beginning: string, end: string, expected: string])[] = [
  ['AsyncSocket.connect', 'close', 'ERR_SOCKET_CLOSED'],
  ['AsyncSocket.connect', 'abort', 'ABORT_ERR'],
  ['openConnection', 'abort', 'ABORT_ERR'],
  ['AsyncSocket.accept', 'close', 'ERR_SOCKET_CLOSED'],
  ['AsyncSocket.accept', 'abort', 'ABORT_ERR'],
  ['AsyncSocket.connections', 'close', 'done'],
  ['toDuplex of a connecting socket', 'destroy', 'closed ERR_STREAM_DESTROYED'],
  ['toDuplex of a connecting socket', 'abort', 'ABORT_ERR ABORT_ERR'],
  ['toDuplex of a connecting socket', 'reset', 'closed ERR_STREAM_DESTROYED'],
]

/** Starts an operation that can be aborted; `code` is that of its failure, or `done`. */
function outcome(begin: (signal: AbortSignal) => Promise<unknown>): {
  aborter: AbortController
  code: Promise<string>
} {
  const aborter = new AbortController()
  const code = begin(aborter.signal).then(
    () => 'done',
    (error: { code: string }) => error.code,
  )
  return { aborter, code }
}

for (const [beginning, end, expected] of outcomes) {
  test(`${beginning}: ${end} gives ${expected}`, options, async () => {
    const before = openDescriptors()
    assert.equal(await beginnings[beginning]!(end), expected)
    assert.equal(openDescriptors(), before, 'descriptors were left open')
  })
}
