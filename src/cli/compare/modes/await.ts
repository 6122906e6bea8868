// Mode `await`: the program of mode `blocking` with `await`, once for each connection, all in one event loop.

import { AsyncSocket, SocketTimeoutError, TCP_NODELAY } from '../../../index.js'
import type { ComparedMode, ModeRun } from '../client/mode.js'
import { familyOf, MAX_RECEIVE_BYTES, TargetTimeoutError } from '../client/target.js'
import type { Conversation, ThreadLoad } from '../client/thread-load.js'
import type { Workload } from '../workload/workload.js'

class AsyncConnection {
  readonly #workload: Workload
  readonly #conversation: Conversation
  #socket: AsyncSocket

  constructor(workload: Workload, conversation: Conversation) {
    this.#workload = workload
    this.#conversation = conversation
    this.#socket = new AsyncSocket(familyOf(workload))
  }

  async connect(): Promise<void> {
    const { target, timeoutMs } = this.#workload
    await this.#socket.connect(target, { timeout: timeoutMs })
    this.#socket.setOption(TCP_NODELAY, true)
  }

  /** Makes all requests, each after the reply to the one before. */
  async makeRequests(): Promise<void> {
    const conversation = this.#conversation
    for (let request = conversation.nextRequest(); request !== null; request = conversation.nextRequest()) {
      if (conversation.closes) await this.#reconnect()
      const wait = { deadline: performance.now() + this.#workload.timeoutMs }
      await this.#socket.sendAll(request, wait)
      while (!conversation.receive(await this.#socket.recv(MAX_RECEIVE_BYTES, wait))) {}
    }
  }

  close(): void {
    this.#socket.close()
  }

  #reconnect(): Promise<void> {
    this.#socket.close()
    this.#socket = new AsyncSocket(familyOf(this.#workload))
    return this.connect()
  }
}

class AsyncRun implements ModeRun {
  readonly #load: ThreadLoad
  readonly #connections: readonly AsyncConnection[]

  constructor(load: ThreadLoad) {
    this.#load = load
    this.#connections = load.conversations.map((conversation) => new AsyncConnection(load.workload, conversation))
  }

  connect(): Promise<void> {
    return this.#inEach((connection) => connection.connect())
  }

  makeRequests(epoch: number): Promise<void> {
    this.#load.begin(epoch)
    return this.#inEach((connection) => connection.makeRequests())
  }

  close(): void {
    for (const connection of this.#connections) connection.close()
  }

  async #inEach(step: (connection: AsyncConnection) => Promise<void>): Promise<void> {
    try {
      await Promise.all(this.#connections.map(step))
    } catch (error) {
      throw error instanceof SocketTimeoutError ? new TargetTimeoutError(this.#load.workload) : error
    }
  }
}

export const awaited: ComparedMode = { start: (load) => new AsyncRun(load) }
