// Servers of streams: toDuplex, whose listeners destroy, end, pause and throw at any event, and toWeb, whose readers and
// writers cancel, abort and close at any point.

import { setTimeout as delay } from 'node:timers/promises'
import { type AsyncSocket, type InetAddress, type SocketDuplex, toDuplex, toWeb, type WebStreams } from 'berkeley'
import { pick, type Random } from '../shared/random.js'
import { startListener } from './awaited-server.js'
import { IDLE_MS, PlannedError, soon, type Tally } from './tally.js'

/** A byte that clients do not send in their sequence. */
const URGENT = 255

const EVENTS = ['data', 'data', 'drain', 'end', 'finish', 'close', 'error', 'readable'] as const

const duplexActs: Readonly<Record<string, (stream: SocketDuplex, random: Random) => unknown>> = {
  nothing: () => {},
  destroy: (stream) => stream.destroy(),
  destroyWithError: (stream) => stream.destroy(new PlannedError()),
  reset: (stream) => stream.resetAndDestroy(),
  end: (stream) => stream.end('the end'),
  destroySoonAsNet: (stream) => stream.destroySoon(),
  destroySoon: (stream, random) => soon(random, () => stream.destroy()),
  endSoon: (stream, random) => soon(random, () => stream.end()),
  unpipe: (stream) => stream.unpipe(),
  pause(stream, random) {
    stream.pause()
    soon(random, () => stream.resume())
  },
  // What a listener throws is uncaught. The process then ends the stream.
  throw(stream) {
    throw new PlannedError(() => stream.destroy())
  },
}

function serveDuplex(socket: AsyncSocket, random: Random, tally: Tally): void {
  tally.opened++
  const stream = toDuplex(socket, { allowHalfOpen: random() < 0.5 })
  const act = pick(random, Object.values(duplexActs))
  let isClosed = false
  stream.on('close', () => {
    if (isClosed) tally.fault('a second close')
    isClosed = true
    tally.closed++
  })
  stream.on('error', (error) => tally.error(error, /^(ERR_STREAM_|undefined)/))
  for (const event of ['data', 'end', 'drain', 'finish', 'error'] as const)
    stream.on(event, () => {
      if (isClosed) tally.fault(`${event} after close`)
    })
  stream.once(pick(random, EVENTS), () => act(stream, random))
  stream.setTimeout(IDLE_MS, () => stream.destroy())
  stream.pipe(stream)
}

export function startDuplexes(random: Random, tally: Tally): InetAddress {
  return startListener((socket) => serveDuplex(socket, random, tally))
}

/** Web streams of a connection, and the ends of those that are locked. */
class Web {
  readonly readable: WebStreams['readable']
  readonly writable: WebStreams['writable']
  #end: (() => Promise<unknown>)[] = []

  constructor({ readable, writable }: WebStreams) {
    this.readable = readable
    this.writable = writable
  }

  reader() {
    const reader = this.readable.getReader()
    this.#end.push(() => reader.cancel())
    return reader
  }

  byobReader() {
    const reader = this.readable.getReader({ mode: 'byob' })
    this.#end.push(() => reader.cancel())
    return reader
  }

  writer() {
    const writer = this.writable.getWriter()
    // Each failure is reported by the promise of a write as well.
    writer.closed.catch(() => {})
    writer.ready.catch(() => {})
    this.#end.push(() => writer.abort())
    return writer
  }

  /** Ends both directions, whatever state they are in. */
  async end(): Promise<void> {
    if (!this.readable.locked) this.#end.push(() => this.readable.cancel())
    if (!this.writable.locked) this.#end.push(() => this.writable.abort())
    await Promise.allSettled(this.#end.map((end) => end()))
  }
}

type WebAct = (web: Web, random: Random) => Promise<unknown>

const pause = (random: Random): Promise<void> => new Promise((resolve) => soon(random, resolve))

const webActs: Readonly<Record<string, WebAct>> = {
  pipe: ({ readable, writable }) => readable.pipeTo(writable),
  async abortPipe({ readable, writable }, random) {
    const controller = new AbortController()
    soon(random, () => controller.abort())
    await readable.pipeTo(writable, { signal: controller.signal })
  },
  async cancelWhileReading(web, random) {
    const reader = web.reader()
    const reading = reader.read()
    await Promise.all([reading, pause(random).then(() => reader.cancel())])
  },
  async cancelAfterOne(web) {
    const reader = web.reader()
    const writer = web.writer()
    const { value } = await reader.read()
    if (value !== undefined) await writer.write(value)
    await reader.cancel()
    await writer.close()
  },
  async abortWriting(web, random) {
    const writer = web.writer()
    const writing = writer.write(Buffer.alloc(1 << 20, URGENT))
    await Promise.all([writing, pause(random).then(() => writer.abort(new PlannedError()))])
  },
  async readIntoMemory(web) {
    const reader = web.byobReader()
    const writer = web.writer()
    for (;;) {
      const { value, done } = await reader.read(new Uint8Array(1000))
      if (done || value === undefined) break
      await writer.write(value)
    }
    await writer.close()
  },
  async closeWriting({ readable, writable }) {
    await writable.close()
    for await (const _ of readable);
  },
  stall: () => delay(IDLE_MS / 10),
}

async function serveWeb(socket: AsyncSocket, random: Random, tally: Tally): Promise<void> {
  tally.opened++
  socket.setTimeout(IDLE_MS)
  const web = new Web(toWeb(socket, { allowHalfOpen: random() < 0.5 }))
  try {
    await pick(random, Object.values(webActs))(web, random)
  } catch (error) {
    tally.error(error)
  }
  await web.end()
  tally.closed++
}

export function startWebStreams(random: Random, tally: Tally): InetAddress {
  return startListener((socket) => serveWeb(socket, random, tally))
}
