// Handlers: the event loop calls back, as it does for a server of ours. The same handlers serve all connections.

import { AsyncSocket, attach, type Connection, type Handlers, TCP_NODELAY } from '../../../index.js'
import type { Conversation } from '../client/conversation.js'
import type { Silence } from '../client/inactivity.js'
import type { Workload } from '../workload/workload.js'
import { familyOf } from './blocking.js'
import { calledBack, type Line } from './callbacks.js'

class HandledLine implements Line {
  readonly #workload: Workload
  readonly #conversation: Conversation
  readonly #silence: Silence
  #connection: Connection<HandledLine> | undefined
  #done: () => void = () => {}
  #fail: (error: Error) => void = () => {}
  #left = false

  constructor(workload: Workload, conversation: Conversation, silence: Silence) {
    this.#workload = workload
    this.#conversation = conversation
    this.#silence = silence
  }

  async connect(): Promise<void> {
    const socket = new AsyncSocket(familyOf(this.#workload))
    await socket.connect(this.#workload.target)
    this.#silence.heard()
    socket.setOption(TCP_NODELAY, true)
    this.#connection = attach(socket, HANDLERS)
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
    this.#silence.heard()
    if (!this.#left && this.#conversation.hear(bytes)) this.#ask()
  }

  fail(error: Error): void {
    if (!this.#left) this.#fail(error)
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
const HANDLERS: Handlers<HandledLine> = {
  data: (connection, bytes) => connection.data?.hear(bytes),
  end: (connection) => connection.data?.hear(null),
  error: (connection, error) => connection?.data?.fail(error),
}

export const handlers = calledBack(HandledLine)
