// serveBlocking under load while its threads are killed, alternately by terminate() and by an exit in the handler:
//   node dist/bench/endurance/kill-threads/kill-threads.js [--seconds 20] [--kills 7] [--concurrency 32]
// Prints the outcomes of the requests, and how long the rate took after each kill to reach 90 % of the rate before.
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
const killCount = Number(values.kills ?? 7)
const intervalMs = (Number(values.seconds ?? 20) * 1000) / (killCount + 1)

/** Resolves once the connection is closed, which happens when the thread that served it has exited. */
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

/** Milliseconds from `killedAt` to the end of the first window with at least 90 % of the rate of the second before. */
function recoveryMs(endTimes: readonly number[], killedAt: number): number | null {
  const count = (from: number, to: number): number => endTimes.filter((end) => end >= from && end < to).length
  const expected = (0.9 * count(killedAt - 1000, killedAt) * WINDOW_MS) / 1000
  for (let from = killedAt; from < killedAt + intervalMs - WINDOW_MS; from += WINDOW_MS / 10) {
    if (count(from, from + WINDOW_MS) >= expected) return Math.round(from + WINDOW_MS - killedAt)
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
const killTimes: number[] = []
for (let index = 0; index < killCount; index++) {
  await delay(intervalMs)
  killTimes.push(performance.timeOrigin + performance.now())
  await kill(server, index)
}
await delay(intervalMs)
client.stdin.end()
await once(client, 'close')
await server.close({ drainMs: 1000 })
const { endTimes, ...load } = JSON.parse(Buffer.concat(output).toString()) as LoadResult
const perSecond = Math.round(endTimes.length / ((endTimes.at(-1)! - endTimes[0]!) / 1000))
console.log(JSON.stringify({ load, perSecond, replaced, recoveryMs: killTimes.map((at) => recoveryMs(endTimes, at)) }))
