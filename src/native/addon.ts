// native/ is the addon as TypeScript sees it, and the kernel's numbers by name. It imports from no other folder.
//
// This file has the addon's functions and their types. Only this module loads the .node file.
//
// Every function makes system calls and returns a number: >= 0, -errno, or one of the constants in results.ts. The addon
// coerces no argument: other modules have checked them.

import nodeModule from 'node:module'
import { findAddon } from './addon-file.js'
import { collectGarbage } from './collector.js'
import { workerThreads } from './node-modules.js'

export * from './results.js'

/** A lookup, which a native thread carries out unless only numbers are converted. */
export interface Lookup {
  readonly __lookup: unique symbol
}

/** What `lookupAddress` returns beside the address, which it puts into the frame. */
interface LookupEntry {
  readonly family: number
  readonly type: number
  readonly protocol: number
}

/** Where a field is in an address, in bytes after the family. */
export interface AddressField {
  readonly offset: number
  readonly size: number
  /** 1 if the least significant byte comes first. */
  readonly littleEndian: number
}

/** The fields of an address, by the names that address objects use. */
export interface AddressLayout {
  /** The size of the structure after the family, in bytes. */
  readonly size: number
  readonly fields: Readonly<Record<string, AddressField>>
}

/** What TLS connections share: certificates, trust, versions, ciphers. */
export interface TlsContextHandle {
  readonly __tlsContext: unique symbol
}

/** A TLS connection over a descriptor, which it does not own. */
export interface TlsHandle {
  readonly __tls: unique symbol
}

/** Why OpenSSL failed. */
export interface TlsFailure {
  readonly reason: string
  readonly library: string
  /** The number of X509_V_ERR_... for the peer's certificate; 0 for none. */
  readonly verify: number
  readonly verifyReason: string
  /** 1 if the stream ended without close_notify. */
  readonly truncated: number
}

/** What the two sides of a TLS connection have agreed on; '' for nothing. */
export interface TlsAgreement {
  readonly protocol: string
  readonly cipher: string
  readonly standardName: string
  readonly cipherVersion: string
  readonly alpnProtocol: string
  readonly servername: string
}

/** Milliseconds; -1 waits for ever, 0 never waits. */
type Timeout = number

interface Native {
  /** The kernel's numbers by name; a name that this system lacks is left out. */
  readonly constants: Readonly<Record<string, number>>
  /** errno values by name, EAI_* codes among them. */
  readonly errnos: Readonly<Record<string, number>>
  /** Memory for small transfers. */
  readonly scratch: ArrayBuffer
  /** Memory for one address: see addresses/frame.ts. */
  readonly frame: ArrayBuffer
  /**
   * Two 32-bit integers: how many operations the reactor has pending, and whether its notifier keeps the event loop
   * alive.
   */
  readonly keepAlive: ArrayBuffer

  /**
   * `collect` collects all garbage at once, and `sweep` is the function of this name; without them the addon makes the
   * runtime collect.
   */
  start(
    threadId: number,
    isMainThread: boolean,
    empty: () => void,
    ...collector: [] | [collect: () => void, sweep: Native['sweep']]
  ): number

  // verbs/interrupting.cc
  interruptThread(threadId: number): boolean
  /** Why the last wait was interrupted: a signal's number, or 0 for another thread. */
  interruption(): number
  /**
   * `byLibuv`: the runtime dispatches signals by libuv, which then counts them. False if the runtime has no handler of
   * its own yet.
   */
  watchSignal(signum: number, byLibuv: boolean): boolean
  unwatchSignal(signum: number): void
  /** Gives a signal its default effect at once, whatever handler is installed. */
  raiseByDefault(signum: number): void

  // verbs/ownership.cc
  own(fd: number, object: object, stack: string): void
  /** The object that owns a descriptor, which this does not keep alive; undefined once it has been collected. */
  owner(fd: number): object | undefined
  disown(fd: number): boolean
  sweep(): number
  generation(fd: number): number
  openDescriptors(): { fd: number; stack: string }[]
  /** The descriptor, or -errno; `out` gets what the kernel reports about it. */
  adopt(fd: number, out: Uint8Array): number
  /** Offers a descriptor that this environment owns, and owns no more, to other threads: the number of the offer, or -errno. */
  offer(fd: number): number
  /** `adopt` of a descriptor that was offered. -ENOENT if there is no such offer; it holds where this fails otherwise. */
  adoptOffer(number: number, out: Uint8Array): number
  /** Whether there was such an offer. */
  withdrawOffer(number: number): boolean

  // verbs/socket.cc
  socket(family: number, type: number, protocol: number): number
  pair(family: number, type: number, protocol: number, out: Uint8Array): number
  dup(fd: number): number
  setNonBlocking(fd: number, flag: boolean): number
  shutdown(fd: number, how: number): number

  // verbs/addresses.cc, verbs/layouts.cc
  /**
   * Reads the address in the frame, for the next bind, connect, sendTo or reverseLookup. -EINVAL: the host is a name.
   */
  encodeAddress(): number
  /** Puts the sockaddr at this place of `bytes` into the frame. */
  decodeAddress(bytes: Uint8Array, begin: number, length: number): void
  /** Takes the sockaddr at this place of `bytes`, as the kernel gave it, in place of `encodeAddress`. */
  takeAddress(bytes: Uint8Array, begin: number, length: number): void
  /** Copies the sockaddr that `encodeAddress` has made, and returns its length: at most 136 bytes. */
  encodedAddress(out: Uint8Array): number
  /** The layouts of addresses that are structures of fields, by the names of the structures in C. */
  addressLayouts(): Readonly<Record<string, AddressLayout>>
  bind(fd: number): number
  getSockName(fd: number): number
  getPeerName(fd: number): number

  // verbs/accept.cc
  listen(fd: number, backlog: number): number
  /** @param named whether it asks for the peer's address, which it puts into the frame */
  accept(fd: number, reassert: boolean, named: boolean, timeout: Timeout): number

  // verbs/connect.cc
  connect(fd: number, reassert: boolean, timeout: Timeout): number
  disconnect(fd: number): number

  // verbs/transfer.cc: `memory` is a view, filled or sent whole, or a number of bytes of the scratch memory
  recv(fd: number, memory: Uint8Array | number, flags: number, timeout: Timeout): number
  recvFrom(fd: number, memory: Uint8Array | number, flags: number, timeout: Timeout): number
  send(fd: number, memory: Uint8Array | number, flags: number, timeout: Timeout): number
  /** How many bytes the last transfer with MSG_WAITALL had sent or received when it failed. */
  transferred(): number
  sendTo(fd: number, memory: Uint8Array | number, flags: number, timeout: Timeout): number
  sendFile(fd: number, file: number, offset: number, length: number, reassert: boolean, timeout: Timeout): number

  /**
   * verbs/batch_receive.cc: receives once for each of the first `count` rows. A row is two 32-bit integers: a
   * descriptor (negative: none), and the result (bytes received, or -errno). The first `share` bytes of `memory` belong
   * to the first row, the next to the second, and so on. Does nothing while a trace is on.
   */
  recvMany(rows: Uint8Array, count: number, memory: Uint8Array, share: number): void

  // verbs/messages.cc: `parts` is an array of views, or a number of bytes of the scratch memory
  /**
   * recvmsg(2), with a control buffer of `controlBytes`. Received descriptors belong to `owner`: its collection closes
   * those that have got no other owner. Writes two 32-bit integers to `out`: the flags, and how many control bytes were
   * received. The address goes into the frame.
   */
  recvMsg(
    fd: number,
    parts: readonly Uint8Array[] | number,
    controlBytes: number,
    flags: number,
    timeout: Timeout,
    owner: object,
    out: Uint8Array,
  ): number
  /** Copies the control bytes that the last recvMsg received. */
  receivedControl(out: Uint8Array): void
  /** sendmsg(2), to the address that `encodeAddress` has read if `hasAddress`. */
  sendMsg(
    fd: number,
    parts: readonly Uint8Array[] | number,
    control: Uint8Array,
    hasAddress: boolean,
    flags: number,
    timeout: Timeout,
  ): number

  // verbs/batches.cc: `share` bytes of `memory` and 136 bytes of `addresses` belong to each message. A row is four 32-bit
  // integers: the message's size, its flags, the length of its sockaddr (0: none), and the size of the datagrams that are
  // joined in it (0: it is one).
  /**
   * recvmmsg(2): receives as many messages as there are rows, or fewer. Returns their number. `joined`: asks for the
   * size of joined datagrams.
   */
  recvBatch(
    fd: number,
    memory: Uint8Array,
    share: number,
    rows: Uint8Array,
    addresses: Uint8Array,
    joined: boolean,
    flags: number,
    timeout: Timeout,
  ): number
  /** sendmmsg(2): sends the messages of the first `count` rows, or fewer. Returns their number. */
  sendBatch(
    fd: number,
    memory: Uint8Array,
    share: number,
    count: number,
    rows: Uint8Array,
    addresses: Uint8Array,
    flags: number,
    timeout: Timeout,
  ): number

  // verbs/control.cc
  cmsgLen(length: number): number
  cmsgSpace(length: number): number
  /**
   * The items of control bytes, as rows of four 32-bit integers: level, type, offset and length of the data. Returns how
   * many there are, of which those are written that have room.
   */
  readControl(control: Uint8Array, rows: Uint8Array): number
  /** Writes an item at an offset, and returns the offset of the next. */
  writeControl(control: Uint8Array, offset: number, level: number, type: number, data: Uint8Array): number

  // readiness/poll.cc: `events` and the result of `wait` are poll(2)'s bits
  wait(fd: number, events: number, timeout: Timeout): number
  /** `rows` are the bytes of rows of three 32-bit integers: fd, events, revents. */
  poll(rows: Uint8Array, timeout: Timeout): number

  // readiness/epoll.cc, on systems that have epoll(7); a row of `out` is slot, generation, events
  epollOpen?(): number
  epollChange?(set: number, operation: number, fd: number, events: number, slot: number, generation: number): number
  epollWait?(set: number, out: Uint8Array, timeout: Timeout, maxRows: number): number

  // readiness/wakers.cc
  /** Writes two 32-bit integers to `out`: the descriptor to watch, and the id to raise it by. */
  wakerOpen(out: Uint8Array): number
  wakerRaise(id: number): boolean
  wakerDrain(fd: number): void

  // readiness/notifier.cc: one notifier an environment. It calls `notify` in a turn of the event loop when a descriptor
  // that it watches is ready.
  /**
   * Opens the notifier. libuv's watches `fd` for good. With `thread`, a native thread watches what `notifierWatch` was
   * last given, and calls `notify` once for it.
   */
  notifierOpen(notify: () => void, fd: number, thread: boolean): number
  /** Rows as `poll` takes them. */
  notifierWatch(rows: Uint8Array): number
  /** Whether the notifier keeps the event loop alive. libuv's stops by itself once no operation is pending. */
  notifierKeepAlive(flag: boolean): number

  // verbs/close.cc
  /**
   * `linger`: honours SO_LINGER by waiting in the wait loop; otherwise never waits. `shared`: does not shut the
   * connection down, because others hold its open file description as well.
   */
  close(fd: number, linger: boolean, shared: boolean, timeout: Timeout): number

  // verbs/options.cc: a result >= 0 is the option's length
  getOption(fd: number, level: number, name: number, value: Uint8Array): number
  setOption(fd: number, level: number, name: number, value: Uint8Array): number
  /** setOption with a `struct sock_fprog` that points at the instructions. */
  setFilter(fd: number, level: number, name: number, instructions: Uint8Array): number

  // lookup/resolve.cc
  /**
   * getaddrinfo(3). An empty `host` or `service` is none. With `connectFd` >= 0 the lookup also connects a duplicate of
   * that socket to the first address of its family. Few lookups run at once, the rest are queued. `blocks`: this
   * thread blocks until the end, so the lookup does not queue behind those that are only awaited. If no thread runs and
   * none can be started, the lookup has ended with EAI_SYSTEM. With AI_NUMERICHOST, and AI_NUMERICSERV or no service, no
   * thread is needed: the lookup has ended, and has no descriptor.
   */
  lookup(
    host: string,
    service: string,
    family: number,
    type: number,
    protocol: number,
    flags: number,
    connectFd: number,
    blocks: boolean,
  ): Lookup | number
  /** getnameinfo(3) of the address that `encodeAddress` has read. */
  reverseLookup(flags: number, blocks: boolean): Lookup | number
  /** Readable from the lookup's end on. The lookup owns it and closes it when it is cancelled. */
  lookupFd(lookup: Lookup): number
  /** Waits for the end: 0, -errno or TIMED_OUT; -EAGAIN where it may not wait. */
  lookupWait(lookup: Lookup, timeout: Timeout): number
  /** After the end: 0, or getaddrinfo(3)'s error; `lookupErrno` explains EAI_SYSTEM. */
  lookupError(lookup: Lookup): number
  lookupErrno(lookup: Lookup): number
  /** The result of connect(2) on the duplicate: 0, or -errno, such as -EINPROGRESS; -ENOTCONN if it was not called. */
  lookupConnected(lookup: Lookup): number
  lookupCount(lookup: Lookup): number
  /** Puts address `index` into the frame and returns its type. */
  lookupAddress(lookup: Lookup, index: number): LookupEntry
  lookupCanonicalName(lookup: Lookup): string | null
  lookupReversed(lookup: Lookup): { host: string; service: string }
  /**
   * Ends a lookup, finished or not; call it once the result has been read. Its descriptors are closed now, no connect
   * starts any more, and the thread ends when it can. No other call takes this lookup again.
   */
  lookupCancel(lookup: Lookup): void
  gaiMessage(error: number): string

  // lookup/names.cc: for an unknown name -ENOENT, for an unknown interface -ENODEV or -ENXIO
  gethostname(): string | number
  interfaceIndex(name: string): number
  interfaceName(index: number): string | number
  interfaces(): { index: number; name: string }[] | number
  serviceByName(name: string, protocol: string): number
  serviceByPort(port: number, protocol: string): string | number
  protocolByName(name: string): number
  protocolByNumber(protocol: number): string | number

  // tls/context_exports.cc: TLS_FAILED unless it is said otherwise, and `tlsFailure` has the reason
  /** Finds OpenSSL and returns its version; null if there is none. With `system`, the system's. */
  tlsLoad(system: boolean): string | null
  tlsContext(): TlsContextHandle | number
  /** What to set is a number: see `Setting` there. */
  tlsContextUse(context: TlsContextHandle, setting: number, bytes: Uint8Array, passphrase: Uint8Array): number
  /** Versions as the protocol has them: 0x0303 for 1.2; 0 leaves it to OpenSSL. */
  tlsContextVersions(context: TlsContextHandle, min: number, max: number): number
  /** How many of the roots are parsed; -1 before `tlsSetRoots`. */
  tlsParsedRoots(): number
  /** Certificates in PEM, which `tlsTrustRoots` lets a context trust. Each is parsed when a chain leads to it. */
  tlsSetRoots(pem: Uint8Array): number
  tlsTrustRoots(context: TlsContextHandle): number
  tlsFailure(): TlsFailure
  /** How many contexts (times a million) and connections OpenSSL has open for this process. */
  tlsCountAlive(): number

  // tls/verbs.cc: results are those of the verbs above, TLS_FAILED, or TLS_NEEDS_CONTEXT
  /** `checks`: see the bits there. Empty bytes are none. */
  tlsConnection(
    context: TlsContextHandle,
    fd: number,
    checks: number,
    host: Uint8Array,
    serverName: Uint8Array,
    protocols: Uint8Array,
    session: Uint8Array,
  ): TlsHandle | number
  /** Sets the memory for the state of the connection: see `struct State` in tls/connection.h. */
  tlsShare(tls: TlsHandle, state: Uint8Array): void
  /** Puts bytes in front of those that are still to be received. */
  tlsPrepend(tls: TlsHandle, bytes: Uint8Array): void
  tlsHandshake(tls: TlsHandle, timeout: Timeout): number
  tlsSetContext(tls: TlsHandle, context: TlsContextHandle | null): number
  tlsRecv(tls: TlsHandle, memory: Uint8Array | number, flags: number, timeout: Timeout): number
  tlsSend(tls: TlsHandle, memory: Uint8Array | number, flags: number, timeout: Timeout): number
  /** `offset` -1 is the file's own position. It returns 0 at the end of the file. */
  tlsSendFile(tls: TlsHandle, file: number, offset: number, length: number, timeout: Timeout): number
  /** Sends close_notify, without waiting. */
  tlsEnd(tls: TlsHandle): number
  /** Sends close_notify and waits for the peer's. */
  tlsUnwrap(tls: TlsHandle, timeout: Timeout): number
  /** The bytes that were received and not decrypted. */
  tlsTakeBuffered(tls: TlsHandle): Buffer
  /** Frees the connection; nothing but this may be called with it then. */
  tlsFree(tls: TlsHandle): void

  // tls/facts.cc
  tlsFacts(tls: TlsHandle): TlsAgreement
  /** A certificate of the peer's in DER: its own is the first. */
  tlsPeerCertificate(tls: TlsHandle, index: number): Buffer | null
  /** What to return is a number: see `Subject` there. */
  tlsBytes(tls: TlsHandle, subject: number): Buffer | null
  tlsExportKeyingMaterial(
    tls: TlsHandle,
    length: number,
    label: Uint8Array,
    context: Uint8Array,
    hasContext: boolean,
  ): Buffer | number
  tlsTakeKeyLines(tls: TlsHandle): Buffer

  // trace/trace.cc
  /**
   * Records the last `limit` calls of this thread, or of every thread (`workers`): into files in `folder`, or into
   * memory if that is ''. The number of this trace, > 0; -EALREADY while a trace is on; -errno if there is no memory, no
   * room on the disk, or no such folder.
   */
  traceStart(limit: number, workers: boolean, folder: string): number
  /** Ends the trace with this number. Returns how many rings it has; 0 if it is not on. */
  traceStop(trace: number): number
  /** A copy of the next ring of the trace that this thread stopped, as trace/ring.ts reads it; null after the last. */
  traceTake(): Uint8Array | null
}

/**
 * A transfer as the addon exports it: numbers pass through the registers, bytes through the view or the scratch memory.
 */
type RawTransfer = (view?: Uint8Array) => void
type Transfers = Pick<Native, 'recv' | 'recvFrom' | 'send' | 'sendTo'>
interface Addon extends Omit<Native, keyof Transfers>, Record<keyof Transfers, RawTransfer> {
  readonly registers: ArrayBuffer
  /** Whether the shared memory was allocated by the addon. */
  readonly sharesOwnMemory: boolean
  /** Whether this thread is the first of the process. */
  readonly isFirstThread: boolean
}

/**
 * The addon without the module loader, which would read manifests and resolve links for a path that is known: a third of the
 * time. `undefined` where that fails; what extends the loader, to packages in an archive for example, may find the file.
 */
function openDirectly(file: string): Addon | undefined {
  const module = { exports: {} }
  try {
    process.dlopen(module, file)
    return module.exports as Addon
  } catch {
    return undefined
  }
}

function load(): Addon {
  const { file, failure } = findAddon()
  // Not imported by its name: webpack replaces a call of that import at build time, and then nothing can be loaded.
  const { createRequire } = nodeModule
  try {
    return openDirectly(file) ?? (createRequire(file)(file) as Addon)
  } catch (error) {
    throw failure(error)
  }
}

const addon = load()
const registers = new Float64Array(addon.registers)

/** Whether the runtime is Node itself, and not one that is compatible with it. */
export const isNode = !('bun' in process.versions || 'deno' in process.versions)

/**
 * Keeps memory that the addon shares from being transferred. Node has marked it, being memory of an addon's; elsewhere
 * node:worker_threads does it, which takes Node as long to load as half of this library.
 */
export function keepShared(memory: ArrayBuffer): void {
  if (!(isNode && addon.sharesOwnMemory)) workerThreads().markAsUntransferable(memory)
}
keepShared(addon.registers)

// A worker of any runtime is another thread than the first one of the process.
const thread = addon.isFirstThread ? { threadId: 0, isMainThread: true } : workerThreads()
export const { isMainThread } = thread

/**
 * Passes a transfer's numbers through memory that the addon shares: see `struct Registers` in native/wait/environment.h.
 * @returns the view that is passed as an argument, if the memory is one
 */
function passed(fd: number, memory: Uint8Array | number, flags: number, timeout: number): Uint8Array | undefined {
  registers[0] = fd
  registers[2] = flags
  registers[3] = timeout
  if (typeof memory !== 'number') return memory
  registers[1] = memory
  return undefined
}

// Four functions and not one that makes them: V8 calls an addon's function directly only where it can be no other.
const { recv, recvFrom, send, sendTo } = addon
const transfers: Transfers = {
  recv: (fd, memory, flags, timeout) => {
    const view = passed(fd, memory, flags, timeout)
    if (view === undefined) recv()
    else recv(view)
    return registers[4]!
  },
  recvFrom: (fd, memory, flags, timeout) => {
    const view = passed(fd, memory, flags, timeout)
    if (view === undefined) recvFrom()
    else recvFrom(view)
    return registers[4]!
  },
  send: (fd, memory, flags, timeout) => {
    const view = passed(fd, memory, flags, timeout)
    if (view === undefined) send()
    else send(view)
    return registers[4]!
  },
  sendTo: (fd, memory, flags, timeout) => {
    const view = passed(fd, memory, flags, timeout)
    if (view === undefined) sendTo()
    else sendTo(view)
    return registers[4]!
  },
}

export const native: Native = { ...addon, ...transfers }

/** Why a thread cannot use the package: mostly EMFILE. Looks like Node's own errors. */
function startFailure(number: number): Error {
  const code = Object.keys(native.errnos).find((name) => native.errnos[name] === number) ?? String(number)
  const error = new Error(`eventfd ${code}: berkeley opens no wake descriptor for this thread`)
  return Object.assign(error, { code, errno: -number, syscall: 'eventfd' })
}

let look: (() => void) | undefined

/** Sets what each look of a blocking wait calls, whether JavaScript may still run: every 100 ms, inside of the wait. */
export function callAtEachLook(callback: () => void): void {
  look = callback
}

const collector = collectGarbage === undefined ? ([] as const) : ([collectGarbage, addon.sweep] as const)
const started = native.start(thread.threadId, isMainThread, () => look?.(), ...collector)
if (started < 0) throw startFailure(-started)
