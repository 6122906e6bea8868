// Accepting, driven by the event loop. What may fail in accept(2) is of three kinds: a connection that is already gone,
// which the addon passes over; what passes, such as too little of something (descriptors, memory), and must not be asked
// for again and again meanwhile; and a listener that is none, for which there is no help.

import { isTransientAcceptError, type SocketError } from '../core/errors.js'
import { defer } from '../reactor/fairness.js'
import { reactor } from '../reactor/reactor.js'
import { ReactorEntry, type Reading } from '../reactor/registration.js'
import type { Socket } from '../socket/socket.js'

/** So many connections a turn: then others have theirs. */
const SHARE = 64
const PAUSE_MS = 100

/** Who gets the connections. */
export interface Acceptance {
  accepted(socket: Socket): void
  /** Descriptors or memory ran out, or a rule forbids it: told once, until a connection is accepted again. */
  short(error: SocketError): void
  /** Nothing can be accepted any more. */
  failed(error: SocketError): void
}

export class Acceptor implements Reading {
  readonly #listener: Socket
  readonly #entry: ReactorEntry
  readonly #owner: Acceptance
  #stopped = false
  #full = false
  #due = false
  #isShort = false
  #pause: NodeJS.Timeout | null = null
  #refed = true

  constructor(listener: Socket, owner: Acceptance) {
    this.#listener = listener
    this.#owner = owner
    this.#entry = new ReactorEntry(listener.ownFd())
    this.#entry.readable = false
    this.#entry.reader = this
    reactor().add(this.#entry)
    reactor().hold()
  }

  /** Leaves connections in the kernel's queue, or takes them again. */
  set full(full: boolean) {
    if (full === this.#full) return
    this.#full = full
    if (!full && this.#entry.readable) this.#acceptLater()
  }

  set refed(refed: boolean) {
    if (refed === this.#refed || this.#stopped) return
    this.#refed = refed
    if (refed) reactor().hold()
    else reactor().release()
    refed ? this.#pause?.ref() : this.#pause?.unref()
  }

  /** Accepts no more; the listener is the caller's to close. */
  stop(): void {
    if (this.#stopped) return
    this.#stopped = true
    this.#entry.ends(false)
    if (this.#pause !== null) clearTimeout(this.#pause)
    if (this.#refed) reactor().release()
  }

  /** Nothing would be told of connections. */
  fail(error: SocketError): void {
    this.#owner.failed(error)
  }

  /** Connections wait. */
  mayRead(): void {
    for (let count = 0; count < SHARE; count++) {
      if (this.#stopped || this.#full || this.#due || this.#pause !== null) return
      const socket = this.#take()
      if (socket === undefined) return
      this.#isShort = false
      this.#entry.proved()
      this.#owner.accepted(socket)
    }
    this.#acceptLater()
  }

  /** Goes on in another turn, once: until then it may be called ready again and again. */
  #acceptLater(): void {
    if (this.#due) return
    this.#due = true
    defer(() => {
      this.#due = false
      this.mayRead()
    })
  }

  /** The next connection; undefined where there is none, or none can be had. */
  #take(): Socket | undefined {
    try {
      const socket = this.#listener.acceptKept()
      if (socket === undefined) this.#entry.blockReading()
      return socket
    } catch (error) {
      this.#failed(error as SocketError)
      return undefined
    }
  }

  #failed(error: SocketError): void {
    if (!isTransientAcceptError(error)) {
      this.#owner.failed(error)
      return
    }
    this.#pause = setTimeout(() => {
      this.#pause = null
      this.mayRead()
    }, PAUSE_MS)
    if (!this.#refed) this.#pause.unref()
    if (this.#isShort) return
    this.#isShort = true
    this.#owner.short(error)
  }
}
