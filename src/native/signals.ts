// Keeps the addon informed of the signals that have a listener in JavaScript: only those interrupt a blocked main
// thread. Imported for its effect.
//
// Facts: Node has installed its handler for a signal when `newListener` is emitted to us, because its own listener of that
// event is older. Bun and Deno install theirs after the event, and have no libuv that dispatches signals.
//
// Consequence: there, a signal that is wanted is asked for again at each look of a wait, until the runtime's handler is
// there. And a listener of ours counts what has been dispatched, which on Node a handle of libuv does: without it, a signal
// whose listeners have run in the event loop would interrupt the next wait.

import { callAtEachLook, isMainThread, isNode, native } from './addon.js'
import { signalNumbers } from './node-modules.js'

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

/** Our listeners, by signal. */
const counters = new Map<string | symbol, () => void>()
/** The numbers of signals for which the runtime had no handler when they were last asked for. */
const wanted = new Set<number>()

function watchLater(event: string | symbol): void {
  const signum = signalNumber(event)
  if (signum === undefined || counters.has(event)) return
  const counter = (): void => {
    native.unwatchSignal(signum)
    want(signum)
  }
  counters.set(event, counter)
  process.on(event as NodeJS.Signals, counter)
  want(signum)
}

function want(signum: number): void {
  if (!native.watchSignal(signum, false)) wanted.add(signum)
}

function watchWanted(): void {
  for (const signum of wanted) if (native.watchSignal(signum, false)) wanted.delete(signum)
}

function unwatchLater(event: string | symbol): void {
  const counter = counters.get(event)
  if (counter === undefined || process.listenerCount(event) > 1) return
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
  if (!isNode) callAtEachLook(watchWanted)
}
