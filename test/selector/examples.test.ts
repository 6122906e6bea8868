// The example programs that watch many sockets with one Selector, each as a process of its own; and the chat that awaits.

import assert from 'node:assert/strict'
import { createHash, randomBytes } from 'node:crypto'
import { type TestContext, test } from 'node:test'
import { createConnection, createServer, EVENT_READ, EVENT_WRITE, Selector, Socket } from 'berkeley'
import { Child, run } from '../support/child.js'
import { deadPort, portOf } from '../support/listeners.js'

const limits = { timeout: 60_000 }
const patience = { timeout: 20_000 }

const example = (name: string): string => `examples/${name}.js`

/** Starts an example that serves; answers the port that it prints. */
async function serving(context: TestContext, name: string, args: string[] = []): Promise<number> {
  const child = new Child(context, example(name), ['0', ...args])
  const [, port] = await child.prints(/port: (\d+)/)
  return Number(port)
}

function connectTo(port: number): Socket {
  const socket = createConnection({ host: '127.0.0.1', port }, patience)
  socket.setTimeout(patience.timeout)
  return socket
}

for (const name of ['chat-server', 'async-chat']) {
  test(`${name}: what one says all others read, and who leaves is missed`, limits, async (context) => {
    const port = await serving(context, name)
    const enter = (): { socket: Socket; hears: (line: string) => void } => {
      const socket = connectTo(port)
      const reader = socket.reader()
      const hears = (line: string): void => assert.equal(reader.readLine(), line)
      hears('welcome')
      return { socket, hears }
    }
    const anna = enter()
    const bert = enter()
    anna.hears('guest 2: has come')
    const carl = enter()
    for (const guest of [anna, bert]) guest.hears('guest 3: has come')
    anna.socket.sendAll('hello\n')
    for (const guest of [bert, carl]) guest.hears('guest 1: hello')
    carl.socket.close()
    for (const guest of [anna, bert]) guest.hears('guest 3: has left')
    bert.socket.sendAll('only we are left\n')
    anna.hears('guest 2: only we are left')
    for (const { socket } of [anna, bert]) socket.close()
  })

  test(`${name}: a guest who reads nothing, or breaks off, harms nobody`, limits, async (context) => {
    const port = await serving(context, name)
    const deaf = connectTo(port)
    const speaker = connectTo(port)
    const reader = speaker.reader()
    assert.equal(reader.readLine(), 'welcome')
    const words = `${'x'.repeat(65535)}\n`
    const all = words.repeat(256)
    // More than the kernel and the server hold for one guest: it is shown out.
    speaker.sendAll(all)
    assert.equal(reader.readLine(), 'guest 1: has left')
    const late = connectTo(port)
    assert.equal(late.reader().readLine(), 'welcome')
    for (const socket of [deaf, speaker, late]) socket.close()
  })
}

test('port-scanner: finds the open ports, and no others', limits, async (context) => {
  // Where no other test listens, whose queue may be full on purpose.
  const anywhere = { host: '127.81.17.3', port: 0 }
  const listeners = [0, 0].map(() => createServer(anywhere))
  const ports = listeners.map(portOf).sort((a, b) => a - b)
  using deaf = new Socket()
  deaf.bind(anywhere)
  const closed = portOf(deaf)
  const [first, last] = [Math.min(closed, ports[0]!), Math.max(closed, ports[1]!)]
  const { stdout: bytes, stderr } = await run(context, 'examples/port-scanner.js', [
    anywhere.host,
    `${first}-${last}`,
    '20000',
  ])
  const stdout = bytes.toString()
  const open = [...stdout.matchAll(/^(\d+) open$/gm)].map(([, port]) => Number(port))
  for (const port of ports) assert.ok(open.includes(port), stdout + stderr)
  assert.ok(!open.includes(closed))
  assert.match(stdout, / 0 did not answer in time\n$/)
  for (const listener of listeners) listener.close()
})

test('port-scanner: keeps its deadline where nobody answers', limits, async (context) => {
  const start = performance.now()
  // Addresses for documentation: packets to them are lost or refused.
  const { stdout: bytes } = await run(context, 'examples/port-scanner.js', ['192.0.2.1', '1-50', '300'])
  const stdout = bytes.toString()
  assert.match(stdout, /^0 of 50 ports are open/m)
  assert.ok(performance.now() - start < 10_000)
})

/** Sends all from one to the other, however little goes at a time, and ends; answers what arrived. */
function through(from: Socket, to: Socket, bytes: Buffer): Buffer {
  const arrived: Buffer[] = []
  let rest = bytes
  using selector = new Selector()
  selector.register(from, EVENT_WRITE)
  selector.register(to, EVENT_READ)
  for (;;) {
    for (const { socket } of selector.select(patience.timeout)) {
      if (socket === from) {
        rest = rest.subarray(from.trySend(rest) ?? 0)
        if (rest.length > 0) continue
        selector.unregister(from)
        from.shutdown('write')
      } else {
        const chunk = to.tryRecv(65536)
        if (chunk === null) return Buffer.concat(arrived)
        if (chunk !== undefined) arrived.push(chunk)
      }
    }
  }
}

const digest = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex')

for (const host of ['127.0.0.1', 'localhost']) {
  test(`proxy: relays both directions to ${host}, each until its own end`, limits, async (context) => {
    using origin = createServer({ host: '127.0.0.1', port: 0 })
    const port = await serving(context, 'proxy', [host, String(portOf(origin))])
    const client = connectTo(port)
    const server = origin.accept(patience)
    server.setTimeout(patience.timeout)
    client.sendAll('ping')
    assert.equal(String(server.recv(100)), 'ping')
    const request = randomBytes(3_000_000)
    assert.equal(digest(through(client, server, request)), digest(request))
    // The client has said all; the answer comes all the same.
    const answer = randomBytes(3_000_000)
    assert.equal(digest(through(server, client, answer)), digest(answer))
    for (const socket of [client, server]) socket.close()
  })
}

test('proxy: a target that refuses ends the connection, and no other', limits, async (context) => {
  const port = await serving(context, 'proxy', ['127.0.0.1', String(deadPort())])
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
})
