// Mode `node:net`, for comparison: Node's own sockets, which the event loop calls back.

import { connect, type Socket } from 'node:net'
import type { InactivityTimeout } from '../client/inactivity-timeout.js'
import type { Conversation } from '../client/thread-load.js'
import type { Workload } from '../workload/workload.js'
import { type CallbackConnection, callbackMode } from './callbacks.js'

class NodeNetConnection implements CallbackConnection {
  readonly #workload: Workload
  readonly #conversation: Conversation
  readonly #timeout: InactivityTimeout
  #socket: Socket | undefined
  #resolve: () => void = () => {}
  #reject: (error: Error) => void = () => {}

  constructor(workload: Workload, conversation: Conversation, timeout: InactivityTimeout) {
    this.#workload = workload
    this.#conversation = conversation
    this.#timeout = timeout
  }

  connect(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#reject = reject
      this.#open(resolve)
    })
  }

  makeRequests(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#resolve = resolve
      this.#reject = reject
      this.#makeRequest()
    })
  }

  close(): void {
    this.#socket?.destroy()
  }

  #open(onConnect: () => void): void {
    const { host, port } = this.#workload.target
    const socket = connect({ host, port, noDelay: true }, onConnect)
    this.#socket = socket
    socket.on('connect', () => this.#timeout.refresh())
    socket.on('data', (bytes) => this.#receive(bytes))
    socket.on('end', () => this.#receive(null))
    socket.on('error', (error) => this.#reject(error))
  }

  #makeRequest(): void {
    const request = this.#conversation.nextRequest()
    if (request === null) this.#resolve()
    else if (this.#conversation.closes) this.#reconnect(request)
    else this.#socket!.write(request)
  }

  #reconnect(request: Buffer): void {
    this.#socket!.removeAllListeners('end').destroy()
    this.#open(() => this.#socket!.write(request))
  }

  #receive(bytes: Buffer | null): void {
    this.#timeout.refresh()
    try {
      if (this.#conversation.receive(bytes)) this.#makeRequest()
    } catch (error) {
      this.#reject(error as Error)
    }
  }
}

export const nodeNet = callbackMode(NodeNetConnection)
