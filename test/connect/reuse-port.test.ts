import assert from 'node:assert/strict'
import { type ChildProcess, fork } from 'node:child_process'
import cluster from 'node:cluster'
import { once } from 'node:events'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import type { HostInput } from '../../src/addresses/types.js'
import { createConnection } from '../../src/connect/create-connection.js'
import { createServer } from '../../src/connect/create-server.js'

import { SO_REUSEPORT } from '../../src/options/generated/options.js'
import { Socket } from '../../src/socket/socket.js'

const PROGRAM = fileURLToPath(new URL('../fixtures/connect/reuse-port-server.js', import.meta.url))
const unsupported = SO_REUSEPORT.supported ? false : 'this system has no SO_REUSEPORT'

/** Holds a port that others can listen on: a bound socket that does not listen gets no connections. */
function reserved(): Socket {
  const socket = new Socket()
  socket.setOption(SO_REUSEPORT, true)
  socket.bind({ host: '127.0.0.1', port: 0 })
  return socket
}

function whoAnswers(address: HostInput): number {
  using socket = createConnection(address, { timeout: 10_000 })
  return Number(Buffer.concat([...socket.chunks()]).toString())
}

/** Everybody who answers, in as many connections as it takes to meet `many`. */
function answering(address: HostInput, many: number): Set<number> {
  const met = new Set<number>()
  for (let attempt = 0; attempt < 1000 && met.size < many; attempt++) met.add(whoAnswers(address))
  return met
}

async function shares(processes: readonly Pick<ChildProcess, 'once' | 'send'>[], address: HostInput): Promise<void> {
  const messages = await Promise.all(processes.map((child) => once(child as ChildProcess, 'message')))
  const pids = new Set(messages.map(([{ pid }]) => pid as number))
  assert.equal(pids.size, processes.length)
  assert.deepEqual(answering(address, pids.size), pids)
}

test('processes share a port, and when one ends the other serves on', { skip: unsupported }, async () => {
  const port = reserved()
  const address = port.getSockName() as HostInput
  const children = [0, 1].map(() => fork(PROGRAM, [String(address.port)]))
  await shares(children, address)
  const [first, second] = children as [ChildProcess, ChildProcess]
  first.send('end')
  await once(first, 'exit')
  for (let round = 0; round < 20; round++) assert.equal(whoAnswers(address), second.pid)
  second.send('end')
  await once(second, 'exit')
  port.close()
})

test('so do workers of node:cluster, each with a listener of its own', { skip: unsupported }, async () => {
  const port = reserved()
  const address = port.getSockName() as HostInput
  cluster.setupPrimary({ exec: PROGRAM, args: [String(address.port)] })
  const workers = [cluster.fork(), cluster.fork()]
  await shares(
    workers.map(({ process: child }) => child),
    address,
  )
  for (const worker of workers) worker.disconnect()
  await Promise.all(workers.map((worker) => once(worker, 'exit')))
  port.close()
})

test('a port is shared only where both sides say so', { skip: unsupported }, () => {
  using alone = createServer({ host: '127.0.0.1', port: 0 })
  const address = alone.getSockName() as HostInput
  assert.throws(() => createServer(address, { reusePort: true }), { code: 'EADDRINUSE' })
  using shared = createServer({ host: '127.0.0.1', port: 0 }, { reusePort: true })
  assert.throws(() => createServer(shared.getSockName() as HostInput), { code: 'EADDRINUSE' })
})
