// reusePort: several processes listen on one port.
import assert from 'node:assert/strict'
import cluster from 'node:cluster'
import { once } from 'node:events'
import { test } from 'node:test'
import type { HostInput } from '../../src/addresses/types.js'
import { createConnection } from '../../src/connect/create-connection.js'
import { createServer } from '../../src/connect/create-server.js'

import { SO_REUSEPORT } from '../../src/options/generated/options.js'
import { Socket } from '../../src/socket/socket.js'
import { Child, fixture } from '../support/child.js'

const PROGRAM = fixture('connect/reuse-port-server')
const unsupported = SO_REUSEPORT.supported ? false : 'this system has no SO_REUSEPORT'

/** Reserves a port that others can listen on: a bound socket that does not listen gets no connections. */
function reserved(): Socket {
  const socket = new Socket()
  socket.setOption(SO_REUSEPORT, true)
  socket.bind({ host: '127.0.0.1', port: 0 })
  return socket
}

/** The id of the process that accepts a connection. */
function acceptingProcess(address: HostInput): number {
  using socket = createConnection(address, { timeout: 10_000 })
  return Number(Buffer.concat([...socket.chunks()]).toString())
}

/** Connects until `count` different processes have accepted, and returns their ids. */
function acceptingProcesses(address: HostInput, count: number): Set<number> {
  const ids = new Set<number>()
  for (let attempt = 0; attempt < 1000 && ids.size < count; attempt++) ids.add(acceptingProcess(address))
  return ids
}

test('reusePort: processes share a port, and one serves on when the other ends', {
  skip: unsupported,
}, async (context) => {
  const port = reserved()
  const address = port.getSockName() as HostInput
  const [first, second] = [0, 1].map(() => new Child(context, PROGRAM, [String(address.port)])) as [Child, Child]
  assert.deepEqual([await first.line(), await second.line()], [String(first.pid), String(second.pid)])
  assert.deepEqual(acceptingProcesses(address, 2), new Set([first.pid, second.pid]))
  await first.stop()
  for (let round = 0; round < 20; round++) assert.equal(acceptingProcess(address), second.pid)
  await second.stop()
  port.close()
})

test('reusePort: workers of node:cluster share a port, each with its own listener', { skip: unsupported }, async () => {
  const port = reserved()
  const address = port.getSockName() as HostInput
  cluster.setupPrimary({ exec: PROGRAM, args: [String(address.port)] })
  const workers = [cluster.fork(), cluster.fork()]
  const messages = await Promise.all(workers.map((worker) => once(worker, 'message')))
  const ids = new Set(messages.map(([pid]) => pid as number))
  assert.equal(ids.size, 2)
  assert.deepEqual(acceptingProcesses(address, 2), ids)
  for (const worker of workers) worker.disconnect()
  await Promise.all(workers.map((worker) => once(worker, 'exit')))
  port.close()
})

test('reusePort: a port is shared only where both listeners set it', { skip: unsupported }, () => {
  using alone = createServer({ host: '127.0.0.1', port: 0 })
  const address = alone.getSockName() as HostInput
  assert.throws(() => createServer(address, { reusePort: true }), { code: 'EADDRINUSE' })
  using shared = createServer({ host: '127.0.0.1', port: 0 }, { reusePort: true })
  assert.throws(() => createServer(shared.getSockName() as HostInput), { code: 'EADDRINUSE' })
})
