// The modes that the event loop calls back. They differ only in the class of a connection.

import { InactivityTimeout } from '../client/inactivity-timeout.js'
import type { ComparedMode, ModeRun } from '../client/mode.js'
import type { Conversation, ThreadLoad } from '../client/thread-load.js'
import type { Workload } from '../workload/workload.js'

export interface CallbackConnection {
  connect(): Promise<void>
  /** Makes all requests, each after the reply to the one before. */
  makeRequests(): Promise<void>
  close(): void
}

type ConnectionClass = new (
  workload: Workload,
  conversation: Conversation,
  timeout: InactivityTimeout,
) => CallbackConnection

class CallbackRun implements ModeRun {
  readonly #load: ThreadLoad
  readonly #timeout: InactivityTimeout
  readonly #connections: readonly CallbackConnection[]

  constructor(load: ThreadLoad, Connection: ConnectionClass) {
    const { workload, conversations } = load
    this.#load = load
    this.#timeout = new InactivityTimeout(workload)
    this.#connections = conversations.map((conversation) => new Connection(workload, conversation, this.#timeout))
  }

  async connect(): Promise<void> {
    await this.#timeout.guard(Promise.all(this.#connections.map((connection) => connection.connect())))
  }

  async makeRequests(epoch: number): Promise<void> {
    this.#load.begin(epoch)
    await this.#timeout.guard(Promise.all(this.#connections.map((connection) => connection.makeRequests())))
  }

  close(): void {
    for (const connection of this.#connections) connection.close()
  }
}

/** The mode whose connections are of this class. */
export function callbackMode(Connection: ConnectionClass): ComparedMode {
  return { start: (load) => new CallbackRun(load, Connection) }
}
