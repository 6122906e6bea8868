// The program of a serving thread: it accepts a connection, calls the handler with it, and then accepts the next.
//
// Every thread accepts for itself, from its own duplicate of the listener, and only while it is idle. So the
// connections that wait are in the kernel's queue. No thread's end loses them, and the first idle thread takes the next
// one.
//
// An idle thread waits with a selector and not in accept(2), because the server ends that wait by a waker. An
// interruption could arrive after a connection was accepted, and would interrupt its handler.

import { parentPort, workerData } from 'node:worker_threads'
import type { Address } from '../addresses/types.js'
import { InterruptedError, isTransientAcceptError, SocketError, withMessage } from '../core/errors.js'
import { wrongValue } from '../core/validate.js'
import { dupFd } from '../handover/handover.js'
import { EVENT_READ } from '../selector/events.js'
import { Selector } from '../selector/selector.js'
import { descriptorOf } from '../socket/face.js'
import type { Socket } from '../socket/socket.js'
import { TlsContext } from '../tls/context.js'
import type { TlsOptions } from '../tls/options.js'
import { wrapTls } from '../tls/tls-socket.js'
import { errorToData, plainData } from './error-data.js'
import { CONTROL_PHASE, PHASE_RUNNING, type ThreadMessage, type ThreadStart } from './protocol.js'
import { Shortage } from './shortage.js'

type Handler = (socket: Socket, context: unknown) => unknown

/** The longest wait of an idle thread: its timers, messages and console output wait as long. */
const MAX_IDLE_WAIT_MS = 100

const start = workerData as ThreadStart
const control = new Int32Array(start.control)
const shortage = new Shortage(control, start.startedAt)
const listener = dupFd(start.listenerFd)
const selector = new Selector()
const { options: tlsOptions, handshakeTimeout = null } = start.tls ?? {}
// The keys are read once, and not for each connection.
const { rejectUnauthorized, requestCert, ALPNProtocols, allowTruncation, ...contextOptions } = tlsOptions ?? {}
const connectionOptions = given({ rejectUnauthorized, requestCert, ALPNProtocols, allowTruncation })
const secureContext = tlsOptions === undefined ? null : new TlsContext(contextOptions)

/** Without the members that are undefined. */
function given(options: object): TlsOptions {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined))
}

function post(message: ThreadMessage): void {
  parentPort?.postMessage(message)
}

function isRunning(): boolean {
  return Atomics.load(control, CONTROL_PHASE) === PHASE_RUNNING
}

async function loadModule(): Promise<{ default?: unknown }> {
  try {
    return await import(start.module)
  } catch (error) {
    // Only Node's own report of an uncaught SyntaxError has the file, and the structured clone of the error loses it.
    if (error instanceof SyntaxError)
      withMessage(error, `${error.message}, in ${start.module} or a module that it imports`)
    throw error
  }
}

async function loadHandler(): Promise<Handler> {
  const { default: handler } = await loadModule()
  if (typeof handler === 'function') return handler as Handler
  throw wrongValue(`${start.module} must export its handler as default`)
}

/** Accepts a connection; `undefined` if there is none, or if accepting fails for now. */
function accept(): Socket | undefined {
  shortage.pause()
  try {
    const connection = listener.tryAccept()
    if (connection !== undefined && shortage.accepted()) post({ kind: 'recovered' })
    return connection
  } catch (error) {
    if (error instanceof InterruptedError || !isRunning()) return undefined
    if (!(error instanceof SocketError && isTransientAcceptError(error))) throw error
    if (shortage.failed()) post({ kind: 'exhausted', error: errorToData(error) })
    return undefined
  }
}

/** Waits until a connection can be accepted, the waker is used, or the event loop has to run. */
function waitForConnection(): void {
  try {
    selector.select(MAX_IDLE_WAIT_MS)
  } catch (error) {
    if (!(error instanceof InterruptedError)) throw error
  }
}

async function serve(handler: Handler, connection: Socket): Promise<void> {
  const { peerAddress } = connection
  let socket = connection
  try {
    socket = secured(connection)
    await handler(socket, start.context)
    socket.close()
  } catch (error) {
    report(error, peerAddress)
    drop(socket)
  }
}

function report(thrown: unknown, peerAddress: Address | null): void {
  const error = errorToData(thrown)
  try {
    post({ kind: 'failed', error, peerAddress })
  } catch {
    // Its fields are nested too deeply together, though each could be cloned.
    post({ kind: 'failed', error: plainData(error.message), peerAddress })
  }
}

/** The connection under TLS, where the server has it. */
function secured(connection: Socket): Socket {
  if (secureContext === null) return connection
  const socket = wrapTls(connection, { ...connectionOptions, isServer: true, secureContext, timeout: handshakeTimeout })
  socket.setBlocking(true)
  return socket
}

/** Closes without lingering, and without a second error. */
function drop(connection: Socket): void {
  // Not `fd`, which would mark the descriptor as shared.
  if (descriptorOf(connection).fd < 0) return
  connection.setBlocking(false)
  connection.close()
}

/** Lets the thread's event loop run once. */
function eventLoop(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}

const handler = await loadHandler()
selector.register(listener, EVENT_READ)
post({ kind: 'ready', waker: selector.waker })
while (isRunning()) {
  const connection = accept()
  if (connection !== undefined) await serve(handler, connection)
  else waitForConnection()
  await eventLoop()
}
selector.close()
listener.close()
