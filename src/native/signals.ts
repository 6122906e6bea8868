// Keeps the addon informed of the signals that have a listener in JavaScript: only those interrupt a blocked main
// thread. Imported for its effect.

import { constants as os } from 'node:os'
import { isMainThread } from 'node:worker_threads'
import { native } from './addon.js'

const numbers = new Map<string | symbol, number>(Object.entries(os.signals))

function watch(event: string | symbol): void {
  const signum = numbers.get(event)
  // Node has installed its own handler by now: its 'newListener' listener is older than ours.
  if (signum !== undefined) native.watchSignal(signum)
}

function unwatch(event: string | symbol): void {
  const signum = numbers.get(event)
  if (signum !== undefined && process.listenerCount(event) === 0) native.unwatchSignal(signum)
}

// Signals reach only the main thread. `interruptThread` interrupts a worker.
if (isMainThread) {
  process.on('newListener', watch)
  process.on('removeListener', unwatch)
  for (const event of process.eventNames()) watch(event)
}
