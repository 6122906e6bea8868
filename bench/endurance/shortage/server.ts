// A server of shortage.ts: echoes, with a large heap. The first line has its port. Each line of standard input makes it
// print its share of a processor since the last line.
//   node server.js berkeley|node HEAP_MEBIBYTES

import { createServer } from 'node:net'
import { createInterface } from 'node:readline'
import { getHeapStatistics } from 'node:v8'
import { serve } from 'berkeley'

/** The line that the server prints for each request. */
export interface ServerSample {
  readonly load: number
  readonly heapMebibytes: number
}

const [kind, heap] = process.argv.slice(2)
const MEBIBYTE = 2 ** 20

/** Not from process.memoryUsage(), which opens a file. */
function heapMebibytes(): number {
  return Math.round(getHeapStatistics().used_heap_size / MEBIBYTE)
}

const retained: object[] = []
while (heapMebibytes() < Number(heap)) {
  for (let count = 0; count < 10_000; count++) retained.push({ count, text: `${count}`, next: retained.at(-1) })
}

function serveByBerkeley(): number {
  const handlers = { data: (self: { write(bytes: Buffer): boolean }, bytes: Buffer) => self.write(bytes), error() {} }
  return serve({ host: '127.0.0.1', port: 0 }, handlers).address.port
}

async function serveByNode(): Promise<number> {
  const server = createServer((socket) => socket.on('error', () => {}).pipe(socket))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return (server.address() as { port: number }).port
}

const port = kind === 'node' ? await serveByNode() : serveByBerkeley()
let before = process.cpuUsage()
let start = performance.now()
createInterface({ input: process.stdin })
  .on('line', () => {
    const { user, system } = process.cpuUsage(before)
    const now = performance.now()
    const load = (user + system) / 1000 / (now - start)
    before = process.cpuUsage()
    start = now
    console.log(JSON.stringify({ load, heapMebibytes: heapMebibytes() }))
  })
  .on('close', () => process.exit(retained.length > 0 ? 0 : 1))
console.log(JSON.stringify({ port }))
