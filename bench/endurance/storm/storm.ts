// Connections in great number against serveBlocking, of which some are reset, some close their side at once, and some
// meet a server without descriptors:
//   node dist/bench/endurance/storm/storm.js [--connects 100000] [--concurrency 64]

import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { run } from '../shared/load.js'

const DESCRIPTORS = 256
const SHORTAGE_EVERY = 2000

const { values } = parseArgs({ options: { connects: { type: 'string' }, concurrency: { type: 'string' } } })
const program = fileURLToPath(new URL('./server.js', import.meta.url))
const server = spawn('sh', ['-c', `ulimit -n ${DESCRIPTORS} && exec "$0" "$1"`, process.execPath, program], {
  stdio: ['pipe', 'pipe', 'inherit'],
})
const lines = createInterface({ input: server.stdout })[Symbol.asyncIterator]()

async function answer<Answer>(): Promise<Answer> {
  const { value, done } = await lines.next()
  if (done === true) throw new Error('the server ended')
  return JSON.parse(value) as Answer
}

const { port } = await answer<{ port: number }>()
const start = performance.now()
const { ends, ...client } = await run({
  port,
  concurrency: Number(values.concurrency ?? 64),
  requests: Number(values.connects ?? 100_000),
  resetPercent: 3,
  halfClosePercent: 3,
  onRequest: (index) => {
    if (index % SHORTAGE_EVERY === SHORTAGE_EVERY / 2) server.stdin.write('take\n')
  },
})
const seconds = (performance.now() - start) / 1000
server.stdin.end()
console.log(JSON.stringify({ client, server: await answer(), perSecond: Math.round(ends.length / seconds) }))
