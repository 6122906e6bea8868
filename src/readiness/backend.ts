// The contract of a readiness backend: one set of watched descriptors, and a wait for those that are ready. A Selector
// has one, and so has the event loop's reactor. A backend knows nothing of sockets: it has a descriptor, the events to
// watch it for, and the slot and the generation of its registration. Events are the bits of poll(2).
//
// - add, modify and remove return 0 or -errno, and change nothing when they fail. A descriptor is in the set at most
//   once (EEXIST) and must be open (EBADF). modify adds a descriptor that is not in the set.
// - POLLERR and POLLHUP are reported whether they are requested or not.
// - wait writes rows into `ready` (READY_* below) and returns their number, or -errno or TIMED_OUT. It returns 0 when
//   it finds nothing with a timeout of 0, or finds only descriptors that were closed. It may leave ready descriptors
//   for the next call, but none for ever.
// - The generation in a row is the one that the last add or modify was given. So an event of an earlier registration in
//   the same slot can be recognised and dropped.
// - Readiness is level-triggered. `edge` and `oneShot` are set only where `supports` allows them.
// - rebuild replaces the set by one of the given registrations, after a descriptor was closed while it was in the set.
// - close releases what the backend itself holds. It closes no watched descriptor.

/** The features of a backend besides level-triggered readiness. */
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

/** The layout of `ready`: rows of so many fields, and the index of each field in its row. */
export const READY_ROW_FIELDS = 3
export const READY_SLOT = 0
export const READY_GENERATION = 1
export const READY_EVENTS = 2

/** See the top of this file. */
export interface ReadinessBackend {
  readonly name: string
  readonly supports: Supports
  /** The descriptor of the set, which the user of the backend must own; -1 for a backend without one. */
  readonly descriptor: number
  readonly ready: Int32Array
  add(watch: Watch): number
  modify(watch: Watch): number
  remove(watch: Watch): number
  /** @param timeoutMs the addon's number: -1 waits for ever, 0 never waits */
  wait(timeoutMs: number): number
  rebuild(watches: Iterable<Watch>): void
  close(): void
}
