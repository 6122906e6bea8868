// serveDatagrams over a socket with IP_RECVERR: ICMP errors for replies are reported, and cost no other peer anything.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  AF_INET,
  AF_INET6,
  DatagramBatch,
  type DatagramHandlers,
  type DatagramServer,
  type HostAddress,
  IP_RECVERR,
  IPV6_RECVERR,
  SO_RCVBUF,
  SOCK_DGRAM,
  Socket,
  type SocketError,
  serveDatagrams,
} from 'berkeley'
import { until } from '../support/timing.js'

const limits = { timeout: 60_000 }
const within = { timeout: 20_000 }

const FAMILIES = [
  { family: AF_INET, option: IP_RECVERR, host: '127.0.0.1' },
  { family: AF_INET6, option: IPV6_RECVERR, host: '::1' },
] as const

type Kind = (typeof FAMILIES)[number]

/** A bound socket; `null` where this machine has no such address. */
function bound({ family, host }: Kind): Socket | null {
  const socket = new Socket(family, SOCK_DGRAM)
  try {
    socket.bind({ host, port: 0 })
    return socket
  } catch {
    socket.close()
    return null
  }
}

/** A socket whose port is refused to all others: it is connected to itself. */
function deadSocket(kind: Kind): Socket {
  const socket = bound(kind)!
  socket.connect(addressOf(socket))
  return socket
}

const addressOf = (socket: Socket): HostAddress => socket.getSockName() as HostAddress

function serveOn(kind: Kind, handlers: DatagramHandlers): DatagramServer {
  const socket = bound(kind)!
  if (kind.family === AF_INET) socket.setOption(IP_RECVERR, true)
  else socket.setOption(IPV6_RECVERR, true)
  socket.setOption(SO_RCVBUF, 8192)
  return serveDatagrams({ socket }, handlers)
}

for (const kind of FAMILIES) {
  const probe = bound(kind)
  const skip = probe === null ? `no address ${kind.host}` : false
  probe?.close()
  const options = { ...limits, skip }

  test(`${kind.host}: an error has the address of the peer, and fails no reply to another`, options, async () => {
    using closed = deadSocket(kind)
    const dead = addressOf(closed)
    const errors: SocketError[] = []
    await using server = serveOn(kind, {
      message(self, data, address) {
        self.send('refused', dead)
        self.send(data, address)
      },
      error: (_, error) => void errors.push(error as SocketError),
    })
    const peer = new Socket(kind.family, SOCK_DGRAM)
    peer.connect(server.address as HostAddress)
    await using client = peer.toAsync()
    for (let round = 0; round < 100; round++) {
      await client.send(`${round}`)
      assert.equal(String(await client.recv(100, within)), `${round}`)
    }
    await until('the errors', () => errors.length === 100)
    for (const { code, address, port } of errors) {
      assert.deepEqual([code, address, port], ['ECONNREFUSED', dead.host, dead.port])
    }
  })

  test(`${kind.host}: sendBatch skips none but those that are refused themselves`, options, async () => {
    using closed = deadSocket(kind)
    const dead = addressOf(closed)
    const codes: unknown[] = []
    await using server = serveOn(kind, {
      message: () => {},
      error: (_, error) => void codes.push(error.code),
    })
    using peer = bound(kind)!
    const batch = new DatagramBatch(6, 10)
    for (const text of ['one', 'two', 'three']) {
      batch.add('refused', dead)
      batch.add(text, addressOf(peer))
    }
    assert.equal(server.sendBatch(batch), 6)
    for (const text of ['one', 'two', 'three']) assert.equal(String(peer.recv(10, within)), text)
    await until('the errors', () => codes.length === 3)
    assert.deepEqual(codes, ['ECONNREFUSED', 'ECONNREFUSED', 'ECONNREFUSED'])
  })
}

test('an error handler that sends to a dead peer again holds up neither the event loop nor close', limits, async () => {
  const [kind] = FAMILIES
  using closed = deadSocket(kind)
  const dead = addressOf(closed)
  let errors = 0
  const server = serveOn(kind, {
    message: () => {},
    error(self) {
      errors++
      self.send('again', dead)
    },
  })
  server.send('first', dead)
  await until('many errors', () => errors > 100)
  await server.close()
  assert.ok(server.closed)
})
