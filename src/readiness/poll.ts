// The backend of every POSIX system, poll(2): a list that the kernel walks in each wait.

import { native } from '../native/addon.js'
import { errno } from '../native/errno.js'
import { POLLNVAL } from '../native/generated/constants.js'
import { ROW, ROW_EVENTS, ROW_GENERATION, ROW_SLOT, type SelectorBackend, type Watch } from './backend.js'

// The addon's rows: descriptor, wanted events, what came.
const POLL_ROW = 3
const FD = 0
const EVENTS = 1
const CAME = 2
const FIRST_ROOM = 64

export class PollBackend implements SelectorBackend {
  readonly name = 'poll'
  readonly supports = { edge: false, oneShot: false }
  readonly descriptor = -1
  ready = new Int32Array(FIRST_ROOM * ROW)
  #rows = new Int32Array(FIRST_ROOM * POLL_ROW)
  #watches: Watch[] = []
  #changes = 0
  readonly #places = new Map<number, number>()

  /** What a wait hands to poll(2). */
  get rows(): Uint8Array {
    return new Uint8Array(this.#rows.buffer, 0, this.#watches.length * POLL_ROW * this.#rows.BYTES_PER_ELEMENT)
  }

  add(watch: Watch): number {
    if (this.#places.has(watch.fd)) return -errno.EEXIST
    if (!isOpen(watch.fd)) return -errno.EBADF
    const place = this.#watches.length
    if (place * POLL_ROW === this.#rows.length) this.#grow()
    this.#changes++
    this.#places.set(watch.fd, place)
    this.#watches.push(watch)
    this.#put(place, watch)
    return 0
  }

  modify(watch: Watch): number {
    const place = this.#placeOf(watch)
    if (place === undefined) return this.add(watch)
    this.#put(place, watch)
    return 0
  }

  remove(watch: Watch): number {
    const place = this.#placeOf(watch)
    if (place === undefined) return -errno.ENOENT
    this.#changes++
    this.#places.delete(watch.fd)
    const last = this.#watches.pop()!
    if (place < this.#watches.length) {
      this.#watches[place] = last
      this.#places.set(last.fd, place)
      this.#put(place, last)
    }
    return 0
  }

  wait(timeout: number): number {
    const changes = this.#changes
    const answer = native.poll(this.rows, timeout)
    if (answer < 0) return answer === -errno.EAGAIN ? 0 : answer
    // JavaScript of a debugger, run during the wait, may have changed the list: then the rows have moved.
    return this.#changes === changes ? this.#collect() : 0
  }

  rebuild(watches: Iterable<Watch>): void {
    this.#changes++
    this.#watches = []
    this.#places.clear()
    for (const watch of watches) this.add(watch)
  }

  close(): void {
    this.rebuild([])
  }

  /** What came, as rows for the selector. A descriptor that is no longer open leaves: it would be ready for ever. */
  #collect(): number {
    let count = 0
    for (let place = this.#watches.length - 1; place >= 0; place--) {
      const events = this.#rows[place * POLL_ROW + CAME]!
      if (events === 0) continue
      const watch = this.#watches[place]!
      if (events & POLLNVAL) {
        this.remove(watch)
        continue
      }
      const at = count++ * ROW
      this.ready[at + ROW_SLOT] = watch.slot
      this.ready[at + ROW_GENERATION] = watch.generation
      this.ready[at + ROW_EVENTS] = events
    }
    return count
  }

  #placeOf(watch: Watch): number | undefined {
    const place = this.#places.get(watch.fd)
    return place !== undefined && this.#watches[place] === watch ? place : undefined
  }

  #put(place: number, watch: Watch): void {
    const at = place * POLL_ROW
    this.#rows[at + FD] = watch.fd
    this.#rows[at + EVENTS] = watch.events
    this.#rows[at + CAME] = 0
  }

  #grow(): void {
    const larger = new Int32Array(this.#rows.length * 2)
    larger.set(this.#rows)
    this.#rows = larger
    this.ready = new Int32Array((larger.length / POLL_ROW) * ROW)
  }
}

/** register has to say so; poll(2) would only in the next wait. */
function isOpen(fd: number): boolean {
  return native.wait(fd, 0, 0) !== -errno.EBADF
}
