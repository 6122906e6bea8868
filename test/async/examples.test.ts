// The example programs of the event loop, each as a process of its own.

import assert from 'node:assert/strict'
import { createHash, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { request } from 'node:http'
import { connect, type Socket } from 'node:net'
import { buffer, text } from 'node:stream/consumers'
import { type TestContext, test } from 'node:test'
import { createServer, type InetAddress } from 'berkeley'
import { Child, run } from '../support/child.js'
import { deadPort } from '../support/listeners.js'
import { httpServer, tcpServer } from '../support/node-servers.js'

const limits = { timeout: 60_000 }
const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')

/** A running example, and the port that it prints. */
async function serving(context: TestContext, name: string): Promise<{ child: Child; port: number }> {
  const child = new Child(context, `examples/${name}.js`, ['0'])
  const [, port] = await child.prints(/port: (\d+)/)
  return { child, port: Number(port) }
}

for (const name of ['echo-handlers', 'echo-await']) {
  test(`${name}: many at once, each its own, also after its end`, limits, async (context) => {
    const { port } = await serving(context, name)
    const clients = Array.from({ length: 20 }, async () => {
      const bytes = randomBytes(300_000)
      const client = connect(port, '127.0.0.1')
      client.end(bytes)
      assert.equal(sha256(await buffer(client)), sha256(bytes))
    })
    await Promise.all(clients)
  })

  test(
    `${name}: one that breaks off harms nobody, and SIGTERM ends it when all are served`,
    limits,
    async (context) => {
      const { child, port } = await serving(context, name)
      const hasty = connect(port, '127.0.0.1')
      hasty.write(randomBytes(1_000_000))
      await once(hasty, 'data')
      hasty.resetAndDestroy()
      const client = connect(port, '127.0.0.1')
      client.write('still there?')
      assert.equal(String((await once(client, 'data'))[0]), 'still there?')
      child.signal('SIGTERM')
      client.end()
      assert.deepEqual([(await child.ended()).code, (await child.ended()).signal], [0, null])
    },
  )
}

/** A message as the example has it: its length, and then itself. */
function framed(words: string): Buffer {
  const head = Buffer.alloc(4)
  head.writeUInt32BE(Buffer.byteLength(words))
  return Buffer.concat([head, Buffer.from(words)])
}

test('messages: however they are cut into pieces, each is answered', limits, async (context) => {
  const { port } = await serving(context, 'messages')
  const long = Array.from({ length: 10_000 }, (_, index) => `wörd${index}`)
  const messages = [['one'], ['two', 'words'], [''], long, ['the', 'last', 'words']]
  const asked = Buffer.concat(messages.map((words) => framed(words.join(' '))))
  const answers = Buffer.concat(messages.map((words) => framed([...words].reverse().join(' '))))
  for (const size of [1000, 65536, asked.length]) {
    const client = connect(port, '127.0.0.1').setNoDelay()
    const received = buffer(client)
    for (let at = 0; at < asked.length; at += size) {
      client.write(asked.subarray(at, at + size))
      await new Promise(setImmediate)
    }
    client.end()
    assert.ok((await received).equals(answers), `in pieces of ${size} bytes`)
  }
})

test('messages: one that is too long, or ends too early, costs its own connection only', limits, async (context) => {
  const { child, port } = await serving(context, 'messages')
  const client = connect(port, '127.0.0.1')
  for (const wrong of [Buffer.alloc(4, 255), framed('words').subarray(0, 7)]) {
    const bad = connect(port, '127.0.0.1')
    bad.end(wrong)
    assert.equal((await buffer(bad)).length, 0)
  }
  for (const byte of framed('hello you')) {
    client.write(Buffer.of(byte))
    await new Promise(setImmediate)
  }
  client.end()
  assert.ok((await buffer(client)).equals(framed('you hello')))
  child.signal('SIGTERM')
  const { stderr } = await child.ended()
  assert.match(stderr, /too long[\s\S]*inside of a message/)
})

/** Asks a proxy for a connection: its answer, and the connection with what came along with the answer. */
function connectBy(port: number, target: string): Promise<{ status: number; socket: Socket; head: Buffer }> {
  return new Promise((resolve, reject) => {
    const asked = request({ host: '127.0.0.1', port, method: 'CONNECT', path: target })
    asked.on('connect', ({ statusCode }, socket, head) =>
      resolve({ status: statusCode!, socket: socket as Socket, head }),
    )
    asked.on('error', reject)
    asked.end()
  })
}

test('connect-proxy: relays both directions, each until its own end', limits, async (context) => {
  const { port } = await serving(context, 'connect-proxy')
  const [question, answer] = [randomBytes(3_000_000), randomBytes(3_000_000)]
  const listener = createServer({ host: '127.0.0.1', port: 0 }).toAsync()
  const target = (listener.getSockName() as InetAddress).port
  const { status, socket, head } = await connectBy(port, `localhost:${target}`)
  assert.equal(status, 200)
  const connection = await listener.accept()
  await connection.sendAll('welcome')
  socket.end(question)
  assert.equal(sha256(await connection.reader().readAll()), sha256(question))
  // Who has asked has ended its side, and is answered all the same.
  const heard = buffer(socket)
  await connection.sendAll(answer)
  connection.close()
  const all = Buffer.concat([head, await heard])
  assert.equal(all.subarray(0, 7).toString(), 'welcome')
  assert.equal(sha256(all.subarray(7)), sha256(answer))
  listener.close()
})

test('connect-proxy: what comes with the head is the first of the connection', limits, async (context) => {
  const { port } = await serving(context, 'connect-proxy')
  const target = await tcpServer(context, (connection) => void connection.pipe(connection))
  const client = connect(port, '127.0.0.1')
  client.end(`CONNECT 127.0.0.1:${target} HTTP/1.1\r\nHost: x\r\n\r\nhello`)
  assert.equal(await text(client), 'HTTP/1.1 200 Connection established\r\n\r\nhello')
})

test('connect-proxy: says what it cannot do', limits, async (context) => {
  const { port } = await serving(context, 'connect-proxy')
  assert.equal((await fetch(`http://127.0.0.1:${port}/`)).status, 405)
  const refused = await connectBy(port, `127.0.0.1:${deadPort()}`)
  assert.equal(refused.status, 502)
  refused.socket.destroy()
})

test('connect-proxy: a target that breaks off ends the connection, and no other', limits, async (context) => {
  const { port } = await serving(context, 'connect-proxy')
  const target = await tcpServer(
    context,
    (connection) => void connection.once('data', () => connection.resetAndDestroy()),
  )
  const broken = await connectBy(port, `127.0.0.1:${target}`)
  const failed = once(broken.socket, 'close')
  broken.socket
    .on('error', () => {})
    .resume()
    .write('x')
  await failed
  assert.equal((await connectBy(port, `127.0.0.1:${target}`)).socket.destroy().destroyed, true)
})

test('fetch: prints what a server answers', limits, async (context) => {
  const page = 'a line of a page\n'.repeat(20_000)
  const port = await httpServer(context, (request, response) => {
    response.statusCode = request.url === '/a?b' ? 200 : 404
    response.end(page)
  })
  const { code, stdout, stderr } = await run(context, 'examples/fetch.js', [`http://localhost:${port}/a?b`])
  assert.deepEqual([code, stderr], [0, '200 OK\n'])
  assert.equal(stdout.toString(), page)
  const missing = await run(context, 'examples/fetch.js', [`http://127.0.0.1:${port}/`])
  assert.deepEqual([missing.code, missing.stderr], [0, '404 Not Found\n'])
})

test('fetch: gives up in time, before the head, within it and within the body', limits, async (context) => {
  for (const beginning of ['', 'HTTP/1.1 200 OK\r\nContent-Ty', 'HTTP/1.1 200 OK\r\n\r\na part of']) {
    const port = await tcpServer(context, (connection) => void connection.write(beginning))
    const { code, stdout, stderr } = await run(context, 'examples/fetch.js', [`http://127.0.0.1:${port}/`, '500'])
    assert.equal(code, 1)
    assert.match(stderr, /given up: The operation was aborted due to timeout\n$/)
    assert.equal(stdout.toString(), beginning.split('\r\n\r\n')[1] ?? '')
  }
})

test('fetch: says what is wrong', limits, async (context) => {
  const refused = await run(context, 'examples/fetch.js', [`http://127.0.0.1:${deadPort()}/`])
  assert.equal(refused.code, 1)
  assert.match(refused.stderr, /ECONNREFUSED/)
  const port = await tcpServer(context, (connection) => void connection.end('220 this is no web server\r\n'))
  const other = await run(context, 'examples/fetch.js', [`http://127.0.0.1:${port}/`])
  assert.equal(other.code, 1)
  assert.match(other.stderr, /no answer by HTTP: 220 this/)
})
