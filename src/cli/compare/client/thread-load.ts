// The part of every mode that is the same: which request is next in a connection, and when its reply is complete. A mode
// only moves the bytes.

import type { BlockedTimeMonitor } from '../measurement/blocked-time.js'
import { now, type Tally } from '../measurement/tally.js'
import { protocolNamed } from '../protocol/protocols.js'
import { endedEarly, InvalidReplyError, type ReplyParser } from '../protocol/reply-parser.js'
import { parsersOf } from '../protocol/reply-parsers.js'
import { think } from '../workload/think.js'
import type { Workload } from '../workload/workload.js'

/** The part of the workload that one thread carries out: a conversation for each of its connections. */
export class ThreadLoad {
  readonly workload: Workload
  readonly tally: Tally
  /** Set on the main thread where its blocked time is measured. */
  readonly monitor: BlockedTimeMonitor | null
  readonly conversations: readonly Conversation[]
  #end = Number.POSITIVE_INFINITY

  /** @param connections the numbers of this thread's connections */
  constructor(
    workload: Workload,
    connections: readonly number[],
    tally: Tally,
    monitor: BlockedTimeMonitor | null = null,
  ) {
    this.workload = workload
    this.tally = tally
    this.monitor = monitor
    const protocol = protocolNamed(workload.protocol)
    const request = protocol.request(workload)
    const newParser = parsersOf(protocol.name, workload)
    this.conversations = connections.map((connection) => new Conversation(this, connection, request, newParser()))
  }

  /** Begins the requests. `epoch` is the time, on the clock of all threads, at which the first thread began them. */
  begin(epoch: number): void {
    this.tally.begin(epoch)
    this.#end = epoch + (this.workload.durationMs ?? Number.POSITIVE_INFINITY)
  }

  /** Whether the duration is over, so that no request begins any more. */
  get isOver(): boolean {
    return now() >= this.#end
  }
}

/** The requests and replies of one connection, one after the other. */
export class Conversation {
  readonly #load: ThreadLoad
  readonly #connection: number
  readonly #request: Buffer
  readonly #parser: ReplyParser
  #requests = 0
  #sentAt = 0
  #awaitsReply = false

  constructor(load: ThreadLoad, connection: number, request: Buffer, parser: ReplyParser) {
    this.#load = load
    this.#connection = connection
    this.#request = request
    this.#parser = parser
  }

  /** Whether the server closes the connection after the last reply, so that the next request needs a new connection. */
  get closes(): boolean {
    return this.#parser.closes
  }

  /** Returns the next request, whose latency is measured from now on, or `null` after the last one. */
  nextRequest(): Buffer | null {
    const { workload, isOver } = this.#load
    if (isOver || this.#requests === workload.requests) return null
    this.#requests++
    this.#parser.begin()
    this.#awaitsReply = true
    this.#sentAt = now()
    return this.#request
  }

  /**
   * Takes bytes of the reply, or `null` at the end of the stream. After a complete reply it counts the request and
   * computes for the workload's `thinkUnits`.
   * @returns whether the reply is complete
   * @throws InvalidReplyError
   */
  receive(bytes: Buffer | null): boolean {
    this.#load.monitor?.mark()
    if (!this.#awaitsReply) {
      throw bytes === null ? endedEarly(0) : new InvalidReplyError('the server sent bytes without a request')
    }
    const complete = bytes === null ? this.#parser.end() : this.#parser.take(bytes)
    if (!complete) return false
    this.#awaitsReply = false
    this.#load.tally.add(this.#connection, this.#sentAt)
    think(this.#load.workload.thinkUnits)
    return true
  }
}
