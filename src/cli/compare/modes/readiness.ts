// Mode `readiness`: one thread waits for all connections at once, and their own calls never wait.

import { EVENT_READ, EVENT_WRITE, Selector, Socket, TCP_NODELAY } from '../../../index.js'
import type { ComparedMode, ModeRun } from '../client/mode.js'
import { familyOf, MAX_RECEIVE_BYTES, TargetTimeoutError } from '../client/target.js'
import type { Conversation, ThreadLoad } from '../client/thread-load.js'
import type { Workload } from '../workload/workload.js'

const NO_BYTES = Buffer.alloc(0)

/** A connection that connects at first, and then sends and receives. */
class SelectorConnection {
  readonly #workload: Workload
  readonly #selector: Selector<SelectorConnection>
  readonly #conversation: Conversation
  #socket: Socket
  #connecting = true
  /** The events that the selector watches; 0 while the socket is not registered. */
  #events = 0
  #unsent: Buffer = NO_BYTES

  constructor(workload: Workload, selector: Selector<SelectorConnection>, conversation: Conversation) {
    this.#workload = workload
    this.#selector = selector
    this.#conversation = conversation
    this.#socket = new Socket(familyOf(workload))
    this.#connect()
  }

  get connecting(): boolean {
    return this.#connecting
  }

  /** Does everything that is possible without waiting. */
  proceed(): void {
    if (this.#connecting) this.#connect()
    else {
      if (this.#unsent.length > 0) this.#send()
      this.#receive()
    }
  }

  /** Sends the next request; after the last one it unregisters the socket. */
  makeRequest(): void {
    const request = this.#conversation.nextRequest()
    if (request === null) {
      this.#selector.unregister(this.#socket)
      return
    }
    this.#unsent = request
    if (this.#conversation.closes) this.#reconnect()
    else this.#send()
  }

  close(): void {
    this.#socket.close()
  }

  #connect(): void {
    this.#connecting = !this.#socket.tryConnect(this.#workload.target)
    if (this.#connecting) this.#watch(EVENT_WRITE)
    else {
      this.#socket.setOption(TCP_NODELAY, true)
      this.#send()
    }
  }

  #reconnect(): void {
    this.#socket.close()
    this.#events = 0
    this.#socket = new Socket(familyOf(this.#workload))
    this.#connect()
  }

  #send(): void {
    if (this.#unsent.length > 0) this.#unsent = this.#unsent.subarray(this.#socket.trySend(this.#unsent) ?? 0)
    this.#watch(this.#unsent.length > 0 ? EVENT_READ | EVENT_WRITE : EVENT_READ)
  }

  #receive(): void {
    const bytes = this.#socket.tryRecv(MAX_RECEIVE_BYTES)
    if (bytes !== undefined && this.#conversation.receive(bytes)) this.makeRequest()
  }

  #watch(events: number): void {
    if (this.#events === events) return
    if (this.#events === 0) this.#selector.register(this.#socket, events, this)
    else this.#selector.modify(this.#socket, events)
    this.#events = events
  }
}

class SelectorRun implements ModeRun {
  readonly #load: ThreadLoad
  readonly #selector = new Selector<SelectorConnection>()
  readonly #connections: SelectorConnection[] = []

  constructor(load: ThreadLoad) {
    this.#load = load
  }

  connect(): void {
    const { workload, conversations } = this.#load
    for (const conversation of conversations) {
      this.#connections.push(new SelectorConnection(workload, this.#selector, conversation))
    }
    for (const connection of this.#connections) while (connection.connecting) this.#selectOnce()
  }

  makeRequests(epoch: number): void {
    this.#load.begin(epoch)
    for (const connection of this.#connections) connection.makeRequest()
    while (this.#selector.size > 0) this.#selectOnce()
  }

  close(): void {
    for (const connection of this.#connections) connection.close()
    this.#selector.close()
  }

  #selectOnce(): void {
    const ready = this.#selector.select(this.#load.workload.timeoutMs)
    if (ready.length === 0) throw new TargetTimeoutError(this.#load.workload)
    for (const { data: connection } of ready) connection.proceed()
  }
}

export const readiness: ComparedMode = {
  start: (load) => new SelectorRun(load),
}
