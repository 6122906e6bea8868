// Many connections to serveBlocking. The client resets some of them and shuts down its sending side of others at once;
// some arrive while the server has no free descriptor:
//   node dist/bench/endurance/storm/storm.js [--connects 100000] [--concurrency 64]
import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { JsonLines } from '../shared/json-lines.js'
import { runLoad } from '../shared/load.js'

const MAX_DESCRIPTORS = 256
const REQUESTS_PER_SHORTAGE = 2000

const { values } = parseArgs({ options: { connects: { type: 'string' }, concurrency: { type: 'string' } } })
const program = fileURLToPath(new URL('./server.js', import.meta.url))
const server = spawn('sh', ['-c', `ulimit -n ${MAX_DESCRIPTORS} && exec "$0" "$1"`, process.execPath, program], {
  stdio: ['pipe', 'pipe', 'inherit'],
})
const lines = new JsonLines(server)

const { port } = await lines.next<{ port: number }>()
const start = performance.now()
const { endTimes, ...client } = await runLoad({
  port,
  concurrency: Number(values.concurrency ?? 64),
  requests: Number(values.connects ?? 100_000),
  resetPercent: 3,
  halfClosePercent: 3,
  onRequest: (index) => {
    if (index % REQUESTS_PER_SHORTAGE === REQUESTS_PER_SHORTAGE / 2) server.stdin.write('exhaust\n')
  },
})
const seconds = (performance.now() - start) / 1000
lines.end()
console.log(JSON.stringify({ client, server: await lines.next(), perSecond: Math.round(endTimes.length / seconds) }))
