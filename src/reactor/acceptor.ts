// An accept loop in the event loop.
//
// What may fail in accept(2) is of three kinds. A connection that is gone already: the addon passes over it. A shortage,
// of descriptors or memory, or a rule that forbids the connection: accepting pauses, because the connection stays in the
// queue and asking again at once would fail again. A listener that is none: accepting ends.
//
// libuv keeps a descriptor in reserve, with which it accepts and closes what it cannot serve. Here connections stay in the
// kernel's queue, as they do beyond `maxConnections`: a short shortage then costs its clients a delay and no connection.

import { isTransientAcceptError, type SocketError } from '../core/errors.js'
import type { Descriptor } from '../socket/descriptor.js'
import { accept } from '../socket/opening.js'
import { Channel } from './channel.js'
import { type Deferrable, proceedLater, spend } from './fairness.js'
import type { Operation } from './registration.js'

/** How long accepting pauses after a shortage. */
export const ACCEPT_PAUSE_MS = 100

/** What gets the connections. */
export interface AcceptingFace {
  accepted(connection: Descriptor): void
  /** Accepting pauses for a shortage; reported once until a connection is accepted again. */
  short(error: SocketError): void
  /** Accepting has ended. */
  failed(error: SocketError): void
}

export class Acceptor implements Operation, Deferrable {
  isDeferred = false
  readonly #channel: Channel
  readonly #face: AcceptingFace
  #isStopped = false
  #isFull = false
  #isShort = false
  #pause: NodeJS.Timeout | null = null

  constructor(listener: Descriptor, face: AcceptingFace) {
    this.#face = face
    this.#channel = new Channel(listener)
    const { registration } = this.#channel
    registration.readable = false
    registration.reader = this
    this.#channel.enter()
    this.#channel.isActive = true
  }

  /** Leaves connections in the kernel's queue, or takes them again. */
  set isFull(isFull: boolean) {
    if (isFull === this.#isFull) return
    this.#isFull = isFull
    if (!isFull && this.#channel.isReadable) proceedLater(this)
  }

  set isRefed(isRefed: boolean) {
    this.#channel.isRefed = isRefed
  }

  refChanged(isRefed: boolean): void {
    if (isRefed) this.#pause?.ref()
    else this.#pause?.unref()
  }

  /** Ends accepting, and closes the listener. @returns why close(2) failed, if it did */
  close(): SocketError | null {
    this.#isStopped = true
    if (this.#pause !== null) clearTimeout(this.#pause)
    return this.#channel.close()
  }

  fail(error: Error): void {
    this.#face.failed(error as SocketError)
  }

  /** Accepts within the turn's budget; the rest in a later turn. */
  proceed(): void {
    for (let count = 0; this.#mayAccept(); count++) {
      if (count > 0 && !spend()) {
        proceedLater(this)
        return
      }
      const connection = this.#take()
      if (connection === undefined) return
      this.#isShort = false
      this.#channel.registration.proved()
      this.#face.accepted(connection)
    }
  }

  #mayAccept(): boolean {
    return !(this.#isStopped || this.#isFull || this.isDeferred) && this.#pause === null
  }

  /** The next connection; undefined where there is none, or none can be accepted now. */
  #take(): Descriptor | undefined {
    try {
      const connection = accept(this.#channel.descriptor, 0)
      if (connection === undefined) this.#channel.block(true)
      return connection
    } catch (error) {
      this.#failed(error as SocketError)
      return undefined
    }
  }

  #failed(error: SocketError): void {
    if (!isTransientAcceptError(error)) {
      this.#face.failed(error)
      return
    }
    this.#pause = setTimeout(() => {
      this.#pause = null
      this.proceed()
    }, ACCEPT_PAUSE_MS)
    if (!this.#channel.isRefed) this.#pause.unref()
    if (this.#isShort) return
    this.#isShort = true
    this.#face.short(error)
  }
}
