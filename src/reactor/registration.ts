// One descriptor in the reactor: what is known of its readiness, and who is told.
//
// What is known is a hint. It is taken back by whoever tries and would block; then the next edge of the kernel's brings
// it again. An edge cannot be lost in between: edges are taken from the set in the thread that tries.

import type { SocketError } from '../core/errors.js'
import {
  AF_INET,
  AF_INET6,
  IPPROTO_MPTCP,
  IPPROTO_TCP,
  POLLERR,
  POLLHUP,
  POLLIN,
  POLLOUT,
  POLLPRI,
  POLLRDHUP,
  SOCK_STREAM,
} from '../native/generated/constants.js'
import type { Watch } from '../readiness/backend.js'
import { closeDropped, type SocketBase, type Watcher } from '../socket/base.js'
import { NO_ROW } from './batch-receive.js'

const FAILED = POLLERR | POLLHUP
const READS = POLLIN | POLLPRI | POLLRDHUP | FAILED
const WRITES = POLLOUT | FAILED
// After these a short read does not mean that nothing is left: it may stand before the end, or before urgent data.
const INTERRUPTS = POLLRDHUP | POLLPRI | FAILED
// Of the protocols that are known, only TCP gives all it has: unix sockets stop where another process' bytes begin, or
// descriptors are passed, and SCTP after each message.
const CONTINUOUS: readonly number[] = [0, IPPROTO_TCP, IPPROTO_MPTCP]

/** What an entry needs of the reactor that it is in. */
export interface Registry {
  /** What the entry waits for may have changed. */
  update(entry: ReactorEntry): void
  /** @param gone its descriptor's open file description is closed as well, now */
  remove(entry: ReactorEntry, gone: boolean): void
  /** `remove`, of an entry whose descriptor is closed already. */
  forget(entry: ReactorEntry): void
  /** `entry.fd` is another than that under which it was added. */
  replace(entry: ReactorEntry, fd: number): void
}

/** Who waits: an object that is there anyway, and not a function for each socket. */
export interface Waiter {
  /** It would never be told: the system refuses to watch the descriptor. */
  fail(error: SocketError): void
}

/** Who is told when reading may go on. */
export interface Reading extends Waiter {
  mayRead(): void
}

/** Who is told when writing may go on. */
export interface Writing extends Waiter {
  mayWrite(): void
}

// Where the owner of a socket is dropped without being closed, the socket inside is dropped with it.
const dropped = new FinalizationRegistry<ReactorEntry>((entry) => {
  entry.forgotten()
  closeDropped()
})

export class ReactorEntry implements Watch, Watcher {
  fd: number
  slot = 0
  generation = 0
  events = 0
  /** Whether reading, or writing, is worth a try. */
  readable = true
  writable = true
  /** Whether the reactor may receive for its reader, before it tells of it. */
  mayReceive = false
  /** Where it lies what the reactor has received and the reader has not taken. */
  row = NO_ROW
  /** Who reads less than asked for has read all there was: the next read need not ask. */
  shortMeansEmpty = false
  /** How often in a row it was called ready, and proved not to be: where the kernel tells so for good, that would spin. */
  falseAlarms = 0
  reader: Reading | null = null
  writer: Writing | null = null
  /** Null while it is in no reactor. */
  registry: Registry | null = null

  readonly #own: number

  /** @param own the socket's descriptor; `fd` is that of a lookup meanwhile */
  constructor(own: number) {
    this.#own = own
    this.fd = own
  }

  /** The entry of a socket. */
  static of(socket: SocketBase): ReactorEntry {
    const entry = new ReactorEntry(socket.ownFd())
    const isInternet = socket.family === AF_INET || socket.family === AF_INET6
    entry.shortMeansEmpty = isInternet && socket.type === SOCK_STREAM && CONTINUOUS.includes(socket.protocol)
    return entry
  }

  /** It leaves the reactor with its owner, should that be dropped. Who waits is not: it is the reactor's to tell. */
  belongTo(owner: object): this {
    dropped.register(owner, this)
    return this
  }

  get edge(): boolean {
    return true
  }

  get oneShot(): boolean {
    return false
  }

  /** Whether a lookup's descriptor is watched in place of the socket's. */
  get lookingUp(): boolean {
    return this.fd !== this.#own
  }

  /** What somebody waits for now, in poll(2)'s bits. */
  get wanted(): number {
    if (this.lookingUp) return this.reader !== null || this.writer !== null ? POLLIN : 0
    const read = this.reader !== null && !this.readable ? POLLIN | POLLPRI | POLLRDHUP : 0
    return this.writer !== null && !this.writable ? read | POLLOUT : read
  }

  /** From the reactor. */
  ready(came: number): void {
    // The end of a lookup concerns whatever waits.
    const events = this.lookingUp ? POLLIN | POLLOUT : came
    if (events & INTERRUPTS) this.shortMeansEmpty = false
    if (events & READS) this.readable = true
    if (events & WRITES) this.writable = true
    this.falseAlarms++
    this.registry?.update(this)
    if (events & READS) this.reader?.mayRead()
    if (events & WRITES) this.writer?.mayWrite()
  }

  /** Who is told when reading may go on; null: nobody. */
  tellReadable(reader: Reading | null): void {
    this.reader = reader
    this.registry?.update(this)
  }

  tellWritable(writer: Writing | null): void {
    this.writer = writer
    this.registry?.update(this)
  }

  /** A verb has got something done. */
  proved(): void {
    this.falseAlarms = 0
  }

  /** Reading would block. */
  blockReading(): void {
    this.readable = false
    this.registry?.update(this)
  }

  blockWriting(): void {
    this.writable = false
    this.registry?.update(this)
  }

  /** It can be watched no more, of which those who wait are told. */
  refused(error: SocketError): void {
    const { reader, writer } = this
    reader?.fail(error)
    // A connection does both.
    if (writer !== (reader as Waiter | null)) writer?.fail(error)
  }

  /** A lookup began or ended: whichever verb waits may have to look. */
  moved(fd: number): void {
    this.readable = this.reader === null
    this.writable = this.writer === null
    if (this.registry === null) this.fd = fd
    else this.registry.replace(this, fd)
  }

  ends(gone: boolean): void {
    this.registry?.remove(this, gone && !this.lookingUp)
    // Who tries is told that it has ended.
    this.readable = this.writable = true
  }

  /** The socket was dropped, and its descriptor is closed with it. */
  forgotten(): void {
    this.registry?.forget(this)
  }

  tried(): void {}

  lives(): boolean {
    return true
  }
}
