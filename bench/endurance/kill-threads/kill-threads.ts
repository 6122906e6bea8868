// serveBlocking under load while its threads are killed, by terminate and by an exit in the handler in turn:
//   node dist/bench/endurance/kill-threads/kill-threads.js [--seconds 20] [--kills 7] [--concurrency 32]
// Told: what came of the requests, and how soon after each kill the rate was back at nine tenths of that before.

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { connect } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { type BlockingServer, type InetAddress, serveBlocking } from 'berkeley'
import type { LoadResult } from '../shared/load.js'

const THREADS = 4
const WINDOW_MS = 250

const { values } = parseArgs({
  options: { seconds: { type: 'string' }, kills: { type: 'string' }, concurrency: { type: 'string' } },
})
const kills = Number(values.kills ?? 7)
const between = (Number(values.seconds ?? 20) * 1000) / (kills + 1)

/** Ends when the descriptor of the thread that served it does: the thread is gone. */
async function exitInHandler(port: number): Promise<void> {
  const socket = connect({ port, host: '127.0.0.1' }, () => socket.write('exit'))
  socket.on('error', () => {})
  socket.resume()
  await once(socket, 'close')
}

async function kill(server: BlockingServer, index: number): Promise<void> {
  const { port } = server.address as InetAddress
  if (index % 2 === 0) await server.workers[(index * 7) % server.workers.length]?.terminate()
  else await exitInHandler(port)
}

/** Milliseconds until a window after `killed` has nine tenths of the rate in the second before it. */
function recovery(ends: readonly number[], killed: number): number | null {
  const count = (from: number, to: number): number => ends.filter((end) => end >= from && end < to).length
  const wanted = (0.9 * count(killed - 1000, killed) * WINDOW_MS) / 1000
  for (let from = killed; from < killed + between - WINDOW_MS; from += WINDOW_MS / 10) {
    if (count(from, from + WINDOW_MS) >= wanted) return Math.round(from + WINDOW_MS - killed)
  }
  return null
}

const server = serveBlocking(
  { host: '127.0.0.1', port: 0, threads: THREADS },
  new URL('../shared/echo-handler.js', import.meta.url),
  { context: new SharedArrayBuffer(8) },
)
server.on('error', () => {})
let replaced = 0
server.on('replace', () => replaced++)
let ready = 0
await new Promise<void>((resolve) => {
  server.on('ready', () => {
    if (++ready === THREADS) resolve()
  })
})

const client = spawn(
  process.execPath,
  [
    fileURLToPath(new URL('./load-process.js', import.meta.url)),
    String((server.address as InetAddress).port),
    values.concurrency ?? '32',
  ],
  { stdio: ['pipe', 'pipe', 'inherit'] },
)
const output: Buffer[] = []
client.stdout.on('data', (bytes: Buffer) => output.push(bytes))
const killedAt: number[] = []
for (let index = 0; index < kills; index++) {
  await delay(between)
  killedAt.push(performance.timeOrigin + performance.now())
  await kill(server, index)
}
await delay(between)
client.stdin.end()
await once(client, 'close')
await server.close({ drainMs: 1000 })
const { ends, ...load } = JSON.parse(Buffer.concat(output).toString()) as LoadResult
const perSecond = Math.round(ends.length / ((ends.at(-1)! - ends[0]!) / 1000))
console.log(JSON.stringify({ load, perSecond, replaced, recoveryMs: killedAt.map((at) => recovery(ends, at)) }))
