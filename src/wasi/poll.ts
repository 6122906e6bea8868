// poll_oneoff: waiting for clocks and descriptors together. Sockets and the standard streams are the kernel's to wait for;
// files are always ready, as poll(2) has it.

import { wouldBlock } from '../core/errors.js'
import { CallFailure } from '../emscripten/failure.js'
import { succeeded } from '../emscripten/program.js'
import { native, TIMED_OUT } from '../native/addon.js'
import { wasiErrno } from './errno.js'
import type { WasiCall, WasiProgram } from './socket-calls.js'

// The layout and the numbers of the witx files.
const SUBSCRIPTION_BYTES = 48
const EVENT_BYTES = 32
const CLOCK = 0
const FD_READ = 1
const FD_WRITE = 2
const CLOCK_REALTIME = 0
const SUBSCRIPTION_CLOCK_ABSTIME = 1
const EVENT_HANGUP = 1

/** More than a program can have descriptors and clocks. */
const MAX_SUBSCRIPTIONS = 4096

const POLLIN = 0x01
const POLLOUT = 0x04
const POLLERR = 0x08
const POLLHUP = 0x10
const ROW_FIELDS = 3
const NS_PER_MS = 1_000_000

interface Subscription {
  readonly userdata: bigint
  readonly type: number
  /** When a clock's event is due, on the clock of performance.now(). */
  readonly due: number
  /** The kernel's descriptor to wait for, where there is one. */
  readonly own: number
  /** What is known without waiting: readiness, or an errno. */
  readonly ready: boolean
  readonly error: number
}

interface Event {
  readonly subscription: Subscription
  readonly hangup: boolean
  readonly bytes: number
}

export function pollCall(program: WasiProgram, standard: readonly number[]): WasiCall {
  return (pointer, output, count, result) => {
    if (count! <= 0 || count! > MAX_SUBSCRIPTIONS) throw new CallFailure('EINVAL')
    program.memory.bytes(output!, count! * EVENT_BYTES)
    program.memory.bytes(result!, 4)
    const subscriptions = Array.from({ length: count! }, (_, index) =>
      readSubscription(program, standard, pointer! + index * SUBSCRIPTION_BYTES),
    )
    const events = wait(program, subscriptions)
    for (const [index, event] of events.entries()) writeEvent(program, output! + index * EVENT_BYTES, event)
    program.memory.setInt32(result!, events.length)
    return 0
  }
}

function readSubscription(program: WasiProgram, standard: readonly number[], at: number): Subscription {
  const { memory } = program
  const bytes = memory.bytes(at, SUBSCRIPTION_BYTES)
  const view = new DataView(bytes.buffer, bytes.byteOffset, SUBSCRIPTION_BYTES)
  const none = { userdata: view.getBigUint64(0, true), type: bytes[8]!, due: Number.POSITIVE_INFINITY, own: -1 }
  if (none.type === CLOCK) {
    const timeout = Number(view.getBigUint64(24, true)) / NS_PER_MS
    const isAbsolute = (view.getUint16(40, true) & SUBSCRIPTION_CLOCK_ABSTIME) !== 0
    const now = view.getUint32(16, true) === CLOCK_REALTIME ? Date.now() : monotonicMs()
    return { ...none, due: performance.now() + (isAbsolute ? timeout - now : timeout), ready: false, error: 0 }
  }
  if (none.type !== FD_READ && none.type !== FD_WRITE) throw new CallFailure('EINVAL')
  try {
    const own = kernelDescriptor(program, standard, view.getUint32(16, true))
    return { ...none, own, ready: own < 0, error: 0 }
  } catch (error) {
    return { ...none, ready: true, error: wasiErrno(error) }
  }
}

/** node:wasi's monotonic clock: CLOCK_MONOTONIC. */
function monotonicMs(): number {
  return Number(process.hrtime.bigint()) / NS_PER_MS
}

/** The kernel's descriptor behind one of the program's; -1 for a file. @throws CallFailure `EBADF` */
function kernelDescriptor({ descriptors }: WasiProgram, standard: readonly number[], fd: number): number {
  const found = descriptors.get(fd)
  return 'socket' in found ? found.socket.descriptor.open('poll') : (standard[found.inner] ?? -1)
}

function wait(program: WasiProgram, subscriptions: readonly Subscription[]): Event[] {
  const waiting = subscriptions.filter(({ own }) => own >= 0)
  const rows = new Int32Array(ROW_FIELDS * waiting.length)
  for (const [index, { own, type }] of waiting.entries()) {
    rows.set([own, type === FD_READ ? POLLIN : POLLOUT, 0], index * ROW_FIELDS)
  }
  const isReady = subscriptions.some(({ ready }) => ready)
  const due = Math.min(...subscriptions.map((subscription) => subscription.due))
  const forever = due === Number.POSITIVE_INFINITY
  const timeout = isReady ? 0 : forever ? -1 : Math.max(0, due - performance.now())
  const polled = native.poll(new Uint8Array(rows.buffer), timeout)
  if (polled !== TIMED_OUT && !wouldBlock(polled)) succeeded(program, polled)
  const reported = new Map(waiting.map((subscription, index) => [subscription, rows[index * ROW_FIELDS + 2]!]))
  const now = performance.now()
  return subscriptions.flatMap((subscription) => eventOf(subscription, reported.get(subscription) ?? 0, now))
}

function eventOf(subscription: Subscription, revents: number, now: number): Event[] {
  const { type, own, ready, due } = subscription
  const wanted = type === FD_READ ? POLLIN : POLLOUT
  const isDue = ready || due <= now || (revents & (wanted | POLLERR | POLLHUP)) !== 0
  if (!isDue) return []
  // How many bytes there are is not asked of the kernel: programs take 1 for "some".
  return [{ subscription, hangup: (revents & POLLHUP) !== 0, bytes: own >= 0 || ready ? 1 : 0 }]
}

function writeEvent({ memory }: WasiProgram, at: number, { subscription, hangup, bytes }: Event): void {
  const event = memory.bytes(at, EVENT_BYTES).fill(0)
  new DataView(event.buffer, event.byteOffset, 8).setBigUint64(0, subscription.userdata, true)
  memory.setInt16(at + 8, subscription.error)
  event[10] = subscription.type
  if (subscription.type === CLOCK) return
  memory.setInt64(at + 16, bytes)
  memory.setInt16(at + 24, hangup ? EVENT_HANGUP : 0)
}
