// The example programs of the event loop, each run as its own process.

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

const testOptions = { timeout: 60_000 }
const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')

/** Starts an example server; returns the process and the port that it prints. */
async function startExample(context: TestContext, name: string): Promise<{ child: Child; port: number }> {
  const child = new Child(context, `examples/${name}.js`, ['0'])
  const [, port] = await child.prints(/port: (\d+)/)
  return { child, port: Number(port) }
}

for (const name of ['echo-handlers', 'echo-await']) {
  test(
    `${name}: echoes to 20 clients at once, also after each client’s end of stream`,
    testOptions,
    async (context) => {
      const { port } = await startExample(context, name)
      const clients = Array.from({ length: 20 }, async () => {
        const bytes = randomBytes(300_000)
        const client = connect(port, '127.0.0.1')
        client.end(bytes)
        assert.equal(sha256(await buffer(client)), sha256(bytes))
      })
      await Promise.all(clients)
    },
  )

  test(
    `${name}: a reset ends its connection alone, and SIGTERM ends the process after the last connection`,
    testOptions,
    async (context) => {
      const { child, port } = await startExample(context, name)
      const resetting = connect(port, '127.0.0.1')
      resetting.write(randomBytes(1_000_000))
      await once(resetting, 'data')
      resetting.resetAndDestroy()
      const client = connect(port, '127.0.0.1')
      client.write('still serving?')
      assert.equal(String((await once(client, 'data'))[0]), 'still serving?')
      child.signal('SIGTERM')
      client.end()
      assert.deepEqual([(await child.ended()).code, (await child.ended()).signal], [0, null])
    },
  )
}

/** A message in the framing of the example: a length of four bytes, then the text. */
function framed(text: string): Buffer {
  const length = Buffer.alloc(4)
  length.writeUInt32BE(Buffer.byteLength(text))
  return Buffer.concat([length, Buffer.from(text)])
}

test('messages: replies to each message, whatever the sizes of the segments', testOptions, async (context) => {
  const { port } = await startExample(context, 'messages')
  const long = Array.from({ length: 10_000 }, (_, index) => `wörd${index}`)
  const messages = [['one'], ['two', 'words'], [''], long, ['the', 'last', 'words']]
  const requests = Buffer.concat(messages.map((words) => framed(words.join(' '))))
  const replies = Buffer.concat(messages.map((words) => framed([...words].reverse().join(' '))))
  for (const size of [1000, 65536, requests.length]) {
    const client = connect(port, '127.0.0.1').setNoDelay()
    const received = buffer(client)
    for (let at = 0; at < requests.length; at += size) {
      client.write(requests.subarray(at, at + size))
      await new Promise(setImmediate)
    }
    client.end()
    assert.ok((await received).equals(replies), `in segments of ${size} bytes`)
  }
})

test('messages: a message that is too long or incomplete closes its connection alone', testOptions, async (context) => {
  const { child, port } = await startExample(context, 'messages')
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
  assert.match(stderr, /too long[\s\S]*inside a message/)
})

/** Sends CONNECT to a proxy; resolves with its status, the connection, and the bytes that followed the reply. */
function connectThrough(port: number, target: string): Promise<{ status: number; socket: Socket; head: Buffer }> {
  return new Promise((resolve, reject) => {
    const connecting = request({ host: '127.0.0.1', port, method: 'CONNECT', path: target })
    connecting.on('connect', ({ statusCode }, socket, head) =>
      resolve({ status: statusCode!, socket: socket as Socket, head }),
    )
    connecting.on('error', reject)
    connecting.end()
  })
}

test('connect-proxy: relays both directions, each until its own end of stream', testOptions, async (context) => {
  const { port } = await startExample(context, 'connect-proxy')
  const [upload, download] = [randomBytes(3_000_000), randomBytes(3_000_000)]
  const listener = createServer({ host: '127.0.0.1', port: 0 }).toAsync()
  const target = (listener.getSockName() as InetAddress).port
  const { status, socket, head } = await connectThrough(port, `localhost:${target}`)
  assert.equal(status, 200)
  const connection = await listener.accept()
  await connection.sendAll('welcome')
  socket.end(upload)
  assert.equal(sha256(await connection.reader().readAll()), sha256(upload))
  // The client has ended its side; the other direction is still open.
  const received = buffer(socket)
  await connection.sendAll(download)
  connection.close()
  const all = Buffer.concat([head, await received])
  assert.equal(all.subarray(0, 7).toString(), 'welcome')
  assert.equal(sha256(all.subarray(7)), sha256(download))
  listener.close()
})

test('connect-proxy: relays bytes that arrive together with the request', testOptions, async (context) => {
  const { port } = await startExample(context, 'connect-proxy')
  const target = await tcpServer(context, (connection) => void connection.pipe(connection))
  const client = connect(port, '127.0.0.1')
  client.end(`CONNECT 127.0.0.1:${target} HTTP/1.1\r\nHost: x\r\n\r\nhello`)
  assert.equal(await text(client), 'HTTP/1.1 200 Connection established\r\n\r\nhello')
})

test('connect-proxy: replies 405 to other methods, and 502 for a refused target', testOptions, async (context) => {
  const { port } = await startExample(context, 'connect-proxy')
  assert.equal((await fetch(`http://127.0.0.1:${port}/`)).status, 405)
  const refused = await connectThrough(port, `127.0.0.1:${deadPort()}`)
  assert.equal(refused.status, 502)
  refused.socket.destroy()
})

test('connect-proxy: a target that resets closes its connection alone', testOptions, async (context) => {
  const { port } = await startExample(context, 'connect-proxy')
  const target = await tcpServer(
    context,
    (connection) => void connection.once('data', () => connection.resetAndDestroy()),
  )
  const broken = await connectThrough(port, `127.0.0.1:${target}`)
  const failed = once(broken.socket, 'close')
  broken.socket
    .on('error', () => {})
    .resume()
    .write('x')
  await failed
  assert.equal((await connectThrough(port, `127.0.0.1:${target}`)).socket.destroy().destroyed, true)
})

test('fetch: prints the status and the body of the reply', testOptions, async (context) => {
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

test('fetch: times out before the head, within it and within the body', testOptions, async (context) => {
  for (const beginning of ['', 'HTTP/1.1 200 OK\r\nContent-Ty', 'HTTP/1.1 200 OK\r\n\r\na part of']) {
    const port = await tcpServer(context, (connection) => void connection.write(beginning))
    const { code, stdout, stderr } = await run(context, 'examples/fetch.js', [`http://127.0.0.1:${port}/`, '500'])
    assert.equal(code, 1)
    assert.match(stderr, /cancelled: The operation was aborted due to timeout\n$/)
    assert.equal(stdout.toString(), beginning.split('\r\n\r\n')[1] ?? '')
  }
})

test('fetch: prints why a request failed', testOptions, async (context) => {
  const refused = await run(context, 'examples/fetch.js', [`http://127.0.0.1:${deadPort()}/`])
  assert.equal(refused.code, 1)
  assert.match(refused.stderr, /ECONNREFUSED/)
  const port = await tcpServer(context, (connection) => void connection.end('220 this is not a web server\r\n'))
  const other = await run(context, 'examples/fetch.js', [`http://127.0.0.1:${port}/`])
  assert.equal(other.code, 1)
  assert.match(other.stderr, /not an HTTP response: 220 this/)
})
