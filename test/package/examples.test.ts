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
import { Socket } from 'berkeley'
import { Child, type Ended, run } from '../support/child.js'
import { temporaryFolder } from '../support/folders.js'
import { deadPort, fullTcpListener, portOf } from '../support/listeners.js'
import { inNetworkOfOnePort, noNetwork } from '../support/network-namespace.js'
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

/** Options for a node that runs this module before its program. */
const preloaded = (module: string): string[] => ['--import', `data:text/javascript,${encodeURIComponent(module)}`]

/** Has a program print each call of its sockets that fails. */
const reportsErrors = `import { subscribe } from 'node:diagnostics_channel'
  subscribe('berkeley:error', ({ error }) => process.stderr.write(error.message + '\\n'))
`

const waitForPort = 'examples/wait-for-port.js'

test('wait-for-port: succeeds where a server listens, found by name', limits, async (context) => {
  const port = await tcpServer(context, (connection) => void connection.destroy())
  const { code, stdout, stderr } = await run(context, waitForPort, ['localhost', String(port), '60'])
  assert.equal(code, 0, stderr)
  assert.equal(stdout.toString(), `localhost:${port} accepts connections\n`)
})

test('wait-for-port: succeeds once a server listens that did not at first', limits, async (context) => {
  using listener = new Socket()
  listener.bind({ host: '127.0.0.1', port: 0 })
  const port = String(portOf(listener))
  const child = new Child(context, waitForPort, ['127.0.0.1', port, '60'], { execArgv: preloaded(reportsErrors) })
  await child.complains(/ECONNREFUSED/)
  listener.listen()
  const { code, stdout } = await child.ended()
  assert.deepEqual([code, stdout.toString()], [0, `127.0.0.1:${port} accepts connections\n`])
})

test('wait-for-port: fails after its limit, with the error of the attempts', limits, async (context) => {
  using full = fullTcpListener()
  const [dead, silent] = [`127.0.0.1:${deadPort()}`, `127.0.0.1:${portOf(full.listener)}`]
  const waitFor = (target: string): Promise<Ended> => run(context, waitForPort, [...target.split(':'), '0.3'])
  const [refused, timedOut] = await Promise.all([waitFor(dead), waitFor(silent)])
  assert.equal(refused.stderr, `${dead} accepts no connections after 0.3 s: connect ECONNREFUSED ${dead}\n`)
  const pattern = `^${silent} accepts no connections after 0.3 s: connect timed out ${silent} after \\d+ ms\n$`
  assert.match(timedOut.stderr, new RegExp(pattern))
  assert.deepEqual([refused.code, timedOut.code], [1, 1])
})

test('wait-for-port: fails where the kernel connects its socket to itself', {
  ...limits,
  skip: noNetwork,
}, async (context) => {
  const args = ['127.0.0.1', '40000', '0.1']
  const { code, stderr } = await run(context, waitForPort, args, { prefix: inNetworkOfOnePort('40000') })
  assert.match(stderr, /^127\.0\.0\.1:40000 accepts no connections after 0\.1 s: /)
  assert.equal(code, 1)
})

test('wait-for-port: fails at once for a wrong port', limits, async (context) => {
  const { code, stderr } = await run(context, waitForPort, ['localhost', 'http', '60'])
  assert.match(stderr, /RangeError \[ERR_OUT_OF_RANGE\]: address\.port must be an integer/)
  assert.equal(code, 1)
})

test('wait-for-port: Ctrl-C ends the wait, with a listener and without', limits, async (context) => {
  const listens = "process.on('SIGINT', () => {})"
  const [without, listening] = [reportsErrors, reportsErrors + listens].map(
    (module) =>
      new Child(context, waitForPort, ['127.0.0.1', String(deadPort()), '60'], { execArgv: preloaded(module) }),
  ) as [Child, Child]
  for (const child of [without, listening]) {
    await child.complains(/ECONNREFUSED/)
    child.signal('SIGINT')
  }
  assert.equal((await without.ended()).signal, 'SIGINT')
  const { code, stderr } = await listening.ended()
  assert.equal(code, 1)
  assert.match(stderr, /InterruptedError: .* interrupted by SIGINT/)
})

const childProcess = 'examples/child-process.js'

/** Runs this module in the child of the example, in place of the program. */
const inChild = (module: string): NodeJS.ProcessEnv => ({
  NODE_OPTIONS: preloaded(`if (process.argv[2] === 'child') {\n${module}\n}`).join('='),
})

test('child-process: prints the replies of the child, which then ends', limits, async (context) => {
  const { code, stdout, stderr } = await run(context, childProcess, ['60', 'first line', 'second line'])
  assert.equal(stdout.toString(), 'FIRST LINE\nSECOND LINE\nthe child ended with status 0\n', stderr)
  assert.equal(code, 0)
})

const RECEIVE = `const { Socket } = await import('node:net')
  const parent = new Socket({ fd: 3 })
  await new Promise((resolve) => parent.once('data', resolve))`

test('child-process: fails where the child ends without a reply', limits, async (context) => {
  const modules = ['process.exit(3)', `${RECEIVE}\nprocess.exit(4)`]
  const start = (module: string): Promise<Ended> =>
    run(context, childProcess, ['60', 'a line', 'another'], { env: inChild(module) })
  const ended = await Promise.all(modules.map(start))
  assert.deepEqual(
    ended.map(({ stderr, stdout, code }) => [stderr, String(stdout), code]),
    [3, 4].map((status) => [
      "the child ended without a reply to 'a line'\n",
      `the child ended with status ${status}\n`,
      1,
    ]),
  )
})

test('child-process: gives up a child that never replies, and kills it', limits, async (context) => {
  const hangs = 'Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0)'
  const { code, stdout, stderr } = await run(context, childProcess, ['0.1', 'a line'], { env: inChild(hangs) })
  assert.equal(stderr, 'recv timed out after 100 ms\n')
  assert.equal(stdout.toString(), 'the child ended with SIGKILL\n')
  assert.equal(code, 1)
})

test('child-process: reports why the child could not be started', limits, async (context) => {
  const execArgv = preloaded("process.execPath = '/no/such/program'")
  const { code, stderr } = await run(context, childProcess, ['60', 'a line'], { execArgv })
  assert.match(stderr, /Error: spawn \/no\/such\/program ENOENT/)
  assert.equal(code, 1)
})
