// Mode `blocking`: one request after the other; the thread waits for each reply.

import { Socket, SocketTimeoutError, TCP_NODELAY } from '../../../index.js'
import type { ComparedMode, ModeRun } from '../client/mode.js'
import { familyOf, MAX_RECEIVE_BYTES, TargetTimeoutError } from '../client/target.js'
import type { Conversation, ThreadLoad } from '../client/thread-load.js'
import type { Workload } from '../workload/workload.js'

class BlockingConnection {
  readonly #workload: Workload
  readonly #conversation: Conversation
  #socket: Socket

  constructor(workload: Workload, conversation: Conversation) {
    this.#workload = workload
    this.#conversation = conversation
    this.#socket = this.#connect()
  }

  /** Makes the next request and waits for its reply; returns false after the last one. */
  makeRequest(): boolean {
    const request = this.#conversation.nextRequest()
    if (request === null) return false
    if (this.#conversation.closes) this.#reconnect()
    const wait = { deadline: performance.now() + this.#workload.timeoutMs }
    this.#socket.sendAll(request, wait)
    while (!this.#conversation.receive(this.#socket.recv(MAX_RECEIVE_BYTES, wait))) {}
    return true
  }

  close(): void {
    this.#socket.close()
  }

  #connect(): Socket {
    const socket = new Socket(familyOf(this.#workload))
    try {
      socket.connect(this.#workload.target, { timeout: this.#workload.timeoutMs })
      socket.setOption(TCP_NODELAY, true)
      return socket
    } catch (error) {
      socket.close()
      throw error
    }
  }

  #reconnect(): void {
    this.#socket.close()
    this.#socket = this.#connect()
  }
}

class BlockingRun implements ModeRun {
  readonly #load: ThreadLoad
  readonly #connections: BlockingConnection[] = []

  constructor(load: ThreadLoad) {
    this.#load = load
  }

  connect(): void {
    const { workload, conversations } = this.#load
    this.#withTimeoutError(() => {
      for (const conversation of conversations) this.#connections.push(new BlockingConnection(workload, conversation))
    })
  }

  /** Makes one request in each connection, then the next one in each. */
  makeRequests(epoch: number): void {
    this.#load.begin(epoch)
    this.#withTimeoutError(() => {
      let open = this.#connections
      while (open.length > 0) open = open.filter((connection) => connection.makeRequest())
    })
  }

  close(): void {
    for (const connection of this.#connections) connection.close()
  }

  #withTimeoutError(step: () => void): void {
    try {
      step()
    } catch (error) {
      throw error instanceof SocketTimeoutError ? new TargetTimeoutError(this.#load.workload) : error
    }
  }
}

export const blocking: ComparedMode = {
  start: (load) => new BlockingRun(load),
}
