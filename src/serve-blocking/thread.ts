// The program of a serving thread: it accepts a connection, hands it to the handler, and then accepts the next.
//
// Every thread accepts for itself, from its own duplicate of the listener, and only while it is idle: so what is not
// being served waits in the kernel's queue, where no thread's death can harm it, and whoever is free first takes it.
// It waits with a selector instead of in accept(2), because its end must be told by something that cannot strike the
// handler: an interruption that comes too late would.

import { closeSync, openSync } from 'node:fs'
import { devNull } from 'node:os'
import { parentPort, workerData } from 'node:worker_threads'
import { InterruptedError, misuse, passes, SocketError } from '../core/errors.js'
import { dupFd } from '../handover/handover.js'
import { EVENT_READ } from '../selector/events.js'
import { Selector } from '../selector/selector.js'
import type { Socket } from '../socket/socket.js'
import { PHASE, RUNNING, SHORT_AT, type ThreadMessage, type ThreadStart, toPlain } from './protocol.js'

type Handler = (socket: Socket, context: unknown) => unknown

// How long an idle thread leaves its event loop alone: its timers, messages and output wait for as long.
const TURN_AFTER = 100
const SHORTEST_PAUSE = 20
const LONGEST_PAUSE = 1000
const TICK = 100
// A shortage is over after so many ticks without one: at the limit, it comes and goes with every connection.
const QUIET = 10

const start = workerData as ThreadStart
const control = new Int32Array(start.control)
const listener = dupFd(start.listenerFd)
const selector = new Selector()
let pause = 0

function tell(message: ThreadMessage): void {
  parentPort?.postMessage(message)
}

function running(): boolean {
  return Atomics.load(control, PHASE) === RUNNING
}

async function loadHandler(): Promise<Handler> {
  const { default: handler } = (await import(start.module)) as { default?: unknown }
  if (typeof handler === 'function') return handler as Handler
  throw misuse(TypeError, 'ERR_INVALID_ARG_VALUE', `${start.module} must export its handler as default`)
}

/** Lets the thread's event loop turn once. */
function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}

/** A connection that waits, or `undefined` where none does. */
function take(): Socket | undefined {
  if (pause > 0 && !mayAccept()) return undefined
  try {
    const connection = listener.tryAccept()
    if (connection !== undefined) recover()
    return connection
  } catch (error) {
    if (error instanceof InterruptedError || !running()) return undefined
    if (!(error instanceof SocketError && passes(error))) throw error
    backOff(error)
    return undefined
  }
}

/** Descriptors ran out, say: accepting again at once would fail again, and the listener stays ready all the while. */
function backOff(error: SocketError): void {
  if (Atomics.exchange(control, SHORT_AT, tick()) === 0) tell({ kind: 'exhausted', error: toPlain(error) })
  pause = Math.min(LONGEST_PAUSE, Math.max(SHORTEST_PAUSE, pause * 2))
}

/** Pauses, and asks open(2) for a descriptor: accept would have the garbage collected each time that there is none. */
function mayAccept(): boolean {
  Atomics.wait(control, PHASE, RUNNING, pause)
  try {
    closeSync(openSync(devNull, 'r'))
    return true
  } catch {
    return false
  }
}

function recover(): void {
  pause = 0
  const last = Atomics.load(control, SHORT_AT)
  if (last === 0 || tick() - last < QUIET) return
  if (Atomics.compareExchange(control, SHORT_AT, last, 0) === last) tell({ kind: 'recovered' })
}

function tick(): number {
  return 1 + Math.floor((Date.now() - start.began) / TICK)
}

function idle(): void {
  try {
    selector.select(TURN_AFTER)
  } catch (error) {
    if (!(error instanceof InterruptedError)) throw error
  }
}

async function attend(handler: Handler, connection: Socket): Promise<void> {
  const { peerAddress } = connection
  try {
    await handler(connection, start.context)
    connection.close()
  } catch (error) {
    tell({ kind: 'failed', error: toPlain(error), peerAddress })
    drop(connection)
  }
}

/** Closes without waiting, and without a second error. */
function drop(connection: Socket): void {
  if (connection.fd < 0) return
  connection.setBlocking(false)
  connection.close()
}

const handler = await loadHandler()
selector.register(listener, EVENT_READ)
tell({ kind: 'ready', waker: selector.waker })
while (running()) {
  const connection = take()
  if (connection !== undefined) await attend(handler, connection)
  else idle()
  await turn()
}
selector.close()
listener.close()
