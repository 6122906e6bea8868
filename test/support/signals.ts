// Signals to this process, and listeners for them.

import { readFileSync } from 'node:fs'
import { constants } from 'node:os'

/** Sends this process a signal. */
export function raise(signal: NodeJS.Signals): void {
  process.kill(process.pid, signal)
}

/** Whether this process has a handler for a signal; true where the system does not tell. */
export function catches(signal: NodeJS.Signals): boolean {
  if (process.platform !== 'linux') return true
  const [, mask] = /^SigCgt:\s*(\w+)/m.exec(readFileSync('/proc/self/status', 'utf8'))!
  return ((BigInt(`0x${mask}`) >> BigInt(constants.signals[signal] - 1)) & 1n) === 1n
}

/** Listens for a signal and ignores it until it is disposed of: a signal interrupts only while it has a listener. */
export function ignoring(signal: NodeJS.Signals): Disposable {
  const ignore = (): void => {}
  process.on(signal, ignore)
  return {
    [Symbol.dispose]() {
      process.off(signal, ignore)
    },
  }
}

/** Waits until a listener for a signal has run once; resolves with that moment on the clock of hrtime.bigint(). */
export function heard(signal: NodeJS.Signals): Promise<bigint> {
  // A listener for a signal alone does not keep the event loop alive.
  const alive = setInterval(() => {}, 1000)
  return new Promise((resolve) => {
    process.once(signal, () => {
      clearInterval(alive)
      resolve(process.hrtime.bigint())
    })
  })
}
