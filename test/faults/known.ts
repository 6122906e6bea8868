// Faults that the library does not stand yet. This list only shrinks: an entry that no trial meets fails the test.

/** A subject, a fault and what goes wrong under it, as the sweep prints them. */
export interface KnownFault {
  readonly what: string
  readonly pattern: RegExp
}

export const KNOWN_FAULTS: readonly KnownFault[] = []
