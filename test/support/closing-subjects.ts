// The three kinds of connections of event-driven programs behind one interface, for the table of ways to end them.
import { type AsyncSocket, attach, type Connection, SO_LINGER, Socket, type SocketDuplex, toDuplex } from 'berkeley'
import { deferred } from './promises.js'

/** More than the kernel buffers for sockets with small buffers. */
const BODY = Buffer.alloc(4 << 20)

/** One end of a connection. */
export interface Subject {
  /** Receives until the end: `end`, or the code of the error that stopped it, or `closed` where there was none. */
  receive(): Promise<string>
  /** Sends so much that it has to wait: `sent`, or as `receive` does. */
  send(): Promise<string>
  /** Ends our direction. */
  end(): void
  /** Closes the connection if it is still open, and waits until every event has been emitted. */
  finish(): Promise<void>
  /** The events in their order. */
  readonly log: string[]
  /** Called for received bytes, from the place where a program gets them. */
  onBytes: () => void
}

/** A kind of connection, and the ways in which a program ends one. */
export interface Kind<Of extends Subject = Subject> {
  make(socket: Socket): Of
  readonly endings: Readonly<Record<string, Ending<Of>>>
}

/** Typed as a method, so that parameters are bivariant: a subject that a kind has made may be passed to its endings. */
type Ending<Of> = { act(subject: Of): void }['act']

function codeOf(error: unknown): string {
  return (error as { code?: string } | null)?.code ?? 'closed'
}

class Awaited implements Subject {
  readonly log: string[] = []
  onBytes = (): void => {}
  readonly aborter = new AbortController()
  readonly socket: AsyncSocket

  constructor(socket: Socket) {
    this.socket = socket.toAsync()
  }

  async receive(): Promise<string> {
    const { signal } = this.aborter
    try {
      while ((await this.socket.recv(65536, { signal })) !== null) this.onBytes()
      return 'end'
    } catch (error) {
      return codeOf(error)
    }
  }

  async send(): Promise<string> {
    const { signal } = this.aborter
    return this.socket.sendAll(BODY, { signal }).then(() => 'sent', codeOf)
  }

  end(): void {
    this.socket.shutdown('write')
  }

  async finish(): Promise<void> {
    this.socket.close()
  }
}

class Handled implements Subject {
  readonly log: string[] = []
  onBytes = (): void => {}
  readonly connection: Connection
  readonly #received: Promise<string>
  readonly #sent: Promise<string>
  readonly #closed: Promise<string>

  constructor(socket: Socket) {
    const received = deferred<string>()
    const sent = deferred<string>()
    const closed = deferred<string>()
    this.#received = Promise.race([received.promise, closed.promise])
    this.#sent = Promise.race([sent.promise, closed.promise])
    this.#closed = closed.promise
    const on = (event: string, act: () => void): void => {
      this.log.push(event)
      act()
    }
    this.connection = attach(
      socket,
      {
        open: () => on('open', () => {}),
        data: () => this.onBytes(),
        end: () => on('end', () => received.resolve('end')),
        drain: () => on('drain', () => sent.resolve('sent')),
        error: (_, error) => on('error', () => codeOf(error)),
        close: (_, error) => on('close', () => closed.resolve(codeOf(error))),
      },
      // A connection that is full would receive nothing.
      { allowHalfOpen: true, maxBufferedBytes: Number.POSITIVE_INFINITY },
    )
  }

  receive(): Promise<string> {
    return this.#received
  }

  send(): Promise<string> {
    this.connection.write(BODY)
    return this.#sent
  }

  end(): void {
    this.connection.end()
  }

  async finish(): Promise<void> {
    this.connection.close()
    await this.#closed
    await new Promise(setImmediate)
  }
}

class Streamed implements Subject {
  readonly log: string[] = []
  onBytes = (): void => {}
  readonly aborter = new AbortController()
  readonly stream: SocketDuplex
  readonly #received: Promise<string>
  readonly #closed: Promise<void>

  constructor(socket: Socket) {
    this.stream = toDuplex(socket, { allowHalfOpen: true, signal: this.aborter.signal })
    for (const event of ['end', 'finish', 'error', 'close']) this.stream.on(event, () => this.log.push(event))
    this.#closed = new Promise((resolve) => this.stream.once('close', resolve))
    this.#received = new Promise((resolve) => {
      this.stream.once('end', () => resolve('end'))
      this.stream.once('error', (error) => resolve(codeOf(error)))
      this.stream.once('close', () => resolve('closed'))
    })
  }

  receive(): Promise<string> {
    this.stream.on('data', () => this.onBytes())
    return this.#received
  }

  send(): Promise<string> {
    return new Promise((resolve) => {
      this.stream.write(BODY, (error) => resolve(error ? codeOf(error) : 'sent'))
    })
  }

  end(): void {
    this.stream.end()
  }

  async finish(): Promise<void> {
    this.stream.destroy()
    await this.#closed
    await new Promise(setImmediate)
  }
}

const awaited: Kind<Awaited> = {
  make: (socket) => new Awaited(socket),
  endings: {
    close: ({ socket }) => socket.close(),
    reset: ({ socket }) => {
      socket.setOption(SO_LINGER, 0)
      socket.close()
    },
    abort: ({ aborter }) => aborter.abort(),
    dispose: ({ socket }) => void socket[Symbol.asyncDispose](),
    detach: ({ socket }) => Socket.fromFd(socket.detach()).close(),
  },
}

const handled: Kind<Handled> = {
  make: (socket) => new Handled(socket),
  endings: {
    close: ({ connection }) => connection.close(),
    reset: ({ connection }) => connection.reset(),
    end: ({ connection }) => connection.end(),
    'pause, then close': ({ connection }) => {
      connection.pause()
      connection.close()
    },
  },
}

const streamed: Kind<Streamed> = {
  make: (socket) => new Streamed(socket),
  endings: {
    reset: ({ stream }) => void stream.resetAndDestroy(),
    end: ({ stream }) => void stream.end(),
    abort: ({ aborter }) => aborter.abort(),
    destroy: ({ stream }) => void stream.destroy(),
    'destroy with an error': ({ stream }) => {
      stream.destroy(Object.assign(new Error('ours'), { code: 'ERR_OF_OURS' }))
    },
    destroySoon: ({ stream }) => stream.destroySoon(),
  },
}

/** The kinds by their names. */
export const kinds: Readonly<Record<string, Kind>> = {
  AsyncSocket: awaited,
  'a connection of handlers': handled,
  'a stream': streamed,
}
