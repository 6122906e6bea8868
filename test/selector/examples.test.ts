// The example programs that use one Selector, each run as its own process, and the chat server that uses AsyncSocket.

import assert from 'node:assert/strict'
import { createHash, randomBytes } from 'node:crypto'
import { type TestContext, test } from 'node:test'
import { createConnection, createServer, EVENT_READ, EVENT_WRITE, Selector, Socket } from 'berkeley'
import { Child, run, succeeds } from '../support/child.js'
import { deadPort, portOf } from '../support/listeners.js'
import { BLACK_HOLE, inOwnNetwork, noNetwork } from '../support/network-namespace.js'

const testOptions = { timeout: 60_000 }
const waitLimit = { timeout: 20_000 }

const example = (name: string): string => `examples/${name}.js`

/** Starts an example server and returns the port that it prints. */
async function startExample(context: TestContext, name: string, args: string[] = []): Promise<number> {
  const child = new Child(context, example(name), ['0', ...args])
  const [, port] = await child.prints(/port: (\d+)/)
  return Number(port)
}

function connectTo(port: number): Socket {
  const socket = createConnection({ host: '127.0.0.1', port }, waitLimit)
  socket.setTimeout(waitLimit.timeout)
  return socket
}

for (const name of ['chat-server', 'async-chat']) {
  test(
    `${name}: relays each line to the other guests, and announces joins and departures`,
    testOptions,
    async (context) => {
      const port = await startExample(context, name)
      const join = (): { socket: Socket; expectLine: (line: string) => void } => {
        const socket = connectTo(port)
        const reader = socket.reader()
        const expectLine = (line: string): void => assert.equal(reader.readLine(), line)
        expectLine('welcome')
        return { socket, expectLine }
      }
      const anna = join()
      const bert = join()
      anna.expectLine('guest 2: has joined')
      const carl = join()
      for (const guest of [anna, bert]) guest.expectLine('guest 3: has joined')
      anna.socket.sendAll('hello\n')
      for (const guest of [bert, carl]) guest.expectLine('guest 1: hello')
      carl.socket.close()
      for (const guest of [anna, bert]) guest.expectLine('guest 3: has left')
      bert.socket.sendAll('two of us remain\n')
      anna.expectLine('guest 2: two of us remain')
      for (const { socket } of [anna, bert]) socket.close()
    },
  )

  test(`${name}: disconnects a guest that does not read, and serves the others`, testOptions, async (context) => {
    const port = await startExample(context, name)
    const idle = connectTo(port)
    const sender = connectTo(port)
    const reader = sender.reader()
    assert.equal(reader.readLine(), 'welcome')
    const line = `${'x'.repeat(65535)}\n`
    // More than the kernel and the server buffer for one guest, so the server disconnects the idle one.
    sender.sendAll(line.repeat(256))
    assert.equal(reader.readLine(), 'guest 1: has left')
    const late = connectTo(port)
    assert.equal(late.reader().readLine(), 'welcome')
    for (const socket of [idle, sender, late]) socket.close()
  })
}

test('port-scanner: prints the open ports and no others', testOptions, async (context) => {
  // No other test listens on this address; some listeners of other tests have a full backlog on purpose.
  const anyPort = { host: '127.81.17.3', port: 0 }
  const listeners = [0, 0].map(() => createServer(anyPort))
  const ports = listeners.map(portOf).sort((a, b) => a - b)
  using bound = new Socket()
  bound.bind(anyPort)
  const closed = portOf(bound)
  const [first, last] = [Math.min(closed, ports[0]!), Math.max(closed, ports[1]!)]
  const { stdout: bytes, stderr } = await run(context, 'examples/port-scanner.js', [
    anyPort.host,
    `${first}-${last}`,
    '20000',
  ])
  const stdout = bytes.toString()
  const open = [...stdout.matchAll(/^(\d+) open$/gm)].map(([, port]) => Number(port))
  for (const port of ports) assert.ok(open.includes(port), stdout + stderr)
  assert.ok(!open.includes(closed))
  assert.match(stdout, / 0 did not reply in time\n$/)
  for (const listener of listeners) listener.close()
})

test('port-scanner: keeps its deadline when no host replies', { ...testOptions, skip: noNetwork }, async (context) => {
  const start = performance.now()
  const args = [BLACK_HOLE, '1-50', '300']
  const stdout = await succeeds(context, 'examples/port-scanner.js', args, { prefix: inOwnNetwork })
  assert.match(stdout, /^0 of 50 ports are open/m)
  assert.ok(performance.now() - start < 10_000)
})

/** Sends `bytes` by partial writes, shuts down writing, and returns what the other socket received. */
function transfer(from: Socket, to: Socket, bytes: Buffer): Buffer {
  const received: Buffer[] = []
  let rest = bytes
  using selector = new Selector()
  selector.register(from, EVENT_WRITE)
  selector.register(to, EVENT_READ)
  for (;;) {
    for (const { socket } of selector.select(waitLimit.timeout)) {
      if (socket === from) {
        rest = rest.subarray(from.trySend(rest) ?? 0)
        if (rest.length > 0) continue
        selector.unregister(from)
        from.shutdown('write')
      } else {
        const chunk = to.tryRecv(65536)
        if (chunk === null) return Buffer.concat(received)
        if (chunk !== undefined) received.push(chunk)
      }
    }
  }
}

const digest = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex')

for (const host of ['127.0.0.1', 'localhost']) {
  test(`proxy: relays both directions to ${host}, each until its own end of stream`, testOptions, async (context) => {
    using origin = createServer({ host: '127.0.0.1', port: 0 })
    const port = await startExample(context, 'proxy', [host, String(portOf(origin))])
    const client = connectTo(port)
    const server = origin.accept(waitLimit)
    server.setTimeout(waitLimit.timeout)
    client.sendAll('ping')
    assert.equal(String(server.recv(100)), 'ping')
    const request = randomBytes(3_000_000)
    assert.equal(digest(transfer(client, server, request)), digest(request))
    // The client has shut down writing; the other direction is still open.
    const reply = randomBytes(3_000_000)
    assert.equal(digest(transfer(server, client, reply)), digest(reply))
    for (const socket of [client, server]) socket.close()
  })
}

test(
  'proxy: a refused target closes its connection, and later connections are accepted',
  testOptions,
  async (context) => {
    const port = await startExample(context, 'proxy', ['127.0.0.1', String(deadPort())])
    for (let round = 0; round < 3; round++) {
      using client = connectTo(port)
      let outcome: unknown
      try {
        outcome = client.recv(1)
      } catch (error) {
        outcome = (error as { code: string }).code
      }
      assert.ok(outcome === null || outcome === 'ECONNRESET', String(outcome))
    }
  },
)
