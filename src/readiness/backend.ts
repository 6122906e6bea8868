// What a backend of Selector must do. The selector knows registrations; a backend knows a descriptor, the events that
// are wanted of it and the slot of its registration, and tells which slots are ready. Events are poll(2)'s bits.
//
// The contract:
// - add, modify, remove answer 0 or -errno, and change nothing when they fail. A descriptor is in the set at most once
//   (EEXIST) and has to be open (EBADF). modify adds what is not in the set.
// - POLLERR and POLLHUP are told whether they are wanted or not.
// - wait puts rows into `ready` (RowLayout) and answers how many, or -errno, TIMED_OUT; 0 only where it does not
//   wait, or where the set has changed during the wait (a debugger may run JavaScript then). It may leave some for the
//   next call, but none for ever. The generation of a row is the one that add or modify was given last, so that an
//   event of an earlier registration can be told and dropped.
// - Level-triggered. `edge` and `oneShot` only where `supports` says so.
// - rebuild makes the set anew from what is registered: for descriptors that somebody closed behind its back.
// - close frees what the backend holds, and nothing else.

import { POLLIN } from '../native/generated/constants.js'

/** What a backend can do besides level-triggered readiness. */
export interface Supports {
  readonly edge: boolean
  readonly oneShot: boolean
}

/** One registration, as a backend sees it. */
export interface Watch {
  readonly fd: number
  readonly events: number
  readonly slot: number
  readonly generation: number
  readonly edge: boolean
  readonly oneShot: boolean
}

/** The slot of the waker, which is no registration. */
export const WAKER_SLOT = 0

export function wakerWatch(fd: number): Watch {
  return { fd, events: POLLIN, slot: WAKER_SLOT, generation: 0, edge: false, oneShot: false }
}

export const ROW = 3
export const ROW_SLOT = 0
export const ROW_GENERATION = 1
export const ROW_EVENTS = 2

/** See above. */
export interface SelectorBackend {
  readonly name: string
  readonly supports: Supports
  /** What the selector has to own: the descriptor of the set; -1 where there is none. */
  readonly descriptor: number
  /** Rows of slot, generation, events. */
  readonly ready: Int32Array
  add(watch: Watch): number
  modify(watch: Watch): number
  remove(watch: Watch): number
  wait(timeout: number): number
  rebuild(watches: Iterable<Watch>): void
  close(): void
}
