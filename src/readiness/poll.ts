// The backend of every POSIX system: poll(2), with a list of descriptors that the kernel walks in each wait.

import { Bytes, memoryOf } from '../core/intrinsics.js'
import { native } from '../native/addon.js'
import { errno } from '../native/errno.js'
import { POLLNVAL } from '../native/generated/constants.js'
import {
  READY_EVENTS,
  READY_GENERATION,
  READY_ROW_FIELDS,
  READY_SLOT,
  type ReadinessBackend,
  type Watch,
} from './backend.js'

// The members of struct pollfd, each as a 32-bit integer: the addon's `poll` takes rows of them.
const POLLFD_FIELDS = 3
const POLLFD_FD = 0
const POLLFD_EVENTS = 1
const POLLFD_REVENTS = 2

const INITIAL_CAPACITY = 64

export class PollBackend implements ReadinessBackend {
  readonly name = 'poll'
  readonly supports = { edge: false, oneShot: false }
  readonly descriptor = -1
  ready = new Int32Array(INITIAL_CAPACITY * READY_ROW_FIELDS)
  #pollfds = new Int32Array(INITIAL_CAPACITY * POLLFD_FIELDS)
  #watches: Watch[] = []
  #changes = 0
  /** The index in `#watches` and `#pollfds` of each descriptor. */
  readonly #indexes = new Map<number, number>()

  /** The list that a wait passes to poll(2), as bytes. */
  get pollfds(): Uint8Array {
    return new Bytes(memoryOf(this.#pollfds), 0, this.#watches.length * POLLFD_FIELDS * Int32Array.BYTES_PER_ELEMENT)
  }

  add(watch: Watch): number {
    if (this.#indexes.has(watch.fd)) return -errno.EEXIST
    if (!isOpen(watch.fd)) return -errno.EBADF
    const index = this.#watches.length
    if (index * POLLFD_FIELDS === this.#pollfds.length) this.#grow()
    this.#changes++
    this.#indexes.set(watch.fd, index)
    this.#watches.push(watch)
    this.#write(index, watch)
    return 0
  }

  modify(watch: Watch): number {
    const index = this.#indexOf(watch)
    if (index === undefined) return this.add(watch)
    this.#write(index, watch)
    return 0
  }

  remove(watch: Watch): number {
    const index = this.#indexOf(watch)
    if (index === undefined) return -errno.ENOENT
    this.#changes++
    this.#indexes.delete(watch.fd)
    const last = this.#watches.pop()!
    if (index < this.#watches.length) this.#move(last, index)
    return 0
  }

  wait(timeoutMs: number): number {
    const changes = this.#changes
    const result = native.poll(this.pollfds, timeoutMs)
    if (result < 0) return result === -errno.EAGAIN ? 0 : result
    // JavaScript that a debugger ran during the wait may have changed the list: the rows have moved then.
    return this.#changes === changes ? this.#collect() : 0
  }

  rebuild(watches: Iterable<Watch>): void {
    this.#changes++
    this.#watches = []
    this.#indexes.clear()
    for (const watch of watches) this.add(watch)
  }

  close(): void {
    this.rebuild([])
  }

  /** Writes the rows of `ready`. A descriptor that is no longer open is removed: it would be ready in each wait. */
  #collect(): number {
    let count = 0
    // From the last to the first, because `remove` moves the last one into the gap.
    for (let index = this.#watches.length - 1; index >= 0; index--) {
      const revents = this.#pollfds[index * POLLFD_FIELDS + POLLFD_REVENTS]!
      if (revents === 0) continue
      const watch = this.#watches[index]!
      if (revents & POLLNVAL) this.remove(watch)
      else this.#report(count++, watch, revents)
    }
    return count
  }

  #report(row: number, { slot, generation }: Watch, revents: number): void {
    const at = row * READY_ROW_FIELDS
    this.ready[at + READY_SLOT] = slot
    this.ready[at + READY_GENERATION] = generation
    this.ready[at + READY_EVENTS] = revents
  }

  #indexOf(watch: Watch): number | undefined {
    const index = this.#indexes.get(watch.fd)
    return index !== undefined && this.#watches[index] === watch ? index : undefined
  }

  #move(watch: Watch, index: number): void {
    this.#watches[index] = watch
    this.#indexes.set(watch.fd, index)
    this.#write(index, watch)
  }

  #write(index: number, { fd, events }: Watch): void {
    const at = index * POLLFD_FIELDS
    this.#pollfds[at + POLLFD_FD] = fd
    this.#pollfds[at + POLLFD_EVENTS] = events
    this.#pollfds[at + POLLFD_REVENTS] = 0
  }

  #grow(): void {
    const larger = new Int32Array(this.#pollfds.length * 2)
    larger.set(this.#pollfds)
    this.#pollfds = larger
    this.ready = new Int32Array((larger.length / POLLFD_FIELDS) * READY_ROW_FIELDS)
  }
}

/** Whether a descriptor is open. poll(2) itself would report a closed one in the next wait only. */
function isOpen(fd: number): boolean {
  return native.wait(fd, 0, 0) !== -errno.EBADF
}
