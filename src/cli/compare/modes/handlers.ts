// Mode `handlers`: the event loop calls handlers, as it does in a server. All connections share the same handlers.

import { AsyncSocket, attach, type Connection, type Handlers, TCP_NODELAY } from '../../../index.js'
import type { InactivityTimeout } from '../client/inactivity-timeout.js'
import { familyOf } from '../client/target.js'
import type { Conversation } from '../client/thread-load.js'
import type { Workload } from '../workload/workload.js'
import { type CallbackConnection, callbackMode } from './callbacks.js'

class HandlerConnection implements CallbackConnection {
  readonly #workload: Workload
  readonly #conversation: Conversation
  readonly #timeout: InactivityTimeout
  #connection: Connection<HandlerConnection> | undefined
  #resolve: () => void = () => {}
  #reject: (error: Error) => void = () => {}
  #isDone = false

  constructor(workload: Workload, conversation: Conversation, timeout: InactivityTimeout) {
    this.#workload = workload
    this.#conversation = conversation
    this.#timeout = timeout
  }

  async connect(): Promise<void> {
    const socket = new AsyncSocket(familyOf(this.#workload))
    await socket.connect(this.#workload.target)
    this.#timeout.refresh()
    socket.setOption(TCP_NODELAY, true)
    this.#connection = attach(socket, HANDLERS)
    this.#connection.data = this
  }

  makeRequests(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#resolve = resolve
      this.#reject = reject
      this.#makeRequest()
    })
  }

  close(): void {
    this.#connection?.close()
  }

  receive(bytes: Buffer | null): void {
    this.#timeout.refresh()
    if (!this.#isDone && this.#conversation.receive(bytes)) this.#makeRequest()
  }

  fail(error: Error): void {
    if (!this.#isDone) this.#reject(error)
  }

  #makeRequest(): void {
    const request = this.#conversation.nextRequest()
    if (request === null) {
      this.#isDone = true
      this.#resolve()
    } else if (this.#conversation.closes) this.#reconnect(request)
    else this.#connection!.write(request)
  }

  #reconnect(request: Buffer): void {
    this.#connection!.data = undefined
    this.#connection!.close()
    this.connect().then(() => this.#connection!.write(request), this.#reject)
  }
}

/** An error that `data` or `end` throws is reported to `error`. */
const HANDLERS: Handlers<HandlerConnection> = {
  data: (connection, bytes) => connection.data?.receive(bytes),
  end: (connection) => connection.data?.receive(null),
  error: (connection, error) => connection?.data?.fail(error),
}

export const handlers = callbackMode(HandlerConnection)
