// A load generator: each request has its own connection, and a fixed number of them run at a time. It uses node:net,
// which does not share the faults of this library. The number of a request decides whether it misbehaves, so all runs
// are equal.
import { connect, type Socket } from 'node:net'

/** The load on an echo server. */
export interface LoadOptions {
  readonly port: number
  readonly concurrency: number
  /** The load ends after this number of requests, or once `until` returns true. */
  readonly requests?: number
  readonly until?: () => boolean
  /** Percentages of requests that the client resets, and that shut down the sending side without a message. */
  readonly resetPercent?: number
  readonly halfClosePercent?: number
  /** Called with the number of each request when it starts. */
  readonly onRequest?: (index: number) => void
}

export interface LoadResult {
  readonly requests: number
  /** Requests that ended as expected, including those that misbehave. */
  readonly good: number
  /** The number of other requests by outcome. */
  readonly failures: Record<string, number>
  readonly slowestMs: number
  /** The `performance.now()` at which each successful request ended. */
  readonly endTimes: number[]
}

type Kind = 'echo' | 'reset' | 'half-close'

const SUCCESS = 'success'
const MESSAGE = Buffer.alloc(64, 'x')
const REQUEST_TIMEOUT_MS = 5000

/** Runs the load to its end. */
export async function runLoad(load: LoadOptions): Promise<LoadResult> {
  const result = {
    requests: 0,
    good: 0,
    failures: {} as Record<string, number>,
    slowestMs: 0,
    endTimes: [] as number[],
  }
  const continues = (): boolean =>
    result.requests < (load.requests ?? Number.POSITIVE_INFINITY) && load.until?.() !== true
  const runRequest = async (): Promise<void> => {
    const index = result.requests++
    load.onRequest?.(index)
    const start = performance.now()
    const outcome = await request(load.port, kindOf(index, load))
    const end = performance.now()
    result.slowestMs = Math.max(result.slowestMs, end - start)
    if (outcome === SUCCESS) {
      result.good++
      result.endTimes.push(end)
    } else result.failures[outcome] = (result.failures[outcome] ?? 0) + 1
  }
  const client = async (): Promise<void> => {
    while (continues()) await runRequest()
  }
  await Promise.all(Array.from({ length: load.concurrency }, client))
  return result
}

function kindOf(index: number, { resetPercent = 0, halfClosePercent = 0 }: LoadOptions): Kind {
  const percentile = index % 100
  if (percentile < resetPercent) return 'reset'
  return percentile < resetPercent + halfClosePercent ? 'half-close' : 'echo'
}

/** Resolves with the outcome of one request: `SUCCESS`, `incomplete`, `timeout` or the code of an error. */
function request(port: number, kind: Kind): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1' })
    let received = 0
    let outcome = 'incomplete'
    socket.setTimeout(REQUEST_TIMEOUT_MS, () => {
      outcome = 'timeout'
      socket.destroy()
    })
    socket.on('data', (bytes) => {
      received += bytes.length
    })
    socket.on('error', (error: NodeJS.ErrnoException) => {
      outcome = error.code ?? error.message
    })
    socket.on('end', () => {
      if (received === (kind === 'echo' ? MESSAGE.length : 0)) outcome = SUCCESS
    })
    socket.on('close', () => resolve(kind === 'reset' && outcome === 'incomplete' ? SUCCESS : outcome))
    send(socket, kind)
  })
}

function send(socket: Socket, kind: Kind): void {
  if (kind === 'echo') socket.end(MESSAGE)
  else if (kind === 'half-close') socket.end()
  else socket.once('connect', () => socket.write(MESSAGE, () => socket.resetAndDestroy()))
}
