// The faces of the event loop's channel behind one interface, for the model of it: connections of `serve` and `attach`,
// AsyncSocket and toDuplex.

import {
  type AsyncSocket,
  attach,
  type Connection,
  type Handlers,
  type InetAddress,
  type Server,
  SO_LINGER,
  SO_SNDBUF,
  Socket,
  type SocketDuplex,
  serve,
  toDuplex,
} from 'berkeley'
import { tcpPair } from './pairs.js'

/** What a face reports to the model. What is returned is what a handler returns. */
export interface Observer {
  open(): unknown
  data(bytes: Uint8Array): unknown
  drain(): unknown
  end(): unknown
  error(error: Error): unknown
  close(): unknown
}

/** What the model does to a face. */
export interface Face {
  /** Whether nothing is delivered between `pause` and `resume`. An awaited receive may have settled before the pause. */
  readonly hasStrictPause: boolean
  /** Whether nothing is delivered after `close` was called. A stream of Node's may deliver what it has buffered. */
  readonly isSilentOnceClosing: boolean
  /** Whether our side stays open after the peer's end. */
  readonly allowsHalfOpen: boolean
  /** What an exception of a handler does: it closes the connection, or is uncaught and changes nothing. */
  readonly onThrow: 'closes' | 'is uncaught' | 'unsupported'
  /** Returns how many bytes were taken or queued. */
  send(bytes: Uint8Array): number
  pause(): void
  resume(): void
  end(): void
  close(): void
  reset(): void
}

/** Small buffers, so that what is written has to be queued. */
const SEND_BUFFER_BYTES = 16384
export const MAX_BUFFERED_BYTES = 65536

/** A connection with handlers. It opens later than its client has connected. */
class Handled implements Face {
  readonly hasStrictPause = true
  readonly isSilentOnceClosing = true
  readonly onThrow = 'closes'
  readonly allowsHalfOpen: boolean
  connection!: Connection<Handled>
  readonly observer: Observer
  #sends = 0

  constructor(observer: Observer, allowsHalfOpen: boolean) {
    this.observer = observer
    this.allowsHalfOpen = allowsHalfOpen
  }

  send(bytes: Uint8Array): number {
    if (this.#sends++ % 3 === 0) return this.connection.send(bytes)
    this.connection.write(bytes)
    return bytes.length
  }

  pause(): void {
    this.connection.pause()
  }

  resume(): void {
    this.connection.resume()
  }

  end(): void {
    this.connection.end()
  }

  close(): void {
    this.connection.close()
  }

  reset(): void {
    this.connection.reset()
  }
}

/** Handlers that report to the face of the connection. */
function handlersFor(faceOf: (connection: Connection<Handled>) => Handled): Required<Handlers<Handled>> {
  return {
    open(connection) {
      const face = faceOf(connection)
      connection.data = face
      face.connection = connection
      connection.setOption(SO_SNDBUF, SEND_BUFFER_BYTES)
      return face.observer.open()
    },
    data: (connection, bytes) => connection.data!.observer.data(bytes),
    drain: (connection) => connection.data!.observer.drain(),
    end: (connection) => connection.data!.observer.end(),
    close: (connection) => connection.data!.observer.close(),
    error(connection, error) {
      if (connection !== null) return connection.data!.observer.error(error)
      if (!/^(EMFILE|ENFILE)$/.test((error as NodeJS.ErrnoException).code ?? '')) throw error
      return undefined
    },
  }
}

/** A server of handlers. Its connections are known by the port of their client. */
export class ServedFaces {
  readonly server: Server<Handled, InetAddress>
  readonly #allowsHalfOpen: boolean
  readonly #faces = new Map<number, Handled>()

  constructor(allowHalfOpen: boolean, reuseBuffer: boolean) {
    this.#allowsHalfOpen = allowHalfOpen
    const options = { host: '127.0.0.1', port: 0, allowHalfOpen, reuseBuffer, maxBufferedBytes: MAX_BUFFERED_BYTES }
    this.server = serve<Handled>(
      options,
      handlersFor(({ peerAddress }) => {
        const { port } = peerAddress as InetAddress
        const face = this.#faces.get(port)!
        this.#faces.delete(port)
        return face
      }),
    ) as Server<Handled, InetAddress>
  }

  connect(observer: Observer): [Face, Socket] {
    const face = new Handled(observer, this.#allowsHalfOpen)
    const client = new Socket()
    client.connect(this.server.address)
    this.#faces.set((client.getSockName() as InetAddress).port, face)
    return [face, client]
  }
}

export function attachedFace(socket: Socket, observer: Observer, allowHalfOpen: boolean): Face {
  const face = new Handled(observer, allowHalfOpen)
  attach(
    socket,
    handlersFor(() => face),
    { allowHalfOpen, maxBufferedBytes: MAX_BUFFERED_BYTES },
  )
  return face
}

/** A loop that receives, and sends one after the other. It closes as a connection with handlers does. */
export class AwaitedFace implements Face {
  readonly hasStrictPause = false
  readonly isSilentOnceClosing = true
  readonly onThrow = 'unsupported'
  readonly allowsHalfOpen = true
  readonly #socket: AsyncSocket
  readonly #observer: Observer
  #receiving: AbortController | null = null
  #sending = Promise.resolve()
  #receives = 0
  #isPaused = false
  #hasEnded = false
  #isEndCalled = false
  #isOurSideEnded = false
  #isClosed = false

  constructor(socket: Socket, observer: Observer) {
    socket.setOption(SO_SNDBUF, SEND_BUFFER_BYTES)
    this.#socket = socket.toAsync()
    this.#observer = observer
    observer.open()
    void this.#receiveAll()
  }

  send(bytes: Uint8Array): number {
    this.#sending = this.#sending
      .then(() => this.#socket.sendAll(bytes))
      .then(
        () => {
          if (!this.#isClosed) this.#observer.drain()
        },
        (error) => this.#failed(error),
      )
    return bytes.length
  }

  pause(): void {
    this.#isPaused = true
    this.#receiving?.abort()
  }

  resume(): void {
    this.#isPaused = false
    void this.#receiveAll()
  }

  end(): void {
    if (this.#isEndCalled) return
    this.#isEndCalled = true
    this.#sending = this.#sending
      .then(() => this.#socket.shutdown('write'))
      .then(
        () => {
          this.#isOurSideEnded = true
          this.#closeWhenOver()
        },
        (error) => this.#failed(error),
      )
  }

  close(): void {
    this.#close()
  }

  reset(): void {
    this.#close(true)
  }

  async #receiveAll(): Promise<void> {
    if (this.#receiving !== null) return
    try {
      while (!this.#isPaused && !this.#hasEnded && !this.#isClosed) {
        this.#receiving = new AbortController()
        const bytes = await this.#receive(this.#receiving.signal)
        if (this.#isClosed) return
        if (bytes === null) this.#ended()
        else this.#observer.data(bytes)
      }
    } catch (error) {
      if ((error as Error).name !== 'AbortError') this.#failed(error as Error)
    } finally {
      this.#receiving = null
    }
    // It may have been resumed after the signal was aborted.
    if (!this.#isPaused && !this.#hasEnded && !this.#isClosed) void this.#receiveAll()
  }

  /** By each verb that receives, in turn. */
  async #receive(signal: AbortSignal): Promise<Uint8Array | null> {
    switch (this.#receives++ % 4) {
      case 0:
        return this.#socket.recv(1000, { signal })
      case 1: {
        const memory = Buffer.alloc(20_000)
        const count = await this.#socket.recvInto(memory, { signal })
        return count === 0 ? null : memory.subarray(0, count)
      }
      case 2: {
        await this.#socket.readable({ signal })
        const bytes = this.#socket.tryRecv(65536)
        return bytes === undefined ? Buffer.alloc(0) : bytes
      }
      default:
        return this.#socket.recv(65536)
    }
  }

  #ended(): void {
    this.#hasEnded = true
    this.#observer.end()
    this.#closeWhenOver()
  }

  #closeWhenOver(): void {
    if (this.#hasEnded && this.#isOurSideEnded) this.#close()
  }

  #failed(error: Error): void {
    if (this.#isClosed) return
    this.#observer.error(error)
    this.#close()
  }

  #close(isReset = false): void {
    if (this.#isClosed) return
    this.#isClosed = true
    if (isReset) this.#socket.setOption(SO_LINGER, 0)
    this.#socket.close()
    this.#observer.close()
  }
}

/** A stream of Node's. */
export class DuplexFace implements Face {
  readonly hasStrictPause = true
  readonly isSilentOnceClosing = false
  readonly onThrow = 'is uncaught'
  readonly allowsHalfOpen: boolean
  readonly #stream: SocketDuplex

  constructor(socket: Socket, observer: Observer, allowHalfOpen: boolean) {
    socket.setOption(SO_SNDBUF, SEND_BUFFER_BYTES)
    this.allowsHalfOpen = allowHalfOpen
    this.#stream = toDuplex(socket, { allowHalfOpen })
    this.#stream.on('data', (bytes: Buffer) => observer.data(bytes))
    this.#stream.on('drain', () => observer.drain())
    this.#stream.on('end', () => observer.end())
    this.#stream.on('error', (error) => observer.error(error))
    this.#stream.on('close', () => observer.close())
    observer.open()
  }

  send(bytes: Uint8Array): number {
    this.#stream.write(bytes)
    return bytes.length
  }

  pause(): void {
    this.#stream.pause()
  }

  resume(): void {
    this.#stream.resume()
  }

  end(): void {
    this.#stream.end()
  }

  close(): void {
    this.#stream.destroy()
  }

  reset(): void {
    this.#stream.resetAndDestroy()
  }
}

/** A way to make a connection: its face, and the socket of its peer. */
export type Connect = (observer: Observer) => [Face, Socket]

/** The ways by name. Those of servers need the servers to be there. */
export function waysToConnect(server: ServedFaces, halfOpenServer: ServedFaces): Readonly<Record<string, Connect>> {
  const over =
    (pair: () => [Socket, Socket], makeFace: (socket: Socket, observer: Observer) => Face): Connect =>
    (observer) => {
      const [peer, socket] = pair()
      return [makeFace(socket, observer), peer]
    }
  const unixPair = (): [Socket, Socket] => Socket.pair()
  return {
    'serve, TCP': (observer) => server.connect(observer),
    'serve with allowHalfOpen and reuseBuffer, TCP': (observer) => halfOpenServer.connect(observer),
    'attach, unix': over(unixPair, (socket, observer) => attachedFace(socket, observer, false)),
    'attach with allowHalfOpen, unix': over(unixPair, (socket, observer) => attachedFace(socket, observer, true)),
    'AsyncSocket, TCP': over(tcpPair, (socket, observer) => new AwaitedFace(socket, observer)),
    'AsyncSocket, unix': over(unixPair, (socket, observer) => new AwaitedFace(socket, observer)),
    'toDuplex, TCP': over(tcpPair, (socket, observer) => new DuplexFace(socket, observer, false)),
    'toDuplex with allowHalfOpen, TCP': over(tcpPair, (socket, observer) => new DuplexFace(socket, observer, true)),
    'toDuplex, unix': over(unixPair, (socket, observer) => new DuplexFace(socket, observer, false)),
  }
}
