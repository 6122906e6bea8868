// Signals for Python. CPython in WebAssembly has no signals of the kernel's: Pyodide polls a buffer for the number of one,
// while Python code runs and whenever a call of the kernel's was interrupted. So a signal that ends a wait is written there
// before the call returns EINTR, and Python's handler runs at once, as PEP 475 has it.

import { constants as os } from 'node:os'
import { isMainThread } from 'node:worker_threads'
import { checkArray, mustBe, wrongValue } from '../core/validate.js'

/** Where Pyodide looks for the number of a signal. */
export type InterruptBuffer = { [index: number]: number }

export class PythonSignals {
  readonly #buffer: () => InterruptBuffer | undefined
  readonly #signals: readonly NodeJS.Signals[]
  readonly #delivered = new Map<number, number>()

  /**
   * Listens to signals: only one with a listener interrupts a wait.
   * @throws TypeError `ERR_INVALID_ARG_TYPE`, `ERR_INVALID_ARG_VALUE` for what is no signal
   */
  constructor(signals: readonly NodeJS.Signals[], buffer: () => InterruptBuffer | undefined) {
    checkArray(signals, 'options.signals')
    for (const signal of signals) {
      if (!(signal in os.signals)) throw wrongValue(mustBe('options.signals', 'names of signals', signal))
    }
    this.#signals = signals
    this.#buffer = buffer
    if (isMainThread) for (const signal of signals) process.on(signal, this.#listener)
  }

  /** Lets Python handle the signal that has ended a wait; 0 is another thread, which has filled the buffer itself. */
  interrupted(signal: number): void {
    if (signal === 0) return
    this.#delivered.set(signal, (this.#delivered.get(signal) ?? 0) + 1)
    this.#deliver(signal)
  }

  /** Stops listening. */
  close(): void {
    for (const signal of this.#signals) process.off(signal, this.#listener)
  }

  /** It runs in a turn of the event loop: also for signals that ended a wait before, which Python has handled by then. */
  readonly #listener = (signal: NodeJS.Signals): void => {
    const number = os.signals[signal]
    const delivered = this.#delivered.get(number) ?? 0
    if (delivered > 0) this.#delivered.set(number, delivered - 1)
    else this.#deliver(number)
  }

  #deliver(signal: number): void {
    const buffer = this.#buffer()
    if (buffer !== undefined) buffer[0] = signal
  }
}
