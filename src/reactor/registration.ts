// A descriptor in the reactor: what is known of its readiness, and the operations that wait for it.
//
// Readiness is a hint. An operation that would block takes it back; then the kernel's next edge brings it again. No edge
// is lost in between, because edges are taken from the set in the thread that tries.
//
// The reactor keeps registrations alive, so a registration does not refer to its socket: a socket that the program drops
// while nothing waits for it must be collected, and closed.

import type { SocketError } from '../core/errors.js'
import { POLLERR, POLLHUP, POLLIN, POLLOUT, POLLPRI, POLLRDHUP } from '../native/generated/constants.js'
import type { Watch } from '../readiness/backend.js'
import { closeDropped } from '../socket/descriptor.js'
import type { Watcher } from '../socket/watcher.js'
import { NO_ROW } from './batch-receive.js'

const FAILED = POLLERR | POLLHUP
export const READ_EVENTS = POLLIN | POLLPRI | POLLRDHUP
const READABLE_EVENTS = READ_EVENTS | FAILED
const WRITABLE_EVENTS = POLLOUT | FAILED
// After these a short read proves nothing: it may stand before the end, or before urgent data.
const INTERRUPTING_EVENTS = POLLRDHUP | POLLPRI | FAILED

// Facts of a registration, in one field: a server has many of them, and a boolean field takes a whole word.
const READABLE = 1
const WRITABLE = 2
const ALLOWS_BATCH = 4
const INTERRUPTED = 8
const LOOKING_UP = 16
const REFED = 32
const ACTIVE = 64
// What waits in a direction waits for the other one: a layer above the kernel's socket may have to write to read.
const READER_WAITS_TO_WRITE = 128
const WRITER_WAITS_TO_READ = 256
const WRITES_ON_DEMAND = 512

/** What waits in one direction: an awaited verb, the receiver of a connection, its sender, an accept loop. */
export interface Operation {
  /** The direction may be ready. */
  proceed(): void
  /** It would wait in vain: the system refuses to watch the descriptor, or the socket ends. */
  fail(error: Error): void
  /** Whether the process stays alive for it has changed. */
  refChanged?(refed: boolean): void
}

/** What a registration needs of its reactor. */
export interface Registry {
  /** The events that the registration waits for may have changed. */
  update(registration: Registration): void
  /** @param gone whether its descriptor's open file description is closed as well */
  remove(registration: Registration, gone: boolean): void
  /** `remove`, of a registration whose descriptor is closed already. */
  forget(registration: Registration): void
  /** Watches another descriptor in place of the registration's. */
  replace(registration: Registration, fd: number): void
}

// An owner that is dropped without being closed leaves the reactor, and its descriptor is closed.
const dropped = new FinalizationRegistry<Registration>((registration) => {
  registration.registry?.forget(registration)
  closeDropped()
})

export class Registration implements Watch, Watcher {
  fd: number
  slot = 0
  generation = 0
  events = 0
  /** The batch's row that holds what was received for the reader and not delivered yet. */
  row = NO_ROW
  /** How often in a row readiness was reported and proved false: where the kernel reports it for good, that would spin. */
  falseReports = 0
  reader: Operation | null = null
  writer: Operation | null = null
  /** Null while it is in no reactor. */
  registry: Registry | null = null

  #flags = READABLE | WRITABLE | REFED

  /** @param fd the descriptor that reports readiness: the socket's, or a lookup's while `isLookingUp` */
  constructor(fd: number) {
    this.fd = fd
  }

  /** Whether reading is worth a try. */
  get readable(): boolean {
    return (this.#flags & READABLE) !== 0
  }

  set readable(isReadable: boolean) {
    this.#set(READABLE, isReadable)
  }

  /** Whether writing is worth a try. */
  get writable(): boolean {
    return (this.#flags & WRITABLE) !== 0
  }

  set writable(isWritable: boolean) {
    this.#set(WRITABLE, isWritable)
  }

  /** Whether the reactor may receive for the reader, in a batch with others. */
  get allowsBatch(): boolean {
    return (this.#flags & ALLOWS_BATCH) !== 0
  }

  set allowsBatch(allowsBatch: boolean) {
    this.#set(ALLOWS_BATCH, allowsBatch)
  }

  /** Whether an event came after which a short read proves nothing. */
  get isInterrupted(): boolean {
    return (this.#flags & INTERRUPTED) !== 0
  }

  /** Whether the process stays alive while something waits. */
  get isRefed(): boolean {
    return (this.#flags & REFED) !== 0
  }

  set isRefed(isRefed: boolean) {
    this.#set(REFED, isRefed)
  }

  /** Whether something waits for which the process would stay alive. */
  get isActive(): boolean {
    return (this.#flags & ACTIVE) !== 0
  }

  set isActive(isActive: boolean) {
    this.#set(ACTIVE, isActive)
  }

  /**
   * Whether an edge-triggered set watches for writing only once an operation waits to write. The kernel reports TCP writable
   * only after a send found no room (SOCK_NOSPACE). It reports any other socket writable whenever sent data leaves the send
   * buffer, which would wake the event loop for every datagram.
   */
  get watchesWritesOnDemand(): boolean {
    return (this.#flags & WRITES_ON_DEMAND) !== 0
  }

  set watchesWritesOnDemand(isOnDemand: boolean) {
    this.#set(WRITES_ON_DEMAND, isOnDemand)
  }

  #set(flag: number, isSet: boolean): void {
    if (isSet) this.#flags |= flag
    else this.#flags &= ~flag
  }

  /** Leaves the reactor when its owner is dropped, which an operation that waits keeps alive. */
  leaveWithOwner(owner: object): void {
    dropped.register(owner, this)
  }

  get edge(): boolean {
    return true
  }

  get oneShot(): boolean {
    return false
  }

  get observesVerbs(): boolean {
    return false
  }

  /** Whether a lookup's descriptor is watched in place of the socket's. */
  get isLookingUp(): boolean {
    return (this.#flags & LOOKING_UP) !== 0
  }

  /** The events that operations wait for now, in poll(2)'s bits. */
  get wanted(): number {
    if (this.isLookingUp) return this.reader !== null || this.writer !== null ? POLLIN : 0
    let events = 0
    if (this.reader !== null && !this.readable) events |= this.#flags & READER_WAITS_TO_WRITE ? POLLOUT : READ_EVENTS
    if (this.writer !== null && !this.writable) events |= this.#flags & WRITER_WAITS_TO_READ ? READ_EVENTS : POLLOUT
    return events
  }

  /** From the reactor: events have come. */
  deliver(came: number): void {
    // The end of a lookup concerns whatever waits.
    const events = this.isLookingUp ? POLLIN | POLLOUT : came
    let flags = this.#flags
    const wakesReader = events & (flags & READER_WAITS_TO_WRITE ? WRITABLE_EVENTS : READABLE_EVENTS)
    const wakesWriter = events & (flags & WRITER_WAITS_TO_READ ? READABLE_EVENTS : WRITABLE_EVENTS)
    if (events & INTERRUPTING_EVENTS) flags |= INTERRUPTED
    if (wakesReader) flags |= READABLE
    if (wakesWriter) flags |= WRITABLE
    this.#flags = flags
    this.falseReports++
    this.registry?.update(this)
    try {
      if (wakesReader) this.reader?.proceed()
    } finally {
      // Also after a listener that threw: the kernel reports this edge once.
      if (wakesWriter) this.writer?.proceed()
    }
  }

  /** Sets the operation that waits to read. */
  setReader(reader: Operation | null): void {
    this.reader = reader
    this.registry?.update(this)
  }

  setWriter(writer: Operation | null): void {
    this.writer = writer
    this.registry?.update(this)
  }

  /** Reading would block until the descriptor is readable; or writable, where a layer has to write first. */
  blockReading(waitsToRead = true): void {
    const flags = this.#flags & ~(READABLE | READER_WAITS_TO_WRITE)
    this.#flags = waitsToRead ? flags : flags | READER_WAITS_TO_WRITE
    this.registry?.update(this)
  }

  /** Writing would block until the descriptor is writable; or readable, where a layer has to read first. */
  blockWriting(waitsToRead = false): void {
    const flags = this.#flags & ~(WRITABLE | WRITER_WAITS_TO_READ)
    this.#flags = waitsToRead ? flags | WRITER_WAITS_TO_READ : flags
    this.registry?.update(this)
  }

  /** An operation made progress. */
  proved(): void {
    this.falseReports = 0
  }

  /** It can be watched no more: the operations that wait fail. */
  refused(error: SocketError): void {
    const { reader, writer } = this
    reader?.fail(error)
    writer?.fail(error)
  }

  /** From the socket: a lookup began or ended, and any operation that waits may have to look. */
  moved(fd: number, isLookup: boolean): void {
    this.#set(LOOKING_UP, isLookup)
    this.readable = this.reader === null
    this.writable = this.writer === null
    if (this.registry === null) this.fd = fd
    else this.registry.replace(this, fd)
  }

  /** From the socket: its descriptor is about to be closed or given away. */
  ends(gone: boolean): void {
    this.registry?.remove(this, gone && !this.isLookingUp)
    // A verb that is tried from now on reports that the socket has ended.
    this.readable = this.writable = true
  }

  tried(): void {}

  lives(): boolean {
    return true
  }
}
