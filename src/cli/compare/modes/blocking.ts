// Blocking: one request after the other, and the thread waits for each reply.

import { AF_INET, AF_INET6, type Family, Socket, SocketTimeoutError, TCP_NODELAY } from '../../../index.js'
import type { Conversation, Run } from '../client/conversation.js'
import { TooLate, type Way, type Work } from '../client/mode.js'
import type { Workload } from '../workload/workload.js'

const PIECE = 65536

/** The target's address family. */
export function familyOf({ target }: Workload): Family {
  return target.host.includes(':') ? AF_INET6 : AF_INET
}

/** One connection. */
class Line {
  readonly #workload: Workload
  readonly #conversation: Conversation
  #socket: Socket

  constructor(workload: Workload, conversation: Conversation) {
    this.#workload = workload
    this.#conversation = conversation
    this.#socket = this.#connected()
  }

  /** Makes the next request and waits for its reply; false where there is none left. */
  exchange(): boolean {
    const request = this.#conversation.ask()
    if (request === null) return false
    if (this.#conversation.closes) this.#reconnect()
    const limit = { deadline: performance.now() + this.#workload.timeoutMs }
    this.#socket.sendAll(request, limit)
    while (!this.#conversation.hear(this.#socket.recv(PIECE, limit))) {}
    return true
  }

  close(): void {
    this.#socket.close()
  }

  #connected(): Socket {
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
    this.#socket = this.#connected()
  }
}

class BlockingWork implements Work {
  readonly #run: Run
  readonly #lines: Line[] = []

  constructor(run: Run) {
    this.#run = run
  }

  connect(): void {
    this.#inTime(() => {
      for (const conversation of this.#run.conversations) this.#lines.push(new Line(this.#run.workload, conversation))
    })
  }

  /** A request in each connection, then the next in each. */
  converse(epoch: number): void {
    this.#run.begin(epoch)
    this.#inTime(() => {
      for (let lines = this.#lines; lines.length > 0; ) lines = lines.filter((line) => line.exchange())
    })
  }

  close(): void {
    for (const line of this.#lines) line.close()
  }

  #inTime(act: () => void): void {
    try {
      act()
    } catch (error) {
      throw error instanceof SocketTimeoutError ? new TooLate(this.#run.workload) : error
    }
  }
}

export const blocking: Way = {
  start: (run) => new BlockingWork(run),
}
