// A server of Node's, such as an http.Server, on a listener of ours.
//
// Node's own server accepts on a handle of libuv's. Without one, it still serves every stream that is emitted as its
// 'connection'; but `address`, `close`, `listening` and the rest, which ask the handle, have to be replaced until it is
// closed. Closing ends by Node's own `close`, which finds neither handle nor connections, stops its timers and emits
// 'close'.

import type { AddressInfo, Server as NetServer, Socket as NetSocket } from 'node:net'
import { ADDRESS_NAMES, addressAmong, checkAddress, checkNoAddress, inTarget } from '../addresses/families.js'
import type { Address } from '../addresses/types.js'
import { listenOn, SERVER_OPTIONS, type ServerOptions, type ServerTarget } from '../connect/create-server.js'
import { pathRemover } from '../connect/listener-path.js'
import { callAfter, checkedTimeout, FOREVER } from '../core/deadline.js'
import { misuse } from '../core/errors.js'
import type { Hints } from '../core/option-hints.js'
import { checkNames, checkOptionNames, type Names } from '../core/option-names.js'
import { own } from '../core/own-options.js'
import { checkedOptions, checkObject, isInstance, signalOf, wrongType, wrongValue } from '../core/validate.js'
import { nodeNet } from '../native/node-modules.js'
import { Acceptor } from '../reactor/acceptor.js'
import type { Descriptor } from '../socket/descriptor.js'
import { takeDescriptor } from '../socket/face.js'
import { adoptOrClose } from '../socket/opening.js'
import { Socket } from '../socket/socket.js'
import { SocketDuplex } from './duplex.js'

/** How a server of Node's listens on a socket of ours. */
export interface ListenHttpOptions extends ServerOptions {
  /** Closes the server when it aborts. */
  readonly signal?: AbortSignal
  /** How many milliseconds connections have to end by themselves after `close`; `null`, as without it: as many as they want. */
  readonly drainMs?: number | null
}

/** Where it listens: an address, or a socket that listens already, which the server takes over. */
export type ListenHttpTarget = ServerTarget | { readonly listener: Socket }

const LISTEN_HTTP_OPTIONS: Names<ListenHttpOptions> = { ...SERVER_OPTIONS, signal: true, drainMs: true }

/** What a program may take for an option, and Node has as a property of its server. */
const SERVER_PROPERTIES: Hints = {
  ...Object.fromEntries(
    ['maxConnections', 'keepAliveTimeout', 'requestTimeout', 'headersTimeout', 'timeout'].map((name) => [
      name,
      `set server.${name}`,
    ]),
  ),
  idleTimeout: 'set server.keepAliveTimeout',
}

/** How often connections that have become idle are closed while the server closes. */
const IDLE_CHECK_MS = 50

/**
 * Lets a server of Node's accept from a socket of ours, with its options: an `http.Server`, and so ws, express and
 * fastify; an `https.Server`; a server of `node:http2`; or a `net.Server`. It emits 'listening' in the next tick.
 *
 * Until it has closed, `address`, `close`, `listening`, `getConnections`, `ref` and `unref` of the server work as after its
 * own `listen`. It survives a shortage of descriptors. `close` refuses further connections, closes idle ones, and waits for
 * the others, at most `drainMs`. The connections are streams as of `toDuplex`; those under TLS and HTTP/2 are sockets of node:net,
 * because Node's adapter forwards addresses and options only from these. Host '::' is of IPv4 too, as in Node, unless
 * `dualStack` is `false`.
 * @returns the server
 * @throws SocketError, ResolveError, TypeError, RangeError as `createServer`
 * @throws TypeError `ERR_SERVER_ALREADY_LISTEN`
 * @throws TypeError `ERR_INVALID_ARG_TYPE` for what is no server, or a listener that does not listen
 * @throws AbortError if the signal was aborted before
 * @example
 * import { createServer } from 'node:http'
 * import { listenHttp } from 'berkeley'
 *
 * const server = createServer((request, response) => response.end(`hello ${request.socket.remoteAddress}`))
 * listenHttp(server, { host: '127.0.0.1', port: 0 }, { reusePort: true, drainMs: 5000 })
 * console.log(server.address())
 */
export function listenHttp<Server extends NetServer>(
  server: Server,
  target: ListenHttpTarget,
  options: ListenHttpOptions = {},
): Server {
  checkServer(server)
  checkOptionNames(options, LISTEN_HTTP_OPTIONS, () => ({ ...inTarget(), ...SERVER_PROPERTIES }))
  const signal = signalOf(options)
  const drainMs = checkedTimeout(checkedOptions(options).drainMs ?? null, 'options.drainMs')
  checkObject(target, 'target', 'such as { host, port } or { path }')
  checkNames(target, 'target', ADDRESS_NAMES, isServerProperty, () => SERVER_PROPERTIES)
  const given = own(target)
  const isGiven = 'listener' in given
  if (isGiven) checkNoAddress(target, 'target', 'listener')
  const listener = isGiven ? givenListener(given.listener) : ownListener(given, options)
  let removePath = (): void => {}
  try {
    // The path of a given listener may be listened on elsewhere after this.
    if (!isGiven) removePath = pathRemover(listener.sockName())
    new Listening(server, listener, { drainMs, removePath, signal }).begin()
    return server
  } catch (error) {
    removePath()
    listener.close()
    throw error
  }
}

function isServerProperty(value: unknown, name: string): boolean {
  return value !== undefined && Object.hasOwn(SERVER_PROPERTIES, name)
}

function checkServer(server: NetServer): void {
  if (typeof server?.emit !== 'function' || typeof server.close !== 'function') {
    throw wrongType('server', 'a server of Node such as an http.Server', server)
  }
  if (server.listening || listening.has(server)) throw listensAlready()
}

/** The servers that listen on a socket of ours, or wait for its last connections to end. */
const listening = new WeakSet<NetServer>()

function listensAlready(): Error {
  return misuse(TypeError, 'ERR_SERVER_ALREADY_LISTEN', 'the server listens already: close it first')
}

function ownListener(target: ServerTarget, options: ServerOptions): Descriptor {
  checkAddress(target, 'target', LISTEN_HTTP_OPTIONS, 'third')
  // As the server's own listen has it.
  const isDual = own(target as { host?: unknown }).host === '::' && own(options).dualStack === undefined
  return takeDescriptor(listenOn(addressAmong(target), isDual ? { ...options, dualStack: true } : options))
}

function givenListener(listener: Socket): Descriptor {
  if (!isInstance(listener, Socket) || !listener.listening) throw wrongType('target.listener', 'a Socket that listens')
  return takeDescriptor(listener)
}

interface Ending {
  /** As the addon takes it. */
  readonly drainMs: number
  readonly removePath: () => void
  readonly signal: AbortSignal | undefined
}

type Callback = (error?: Error) => void

/** The members of Node's server that are replaced. */
interface Replaced {
  address(): AddressInfo | string
  close(callback?: Callback): NetServer
  getConnections(callback: (error: Error | null, count: number) => void): NetServer
  ref(): NetServer
  unref(): NetServer
  listen(): never
}

/** A server of Node's while it listens on our socket. */
class Listening {
  readonly #server: NetServer & { closeIdleConnections?(): void }
  readonly #address: AddressInfo | string
  readonly #acceptor: Acceptor
  readonly #open = new Set<Stream>()
  readonly #ending: Ending
  #isClosing = false
  #stopTimers = (): void => {}
  readonly #abort = (): void => void this.#server.close()

  constructor(server: NetServer, listener: Descriptor, ending: Ending) {
    this.#server = server
    this.#ending = ending
    this.#address = nodeAddress(listener.sockName())
    listener.timeout = 0
    this.#acceptor = new Acceptor(listener, {
      accepted: (descriptor) => this.#accepted(descriptor),
      short: (error) => process.emitWarning(error),
      failed: (error) => {
        server.emit('error', error)
        this.#close()
      },
    })
  }

  begin(): void {
    try {
      this.#replaceMembers()
    } catch (error) {
      // The object cannot be changed, a frozen one say.
      this.#acceptor.close()
      throw error
    }
    this.#ending.signal?.addEventListener('abort', this.#abort, { once: true })
    process.nextTick(() => {
      if (!this.#isClosing) this.#server.emit('listening')
    })
  }

  #replaceMembers(): void {
    const own: Replaced = {
      address: () => this.#address,
      close: (callback) => this.#close(callback),
      getConnections: (callback) => {
        process.nextTick(callback, null, this.#open.size)
        return this.#server
      },
      ref: () => this.#setRefed(true),
      unref: () => this.#setRefed(false),
      listen: () => {
        throw listensAlready()
      },
    }
    for (const [name, value] of Object.entries(own)) {
      Object.defineProperty(this.#server, name, { value, configurable: true, writable: true })
    }
    listening.add(this.#server)
    Object.defineProperty(this.#server, 'listening', { get: () => !this.#isClosing, configurable: true })
  }

  #setRefed(isRefed: boolean): NetServer {
    this.#acceptor.isRefed = isRefed
    return this.#server
  }

  #accepted(descriptor: Descriptor): void {
    const stream = streamFor(this.#server as Untyped, descriptor)
    this.#open.add(stream)
    stream.once('close', () => this.#left(stream))
    this.#updateRoom()
    this.#server.emit('connection', stream)
    // As net.Socket, it receives up to its high-water mark, and so notices the end of the peer, before anything reads.
    if (!stream.destroyed) stream.read(0)
  }

  #left(stream: Stream): void {
    this.#open.delete(stream)
    this.#updateRoom()
    if (this.#isClosing && this.#open.size === 0) this.#closed()
  }

  /** Above the server's `maxConnections` connections wait in the kernel's queue. */
  #updateRoom(): void {
    const { maxConnections } = this.#server
    this.#acceptor.isFull = maxConnections > 0 && this.#open.size >= maxConnections
  }

  #close(callback?: Callback): NetServer {
    // Node ignores what is no function.
    if (typeof callback === 'object' && callback !== null && 'drainMs' in callback)
      throw wrongValue('drainMs is an option of listenHttp: pass it there, in the third argument')
    if (typeof callback === 'function') this.#server.once('close', callback)
    if (this.#isClosing) return this.#server
    this.#isClosing = true
    const { drainMs, removePath, signal } = this.#ending
    signal?.removeEventListener('abort', this.#abort)
    // Before the listener is closed: as long as it lives, no other file has its number.
    removePath()
    const error = this.#acceptor.close()
    if (error !== null) process.emitWarning(error)
    if (drainMs === 0) this.#destroyAll()
    else this.#drain(drainMs)
    if (this.#open.size === 0) this.#closed()
    return this.#server
  }

  /** A connection of HTTP/1 that is kept alive becomes idle after its response, and would wait for the next request. */
  #drain(drainMs: number): void {
    const closeIdle = (): void => this.#server.closeIdleConnections?.()
    closeIdle()
    const check = setInterval(closeIdle, IDLE_CHECK_MS).unref()
    const cancel = drainMs === FOREVER ? () => {} : callAfter(drainMs, () => this.#destroyAll())
    this.#stopTimers = () => {
      clearInterval(check)
      cancel()
    }
  }

  #destroyAll(): void {
    for (const stream of this.#open) stream.destroy()
  }

  #closed(): void {
    this.#stopTimers()
    listening.delete(this.#server)
    for (const name of ['address', 'close', 'getConnections', 'ref', 'unref', 'listen', 'listening']) {
      Reflect.deleteProperty(this.#server, name)
    }
    this.#server.close()
  }
}

type Stream = SocketDuplex | NetSocket

/** The members of Node's servers that their types lack; one of TLS alone has the last but one, one of HTTP/2 the last. */
interface Untyped {
  readonly allowHalfOpen?: boolean
  readonly noDelay?: boolean
  readonly keepAlive?: boolean
  readonly keepAliveInitialDelay?: number
  readonly setSecureContext?: unknown
  readonly updateSettings?: unknown
}

/** The stream of a connection that was accepted. Node's TLS and HTTP/2 get a net.Socket, as from the server's own `listen`. */
function streamFor(server: Untyped, descriptor: Descriptor): Stream {
  const allowHalfOpen = server.allowHalfOpen === true
  const duplex = (socket: Socket): Stream => new SocketDuplex(socket, { allowHalfOpen }).setNoDelay()
  const needsNodeSocket = typeof server.setSecureContext === 'function' || typeof server.updateSettings === 'function'
  if (!needsNodeSocket) return duplex(new Socket(descriptor))
  const fd = descriptor.detach('non-blocking')
  const socket = nodeSocket(fd, allowHalfOpen)
  if (socket === null) return duplex(new Socket(adoptOrClose(fd)))
  if (server.noDelay === true) socket.setNoDelay()
  if (server.keepAlive === true) socket.setKeepAlive(true, server.keepAliveInitialDelay)
  return socket
}

/** `null` for a socket that is neither TCP nor unix: TLS runs over any stream, but without its addresses. */
function nodeSocket(fd: number, allowHalfOpen: boolean): NetSocket | null {
  try {
    return new (nodeNet().Socket)({ fd, allowHalfOpen })
  } catch {
    return null
  }
}

/** An address as `server.address()` of Node's has it. */
function nodeAddress(address: Address): AddressInfo | string {
  if (address.family === 'inet') return { address: address.host, family: 'IPv4', port: address.port }
  if (address.family === 'inet6') return { address: address.host, family: 'IPv6', port: address.port }
  if (address.family === 'raw') return ''
  return 'path' in address ? address.path : 'abstract' in address ? `\0${address.abstract}` : ''
}
