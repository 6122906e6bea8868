// Blocking sockets against nginx, python3 -m http.server and redis-server.

import assert from 'node:assert/strict'
import { createHash, randomFillSync } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { createConnection, type Socket } from '../../src/index.js'
import { Child, run } from '../support/child.js'
import { find, needs, startNginx, startRedisOnPort } from '../support/debian.js'
import { temporaryFolder } from '../support/folders.js'

const MEGABYTE = 1 << 20
const FILE_SIZE = 50 * MEGABYTE
const COMMANDS = 10_000

/** Writes a file of 50 MB of random bytes; returns its SHA-256. */
function writeLargeFile(path: string): string {
  const content = randomFillSync(Buffer.alloc(FILE_SIZE))
  writeFileSync(path, content)
  return createHash('sha256').update(content).digest('hex')
}

/** Fetches `path` by recvInto, block by block; returns the length and the SHA-256 of the body. */
function download(socket: Socket, path: string): { length: number; sha256: string } {
  socket.sendAll(`GET ${path} HTTP/1.0\r\nHost: localhost\r\n\r\n`)
  const reader = socket.reader()
  assert.match(reader.readUntil('\r\n\r\n')!.toString(), /^HTTP\/1\.[01] 200 /)
  const buffered = reader.takeBuffered()
  const hash = createHash('sha256').update(buffered)
  const block = Buffer.alloc(65536)
  let length = buffered.length
  for (let count = socket.recvInto(block); count > 0; count = socket.recvInto(block)) {
    hash.update(block.subarray(0, count))
    length += count
  }
  return { length, sha256: hash.digest('hex') }
}

interface Site {
  readonly port: number
  readonly sha256: string
}

const INDEX = '<!DOCTYPE html><title>A page</title>\n'

function writeSite(folder: string): string {
  mkdirSync(folder)
  writeFileSync(join(folder, 'index.html'), INDEX)
  return writeLargeFile(join(folder, 'large'))
}

function startPages(context: TestContext): Site {
  const folder = join(temporaryFolder(), 'site')
  const sha256 = writeSite(folder)
  return { port: startNginx(context, folder), sha256 }
}

async function startPython(context: TestContext): Promise<Site> {
  const folder = join(temporaryFolder(), 'site')
  const sha256 = writeSite(folder)
  const args = ['-u', '-m', 'http.server', '0', '--bind', '127.0.0.1', '--directory', folder]
  const [, port] = await new Child(context, find('python3')!, args).prints(/ port (\d+) /)
  return { port: Number(port), sha256 }
}

const servers = [
  { name: 'nginx', options: needs('nginx', 'nginx-light'), start: startPages },
  { name: 'python3 -m http.server', options: needs('python3', 'python3'), start: startPython },
]

for (const { name, options, start } of servers) {
  test(`${name}: recvInto receives 50 MB unchanged`, options, async (context) => {
    const { port, sha256 } = await start(context)
    using socket = createConnection({ host: 'localhost', port }, { timeout: 30_000 })
    assert.deepEqual(download(socket, '/large'), { length: FILE_SIZE, sha256 })
  })

  test(`${name}: the blocking and the non-blocking example client print its page`, options, async (context) => {
    const { port } = await start(context)
    for (const client of ['blocking-client', 'non-blocking-client']) {
      const { code, stdout, stderr } = await run(context, `examples/${client}.js`, ['localhost', String(port)])
      assert.equal(code, 0, stderr)
      assert.match(stdout.toString(), /^HTTP\/1\.[01] 200 OK\r\n/)
      assert.ok(stdout.toString().endsWith(`\r\n\r\n${INDEX}`))
    }
  })

  test(`${name}: berkeley get fetches its page`, options, async (context) => {
    const { port } = await start(context)
    const { code, stdout, stderr } = await run(context, 'src/cli/main.js', ['get', `localhost:${port}`])
    assert.equal(code, 0, stderr)
    assert.equal(stdout.toString(), INDEX)
  })
}

/** Starts redis on a unix socket in a temporary folder; returns its path. */
async function startRedis(context: TestContext): Promise<string> {
  const folder = temporaryFolder()
  const path = join(folder, 'redis')
  const args = ['--port', '0', '--unixsocket', path, '--dir', folder, '--save', '', '--appendonly', 'no']
  await new Child(context, find('redis-server')!, args).prints(/Ready to accept connections/i)
  return path
}

const redis = needs('redis-server', 'redis-server')

test('redis: 10,000 pipelined commands', redis, async (context) => {
  using socket = createConnection({ path: await startRedis(context) }, { timeout: 30_000 })
  const reader = socket.reader()
  socket.sendAll(Array.from({ length: COMMANDS }, (_, index) => `INCRBY sum ${index}\r\n`).join(''))
  let sum = 0
  for (let index = 0; index < COMMANDS; index++) {
    sum += index
    assert.equal(reader.readLine(), `:${sum}`)
  }
  assert.equal(reader.bufferedBytes, 0)
})

test('redis: 10,000 commands one by one', redis, async (context) => {
  using socket = createConnection({ path: await startRedis(context) }, { timeout: 30_000 })
  const reader = socket.reader()
  for (let index = 0; index < COMMANDS; index++) {
    // Every third reply contains a line end, so that only its length shows where it ends.
    const value = index % 3 === 0 ? `one\r\n${index}` : `value ${index}`
    socket.sendAll(`*2\r\n$4\r\nECHO\r\n$${value.length}\r\n${value}\r\n`)
    assert.equal(reader.readLine(), `$${value.length}`)
    assert.equal(reader.readExactly(value.length + 2)!.toString(), `${value}\r\n`)
  }
  assert.equal(reader.bufferedBytes, 0)
})

test('redis: the example line-client prints the replies', redis, async (context) => {
  const { port } = await startRedisOnPort(context)
  const args = ['localhost', String(port), 'PING', 'INCR visits', 'INCR visits']
  const { code, stdout, stderr } = await run(context, 'examples/line-client.js', args)
  assert.equal(code, 0, stderr)
  assert.equal(stdout.toString(), '+PONG\n:1\n:2\n')
})
