// Programs of WASI preview 1 on sockets that their host has made.
import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { test } from 'node:test'
import { createConnection, createServer, Socket } from 'berkeley'
import { SocketWasi } from 'berkeley/wasi'
import { Child, run } from '../support/child.js'
import { openDescriptors } from '../support/descriptors.js'
import { root, temporaryFolder } from '../support/folders.js'
import type { Ports } from '../support/python-wasm.js'
import { startWorker } from '../support/threads.js'
import { compileForWasi, needsWasiCompiler } from '../support/wasm-compiler.js'

test('calls: a C program finds its socket, files and clocks', needsWasiCompiler, async (context) => {
  const { next } = startWorker('pyodide/servers', { context })
  const { echo } = await next<Ports>()
  const folder = temporaryFolder()
  writeFileSync(join(folder, 'file.txt'), 'contents')
  const program = readFileSync(compileForWasi(join(root, 'test/fixtures/wasi/checks.c')))
  const socket = createConnection({ host: '127.0.0.1', port: echo })
  const wasi = new SocketWasi({ args: ['checks'], preopens: { '/data': folder }, listen: [socket] })
  assert.throws(() => socket.send('x'), { code: 'ERR_SOCKET_DETACHED' })
  assert.equal(wasi.run(program), 0, 'the line of test/fixtures/wasi/checks.c that failed')
})

test(
  'berkeley wasi: a server serves several connections at once, and its status is passed on',
  needsWasiCompiler,
  async (context) => {
    const program = compileForWasi(join(root, 'examples/wasi-echo.c'))
    const child = new Child(context, 'src/cli/main.js', ['wasi', '--listen', '127.0.0.1:0', program, '3'])
    const [, port] = await child.complains(/listening on 127\.0\.0\.1:(\d+)/)
    const clients = [1, 2, 3].map(() => connect(Number(port), '127.0.0.1'))
    await Promise.all(clients.map((client) => new Promise((resolve) => client.once('connect', resolve))))
    for (const [index, client] of clients.entries()) client.end(`from ${index}`)
    const replies = await Promise.all(clients.map((client) => buffer(client)))
    assert.deepEqual(replies.map(String), ['from 0', 'from 1', 'from 2'])
    assert.equal((await child.ended()).code, 0)
  },
)

test('berkeley wasi: what cannot run is one line', { timeout: 60_000 }, async (context) => {
  const absent = await run(context, 'src/cli/main.js', ['wasi', 'no-such-file.wasm'])
  assert.equal(absent.code, 1)
  assert.match(absent.stderr, /^berkeley: .*no-such-file\.wasm.*\n$/)
  const address = await run(context, 'src/cli/main.js', ['wasi', '--listen', 'nowhere', 'x.wasm'])
  assert.equal(address.code, 2)
})

test('arguments: what is wrong is refused, and the sockets stay the caller’s', () => {
  const make = (options: object) => () => new SocketWasi(options as never)
  assert.throws(make({ listen: 7 }), { code: 'ERR_INVALID_ARG_TYPE' })
  assert.throws(make({ sockets: [] }), { code: 'ERR_INVALID_ARG_VALUE' })
  const socket = new Socket()
  assert.throws(make({ listen: [socket, 7] }), { code: 'ERR_INVALID_ARG_TYPE' })
  assert.equal(socket.closed, false)
  socket.close()
  assert.throws(make({ listen: [socket] }), { code: 'ERR_SOCKET_CLOSED' })
  assert.throws(() => new SocketWasi().start({}), { code: 'ERR_INVALID_ARG_TYPE' })
})

test('sockets: those of a program that was not run are closed', () => {
  const before = openDescriptors()
  const wasi = new SocketWasi({ listen: [createServer({ host: '127.0.0.1', port: 0 })] })
  assert.equal(openDescriptors(), before + 1)
  wasi.close()
  assert.equal(openDescriptors(), before)
})
