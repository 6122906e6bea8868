// The receiving side of a connection with handlers: what has come is passed on as it comes.

import { copyOf } from '../core/bytes.js'
import { overwritesReusedBuffers } from '../native/environment.js'
import { NO_ROW, NOT_ASKED, receivedAhead, SHARE } from '../reactor/batch-receive.js'
import { defer } from '../reactor/fairness.js'
import { reactor } from '../reactor/reactor.js'
import { CLOSED, PAUSED, READ_ENDED, READS_LATER, SendingConnection } from './connection-sending.js'
import type { SharedMemory } from './shared-memory.js'

// How much is received at once: first, and where there was more.
const USUAL = 16384
const MOST = 65536
// So many full buffers in a row, then others have their turn.
const ROUNDS = 4
/** So many small messages in a row tell that no more large ones come. */
const AFTER_MUCH = 8

/** The part of a connection that receives. Not exported by the package: see Connection. */
export abstract class ReceivingConnection extends SendingConnection {
  /** What has been received and not been passed on. */
  #rest: Buffer | null = null
  #most = USUAL
  /** So many small messages are still to come before the reactor may receive for it. */
  #notAhead = 1

  /** Memory to receive into, where it is used again. @internal */
  protected abstract get memory(): SharedMemory | null

  /** Takes what has come. @internal */
  protected abstract take(bytes: Buffer): void

  /** The peer has ended its side. @internal */
  protected abstract peerEnded(): void

  /** From now on what comes is passed on, and first what was put back. @internal */
  protected startReading(): void {
    const { entry } = this
    if (this.state & CLOSED) return
    // Not to be tried before it is known to be worth it: that is told as soon as it is added.
    entry.readable = false
    entry.reader = this.state & PAUSED ? null : this
    try {
      reactor().add(entry)
    } catch (error) {
      this.fail(error as Error)
    }
    if (this.#rest !== null) this.#readLater()
  }

  /** Keeps what is to be passed on later, before anything else. @internal */
  protected putBack(bytes: Buffer | null): void {
    this.#rest = bytes
  }

  /** Receives nothing until `resume`: the peer is held up when the kernel's buffers are full. */
  pause(): void {
    this.state |= PAUSED
    // What the reactor has received is still to be taken.
    if (this.entry.row === NO_ROW) this.entry.tellReadable(null)
  }

  /** Receives again. */
  resume(): void {
    if (!(this.state & PAUSED)) return
    this.state &= ~PAUSED
    if (this.state & (CLOSED | READ_ENDED)) return
    this.entry.tellReadable(this)
    if (this.entry.readable || this.#rest !== null) this.#readLater()
  }

  /** Something has come: as long as it comes in full buffers there is more. @internal */
  mayRead(): void {
    const { entry } = this
    // It may have been closed since it was put off, and what was received for it be another's by now.
    if (this.state & CLOSED) return
    if (entry.row !== NO_ROW && !this.#takeAhead()) return
    for (let round = 0; round < ROUNDS; round++) {
      if (this.state & (CLOSED | PAUSED | READ_ENDED | READS_LATER)) return
      const asked = this.memory === null ? this.#most : MOST
      const count = this.#receive(asked)
      if (count < asked && (count < 0 || entry.shortMeansEmpty)) {
        entry.blockReading()
        return
      }
      this.#most = count === asked ? MOST : USUAL
    }
    this.#readLater()
  }

  /** Goes on in another turn, once: until then it may be called ready again and again. */
  #readLater(): void {
    if (this.state & READS_LATER) return
    this.state |= READS_LATER
    defer(() => {
      this.state &= ~READS_LATER
      this.mayRead()
    })
  }

  /** Takes what the reactor has received: whether there may be more. */
  #takeAhead(): boolean {
    const { entry } = this
    const { row } = entry
    entry.row = NO_ROW
    if (this.state & PAUSED) entry.tellReadable(null)
    const answer = receivedAhead.answer(row)
    if (answer === NOT_ASKED) return true
    const count = this.#settle(answer)
    if (count === undefined) entry.blockReading()
    else if (this.state & PAUSED) this.#keep(row, count)
    else if (count === 0) this.peerEnded()
    else return this.#passAhead(row, count)
    return false
  }

  #passAhead(row: number, count: number): boolean {
    const { memory } = this
    const bytes = receivedAhead.bytes(row)
    this.#measure(count)
    this.#deliver(memory === null ? copyOf(bytes) : memory.copy(bytes))
    if (count < SHARE && this.entry.shortMeansEmpty && this.#rest === null) this.entry.blockReading()
    return this.entry.readable
  }

  /** It was paused after the reactor had received. The end is told again, bytes are not. */
  #keep(row: number, count: number): void {
    if (count === 0) return
    this.#rest = copyOf(receivedAhead.bytes(row))
    this.entry.mayReceive = false
  }

  /** Whether the reactor may receive the next message: not where much comes, which would get here in two parts. */
  #measure(count: number): void {
    this.#notAhead = count < SHARE ? Math.max(0, this.#notAhead - 1) : AFTER_MUCH
    this.entry.mayReceive = this.#notAhead === 0
  }

  /** Receives once and passes it on: how many bytes, -1 where there was nothing or the connection has ended. */
  #receive(most: number): number {
    const rest = this.#rest
    this.#rest = null
    const bytes = rest ?? this.#ask(most)
    if (bytes === undefined) return -1
    if (bytes === null) {
      this.peerEnded()
      return -1
    }
    const { length } = bytes
    if (rest === null) this.#measure(length)
    this.#deliver(bytes)
    // What was there already says nothing of what the kernel has.
    return rest === null && this.#rest === null ? length : most
  }

  #deliver(bytes: Buffer): void {
    this.entry.proved()
    this.touch()
    this.take(bytes)
    if (overwritesReusedBuffers) this.memory?.overwrite()
    // Nothing may be received before that is passed on.
    if (this.#rest !== null) this.entry.mayReceive = false
  }

  /** Asks the kernel: `undefined` where it has nothing, or has failed. */
  #ask(most: number): Buffer | null | undefined {
    const { memory } = this
    try {
      return memory === null ? this.socket.tryRecv(most) : memory.receive(this.socket)
    } catch (error) {
      this.fail(error as Error)
      return undefined
    }
  }

  /** What the kernel has answered the reactor: `undefined` where it had nothing, or has failed. */
  #settle(answer: number): number | undefined {
    try {
      return this.socket.settleReceived(answer)
    } catch (error) {
      this.fail(error as Error)
      return undefined
    }
  }

  /** @internal */
  protected override hasUntold(): boolean {
    const { row } = this.entry
    return this.#rest !== null || (row !== NO_ROW && receivedAhead.answer(row) > 0)
  }
}
