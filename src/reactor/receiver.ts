// Receiving for a face that takes whatever arrives: the connections of handlers, and streams. It decides how much to
// receive next, when to let others continue, and what becomes of bytes that arrive while the face is paused.
//
// A receiver that is paused stays in the reactor where its face wants to know of a failure meanwhile, such as a reset by the
// peer. epoll(7) reports EPOLLERR whatever is asked for, but also for messages in the error queue, so SO_ERROR decides.
// What arrived before a reset and was not delivered is lost then, as RFC 9293, section 3.10.7.4, has it: "all segment queues
// should be flushed". A level-triggered set does not watch a paused receiver any more once bytes have arrived: it would
// report them for ever.

import { copyOf } from '../core/bytes.js'
import { lengthOf } from '../core/intrinsics.js'
import { overwritesReusedBuffers } from '../native/environment.js'
import { pendingError } from '../socket/options.js'
import { receive } from '../socket/receiving.js'
import { BATCH_ROOM_BYTES, batchReceive, NO_ROW, NOT_RECEIVED } from './batch-receive.js'
import type { Channel } from './channel.js'
import {
  type Deferrable,
  MAX_RECEIVE_BYTES,
  MAX_RECEIVES_IN_A_ROW,
  nextReceiveBytes,
  proceedLater,
  RECEIVE_BYTES,
  spend,
} from './fairness.js'
import type { Operation } from './registration.js'
import type { SharedMemory } from './shared-memory.js'

/** How a face is delivered to: the same functions for all of its kind, called with the one that is meant. */
export interface ReceivingFace<Owner> {
  /** Bytes arrived. */
  received(owner: Owner, bytes: Buffer): void
  /** The peer has ended its side. */
  ended(owner: Owner): void
  /** Receiving failed: nothing more arrives. */
  failed(owner: Owner, error: Error): void
  /** The connection failed while the receiver was paused. A face without this sees a failure when it resumes. */
  lost?(owner: Owner, error: Error): void
}

// The state, in one field: a server has many receivers. A receiver without FLOWING and ENDED is paused.
const FLOWING = 1
const ENDED = 2
/** A receive is under way: `proceed` was called by what it delivered to. */
const RECEIVING = 4
const DEFERRED = 8
/** Full buffers arrive. */
const RECEIVES_MORE = 16

/** A batch would deliver a large message in two parts. So after one, this many small ones are received apart from batches. */
const SMALL_MESSAGES_BEFORE_BATCH = 8

export class Receiver<Owner> implements Operation, Deferrable {
  readonly #channel: Channel
  readonly #owner: Owner
  readonly #face: ReceivingFace<Owner>
  /** Memory to receive into, where the face shares it with others. */
  readonly #memory: SharedMemory | null
  #state = FLOWING
  /** Bytes that were received and not delivered. */
  #unread: Buffer | null = null
  #smallBeforeBatch = 1

  constructor(channel: Channel, owner: Owner, face: ReceivingFace<Owner>, memory: SharedMemory | null = null) {
    this.#channel = channel
    this.#owner = owner
    this.#face = face
    this.#memory = memory
    // Nothing is worth a try before the reactor reports it, which it does as soon as the channel has entered.
    channel.registration.readable = false
  }

  get isFlowing(): boolean {
    return (this.#state & FLOWING) !== 0
  }

  get isDeferred(): boolean {
    return (this.#state & DEFERRED) !== 0
  }

  set isDeferred(isDeferred: boolean) {
    if (isDeferred) this.#state |= DEFERRED
    else this.#state &= ~DEFERRED
  }

  /** Whether bytes were received that the face did not get. */
  get isUndelivered(): boolean {
    const { row } = this.#channel.registration
    return this.#unread !== null || (row !== NO_ROW && batchReceive.result(row) > 0)
  }

  /** Keeps bytes to be delivered before anything else. */
  putBack(bytes: Buffer): void {
    this.#unread = bytes
  }

  /** Delivers from now on what arrives, unless it was paused. */
  start(): void {
    if (this.isFlowing) {
      this.#state &= ~FLOWING
      this.resume()
    } else if (this.#face.lost !== undefined && (this.#state & ENDED) === 0) this.#enter()
  }

  /**
   * Delivers again after `pause`.
   * @param isSynchronous what is there already may be delivered before this returns
   */
  resume(isSynchronous = false): void {
    if (this.#state & (FLOWING | ENDED)) return
    this.#state |= FLOWING
    this.#enter()
    // A receive that is under way continues by itself.
    if (this.#state & RECEIVING || !this.#mayReceive()) return
    if (isSynchronous) this.proceed()
    else proceedLater(this)
  }

  #enter(): void {
    this.#channel.registration.setReader(this)
    try {
      this.#channel.enter()
    } catch (error) {
      this.#face.failed(this.#owner, error as Error)
    }
  }

  /** Delivers nothing until `resume`: the peer's sends block when the kernel's buffers are full. */
  pause(): void {
    if (!this.isFlowing) return
    this.#state &= ~FLOWING
    const { registration } = this.#channel
    if (this.#face.lost !== undefined) {
      registration.allowsBatch = false
      // The kernel reports a failure once, and may have done so already.
      if (registration.isInterrupted) proceedLater(this)
    } else if (registration.row === NO_ROW) {
      // A message in a batch has to be taken out of it.
      registration.setReader(null)
    }
  }

  /** Delivers nothing any more. */
  stop(): void {
    this.#state = (this.#state & ~FLOWING) | ENDED
    this.#unread = null
    this.#channel.registration.setReader(null)
  }

  fail(error: Error): void {
    this.#face.failed(this.#owner, error)
  }

  /** Receives while full buffers arrive, within the turn's budget; the rest in a later turn. */
  proceed(): void {
    if (this.#state & RECEIVING) return
    if (this.#isLost()) return
    this.#state |= RECEIVING
    try {
      // At once, because the next batch overwrites this one.
      if (this.#channel.registration.row !== NO_ROW) this.#takeFromBatch()
      for (let round = 0; round < MAX_RECEIVES_IN_A_ROW && this.#mayReceive() && !this.isDeferred; round++) {
        if (round > 0 && !spend()) break
        this.#receive()
      }
    } finally {
      this.#state &= ~RECEIVING
      // Also after a listener that threw: its exception is not the end of the stream.
      if (this.#mayReceive()) proceedLater(this)
    }
  }

  /** Whether the connection has failed while the receiver was paused, which is then reported. */
  #isLost(): boolean {
    if (this.#state & (FLOWING | ENDED) || this.#face.lost === undefined) return false
    const { registration, descriptor } = this.#channel
    const error = registration.isInterrupted ? pendingError(descriptor, 'recv') : null
    if (error === null) return false
    this.#face.lost(this.#owner, error)
    return true
  }

  #mayReceive(): boolean {
    return this.isFlowing && (this.#unread !== null || this.#channel.isReadable)
  }

  #receive(): void {
    const unread = this.#unread
    if (unread !== null) {
      this.#unread = null
      this.#deliver(unread)
      return
    }
    const isLarge = this.#memory !== null || (this.#state & RECEIVES_MORE) !== 0
    const asked = isLarge ? MAX_RECEIVE_BYTES : RECEIVE_BYTES
    const bytes = this.#ask(asked)
    if (bytes === undefined) this.#channel.block(true)
    else if (bytes === null) this.#end()
    else {
      const count = lengthOf(bytes)
      if (nextReceiveBytes(count, asked) > RECEIVE_BYTES) this.#state |= RECEIVES_MORE
      else this.#state &= ~RECEIVES_MORE
      this.#arrived(count, asked)
      this.#deliver(bytes)
    }
  }

  /** Asks the kernel: `undefined` where it has nothing, or receiving failed. */
  #ask(maxBytes: number): Buffer | null | undefined {
    const { descriptor } = this.#channel
    try {
      return this.#memory === null ? receive(descriptor, maxBytes, 0, 0) : this.#memory.receive(descriptor)
    } catch (error) {
      this.#face.failed(this.#owner, error as Error)
      return undefined
    }
  }

  #arrived(count: number, asked: number): void {
    this.#smallBeforeBatch =
      count < BATCH_ROOM_BYTES ? Math.max(0, this.#smallBeforeBatch - 1) : SMALL_MESSAGES_BEFORE_BATCH
    const { registration, descriptor } = this.#channel
    registration.allowsBatch = this.#smallBeforeBatch === 0 && descriptor.isDirect
    this.#channel.received(count, asked)
  }

  #deliver(bytes: Buffer): void {
    this.#face.received(this.#owner, bytes)
    if (overwritesReusedBuffers) this.#memory?.overwrite()
    // The reactor must not receive before bytes that were put back are delivered.
    if (this.#unread !== null) this.#channel.registration.allowsBatch = false
  }

  #end(): void {
    this.#state = (this.#state & ~FLOWING) | ENDED
    this.#channel.registration.setReader(null)
    this.#face.ended(this.#owner)
  }

  /** Takes what the reactor has received for this receiver. */
  #takeFromBatch(): void {
    const { registration } = this.#channel
    const { row } = registration
    registration.row = NO_ROW
    const isPaused = !this.isFlowing
    if (isPaused && this.#face.lost === undefined) registration.setReader(null)
    const result = batchReceive.result(row)
    if (result === NOT_RECEIVED || (this.#state & ENDED) !== 0) return
    const count = this.#settle(result)
    if (count === undefined) registration.blockReading()
    else if (isPaused) this.#keep(row, count)
    else if (count === 0) this.#end()
    else {
      const bytes = batchReceive.bytes(row)
      this.#arrived(count, BATCH_ROOM_BYTES)
      this.#deliver(this.#memory === null ? copyOf(bytes) : this.#memory.copy(bytes))
    }
  }

  /** It was paused after the reactor had received. The kernel returns the end again, but not bytes. */
  #keep(row: number, count: number): void {
    if (count === 0) return
    this.#unread = copyOf(batchReceive.bytes(row))
    this.#channel.registration.allowsBatch = false
  }

  /** What the kernel returned to the reactor: `undefined` where it had nothing, or receiving failed. */
  #settle(result: number): number | undefined {
    try {
      return this.#channel.descriptor.settle(result, 'recv', 0)
    } catch (error) {
      this.#face.failed(this.#owner, error as Error)
      return undefined
    }
  }
}
