// The backend of Linux: epoll(7).
//
// An entry of an epoll set belongs to the open file description, not to the descriptor's number. So it outlives the
// close of its descriptor while a duplicate is open, and its events go on being reported. epoll refuses regular files
// (EPERM). It reports EPOLLERR and EPOLLHUP unasked, and its event bits are those of poll(2).

import { failure } from '../core/errors.js'
import { Bytes, memoryOf } from '../core/intrinsics.js'
import { CLOSED_MEANWHILE, native } from '../native/addon.js'
import { errno } from '../native/errno.js'
import { READY_ROW_FIELDS, type ReadinessBackend, type Watch } from './backend.js'

const EPOLL_CTL_ADD = 1
const EPOLL_CTL_DEL = 2
const EPOLL_CTL_MOD = 3
const EPOLLONESHOT = 1 << 30
const EPOLLET = 1 << 31

const INITIAL_CAPACITY = 1024

/** Whether this system has epoll. */
export const hasEpoll = native.epollOpen !== undefined

export class EpollBackend implements ReadinessBackend {
  readonly name = 'epoll'
  readonly supports = { edge: true, oneShot: true }
  ready: Int32Array
  #readyBytes: Uint8Array
  readonly #maxEvents: number
  #set: number
  /** The descriptors in the set, and some that were closed in it; empty where the number of events is limited. */
  readonly #descriptors = new Set<number>()

  /** @param maxEvents how many events one wait returns at most; all unless given */
  constructor(maxEvents = Number.POSITIVE_INFINITY) {
    this.#maxEvents = maxEvents
    this.ready = new Int32Array(Math.min(maxEvents, INITIAL_CAPACITY) * READY_ROW_FIELDS)
    this.#readyBytes = new Bytes(memoryOf(this.ready))
    const set = native.epollOpen!()
    if (set < 0) throw failure(set, 'epoll_create1')
    this.#set = set
  }

  get descriptor(): number {
    return this.#set
  }

  add(watch: Watch): number {
    const result = this.#control(EPOLL_CTL_ADD, watch)
    if (result === 0 && this.#maxEvents === Number.POSITIVE_INFINITY) this.#descriptors.add(watch.fd)
    return result
  }

  modify(watch: Watch): number {
    const result = this.#control(EPOLL_CTL_MOD, watch)
    if (result !== -errno.ENOENT) return result
    const added = this.add(watch)
    // It contradicts ENOENT: the descriptor is in the set after all.
    return added === -errno.EEXIST ? this.#control(EPOLL_CTL_MOD, watch) : added
  }

  remove(watch: Watch): number {
    this.#descriptors.delete(watch.fd)
    return this.#control(EPOLL_CTL_DEL, watch)
  }

  wait(timeoutMs: number): number {
    const set = this.#set
    this.#makeRoom()
    const ready = this.ready
    const bytes = this.#readyBytes
    const result = native.epollWait!(set, bytes, timeoutMs, ready.length / READY_ROW_FIELDS)
    // JavaScript of a debugger's may have waited for the same set meanwhile, with larger memory.
    this.ready = ready
    this.#readyBytes = bytes
    // JavaScript that a debugger ran during the wait has rebuilt the set: the new one has not been asked yet.
    return result === CLOSED_MEANWHILE && this.#set !== set ? 0 : result
  }

  rebuild(watches: Iterable<Watch>): void {
    const set = native.epollOpen!()
    // No descriptor is free. The stale events are reported again, and the next rebuild may find one.
    if (set < 0) return
    native.close(this.#set, false, false, 0)
    this.#set = set
    this.#descriptors.clear()
    // A descriptor that was closed while registered cannot be added. It stays registered until it is unregistered.
    for (const watch of watches) this.add(watch)
  }

  close(): void {
    native.close(this.#set, false, false, 0)
  }

  /** Makes room for an event of each descriptor. */
  #makeRoom(): void {
    const fields = this.#descriptors.size * READY_ROW_FIELDS
    if (fields <= this.ready.length) return
    this.ready = new Int32Array(Math.max(fields, this.ready.length * 2))
    this.#readyBytes = new Bytes(memoryOf(this.ready))
  }

  #control(operation: number, { fd, events, slot, generation, edge, oneShot }: Watch): number {
    const bits = events | (edge ? EPOLLET : 0) | (oneShot ? EPOLLONESHOT : 0)
    return native.epollChange!(this.#set, operation, fd, bits, slot, generation)
  }
}
