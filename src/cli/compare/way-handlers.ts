// Handlers: the event loop calls back, as it does for a server of ours. The same handlers serve all connections.

import { AsyncSocket, attach, type Connection, type Handlers, TCP_NODELAY } from '../../index.js'
import type { Conversation, Run } from './conversation.js'
import { TooLate, type Way, type Work } from './way.js'
import { familyOf } from './way-blocking.js'
import type { Workload } from './workload.js'

/** One connection. */
class Line {
  readonly #workload: Workload
  readonly #conversation: Conversation
  #connection: Connection<Line> | undefined
  #done: () => void = () => {}
  #fail: (error: Error) => void = () => {}
  #left = false

  constructor(workload: Workload, conversation: Conversation) {
    this.#workload = workload
    this.#conversation = conversation
  }

  async connect(): Promise<void> {
    const { target, timeoutMs } = this.#workload
    const socket = new AsyncSocket(familyOf(this.#workload))
    await socket.connect(target, { timeout: timeoutMs })
    socket.setOption(TCP_NODELAY, true)
    this.#connection = attach(socket, HANDLERS, { idleTimeout: timeoutMs })
    this.#connection.data = this
  }

  converse(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#done = resolve
      this.#fail = reject
      this.#ask()
    })
  }

  close(): void {
    this.#connection?.close()
  }

  hear(bytes: Buffer | null): void {
    if (!this.#left && this.#conversation.hear(bytes)) this.#ask()
  }

  fail(error: NodeJS.ErrnoException): void {
    if (!this.#left) this.#fail(error.code === 'ERR_SOCKET_TIMEOUT' ? new TooLate(this.#workload) : error)
  }

  #ask(): void {
    const request = this.#conversation.ask()
    if (request === null) {
      this.#left = true
      this.#done()
    } else if (this.#conversation.closes) this.#reconnect(request)
    else this.#connection!.write(request)
  }

  #reconnect(request: Buffer): void {
    this.#connection!.data = undefined
    this.#connection!.close()
    this.connect().then(() => this.#connection!.write(request), this.#fail)
  }
}

/** What a handler throws comes to `error`. */
const HANDLERS: Handlers<Line> = {
  data: (connection, bytes) => connection.data?.hear(bytes),
  end: (connection) => connection.data?.hear(null),
  error: (connection, error) => connection?.data?.fail(error),
}

class HandlersWork implements Work {
  readonly #run: Run
  readonly #lines: readonly Line[]

  constructor(run: Run) {
    this.#run = run
    this.#lines = run.conversations.map((conversation) => new Line(run.workload, conversation))
  }

  async connect(): Promise<void> {
    await Promise.all(this.#lines.map((line) => line.connect()))
  }

  async converse(epoch: number): Promise<void> {
    this.#run.begin(epoch)
    await Promise.all(this.#lines.map((line) => line.converse()))
  }

  close(): void {
    for (const line of this.#lines) line.close()
  }
}

export const handlers: Way = { start: (run) => new HandlersWork(run) }
