// Standard input and output of a netcat.

import { once } from 'node:events'
import { PrintableText } from '../terminal/escaping.js'

/**
 * Standard input in pieces. A read that is given up loses no bytes: the next connection of a listener goes on with them.
 */
export class Input {
  readonly #ignored: boolean
  #ended = false
  #error: Error | undefined
  #wake = (): void => {}

  /** @param ignored whether standard input is left alone, and counts as ended */
  constructor(ignored: boolean) {
    this.#ignored = ignored
    if (ignored) return
    const { stdin } = process
    // It begins to read at once, so that what a pipe holds is there when a connection is accepted.
    stdin.on('readable', () => this.#wake())
    stdin.on('end', () => this.#finish())
    stdin.on('error', (error) => this.#finish(error))
  }

  #finish(error?: Error): void {
    this.#ended = true
    this.#error = error
    this.#wake()
  }

  /**
   * The next bytes, at most `maxBytes`: `null` at the end, and after `signal` once nothing is left that was read before.
   * @throws Error if standard input cannot be read
   */
  async read(maxBytes: number, signal: AbortSignal): Promise<Buffer | null> {
    for (;;) {
      if (this.#error !== undefined) throw this.#error
      if (this.#ignored || this.#ended) return null
      const held = process.stdin.readableLength
      const bytes = process.stdin.read(held > maxBytes ? maxBytes : undefined) as Buffer | null
      if (bytes !== null || signal.aborted) return bytes
      await this.#change(signal)
    }
  }

  #change(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = () => {
        signal.removeEventListener('abort', this.#wake)
        this.#wake = () => {}
        resolve()
      }
      signal.addEventListener('abort', this.#wake)
    })
  }

  /** Lets the process end though standard input is open. */
  close(): void {
    if (this.#ignored) return
    process.stdin.destroy()
    // On Deno a read that waits keeps the process alive, also after destroy(). What was written goes out first.
    if (!this.#ended && 'deno' in process.versions) process.stdout.write('', () => setImmediate(() => process.exit()))
  }
}

/** Standard output: bytes as they are for files and pipes, text with escapes for a terminal. */
export class Output {
  readonly #text = process.stdout.isTTY ? new PrintableText() : null

  async write(bytes: Buffer): Promise<void> {
    const shown = this.#text === null ? bytes : this.#text.add(bytes)
    if (!process.stdout.write(shown)) await once(process.stdout, 'drain')
  }
}
