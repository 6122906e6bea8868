// What all ways do alike: what is asked next in a connection, and what a reply means. A way only moves the bytes.

import type { StandstillWatch } from '../measurement/loop-monitor.js'
import { now, type Tally } from '../measurement/tally.js'
import { protocolNamed } from '../protocol/protocols.js'
import { endedEarly, type ReplyParser, WrongReply } from '../protocol/reply-parser.js'
import { think } from '../workload/think.js'
import type { Workload } from '../workload/workload.js'

/** The conversations of one thread. */
export class Run {
  readonly workload: Workload
  readonly tally: Tally
  /** Where the main thread's standstill is measured, and this is the main thread. */
  readonly watch: StandstillWatch | null
  readonly conversations: readonly Conversation[]
  #end = Number.POSITIVE_INFINITY

  /** @param connections the numbers of the connections that are this thread's */
  constructor(workload: Workload, connections: readonly number[], tally: Tally, watch: StandstillWatch | null = null) {
    this.workload = workload
    this.tally = tally
    this.watch = watch
    const protocol = protocolNamed(workload.protocol)
    const request = protocol.request(workload)
    const newParser = protocol.parsers(workload)
    this.conversations = connections.map((connection) => new Conversation(this, connection, request, newParser()))
  }

  /** The work begins: `epoch`, on the clock of all threads, is when it did for the first of them. */
  begin(epoch: number): void {
    this.tally.begin(epoch)
    this.#end = epoch + (this.workload.durationMs ?? Number.POSITIVE_INFINITY)
  }

  /** Whether the time is up: no request begins any more. */
  get over(): boolean {
    return now() >= this.#end
  }
}

/** One connection's requests and replies, one after the other. */
export class Conversation {
  readonly #run: Run
  readonly #connection: number
  readonly #request: Buffer
  readonly #parser: ReplyParser
  #asked = 0
  #sent = 0
  #waiting = false

  constructor(run: Run, connection: number, request: Buffer, parser: ReplyParser) {
    this.#run = run
    this.#connection = connection
    this.#request = request
    this.#parser = parser
  }

  /** Whether the server closes the connection after the last reply: the next request needs a new one. */
  get closes(): boolean {
    return this.#parser.closes
  }

  /** The next request, whose time runs from now on; `null` where there is none left. */
  ask(): Buffer | null {
    const { workload, over } = this.#run
    if (over || this.#asked === workload.requests) return null
    this.#asked++
    this.#parser.begin()
    this.#waiting = true
    this.#sent = now()
    return this.#request
  }

  /**
   * Takes bytes of the reply, or `null` for the end of the stream. A complete reply is counted, and thought about.
   * @returns whether it is complete
   * @throws WrongReply
   */
  hear(bytes: Buffer | null): boolean {
    this.#run.watch?.mark()
    if (!this.#waiting) throw bytes === null ? endedEarly(0) : new WrongReply('the server speaks unasked')
    const complete = bytes === null ? this.#parser.end() : this.#parser.take(bytes)
    if (!complete) return false
    this.#waiting = false
    this.#run.tally.note(this.#connection, this.#sent)
    think(this.#run.workload.thinkUnits)
    return true
  }
}
