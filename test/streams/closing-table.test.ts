// Every way to end a connection at every point of its life: whatever waits is told once, and nothing is left behind.
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

/** What must come of a receive and of a send that wait. */
interface Expected {
  readonly receive: RegExp
  readonly send: RegExp
}

const GONE = /^(ECONNRESET|EPIPE)$/

/** What the peer does. A send that waits leaves bytes that it has not read, and so its close is a reset. */
const peerEndings: Readonly<Record<string, Expected & { act(peer: AsyncSocket): void }>> = {
  'the peer closes': { act: (peer) => peer.close(), receive: /^(end|ECONNRESET|EPIPE)$/, send: GONE },
  'the peer resets': { act: reset, receive: GONE, send: GONE },
  'the peer ends': { act: (peer) => peer.shutdown('write'), receive: /^end$/, send: /^sent$/ },
}

const CLOSED = /^(ERR_SOCKET_CLOSED|ERR_STREAM_DESTROYED|closed)$/

/** What we do ourselves, as far as a kind of connection has it. */
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

/** What waits when the connection ends. */
interface Waiting {
  readonly receive?: Promise<string>
  readonly send?: Promise<string>
}

/** The points of a connection's life. */
const points: Readonly<Record<string, (subject: Subject, peer: AsyncSocket) => Waiting | Promise<Waiting>>> = {
  'nothing waits': () => ({}),
  'a receive waits': (subject) => ({ receive: subject.receive() }),
  'a send waits': (subject) => ({ send: subject.send() }),
  'both wait': (subject) => ({ receive: subject.receive(), send: subject.send() }),
  'we have ended': (subject) => {
    subject.end()
    return { receive: subject.receive() }
  },
  'bytes have come': (_, peer) => {
    peer.trySend('x')
    return {}
  },
  'the peer has ended': async (subject, peer) => {
    peer.shutdown('write')
    assert.equal(await subject.receive(), 'end')
    return { send: subject.send() }
  },
}

function reset(peer: AsyncSocket): void {
  peer.setOption(SO_LINGER, 0)
  peer.close()
}

/** Two connected sockets that hold so little that a send has to wait soon. */
function smallPair(): [Socket, AsyncSocket] {
  const [a, b] = tcpPair()
  a.setOption(SO_SNDBUF, 16384)
  b.setOption(SO_RCVBUF, 16384)
  return [a, b.toAsync()]
}

/** Takes what comes until the other side ends or fails, and closes. */
async function drain(peer: AsyncSocket): Promise<void> {
  try {
    for await (const _ of peer.chunks());
  } catch {
    // It was closed before, or the connection was reset.
  }
  peer.close()
}

/** Everything that waited must be told what is expected; then everything must be gone. */
async function settle(subject: Subject, waiting: Waiting, peer: AsyncSocket, expected: Expected): Promise<void> {
  const drained = drain(peer)
  const { receive, send } = waiting
  if (send !== undefined) assert.match(await send, expected.send, 'the send')
  if (receive !== undefined) assert.match(await receive, expected.receive, 'the receive')
  await subject.finish()
  await drained
  assert.deepEqual(subject.log, [...new Set(subject.log)], 'something was told twice')
  assert.ok(['close', undefined].includes(subject.log.at(-1)), `after the close: ${subject.log}`)
}

/** Plays one pair; afterwards no more descriptors must be open than before. */
async function play<Of extends Subject>(
  kind: Kind<Of>,
  begin: (typeof points)[string],
  end: (subject: Of, peer: AsyncSocket) => void,
  expected: Expected,
): Promise<void> {
  const before = openDescriptors()
  const [socket, peer] = smallPair()
  const subject = kind.make(socket)
  const waiting = await begin(subject, peer)
  end(subject, peer)
  await settle(subject, waiting, peer, expected)
  assert.equal(openDescriptors(), before, 'descriptors were left open')
}

/** The same, ended from where the program is given bytes, once with a send that waits. */
async function playAtBytes<Of extends Subject>(kind: Kind<Of>, ending: string, sends: boolean): Promise<void> {
  const begin = (subject: Subject, peer: AsyncSocket): Waiting | Promise<Waiting> => {
    subject.onBytes = () => kind.endings[ending]!(subject as Of)
    return points[sends ? 'both wait' : 'a receive waits']!(subject, peer)
  }
  await play(kind, begin, (_, peer) => void peer.trySend('x'), ownEndings[ending]!)
}

// The reactor's own descriptors come with the first that waits.
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
      test(`${name}: ${point}, and ${ending}`, options, () => play(kind, begin, (_, peer) => act(peer), expected))
    }
    for (const [ending, act] of Object.entries(kind.endings)) {
      test(`${name}: ${point}, and we ${ending}`, options, () => play(kind, begin, act, ownEndings[ending]!))
    }
  }
  for (const ending of Object.keys(kind.endings)) {
    for (const sends of [false, true]) {
      const where = sends ? 'bytes come while a send waits' : 'bytes come'
      test(`${name}: ${where}, and at that we ${ending}`, options, () => playAtBytes(kind, ending, sends))
    }
  }
}

/** Sockets that wait before there is a connection, and how a program ends that. */
const beginnings: Readonly<Record<string, (end: string) => Promise<string>>> = {
  'a connect waits': async (end) => {
    using obstacle = fullTcpListener()
    const socket = new AsyncSocket()
    const { aborter, code } = outcome((signal) =>
      socket.connect(obstacle.listener.getSockName() as HostInput, { signal }),
    )
    if (end === 'abort') aborter.abort()
    else socket.close()
    const told = await code
    assert.ok(socket.closed, 'a connect that is cancelled closes the socket')
    return told
  },
  'openConnection waits': async () => {
    using obstacle = fullTcpListener()
    const address = obstacle.listener.getSockName() as HostInput
    const { aborter, code } = outcome((signal) => openConnection(address, { signal }))
    aborter.abort()
    return code
  },
  'an accept waits': async (end) => {
    const listener = createServer({ host: '127.0.0.1', port: 0 }).toAsync()
    const { aborter, code } = outcome((signal) => listener.accept({ signal }))
    if (end === 'abort') aborter.abort()
    else listener.close()
    const told = await code
    listener.close()
    return told
  },
  'an iteration over connections waits': async () => {
    const listener = createServer({ host: '127.0.0.1', port: 0 }).toAsync()
    const { code } = outcome(async () => {
      for await (const _ of listener.connections()) assert.fail('nobody has connected')
    })
    listener.close()
    return code
  },
  'a stream waits for its connection': async (end) => {
    using obstacle = fullTcpListener()
    const socket = new Socket()
    socket.tryConnect(obstacle.listener.getSockName() as HostInput)
    const subject = kinds['a stream']!.make(socket)
    const told = Promise.all([subject.receive(), subject.send()])
    kinds['a stream']!.endings[end]!(subject)
    const codes = await told
    await subject.finish()
    return codes.join(' ')
  },
}

const told: readonly (readonly [string, string, string])[] = [
  ['a connect waits', 'close', 'ERR_SOCKET_CLOSED'],
  ['a connect waits', 'abort', 'ABORT_ERR'],
  ['openConnection waits', 'abort', 'ABORT_ERR'],
  ['an accept waits', 'close', 'ERR_SOCKET_CLOSED'],
  ['an accept waits', 'abort', 'ABORT_ERR'],
  ['an iteration over connections waits', 'close', 'done'],
  ['a stream waits for its connection', 'destroy', 'closed ERR_STREAM_DESTROYED'],
  ['a stream waits for its connection', 'abort', 'ABORT_ERR ABORT_ERR'],
  ['a stream waits for its connection', 'reset', 'closed ERR_STREAM_DESTROYED'],
]

/** Begins something that can be cancelled: the code of what it fails with, or `done`. */
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

for (const [beginning, end, expected] of told) {
  test(`${beginning}, and we ${end}`, options, async () => {
    const before = openDescriptors()
    assert.equal(await beginnings[beginning]!(end), expected)
    assert.equal(openDescriptors(), before, 'descriptors were left open')
  })
}
