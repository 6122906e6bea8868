// How long an established connection waits for its echoes while a server has no descriptor free and more clients connect,
// with a large heap. It compares `serve` with node:net, and prints the quotients of the delays:
//   node dist/bench/endurance/shortage/shortage.js [--seconds 10] [--heap 300] [--descriptors 90] [--connections 130]
import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import type { Readable } from 'node:stream'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { createConnection, Socket } from 'berkeley'
import { JsonLines } from '../shared/json-lines.js'
import type { ServerSample } from './server.js'

const PAUSE_BETWEEN_ECHOES_MS = 5
/** The time for the server to notice the shortage, and for what it does once. */
const SETTLING_MS = 500
const ECHO_TIMEOUT_MS = 30_000

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '10' },
    heap: { type: 'string', default: '300' },
    descriptors: { type: 'string', default: '90' },
    connections: { type: 'string', default: '130' },
  },
})

interface Delays extends ServerSample {
  readonly echoes: number
  readonly medianMs: number
  readonly p99Ms: number
  readonly maxMs: number
}

/** How long an echo takes. */
function echoMs(connection: Socket): number {
  const start = performance.now()
  connection.sendAll('x')
  if (connection.recv(1) === null) throw new Error('the server closed the established connection')
  return performance.now() - start
}

/** The delays of echoes, one after the other, for so many seconds. */
async function echo(connection: Socket): Promise<number[]> {
  const delays: number[] = []
  const end = performance.now() + Number(values.seconds) * 1000
  while (performance.now() < end) {
    delays.push(echoMs(connection))
    await pause(PAUSE_BETWEEN_ECHOES_MS)
  }
  return delays.sort((a, b) => a - b)
}

function start(kind: string): ChildProcess & { stdin: NonNullable<ChildProcess['stdin']>; stdout: Readable } {
  const program = fileURLToPath(new URL('./server.js', import.meta.url))
  return spawn(process.execPath, [program, kind, values.heap], { stdio: ['pipe', 'pipe', 'inherit'] })
}

async function measure(kind: string): Promise<Delays> {
  const server = start(kind)
  const lines = new JsonLines(server)
  const sample = (): Promise<ServerSample> => lines.ask<ServerSample>('')
  const { port } = await lines.next<{ port: number }>()
  // Only now: Node opens many files at once while it loads modules.
  execFileSync('prlimit', ['--pid', String(server.pid), `--nofile=${values.descriptors}`])
  const target = { host: '127.0.0.1', port }
  using established = createConnection(target)
  established.setTimeout(ECHO_TIMEOUT_MS)
  for (let count = 0; count < 100; count++) echoMs(established)
  const idle = Array.from({ length: Number(values.connections) }, () => {
    const client = new Socket()
    client.tryConnect(target)
    return client
  })
  await pause(SETTLING_MS)
  await sample()
  const delays = await echo(established)
  const result = await sample()
  for (const client of idle) client.close()
  lines.end()
  const at = (part: number): number => delays[Math.min(delays.length - 1, Math.floor(delays.length * part))]!
  return { ...result, echoes: delays.length, medianMs: at(0.5), p99Ms: at(0.99), maxMs: at(1) }
}

const berkeley = await measure('berkeley')
const node = await measure('node')
const ratio = (name: 'medianMs' | 'p99Ms'): number => Number((berkeley[name] / node[name]).toFixed(2))
console.log(JSON.stringify({ berkeley, node, medianRatio: ratio('medianMs'), p99Ratio: ratio('p99Ms') }))
