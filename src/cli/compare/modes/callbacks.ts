// The ways that the event loop calls back: they differ in what one connection is, and in nothing else.

import type { Conversation, Run } from '../client/conversation.js'
import { Silence } from '../client/inactivity.js'
import type { Way, Work } from '../client/mode.js'
import type { Workload } from '../workload/workload.js'

/** One connection. */
export interface Line {
  connect(): Promise<void>
  /** Makes all its requests. */
  converse(): Promise<void>
  close(): void
}

type NewLine = new (workload: Workload, conversation: Conversation, silence: Silence) => Line

class CalledBack implements Work {
  readonly #run: Run
  readonly #silence: Silence
  readonly #lines: readonly Line[]

  constructor(run: Run, NewLine: NewLine) {
    this.#run = run
    this.#silence = new Silence(run.workload)
    this.#lines = run.conversations.map((conversation) => new NewLine(run.workload, conversation, this.#silence))
  }

  async connect(): Promise<void> {
    await this.#silence.limit(Promise.all(this.#lines.map((line) => line.connect())))
  }

  async converse(epoch: number): Promise<void> {
    this.#run.begin(epoch)
    await this.#silence.limit(Promise.all(this.#lines.map((line) => line.converse())))
  }

  close(): void {
    for (const line of this.#lines) line.close()
  }
}

/** The way of such connections. */
export function calledBack(NewLine: NewLine): Way {
  return { start: (run) => new CalledBack(run, NewLine) }
}
