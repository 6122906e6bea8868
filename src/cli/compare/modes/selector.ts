// Selector: one thread waits for all connections at once, and none of their calls waits.

import { EVENT_READ, EVENT_WRITE, Selector, Socket, TCP_NODELAY } from '../../../index.js'
import type { Conversation, Run } from '../client/conversation.js'
import { TooLate, type Way, type Work } from '../client/mode.js'
import type { Workload } from '../workload/workload.js'
import { familyOf } from './blocking.js'

const PIECE = 65536
const NOTHING = Buffer.alloc(0)

/** One connection: connecting, then sending or receiving. */
class Line {
  readonly #workload: Workload
  readonly #selector: Selector<Line>
  readonly #conversation: Conversation
  #socket: Socket
  #connecting = true
  /** What the selector watches for; 0: it does not know the socket. */
  #watched = 0
  #unsent: Buffer = NOTHING

  constructor(workload: Workload, selector: Selector<Line>, conversation: Conversation) {
    this.#workload = workload
    this.#selector = selector
    this.#conversation = conversation
    this.#socket = new Socket(familyOf(workload))
    this.#connect()
  }

  get connecting(): boolean {
    return this.#connecting
  }

  /** Does all that can be done without waiting. */
  proceed(): void {
    if (this.#connecting) this.#connect()
    else {
      if (this.#unsent.length > 0) this.#send()
      this.#receive()
    }
  }

  /** Sends the next request, or leaves. */
  ask(): void {
    const request = this.#conversation.ask()
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
    this.#watched = 0
    this.#socket = new Socket(familyOf(this.#workload))
    this.#connect()
  }

  #send(): void {
    if (this.#unsent.length > 0) this.#unsent = this.#unsent.subarray(this.#socket.trySend(this.#unsent) ?? 0)
    this.#watch(this.#unsent.length > 0 ? EVENT_READ | EVENT_WRITE : EVENT_READ)
  }

  #receive(): void {
    const bytes = this.#socket.tryRecv(PIECE)
    if (bytes !== undefined && this.#conversation.hear(bytes)) this.ask()
  }

  #watch(events: number): void {
    if (this.#watched === events) return
    if (this.#watched === 0) this.#selector.register(this.#socket, events, this)
    else this.#selector.modify(this.#socket, events)
    this.#watched = events
  }
}

class SelectorWork implements Work {
  readonly #run: Run
  readonly #selector = new Selector<Line>()
  readonly #lines: Line[] = []

  constructor(run: Run) {
    this.#run = run
  }

  connect(): void {
    const { workload, conversations } = this.#run
    for (const conversation of conversations) this.#lines.push(new Line(workload, this.#selector, conversation))
    for (const line of this.#lines) while (line.connecting) this.#turn()
  }

  converse(epoch: number): void {
    this.#run.begin(epoch)
    for (const line of this.#lines) line.ask()
    while (this.#selector.size > 0) this.#turn()
  }

  close(): void {
    for (const line of this.#lines) line.close()
    this.#selector.close()
  }

  #turn(): void {
    const ready = this.#selector.select(this.#run.workload.timeoutMs)
    if (ready.length === 0) throw new TooLate(this.#run.workload)
    for (const { data: line } of ready) line.proceed()
  }
}

export const selector: Way = {
  start: (run) => new SelectorWork(run),
}
