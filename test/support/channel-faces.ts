// The faces of the event loop's channel behind one interface, for the model of it: connections of `serve` and `attach`,
// AsyncSocket and toDuplex.

import {
  attach,
  type Connection,
  type Handlers,
  type InetAddress,
  type Server,
  SO_SNDBUF,
  Socket,
  type SocketDuplex,
  serve,
  toDuplex,
} from 'berkeley'
import { AwaitedFace } from './awaited-face.js'
import { type Face, type Observer, SEND_BUFFER_BYTES } from './channel-face.js'
import { tcpPair } from './pairs.js'

const MAX_BUFFERED_BYTES = 65536

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

function attachedFace(socket: Socket, observer: Observer, allowHalfOpen: boolean): Face {
  const face = new Handled(observer, allowHalfOpen)
  attach(
    socket,
    handlersFor(() => face),
    { allowHalfOpen, maxBufferedBytes: MAX_BUFFERED_BYTES },
  )
  return face
}

/** A stream of Node's. */
class DuplexFace implements Face {
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
