// Async: the blocking way's program, awaited, once for each connection; the event loop runs them all.

import { AsyncSocket, SocketTimeoutError, TCP_NODELAY } from '../../../index.js'
import type { Conversation, Run } from '../client/conversation.js'
import { TooLate, type Way, type Work } from '../client/mode.js'
import type { Workload } from '../workload/workload.js'
import { familyOf } from './blocking.js'

const PIECE = 65536

/** One connection. */
class Line {
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
  async converse(): Promise<void> {
    for (let request = this.#conversation.ask(); request !== null; request = this.#conversation.ask()) {
      if (this.#conversation.closes) await this.#reconnect()
      const limit = { deadline: performance.now() + this.#workload.timeoutMs }
      await this.#socket.sendAll(request, limit)
      while (!this.#conversation.hear(await this.#socket.recv(PIECE, limit))) {}
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

class AsyncWork implements Work {
  readonly #run: Run
  readonly #lines: readonly Line[]

  constructor(run: Run) {
    this.#run = run
    this.#lines = run.conversations.map((conversation) => new Line(run.workload, conversation))
  }

  connect(): Promise<void> {
    return this.#each((line) => line.connect())
  }

  converse(epoch: number): Promise<void> {
    this.#run.begin(epoch)
    return this.#each((line) => line.converse())
  }

  close(): void {
    for (const line of this.#lines) line.close()
  }

  async #each(act: (line: Line) => Promise<void>): Promise<void> {
    try {
      await Promise.all(this.#lines.map(act))
    } catch (error) {
      throw error instanceof SocketTimeoutError ? new TooLate(this.#run.workload) : error
    }
  }
}

export const awaited: Way = { start: (run) => new AsyncWork(run) }
