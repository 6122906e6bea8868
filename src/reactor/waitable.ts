// A descriptor that operations wait for in the event loop: its registration, and whether the process stays alive for it.
// A socket's is a Channel; a lookup that is under way has one of these alone.

import { failure, type SocketError } from '../core/errors.js'
import { TIMED_OUT } from '../native/addon.js'
import { reactor } from './reactor.js'
import { Registration } from './registration.js'

export class Waitable {
  readonly registration: Registration

  /** The verb by whose calls a longer operation sends: no other may send in between. */
  sender: object | null = null

  constructor(fd: number) {
    this.registration = new Registration(fd)
  }

  /** Enters the reactor: readiness is reported from now on, and first what is ready already. */
  enter(): void {
    reactor().add(this.registration)
  }

  /** Whether an operation that reads, or writes, is worth a try. */
  get isReadable(): boolean {
    return this.registration.readable
  }

  get isWritable(): boolean {
    return this.registration.writable
  }

  /** An operation would block. */
  block(operationReads: boolean): void {
    if (operationReads) this.registration.blockReading()
    else this.registration.blockWriting()
  }

  /** The error of an operation whose time is over. */
  timedOut(syscall: string, timeout: number): SocketError {
    return failure(TIMED_OUT, syscall, { timeout })
  }

  /** Whether the process stays alive while something waits here. */
  get isRefed(): boolean {
    return this.registration.isRefed
  }

  set isRefed(isRefed: boolean) {
    const { registration } = this
    if (isRefed === registration.isRefed) return
    registration.isRefed = isRefed
    if (registration.isActive) keepAlive(isRefed)
    registration.reader?.refChanged?.(isRefed)
    registration.writer?.refChanged?.(isRefed)
  }

  /** Whether something waits here. */
  set isActive(isActive: boolean) {
    const { registration } = this
    if (isActive === registration.isActive) return
    registration.isActive = isActive
    if (registration.isRefed) keepAlive(isActive)
  }
}

/** One more thing keeps the process alive, or one less. */
function keepAlive(isAlive: boolean): void {
  if (isAlive) reactor().ref()
  else reactor().unref()
}
