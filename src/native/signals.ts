// Keeps the addon informed of the signals that have a listener in JavaScript: only those interrupt a blocked main
// thread. Imported for its effect.
//
// Facts: Node has installed its handler for a signal when `newListener` is emitted to us, because its own listener of that
// event is older. Bun and Deno install theirs after the event, and have no libuv that dispatches signals. Bun emits no
// `removeListener` for a signal, and may leave its handler installed when the last listener is gone.
//
// Consequence: there, a signal that is wanted is asked for again at each look of a wait, the first of which comes at once,
// until the runtime's handler is there. A listener of ours counts what has been dispatched, which on Node a handle of libuv
// does: without it, a signal whose listeners have run in the event loop would interrupt the next wait. Where ours is the
// only listener left, a signal has its default effect when it comes.

import { callAtEachLook, isMainThread, isNode, native } from './addon.js'
import { callAtInterruption } from './interrupting-signal.js'
import { signalNumbers } from './node-modules.js'

const isBun = 'bun' in process.versions

/** The number of the signal that an event of `process` is named after; `undefined` for any other event. */
function signalNumber(event: string | symbol): number | undefined {
  return typeof event === 'string' && event.startsWith('SIG') ? signalNumbers()[event] : undefined
}

function watch(event: string | symbol): void {
  const signum = signalNumber(event)
  if (signum !== undefined) native.watchSignal(signum, true)
}

function unwatch(event: string | symbol): void {
  const signum = signalNumber(event)
  if (signum !== undefined && process.listenerCount(event) === 0) native.unwatchSignal(signum)
}

/** Marks our listeners, for other copies of the package too. */
const COUNTER = Symbol.for('berkeley.signalCounter')
/** Our listeners, by signal. */
const counters = new Map<string | symbol, () => void>()
/** The numbers of signals for which the runtime had no handler when they were last asked for. */
const wanted = new Set<number>()

function watchLater(event: string | symbol, listener?: object): void {
  const signum = signalNumber(event)
  if (signum === undefined || (listener !== undefined && isCounter(listener))) return
  if (!counters.has(event)) {
    const counter = counterOf(event, signum)
    counters.set(event, counter)
    process.on(event as NodeJS.Signals, counter)
    want(signum)
  }
  if (isBun) queueMicrotask(() => putFirst(event as NodeJS.Signals))
}

function counterOf(event: string | symbol, signum: number): () => void {
  const counter = (): void => {
    if (passUnheard(signum) || counters.get(event) !== counter) return
    native.unwatchSignal(signum)
    want(signum)
  }
  return Object.assign(counter, { [COUNTER]: true })
}

/** Whether a listener is of this library, or of another copy of it. */
function isCounter(listener: object): boolean {
  return COUNTER in listener
}

/** Puts our listener in front of the program's: when it runs, none that listens once has been removed yet. */
function putFirst(event: NodeJS.Signals): void {
  const counter = counters.get(event)
  const listeners = process.listeners(event)
  const before = listeners.slice(0, listeners.indexOf(counter as NodeJS.SignalsListener))
  if (counter === undefined || before.every(isCounter)) return
  process.prependListener(event, counter)
  process.off(event, counter)
}

/**
 * Gives a signal its default effect if no listener is left but those of this library.
 * @returns whether it did
 */
function passUnheard(signum: number): boolean {
  const event = [...counters.keys()].find((name) => signalNumber(name) === signum)
  if (event === undefined || !process.listeners(event as NodeJS.Signals).every(isCounter)) return false
  forget(event)
  native.raiseByDefault(signum)
  return true
}

function want(signum: number): void {
  if (!native.watchSignal(signum, false)) wanted.add(signum)
}

function watchWanted(): void {
  for (const signum of wanted) if (native.watchSignal(signum, false)) wanted.delete(signum)
}

function unwatchLater(event: string | symbol): void {
  if (counters.has(event) && process.listeners(event as NodeJS.Signals).every(isCounter)) forget(event)
}

function forget(event: string | symbol): void {
  const counter = counters.get(event)!
  counters.delete(event)
  process.off(event as NodeJS.Signals, counter)
  const signum = signalNumber(event)!
  wanted.delete(signum)
  native.unwatchSignal(signum)
}

// Signals reach only the main thread. `interruptThread` interrupts a worker.
if (isMainThread) {
  process.on('newListener', isNode ? watch : watchLater)
  process.on('removeListener', isNode ? unwatch : unwatchLater)
  for (const event of process.eventNames()) (isNode ? watch : watchLater)(event)
  if (!isNode) {
    callAtEachLook(watchWanted)
    callAtInterruption(passUnheard)
  }
}
