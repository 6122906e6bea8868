// Calls of the verbs of sockets with hostile arguments: how an input chooses the arguments, and what may come of a call. No
// byte reaches a connection but those that were sent on it: each pair of sockets transfers a letter of its own.

import assert from 'node:assert/strict'
import { memory, options, type Surroundings } from './hostile.js'
import { Thrown } from './values.js'

/** A verb, of the socket or of its reader, and its arguments. `letter` is that of the socket's pair. */
export type VerbCall = readonly [
  name: string,
  args: (around: Surroundings, letter: number) => unknown[],
  ofReader?: boolean,
]

/** An object whose members are called by name. */
export type Loose = Readonly<Record<string, (...args: unknown[]) => unknown>>

const LETTERS = [0x61, 0x62, 0x63]
const SIZES = [0, 1, 5, 100, 1024, 16384, 16385, 70_000, -1, 0.5]

/** The letter of a socket's pair, by the socket's index. */
export const letterOf = (index: number): number => LETTERS[index >> 1]!

export const none = (): unknown[] => []
export const settings = (around: Surroundings): unknown[] => [options(around)]
export const size = (around: Surroundings): unknown[] => [around.source.pick(SIZES), options(around)]
export const data = (around: Surroundings, letter: number): unknown[] => [memory(around, letter), options(around)]
export const toAddress = (around: Surroundings, letter: number): unknown[] => {
  return [memory(around, letter), options(around), options(around)]
}

/** Asserts that a result has no bytes but those of its pair. */
export function assertOwnBytes(name: string, result: unknown, letter: number): void {
  const bytes = Buffer.isBuffer(result) ? result : (result as { data?: unknown } | null | undefined)?.data
  // Memory that grew while it was sent has zeros.
  if (Buffer.isBuffer(bytes))
    assert.ok(
      bytes.every((byte) => byte === letter || byte === 0),
      `${name}: foreign bytes`,
    )
}

/** Asserts that an error has a code, or was thrown by an argument. */
export function assertExpected(name: string, error: unknown): void {
  if (error instanceof assert.AssertionError) throw error
  if (error instanceof Thrown) return
  const { code } = error as NodeJS.ErrnoException
  // Memory that a getter of the options took away after it was checked: the language's own error.
  const isTaken = error instanceof TypeError && /detached|out of bounds|out-of-bounds/.test(error.message)
  const isExpected = isTaken || (typeof code === 'string' && code !== 'ERR_INTERNAL_ASSERTION')
  assert.ok(error instanceof Error && isExpected, `${name}: ${(error as Error).stack ?? error}`)
}
