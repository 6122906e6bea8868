// A server of threads, each of which serves one connection at a time in plain blocking style.
//
// A server (blocking-server.ts) has a slot for each thread (slot.ts), in which a thread that ends by itself is
// replaced. The threads (thread.ts) accept for themselves from one listener. protocol.ts is the interface between the
// two.

import { isAbsolute } from 'node:path'
import { pathToFileURL } from 'node:url'
import { ADDRESS_NAMES, addressAmong, checkNoAddress } from '../addresses/families.js'
import type { HostAddress, HostInput, UnixPathAddress, UnixPathInput } from '../addresses/types.js'
import { listenOn, type ServerTarget } from '../connect/create-server.js'
import { checkedTimeout } from '../core/deadline.js'
import { belongIn, type Hints } from '../core/option-hints.js'
import { checkNames, checkOptionNames, type Names } from '../core/option-names.js'
import { own } from '../core/own-options.js'
import { checkedInteger, checkedOptions, checkInteger, checkObject, isInstance, wrongValue } from '../core/validate.js'
import { dupFd } from '../handover/handover.js'
import { Socket } from '../socket/socket.js'
import { BlockingServer, SERVER_TLS_OPTIONS, type ServeBlockingOptions } from './blocking-server.js'
import { threadProgram } from './thread-program.js'

/** The default export of a module of handlers: it serves a connection, which is closed when it returns. */
export type ConnectionHandler<Context = unknown> = (socket: Socket, context: Context) => void | Promise<void>

/** A listener that the server makes, and closes when the server is closed. */
export type OwnListener<Target extends ServerTarget = ServerTarget> = Target & {
  /**
   * How many connections may wait for a thread, in the kernel's queue: a thread accepts only while it is idle. The
   * kernel's maximum unless given. When the queue is full, clients wait in their `connect`.
   */
  readonly maxPending?: number
  /** As in `createServer`. */
  readonly reusePort?: boolean
  /** As in `createServer`. */
  readonly dualStack?: boolean
  /** As in `createServer`. */
  readonly mode?: number
  /** As in `createServer`. */
  readonly removeStale?: boolean
}

/** A listening socket that stays the caller's: the server accepts from a duplicate of it. */
export interface GivenListener {
  readonly listener: Socket
}

/** Where to accept, and how many connections are served at the same time. */
export type ServeBlockingTarget<Where = OwnListener | GivenListener> = Where & {
  /** 4 unless given. */
  readonly threads?: number
}

const TARGET_NAMES: Names<ServeBlockingTarget> = {
  listener: true,
  maxPending: true,
  reusePort: true,
  dualStack: true,
  mode: true,
  removeStale: true,
  threads: true,
  ...ADDRESS_NAMES,
}

const BLOCKING_OPTIONS: Names<ServeBlockingOptions<unknown>> = {
  context: true,
  tls: true,
  resourceLimits: true,
  execArgv: true,
  drainMs: true,
}

const inTlsOptions = (): Hints => belongIn('options.tls', SERVER_TLS_OPTIONS)

/** What `serve` has as an option, and a handler of a thread does itself. */
const inHandler: Hints = { idleTimeout: 'call setTimeout(ms) on the socket in the handler' }

const targetHints = (): Hints => ({
  ...inTlsOptions(),
  ...belongIn('options, the third argument', BLOCKING_OPTIONS),
  backlog: 'it is called maxPending here',
  ...inHandler,
})

const optionHints = (): Hints => ({
  ...inTlsOptions(),
  ...belongIn('target, the first argument', TARGET_NAMES),
  backlog: 'it is maxPending in target, the first argument',
  ...inHandler,
})

const DEFAULT_THREADS = 4
const MAX_THREADS = 1024

/**
 * Serves connections by a fixed number of threads, each with a handler in plain blocking style; `accept(2)` in each
 * thread, and Python's `ThreadingTCPServer`, except that the threads share no variables: each loads the module itself. A
 * SharedArrayBuffer in `context` is common to all.
 *
 * The calling thread stays free. A handler that throws ends its own connection only. A thread that ends is replaced.
 * @param target where to listen, or a listener; the number of `threads`; `maxPending`
 * @param module the URL or the absolute path of a module whose default export is the handler: see ConnectionHandler
 * @throws SocketError `EADDRINUSE`, `EACCES`, `EADDRNOTAVAIL` as `createServer`
 * @throws ResolveError `EAI_NONAME` or another code of getaddrinfo(3) if the name has no address
 * @throws TypeError `ERR_INVALID_ARG_TYPE` for a target or an option of another type
 * @throws TypeError `ERR_INVALID_ARG_VALUE` for a module that is neither URL nor absolute path, a socket that does not
 *   listen, an address beside a listener, or `tls` without a certificate and its key
 * @throws RangeError `ERR_OUT_OF_RANGE` for a number that is too small or too large
 * @throws DataCloneError for a context that cannot be cloned
 * @example
 * const server = serveBlocking({ host: '127.0.0.1', port: 7, threads: 8 }, new URL('../echo.js', import.meta.url))
 * server.on('error', (error, { peerAddress }) => console.error(peerAddress, error))
 * // In echo.js, whose default export it is:
 * const handle: ConnectionHandler = (socket) => {
 *   for (const chunk of socket.chunks()) socket.sendAll(chunk)
 * }
 */
export function serveBlocking<Context = unknown>(
  target: ServeBlockingTarget<OwnListener<HostInput>>,
  module: string | URL,
  options?: ServeBlockingOptions<Context>,
): BlockingServer<HostAddress>
export function serveBlocking<Context = unknown>(
  target: ServeBlockingTarget<OwnListener<UnixPathInput>>,
  module: string | URL,
  options?: ServeBlockingOptions<Context>,
): BlockingServer<UnixPathAddress>
export function serveBlocking<Context = unknown>(
  target: ServeBlockingTarget,
  module: string | URL,
  options?: ServeBlockingOptions<Context>,
): BlockingServer
export function serveBlocking<Context>(
  target: ServeBlockingTarget,
  module: string | URL,
  options: ServeBlockingOptions<Context> = {},
): BlockingServer {
  checkObject(target, 'target', 'such as { host, port, threads }')
  checkNames(target, 'target', TARGET_NAMES, (value) => value !== undefined, targetHints)
  checkOptionNames(options, BLOCKING_OPTIONS, optionHints)
  checkedTimeout(checkedOptions(options).drainMs ?? null, 'options.drainMs')
  const { threads = DEFAULT_THREADS } = own(target) as ServeBlockingTarget
  checkInteger(threads, 'threads', 1, MAX_THREADS)
  const url = moduleUrl(module)
  // Fails in a bundle, before there is a listener.
  threadProgram()
  const ownsListener = !isGiven(target)
  if (!ownsListener) checkNoAddress(target, 'target', 'listener')
  const listener = ownsListener ? listen(target) : dupFd(listeningFd(target.listener))
  return new BlockingServer({ listener, ownsListener, threads, module: url, options })
}

function isGiven(target: ServeBlockingTarget): target is ServeBlockingTarget<GivenListener> {
  return 'listener' in own(target)
}

function listen(target: OwnListener): Socket {
  const { maxPending, reusePort, dualStack, mode, removeStale } = own(target)
  return listenOn(addressAmong(target), {
    ...(maxPending === undefined ? {} : { backlog: checkedInteger(maxPending, 'maxPending', 0, 0x7fffffff) }),
    ...(reusePort === undefined ? {} : { reusePort }),
    ...(dualStack === undefined ? {} : { dualStack }),
    ...(mode === undefined ? {} : { mode }),
    ...(removeStale === undefined ? {} : { removeStale }),
  })
}

function listeningFd(listener: Socket): number {
  if (isInstance(listener, Socket) && listener.listening) return listener.fd
  throw wrongValue('target.listener must be a listening Socket')
}

function moduleUrl(module: string | URL): string {
  if (isInstance(module, URL)) return module.href
  if (typeof module === 'string' && /^(file|data|node):/.test(module)) return module
  if (typeof module === 'string' && isAbsolute(module)) return pathToFileURL(module).href
  const example = "such as new URL('../handler.js', import.meta.url)"
  if (typeof module === 'function')
    throw wrongValue(
      `module must be the URL of a module whose default export is the handler, ${example}: threads share no functions`,
    )
  throw wrongValue(`module must be a URL or an absolute path, ${example}`)
}
