// The addon, and what it offers. The only module that loads the .node file.
//
// Every function makes system calls and answers a number: >= 0, or -errno, or one of the four below. Arguments are
// what the other modules have checked already; the addon coerces nothing.

import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'
import { isMainThread, threadId } from 'node:worker_threads'

/** A wait's time ran out; not an errno. */
export const TIMED_OUT = -100001
/** The environment ends while it waits; no JavaScript sees this. */
export const STOPPED = -100002
/** JavaScript closed the descriptor, or gave it away, while the call waited. */
export const CLOSED_MEANWHILE = -100003
/** JavaScript detached or shrank the memory while the call waited. */
export const CHANGED_MEANWHILE = -100004

/** A lookup that is under way in a thread of its own. */
export interface Lookup {
  readonly __lookup: unique symbol
}

/** One address that a lookup found; the address itself is read from the frame by `lookupAddress`. */
export interface LookupEntry {
  readonly family: number
  readonly type: number
  readonly protocol: number
}

/** Milliseconds; -1 waits for ever, 0 never waits. */
type Timeout = number

export interface Native {
  /** The kernel's numbers by name; a name this system lacks is left out. */
  readonly constants: Readonly<Record<string, number>>
  /** errno values by name, EAI_* codes among them. */
  readonly errnos: Readonly<Record<string, number>>
  /** Memory for small transfers. */
  readonly scratch: ArrayBuffer
  /** Memory for one address: see addresses.ts. */
  readonly frame: ArrayBuffer
  /** Two 32-bit integers: how many wait for the reactor, and whether its bell keeps the event loop going. */
  readonly holds: ArrayBuffer

  start(threadId: number, isMainThread: boolean, empty: () => void): number

  // wake.cc, signals.cc
  interruptThread(threadId: number): boolean
  interruption(): number
  /** Writes two 32-bit integers: the descriptor to watch, and the id to raise it by. */
  wakerOpen(out: Uint8Array): number
  wakerRaise(id: number): boolean
  wakerDrain(fd: number): void
  watchSignal(signum: number): boolean
  unwatchSignal(signum: number): void

  // descriptors.cc
  own(fd: number, object: object, stack: string): void
  /** The object that owns a descriptor, not kept alive by this; undefined where it has been collected. */
  owner(fd: number): object | undefined
  disown(fd: number): boolean
  sweep(): number
  generation(fd: number): number
  openDescriptors(): { fd: number; stack: string }[]

  // sockaddr.cc: the frame to the addon's address for bind, connect, sendTo, reverse; -EINVAL: not numeric
  encodeAddress(): number

  // socket.cc
  socket(family: number, type: number, protocol: number): number
  pair(family: number, type: number, protocol: number, out: Uint8Array): number
  adopt(fd: number, out: Uint8Array): number
  setNonBlocking(fd: number, flag: boolean): number
  bind(fd: number): number
  listen(fd: number, backlog: number): number
  accept(fd: number, reassert: boolean, timeout: Timeout): number
  connect(fd: number, reassert: boolean, timeout: Timeout): number
  disconnect(fd: number): number
  shutdown(fd: number, how: number): number
  dup(fd: number): number
  getSockName(fd: number): number
  getPeerName(fd: number): number

  // io.cc: `memory` is a view, filled or sent whole, or a number: so much of the scratch memory
  recv(fd: number, memory: Uint8Array | number, flags: number, timeout: Timeout): number
  recvFrom(fd: number, memory: Uint8Array | number, flags: number, timeout: Timeout): number
  send(fd: number, memory: Uint8Array | number, flags: number, timeout: Timeout): number
  /** What a send with MSG_WAITALL had sent when it answered an error. */
  transferred(): number
  sendTo(fd: number, memory: Uint8Array | number, flags: number, timeout: Timeout): number
  sendFile(fd: number, file: number, offset: number, length: number, reassert: boolean, timeout: Timeout): number

  /**
   * receive_many.cc: `rows` are of two 32-bit integers, descriptor (negative: none) and answer (how many bytes, or -errno);
   * the first `share` bytes of `memory` are for the first row, and so on. Nothing is done while a trace is on.
   */
  recvMany(rows: Uint8Array, count: number, memory: Uint8Array, share: number): void

  // readiness.cc: `events` and the answer are poll(2)'s bits; `poll` takes the bytes of rows
  // of three 32-bit integers: fd, events, revents
  wait(fd: number, events: number, timeout: Timeout): number
  poll(rows: Uint8Array, timeout: Timeout): number

  // selector_epoll.cc, where there is one; the rows of `out` are slot, generation, events
  epollOpen?(): number
  epollChange?(set: number, operation: number, fd: number, events: number, slot: number, generation: number): number
  epollWait?(set: number, out: Uint8Array, timeout: Timeout, most: number): number

  // reactor.cc: one bell an environment. It calls `ring` from the event loop when a descriptor that it watches is ready.
  // That of the loop watches `fd` for good; that of a thread what `watchBell` was given last, and rings once for it.
  openBell(ring: () => void, fd: number, thread: boolean): number
  /** Rows as `poll` takes them. */
  watchBell(rows: Uint8Array): number
  /** Whether the event loop goes on for it. The bell of the loop lets go by itself when nobody waits any more. */
  holdBell(held: boolean): number

  // close.cc: `linger`: honour SO_LINGER by waiting in the loop; otherwise never waits. `shared`: without shutting the
  // connection down, which others hold as well
  close(fd: number, linger: boolean, shared: boolean, timeout: Timeout): number

  // options.cc: >= 0 is the option's length
  getOption(fd: number, level: number, name: number, value: Uint8Array): number
  setOption(fd: number, level: number, name: number, value: Uint8Array): number
  /** setOption with a `struct sock_fprog` that points at the instructions. */
  setFilter(fd: number, level: number, name: number, instructions: Uint8Array): number

  // resolve.cc. `connectFd` >= 0: connect a duplicate of it to the first address of its family. `host` and `service` may
  // be '': none. A thread that cannot be started is a lookup that has ended with EAI_SYSTEM.
  lookup(
    host: string,
    service: string,
    family: number,
    type: number,
    protocol: number,
    flags: number,
    connectFd: number,
  ): Lookup | number
  /** getnameinfo of the encoded address. */
  reverseLookup(flags: number): Lookup | number
  /** Becomes readable when the lookup has ended; owned by the lookup, which closes it when it is cancelled. */
  lookupFd(lookup: Lookup): number
  /** Waits for the end: 0, or -errno, TIMED_OUT; -EAGAIN when it does not wait. */
  lookupWait(lookup: Lookup, timeout: Timeout): number
  /** After the end: 0, or the (EAI) error as getaddrinfo(3) gave it; `lookupErrno` explains EAI_SYSTEM. */
  lookupError(lookup: Lookup): number
  lookupErrno(lookup: Lookup): number
  /** What connect(2) on the duplicate answered: 0, or -errno (-EINPROGRESS among them); -ENOTCONN: it was not called. */
  lookupConnected(lookup: Lookup): number
  lookupCount(lookup: Lookup): number
  /** Puts address `index` into the frame and tells its type. */
  lookupAddress(lookup: Lookup, index: number): LookupEntry
  lookupCanonicalName(lookup: Lookup): string | null
  lookupReversed(lookup: Lookup): { host: string; service: string }
  /**
   * It is no longer wanted, be it ended or not: call this once what it found is read. Its descriptors are closed now,
   * no connect starts any more, the thread ends when it can; no other call takes this lookup again.
   */
  lookupCancel(lookup: Lookup): void
  gaiMessage(error: number): string

  // names.cc: -errno when there is no such name: -ENOENT, or -ENODEV and -ENXIO for interfaces
  gethostname(): string | number
  interfaceIndex(name: string): number
  interfaceName(index: number): string | number
  interfaces(): { index: number; name: string }[] | number
  serviceByName(name: string, protocol: string): number
  serviceByPort(port: number, protocol: string): string | number
  protocolByName(name: string): number
  protocolByNumber(protocol: number): string | number

  // trace.cc: records the calls of this thread, or of all (`workers`), the last `limit` of each; into files of `folder`,
  // or into memory where that is ''. 0, or -EALREADY; -errno where there is no room or no such folder
  traceStart(limit: number, workers: boolean, folder: string): number
  /** Ends it: copies of the rings, laid out as trace-ring.ts reads them. */
  traceStop(): Uint8Array[]
}

/** A transfer as the addon has it: by the registers, with a view or else with the scratch memory. */
type RawTransfer = (view?: Uint8Array) => void
type Transfers = Pick<Native, 'recv' | 'recvFrom' | 'send' | 'sendTo'>
type Addon = Omit<Native, keyof Transfers> & Record<keyof Transfers, RawTransfer> & { readonly registers: ArrayBuffer }

function load(): Addon {
  const wanted = process.env['BERKELEY_ADDON']
  const candidates = [
    `../../native/bin/${process.platform}-${process.arch}/berkeley.node`,
    '../../native/bin/berkeley.node',
  ].map((path) => fileURLToPath(new URL(path, import.meta.url)))
  const file = wanted ?? candidates.find((path) => existsSync(path))
  if (file === undefined) {
    throw new Error(`berkeley: the addon is not built (looked for ${candidates.join(', ')}): npm run build:native`)
  }
  return createRequire(import.meta.url)(file) as Addon
}

const addon = load()
const registers = new Float64Array(addon.registers)

/** Lays a transfer's numbers where the addon reads them; see Registers in environment.h. */
function transfer(call: RawTransfer): Transfers['recv'] {
  return (fd, memory, flags, timeout) => {
    registers[0] = fd
    registers[2] = flags
    registers[3] = timeout
    if (typeof memory === 'number') {
      registers[1] = memory
      call()
    } else call(memory)
    return registers[4]!
  }
}

export const native: Native = {
  ...addon,
  recv: transfer(addon.recv),
  recvFrom: transfer(addon.recvFrom),
  send: transfer(addon.send),
  sendTo: transfer(addon.sendTo),
}

const started = native.start(threadId, isMainThread, () => {})
if (started < 0) throw new Error(`berkeley: no wake descriptor for this thread (errno ${-started})`)
