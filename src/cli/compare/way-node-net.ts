// node:net, the outsider: the event loop calls back.

import { connect, type Socket } from 'node:net'
import type { Conversation, Run } from './conversation.js'
import { TooLate, type Way, type Work } from './way.js'
import type { Workload } from './workload.js'

/** One connection. */
class Line {
  readonly #workload: Workload
  readonly #conversation: Conversation
  #socket: Socket | undefined
  #done: () => void = () => {}
  #fail: (error: Error) => void = () => {}

  constructor(workload: Workload, conversation: Conversation) {
    this.#workload = workload
    this.#conversation = conversation
  }

  connect(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#fail = reject
      this.#open(resolve)
    })
  }

  converse(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#done = resolve
      this.#fail = reject
      this.#ask()
    })
  }

  close(): void {
    this.#socket?.destroy()
  }

  #open(connected: () => void): void {
    const { target, timeoutMs } = this.#workload
    const { host, port } = target
    const socket = connect({ host, port, noDelay: true, timeout: timeoutMs }, connected)
    this.#socket = socket
    socket.on('data', (bytes) => this.#hear(bytes))
    socket.on('end', () => this.#hear(null))
    socket.on('error', (error) => this.#fail(error))
    socket.on('timeout', () => this.#fail(new TooLate(this.#workload)))
  }

  #ask(): void {
    const request = this.#conversation.ask()
    if (request === null) this.#leave()
    else if (this.#conversation.closes) this.#reconnect(request)
    else this.#socket!.write(request)
  }

  /** What the server still says or does, it says to nobody. */
  #leave(): void {
    this.#socket!.setTimeout(0)
    this.#done()
  }

  #reconnect(request: Buffer): void {
    this.#socket!.removeAllListeners('end').destroy()
    this.#open(() => this.#socket!.write(request))
  }

  #hear(bytes: Buffer | null): void {
    try {
      if (this.#conversation.hear(bytes)) this.#ask()
    } catch (error) {
      this.#fail(error as Error)
    }
  }
}

class NodeNetWork implements Work {
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

export const nodeNet: Way = {
  start: (run) => new NodeNetWork(run),
}
