// The servers of chaos.ts, in one process. The first line contains their ports, and what clients of TLS trust. For each line of standard input, a report
// of this process is printed once all connections have closed:
//   node server.js SEED

import { subscribe } from 'node:diagnostics_channel'
import { createInterface } from 'node:readline'
import { setTimeout as delay } from 'node:timers/promises'
import { type BlockingServer, type InetAddress, serveBlocking } from 'berkeley'
import { randomFrom } from '../shared/random.js'
import { type ResourceSample, sampleResources } from '../shared/sample.js'
import { startAwaits } from './awaited-server.js'
import { FINISHED, STARTED } from './blocking-handler.js'
import { startHandlers } from './handler-server.js'
import { startDuplexes, startWebStreams } from './stream-servers.js'
import { allClosed, PlannedError, Tally } from './tally.js'
import { makeIdentity, startAwaitsOverTls, startThreadsOverTls, TLS_ERRORS } from './tls-servers.js'

/** The first line. */
export interface Greeting {
  readonly ports: Record<string, number>
  /** In PEM; '' where no server speaks TLS. */
  readonly ca: string
}

/** The line that the server prints for each request. */
export interface ServerReport extends ResourceSample {
  /** By the kind of server. */
  readonly opened: Record<string, number>
  readonly closed: Record<string, number>
  /** Sockets that this thread has accepted and has not closed. */
  readonly unclosed: number
  readonly faults: Record<string, number>
}

const THREADS = 4
const MAX_CLOSING_MS = 20_000

const tallies: Record<string, Tally> = {}
const ports: Record<string, number> = {}
const wholeProcess = new Tally()

function start(kind: string, server: (tally: Tally) => InetAddress): void {
  tallies[kind] = new Tally()
  ports[kind] = server(tallies[kind]).port
}

let unclosed = 0
subscribe('berkeley:accept', () => unclosed++)
subscribe('berkeley:close', () => unclosed--)

process.on('uncaughtException', (error) => {
  if (error instanceof PlannedError) error.end()
  else wholeProcess.fault(`uncaught ${error.stack}`)
})
process.on('warning', (warning) => wholeProcess.fault(`warning ${warning.stack}`))

const random = randomFrom(Number(process.argv[2]))
start('serve', (tally) => startHandlers(random, tally, {}))
start('serve, half-open', (tally) =>
  startHandlers(random, tally, { allowHalfOpen: true, reuseBuffer: true, whenFull: 'close' }),
)
start('awaited', (tally) => startAwaits(random, tally))
start('toDuplex', (tally) => startDuplexes(random, tally))
start('toWeb', (tally) => startWebStreams(random, tally))

const identity = makeIdentity()
if (identity !== null) start('awaited, TLS', (tally) => startAwaitsOverTls(random, tally, identity))

/** Servers of threads, and what their threads count. */
const threaded: { readonly server: BlockingServer; readonly tally: Tally; readonly counters: Int32Array }[] = []

function startThreads(kind: string, start: (counters: SharedArrayBuffer) => BlockingServer): void {
  const counters = new SharedArrayBuffer(8)
  const server = start(counters)
  const tally = new Tally()
  tallies[kind] = tally
  ports[kind] = (server.address as InetAddress).port
  server.on('error', (error: Error) => {
    // Errors of a thread arrive as copies, which belong to no class of ours.
    if (/planned|threw no Error|null/.test(error.message) || TLS_ERRORS.test((error as { code?: string }).code ?? ''))
      return
    tally.error(error, /^(EAGAIN|ERR_SOCKET_TIMEOUT)$/)
  })
  server.on('replace', () => tally.fault('a thread ended'))
  server.on('ready', () => {
    if (++ready === THREADS * threaded.length) console.log(JSON.stringify({ ports, ca: identity?.ca ?? '' }))
  })
  threaded.push({ server, tally, counters: new Int32Array(counters) })
}

let ready = 0
const handler = new URL('./blocking-handler.js', import.meta.url)
startThreads('serveBlocking', (context) =>
  serveBlocking({ host: '127.0.0.1', port: 0, threads: THREADS }, handler, { context }),
)
if (identity !== null) startThreads('serveBlocking, TLS', (context) => startThreadsOverTls(THREADS, context, identity))

/** A handler in a thread may still run when its client has gone. */
async function handlersReturned(): Promise<void> {
  const deadline = performance.now() + MAX_CLOSING_MS
  const isBusy = (): boolean => threaded.some(({ counters }) => counters[STARTED] !== counters[FINISHED])
  while (isBusy() && performance.now() < deadline) await delay(10)
}

async function report(): Promise<ServerReport> {
  await allClosed(Object.values(tallies), MAX_CLOSING_MS)
  await handlersReturned()
  for (const { tally, counters } of threaded) {
    tally.opened = counters[STARTED]!
    tally.closed = counters[FINISHED]!
  }
  const faults: Record<string, number> = { ...wholeProcess.faults }
  for (const [kind, tally] of Object.entries(tallies))
    for (const [fault, count] of Object.entries(tally.faults)) faults[`${kind}: ${fault}`] = count
  const all = Object.entries(tallies)
  return {
    opened: Object.fromEntries(all.map(([kind, { opened }]) => [kind, opened])),
    closed: Object.fromEntries(all.map(([kind, { closed }]) => [kind, closed])),
    unclosed,
    faults,
    ...(await sampleResources()),
  }
}

createInterface({ input: process.stdin })
  .on('line', () => report().then((result) => console.log(JSON.stringify(result))))
  .on('close', () => process.exit(0))
