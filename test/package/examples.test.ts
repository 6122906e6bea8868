// The example programs of blocking and non-blocking sockets, each as a process of its own.
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { buffer, text } from 'node:stream/consumers'
import { test } from 'node:test'
import { Child, run } from '../support/child.js'
import { temporaryFolder } from '../support/folders.js'
import { deadPort } from '../support/listeners.js'
import { httpServer, tcpServer } from '../support/node-servers.js'

const limits = { timeout: 180_000 }
const clients = ['blocking-client', 'non-blocking-client']

/** Two kilobytes: more than one recv(1024). */
const page = 'a page of some length\n'.repeat(100)

for (const client of clients) {
  test(`${client}: prints the response of a server, connected to by name`, limits, async (context) => {
    let host: string | undefined
    const port = await httpServer(context, (request, response) => {
      host = request.headers.host
      response.end(page)
    })
    const { code, stdout, stderr } = await run(context, `examples/${client}.js`, ['localhost', String(port)])
    assert.equal(code, 0, stderr)
    assert.match(stdout.toString(), /^HTTP\/1\.1 200 OK\r\n/)
    assert.ok(stdout.toString().endsWith(`\r\n\r\n${page}`))
    assert.equal(host, 'localhost')
  })

  test(`${client}: fails for a port without a listener`, limits, async (context) => {
    const port = deadPort()
    const { code, stdout, stderr } = await run(context, `examples/${client}.js`, ['127.0.0.1', String(port)])
    assert.equal(code, 1)
    assert.match(stderr, /ECONNREFUSED/)
    assert.equal(stdout.length, 0)
  })

  test(`${client}: fails for a name that does not exist`, limits, async (context) => {
    const { code, stderr } = await run(context, `examples/${client}.js`, ['no-such-host.invalid', '80'])
    assert.equal(code, 1)
    assert.match(stderr, /ResolveError/)
  })
}

test('non-blocking-client: does other work while it waits for the response', limits, async (context) => {
  const port = await httpServer(context, (_, response) => setTimeout(() => response.end(page), 100))
  const { code, stderr } = await run(context, 'examples/non-blocking-client.js', ['127.0.0.1', String(port)])
  assert.equal(code, 0, stderr)
  assert.match(stderr, /^connectEx returned (115, EINPROGRESS|0, OK) \(other work done: 0\)\n/)
  const [, work] = /response received \(other work done: ([\d,]+)\)/.exec(stderr)!
  assert.ok(Number(work!.replaceAll(',', '')) > 0)
})

test('udp-echo: echoes every datagram, an empty one too, until Ctrl-C', limits, async (context) => {
  const child = new Child(context, 'examples/udp-echo.js', [])
  const [, port] = await child.prints(/port: (\d+)/)
  const socket = createSocket('udp4')
  context.after(() => socket.close())
  for (const message of ['hello', '', 'again']) {
    socket.send(message, Number(port), '127.0.0.1')
    const [echo, sender] = await once(socket, 'message')
    assert.equal(String(echo), message)
    assert.equal(sender.port, Number(port))
  }
  child.signal('SIGINT')
  assert.equal((await child.ended()).signal, 'SIGINT')
})

test('line-client: sends each line and prints the reply', limits, async (context) => {
  const port = await tcpServer(context, async (connection) => {
    for await (const line of createInterface({ input: connection })) connection.write(`${line.toUpperCase()}\r\n`)
    connection.end()
  })
  const { code, stdout, stderr } = await run(context, 'examples/line-client.js', [
    'localhost',
    String(port),
    'first line',
    'second line',
  ])
  assert.equal(code, 0, stderr)
  assert.equal(stdout.toString(), 'FIRST LINE\nSECOND LINE\n')
})

function temporaryFile(content: Buffer): string {
  const path = join(temporaryFolder(), 'content')
  writeFileSync(path, content)
  return path
}

test('file-server: serves its file, also after a client has broken off', limits, async (context) => {
  const content = randomBytes(3_000_000)
  const child = new Child(context, 'examples/file-server.js', [temporaryFile(content)])
  const [, port] = await child.prints(/port: (\d+)/)

  const hasty = connect(Number(port), '127.0.0.1')
  hasty.end('GET / HTTP/1.0\r\n\r\n')
  await once(hasty, 'data')
  hasty.destroy()

  const response = await fetch(`http://127.0.0.1:${port}/`)
  assert.equal(response.status, 200)
  assert.ok(Buffer.from(await response.arrayBuffer()).equals(content))
})

test('accept-loop: Ctrl-C interrupts the accept, and the signal’s listener runs', limits, async (context) => {
  const child = new Child(context, 'examples/accept-loop.js', [])
  const [, port] = await child.prints(/port: (\d+)/)
  assert.equal(await text(connect(Number(port), '127.0.0.1')), 'hello\n')
  assert.equal((await buffer(connect(Number(port), '127.0.0.1'))).toString(), 'hello\n')
  child.signal('SIGINT')
  const { code, stdout, stderr } = await child.ended()
  assert.equal(code, 0, stderr)
  assert.match(stdout.toString(), /interrupted by SIGINT\nserved 2\n$/)
})

test('worker-socket: a worker reads while the main thread works, and is interrupted', limits, async (context) => {
  const { code, stdout, stderr } = await run(context, 'examples/worker-socket.js')
  assert.equal(code, 0, stderr)
  const lines = ['read: one', 'read: two', 'read: three', 'was interrupted by a thread']
  assert.equal(stdout.toString(), lines.map((line) => `the worker ${line}\n`).join(''))
})
