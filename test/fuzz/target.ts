// What can be fuzzed: the contract of a target.

/** A part of the library that is called with what an input says. */
export interface Target {
  /** Its name on the command line, and of its corpus. */
  readonly name: string
  /** The files of the library whose blocks guide the fuzzer, by their URLs. */
  readonly covers: RegExp
  /** Strings of bytes that it knows. */
  readonly dictionary: readonly Uint8Array[]
  readonly maxBytes: number
  /**
   * Calls the library, and asserts what must hold for any input.
   * @returns how many calls of the library it has made
   * @throws for a fault, or rejects
   */
  run(input: Uint8Array): number | Promise<number>
  /** Called once after the last input: asserts that nothing is left open. */
  finish?(): void | Promise<void>
}

/** The strings as bytes, a character a byte. */
export function words(...texts: readonly string[]): Uint8Array[] {
  return texts.map((text) => Buffer.from(text, 'latin1'))
}
