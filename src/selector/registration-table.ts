// The registrations of one selector: found by their target for the program, and by their slot for the backend.
//
// A slot is used again when its registration has ended, and the backend may still have an event of the one before. So a
// registration gets a new generation each time that its descriptor enters the backend's set, and an event counts only
// where the generation is the same.

import type { Registration, Selectable } from './registration.js'

export class RegistrationTable<Data> {
  readonly #byTarget = new Map<Selectable, Registration<Data>>()
  /** Slot 0 is the waker's. */
  readonly #bySlot: (Registration<Data> | null)[] = [null]
  readonly #freeSlots: number[] = []
  #generation = 0

  get size(): number {
    return this.#byTarget.size
  }

  get(target: Selectable): Registration<Data> | undefined {
    return this.#byTarget.get(target)
  }

  all(): Iterable<Registration<Data>> {
    return this.#byTarget.values()
  }

  /** The slot for the next registration: it is taken by `add`. */
  nextSlot(): number {
    return this.#freeSlots.at(-1) ?? this.#bySlot.length
  }

  nextGeneration(): number {
    this.#generation = (this.#generation + 1) | 0
    return this.#generation
  }

  add(registration: Registration<Data>): void {
    if (registration.slot === this.#freeSlots.at(-1)) this.#freeSlots.pop()
    this.#bySlot[registration.slot] = registration
    this.#byTarget.set(registration.target, registration)
  }

  remove(registration: Registration<Data>): void {
    this.#bySlot[registration.slot] = null
    this.#freeSlots.push(registration.slot)
    this.#byTarget.delete(registration.target)
  }

  clear(): void {
    this.#byTarget.clear()
  }

  /** The registration that an event is for; undefined for an event of an earlier one. */
  current(slot: number, generation: number): Registration<Data> | undefined {
    const registration = this.#bySlot[slot]
    return registration?.generation === generation ? registration : undefined
  }

  /** Whether a registration watches this descriptor now. */
  watches(fd: number): boolean {
    for (const registration of this.#byTarget.values()) if (registration.fd === fd) return true
    return false
  }
}
