// A generator of load: requests over connections of their own, a fixed number at a time, by node:net, whose faults
// would be others than ours. Which request misbehaves follows from its number, so that every run is the same.

import { connect, type Socket } from 'node:net'

/** What to do to a server that sends back what it receives. */
export interface Load {
  readonly port: number
  readonly concurrency: number
  /** Ends after so many requests, or when `until` says so. */
  readonly requests?: number
  readonly until?: () => boolean
  /** Of a hundred requests, so many are reset by the client, and so many close their side without a word. */
  readonly resetPercent?: number
  readonly halfClosePercent?: number
  /** Called with the number of every request that begins. */
  readonly onRequest?: (index: number) => void
}

/** What came of it. */
export interface LoadResult {
  readonly requests: number
  /** Those that ended as they should, the misbehaving among them. */
  readonly good: number
  /** The others, by what they ended with. */
  readonly failures: Record<string, number>
  readonly slowestMs: number
  /** When each good request ended: `performance.now()`. */
  readonly ends: number[]
}

type Kind = 'echo' | 'reset' | 'half-close'

const MESSAGE = Buffer.alloc(64, 'x')
const SETTLE_MS = 5000

/** Runs the load to its end. */
export async function run(load: Load): Promise<LoadResult> {
  const result = { requests: 0, good: 0, failures: {} as Record<string, number>, slowestMs: 0, ends: [] as number[] }
  const goesOn = (): boolean => result.requests < (load.requests ?? Number.POSITIVE_INFINITY) && load.until?.() !== true
  const one = async (): Promise<void> => {
    const index = result.requests++
    load.onRequest?.(index)
    const start = performance.now()
    const outcome = await request(load.port, kindOf(index, load))
    const end = performance.now()
    result.slowestMs = Math.max(result.slowestMs, end - start)
    if (outcome === 'good') {
      result.good++
      result.ends.push(end)
    } else result.failures[outcome] = (result.failures[outcome] ?? 0) + 1
  }
  const client = async (): Promise<void> => {
    while (goesOn()) await one()
  }
  await Promise.all(Array.from({ length: load.concurrency }, client))
  return result
}

function kindOf(index: number, { resetPercent = 0, halfClosePercent = 0 }: Load): Kind {
  const place = index % 100
  if (place < resetPercent) return 'reset'
  return place < resetPercent + halfClosePercent ? 'half-close' : 'echo'
}

/** One request; what it ended with is `good`, a code, or `unsettled` after five seconds. */
function request(port: number, kind: Kind): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1' })
    let received = 0
    let outcome = 'incomplete'
    socket.setTimeout(SETTLE_MS, () => {
      outcome = 'unsettled'
      socket.destroy()
    })
    socket.on('data', (bytes) => {
      received += bytes.length
    })
    socket.on('error', (error: NodeJS.ErrnoException) => {
      outcome = error.code ?? error.message
    })
    socket.on('end', () => {
      if (received === (kind === 'echo' ? MESSAGE.length : 0)) outcome = 'good'
    })
    socket.on('close', () => resolve(kind === 'reset' && outcome === 'incomplete' ? 'good' : outcome))
    begin(socket, kind)
  })
}

function begin(socket: Socket, kind: Kind): void {
  if (kind === 'echo') socket.end(MESSAGE)
  else if (kind === 'half-close') socket.end()
  else socket.once('connect', () => socket.write(MESSAGE, () => socket.resetAndDestroy()))
}
