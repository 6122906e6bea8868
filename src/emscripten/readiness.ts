// poll(2) and select(2) over sockets and files of the program together. Files are ready as their own streams say, which
// nothing changes while this thread waits; so the wait is for the sockets alone.

import { wouldBlock } from '../core/errors.js'
import { native, TIMED_OUT } from '../native/addon.js'
import { CallFailure } from './failure.js'
import { unsigned } from './memory.js'
import { type Call, type Program, succeeded, timeoutOf } from './program.js'

// The numbers of poll(2) are the kernel's in musl.
const POLLIN = 0x001
const POLLPRI = 0x002
const POLLOUT = 0x004
const POLLERR = 0x008
const POLLHUP = 0x010
const POLLNVAL = 0x020

/** What poll(2) reports without being asked. */
const ALWAYS = POLLERR | POLLHUP

const ROW_FIELDS = 3
const POLLFD_BYTES = 8

/** More descriptors than a program of Emscripten's can have open. */
const MAX_POLLED = 65536

/** One descriptor to wait for. */
interface Watched {
  readonly fd: number
  readonly events: number
  revents: number
}

/** Waits until one of them is ready. @returns how many are */
function wait(program: Program, watched: readonly Watched[], timeout: number): number {
  const waiting: { readonly watched: Watched; readonly own: number }[] = []
  for (const one of watched) {
    const own = lookAt(program, one)
    if (own !== null) waiting.push({ watched: one, own })
  }
  const isReady = watched.some(({ revents }) => revents !== 0)
  const rows = new Int32Array(ROW_FIELDS * waiting.length)
  for (const [index, { watched, own }] of waiting.entries()) rows.set([own, watched.events, 0], index * ROW_FIELDS)
  const result = native.poll(new Uint8Array(rows.buffer), isReady ? 0 : timeoutOf(timeout))
  if (result !== TIMED_OUT && !wouldBlock(result)) succeeded(program, result)
  for (const [index, { watched }] of waiting.entries()) watched.revents = rows[index * ROW_FIELDS + 2]!
  return watched.reduce((count, { revents }) => count + (revents === 0 ? 0 : 1), 0)
}

/** The kernel's descriptor of a socket; `null` for a file, whose readiness is noted. */
function lookAt({ sockets }: Program, watched: Watched): number | null {
  watched.revents = 0
  if (watched.fd < 0) return null
  const stream = sockets.stream(watched.fd)
  if (stream === undefined) {
    watched.revents = POLLNVAL
    return null
  }
  const socket = sockets.find(watched.fd)
  if (socket !== undefined) return socket.descriptor.open('poll')
  const ready = stream.stream_ops.poll?.(stream, 0) ?? POLLIN | POLLOUT
  watched.revents = ready & (watched.events | ALWAYS)
  return null
}

/** The calls by the names under which a program imports them. */
export function readinessCalls(program: Program): Record<string, Call> {
  const { memory } = program

  /** poll(2) with a timeout in milliseconds. */
  function poll(pointer: number, count: number, timeout: number): number {
    if (count < 0 || count > MAX_POLLED) throw new CallFailure('EINVAL')
    memory.bytes(pointer, count * POLLFD_BYTES)
    const watched: Watched[] = []
    for (let at = pointer; watched.length < count; at += POLLFD_BYTES) {
      watched.push({ fd: memory.int32(at), events: memory.int16(at + 4), revents: 0 })
    }
    const ready = wait(program, watched, timeout)
    for (const [index, { revents }] of watched.entries()) memory.setInt16(pointer + index * POLLFD_BYTES + 6, revents)
    return ready
  }

  /** select(2) with a timeout in milliseconds. */
  function select(count: number, pointers: readonly number[], timeout: number): number {
    const sets = new DescriptorSets(program, count, pointers)
    const watched = sets.watched()
    wait(program, watched, timeout)
    if (watched.some(({ revents }) => revents & POLLNVAL)) throw new CallFailure('EBADF')
    return sets.write(watched)
  }

  return {
    __syscall_poll: (pointer, count, timeout) => poll(unsigned(pointer), count!, timeout!),
    __syscall__newselect: (count, read, write, except, time) =>
      select(count!, [unsigned(read), unsigned(write), unsigned(except)], timeAt(program, unsigned(time))),
  }
}

/** The timeout of select(2) in milliseconds, which musl passes as two longs; -1 where there is none. */
function timeAt({ memory }: Program, pointer: number): number {
  if (pointer === 0) return -1
  const seconds = memory.long(pointer)
  const microseconds = memory.long(pointer + memory.pointerBytes)
  if (seconds < 0 || microseconds < 0) throw new CallFailure('EINVAL')
  return seconds * 1000 + microseconds / 1000
}

/** FD_SETSIZE. */
const MAX_SELECTED = 1024

/** For each fd_set of select(2), what to ask poll(2) for, and what it reports that makes a descriptor ready. */
const KINDS = [
  { asks: POLLIN, ready: POLLIN | POLLHUP | POLLERR },
  { asks: POLLOUT, ready: POLLOUT | POLLERR },
  { asks: POLLPRI, ready: POLLPRI },
] as const

/** The three fd_set of a select(2). */
class DescriptorSets {
  readonly #program: Program
  readonly #pointers: readonly number[]
  readonly #bytes: number
  readonly #count: number

  constructor(program: Program, count: number, pointers: readonly number[]) {
    if (count < 0 || count > MAX_SELECTED) throw new CallFailure('EINVAL')
    this.#program = program
    this.#pointers = pointers
    this.#count = count
    // An fd_set is an array of longs.
    const longBits = 8 * program.memory.pointerBytes
    this.#bytes = Math.ceil(count / longBits) * program.memory.pointerBytes
  }

  watched(): Watched[] {
    const sets = this.#pointers.map((pointer) => (pointer === 0 ? null : this.#set(pointer)))
    const watched: Watched[] = []
    for (let fd = 0; fd < this.#count; fd++) {
      let events = 0
      for (const [kind, set] of sets.entries()) if (set !== null && hasBit(set, fd)) events |= KINDS[kind]!.asks
      if (events !== 0) watched.push({ fd, events, revents: 0 })
    }
    return watched
  }

  /** Leaves those in the sets that are ready. @returns their number */
  write(watched: readonly Watched[]): number {
    let total = 0
    for (const [kind, pointer] of this.#pointers.entries()) {
      if (pointer === 0) continue
      const set = new Uint8Array(this.#bytes)
      const { asks, ready } = KINDS[kind]!
      for (const { fd, events, revents } of watched) {
        if ((events & asks) === 0 || (revents & ready) === 0 || !hasBit(this.#set(pointer), fd)) continue
        set[fd >> 3]! |= 1 << (fd & 7)
        total++
      }
      this.#set(pointer).set(set)
    }
    return total
  }

  #set(pointer: number): Uint8Array {
    return this.#program.memory.bytes(pointer, this.#bytes)
  }
}

function hasBit(set: Uint8Array, fd: number): boolean {
  return (set[fd >> 3]! & (1 << (fd & 7))) !== 0
}
