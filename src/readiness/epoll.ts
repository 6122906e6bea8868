// The backend of Linux, epoll(7).
//
// Facts that shape it: an entry belongs to the open file description and not to the number, so that it outlives a
// close while a duplicate is open; a regular file is refused (EPERM); EPOLLERR and EPOLLHUP need no asking; the bits of
// events are those of poll(2).

import { failure } from '../core/errors.js'
import { CLOSED_MEANWHILE, native } from '../native/addon.js'
import { errno } from '../native/errno.js'
import { ROW, type SelectorBackend, type Watch } from './backend.js'

const ADD = 1
const REMOVE = 2
const MODIFY = 3
const ONE_SHOT = 1 << 30
const EDGE = 1 << 31
const ROOM = 1024

/** Whether this system has it. */
export const hasEpoll = native.epollOpen !== undefined

export class EpollBackend implements SelectorBackend {
  readonly name = 'epoll'
  readonly supports = { edge: true, oneShot: true }
  readonly ready: Int32Array
  readonly #bytes: Uint8Array
  readonly #room: number
  #set: number

  /** @param room how many events one wait takes at most */
  constructor(room = ROOM) {
    this.#room = room
    this.ready = new Int32Array(room * ROW)
    this.#bytes = new Uint8Array(this.ready.buffer)
    const set = native.epollOpen!()
    if (set < 0) throw failure(set, 'epoll_create1')
    this.#set = set
  }

  get descriptor(): number {
    return this.#set
  }

  add(watch: Watch): number {
    return this.#change(ADD, watch)
  }

  modify(watch: Watch): number {
    const answer = this.#change(MODIFY, watch)
    return answer === -errno.ENOENT ? this.add(watch) : answer
  }

  remove(watch: Watch): number {
    return this.#change(REMOVE, watch)
  }

  wait(timeout: number): number {
    const set = this.#set
    const answer = native.epollWait!(set, this.#bytes, timeout, this.#room)
    // JavaScript of a debugger, run during the wait, has rebuilt the set: the new one is still to be asked.
    return answer === CLOSED_MEANWHILE && this.#set !== set ? 0 : answer
  }

  rebuild(watches: Iterable<Watch>): void {
    const fresh = native.epollOpen!()
    // No descriptor is left: the ghosts come again, and the next time there may be one.
    if (fresh < 0) return
    native.close(this.#set, false, false, 0)
    this.#set = fresh
    // One that was closed behind our back is not in the new set; it stays registered until it is unregistered.
    for (const watch of watches) this.add(watch)
  }

  close(): void {
    native.close(this.#set, false, false, 0)
  }

  #change(operation: number, { fd, events, slot, generation, edge, oneShot }: Watch): number {
    const bits = events | (edge ? EDGE : 0) | (oneShot ? ONE_SHOT : 0)
    return native.epollChange!(this.#set, operation, fd, bits, slot, generation)
  }
}
