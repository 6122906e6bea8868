// Connections that no trial touches: they must go on whatever fails beside them.
import { AsyncSocket, Socket } from 'berkeley'
import { within } from './scope.js'

const MAX_ECHO_MS = 5000

/** A blocking pair, and an awaited one in the event loop's set. */
export class Bystanders {
  readonly #blocking = Socket.pair()
  readonly #awaited = AsyncSocket.pair()
  #pending: Promise<Buffer | null>

  constructor() {
    this.#pending = this.#awaited[1].recv(1)
  }

  /** Exchanges a byte on each. Returns what went wrong. */
  async check(): Promise<string | undefined> {
    try {
      const [a, b] = this.#blocking
      b.send('x')
      a.recv(1, { timeout: MAX_ECHO_MS })
      await this.#awaited[0].send('x')
      const received = await within(this.#pending, MAX_ECHO_MS, 'nothing')
      this.#pending = this.#awaited[1].recv(1)
      return received === 'nothing' ? 'a connection beside it received nothing' : undefined
    } catch (error) {
      return `a connection beside it failed: ${(error as Error).message}`
    }
  }
}
