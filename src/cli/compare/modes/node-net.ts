// node:net, the outsider: the event loop calls back.

import { connect, type Socket } from 'node:net'
import type { Conversation } from '../client/conversation.js'
import type { Silence } from '../client/inactivity.js'
import type { Workload } from '../workload/workload.js'
import { calledBack, type Line } from './callbacks.js'

class StreamLine implements Line {
  readonly #workload: Workload
  readonly #conversation: Conversation
  readonly #silence: Silence
  #socket: Socket | undefined
  #done: () => void = () => {}
  #fail: (error: Error) => void = () => {}

  constructor(workload: Workload, conversation: Conversation, silence: Silence) {
    this.#workload = workload
    this.#conversation = conversation
    this.#silence = silence
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
    const { host, port } = this.#workload.target
    const socket = connect({ host, port, noDelay: true }, connected)
    this.#socket = socket
    socket.on('connect', () => this.#silence.heard())
    socket.on('data', (bytes) => this.#hear(bytes))
    socket.on('end', () => this.#hear(null))
    socket.on('error', (error) => this.#fail(error))
  }

  #ask(): void {
    const request = this.#conversation.ask()
    if (request === null) this.#done()
    else if (this.#conversation.closes) this.#reconnect(request)
    else this.#socket!.write(request)
  }

  #reconnect(request: Buffer): void {
    this.#socket!.removeAllListeners('end').destroy()
    this.#open(() => this.#socket!.write(request))
  }

  #hear(bytes: Buffer | null): void {
    this.#silence.heard()
    try {
      if (this.#conversation.hear(bytes)) this.#ask()
    } catch (error) {
      this.#fail(error as Error)
    }
  }
}

export const nodeNet = calledBack(StreamLine)
