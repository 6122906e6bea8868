// The names of options. A misspelt one would have no effect and no error either, so every function refuses the names that
// it does not know, and names the nearest that it does, or the place where the option belongs. The names of each kind of
// options stand beside their interface, whose members the type `Names` requires to be listed completely.
//
// The check runs only where options are given: one comparison otherwise.

import { type Hints, hintFor } from './option-hints.js'
import { isArray, isRevoked, wrongType, wrongValue } from './validate.js'

/** The member names of a type, of each type of a union. */
export type Names<Kind> = Readonly<Record<Kind extends unknown ? keyof Kind & string : never, true>>

/** How many names a message lists. */
const MAX_LISTED_NAMES = 16

const noHints = (): Hints => ({})

const isGiven = (value: unknown): boolean => value !== undefined

/**
 * Refuses options that are no object, or that a function does not know.
 * @param hints makes the table of what to do in place of options that belong elsewhere
 * @throws TypeError `ERR_INVALID_ARG_TYPE` when they are no object
 * @throws TypeError `ERR_INVALID_ARG_VALUE` when an option does not exist
 */
export function checkOptionNames(options: object | undefined, known: Names<object>, hints = noHints): void {
  if (options !== undefined) checkGivenNames(options, known, hints)
}

// A function of its own, as is the rare part of others on the path of every transfer: V8 inlines only so many bytes of
// code into a verb, rare ones counted.
function checkGivenNames(options: object, known: Names<object>, hints: typeof noHints): void {
  // Python's recv has flags there, and its sendmsg control messages: an array of them would have no effect.
  if (typeof options !== 'object' || options === null || isRevoked(options) || isArray(options)) {
    const example = Object.hasOwn(known, 'timeout') ? 'timeout: 1000' : Object.keys(known)[0]
    throw wrongType('options', `an object such as { ${example} }`, options)
  }
  checkNames(options, 'options', known, isGiven, hints)
}

/**
 * Refuses unknown members of an object literal. Instances of classes, and modules, may have members of their own.
 * @param matters whether a member with this value, and this name, would be meant to have an effect
 * @param hints makes the table of what to do in place of options that belong elsewhere
 * @throws TypeError `ERR_INVALID_ARG_VALUE` when a member is unknown and matters
 */
export function checkNames(
  given: object,
  argument: string,
  known: Names<object>,
  matters: (value: unknown, name: string) => boolean,
  hints = noHints,
): void {
  if (Object.getPrototypeOf(given) !== Object.prototype) return
  for (const name of Object.keys(given)) {
    if (Object.hasOwn(known, name) || !matters((given as Record<string, unknown>)[name], name)) continue
    const elsewhere = hintFor(name, hints())
    if (elsewhere !== null) throw wrongValue(`${argument}.${name} is unknown here: ${elsewhere}`)
    const names = Object.keys(known)
    const nearest = nearestOf(name, names)
    const hint = nearest === null ? 'it' : `did you mean ${nearest}? It`
    throw wrongValue(`${argument}.${name} is unknown: ${hint} must be ${choiceOf(names)}`)
  }
}

/** The names for a message. An address has more than forty: those of the usual families come first. */
function choiceOf(names: readonly string[]): string {
  if (names.length === 1) return names[0]!
  const more = names.length - MAX_LISTED_NAMES
  if (more <= 0) return `one of ${names.join(', ')}`
  return `one of ${names.slice(0, MAX_LISTED_NAMES).join(', ')} or ${more} others`
}

/**
 * The name that differs least, if few changes lead to it; else one that it begins with, `host` for `hostname`, or that begins
 * with it, `maxConnections` for `maxConn`.
 */
function nearestOf(name: string, names: readonly string[]): string | null {
  const limit = Math.max(1, Math.floor(name.length / 3))
  let nearest: string | null = null
  let least = limit + 1
  for (const candidate of names) {
    const changes = editDistance(name.toLowerCase(), candidate.toLowerCase(), limit)
    if (changes < least) [nearest, least] = [candidate, changes]
  }
  const isBeginning = (start: string, whole: string): boolean => start.length > 3 && whole.startsWith(start)
  return nearest ?? names.find((candidate) => isBeginning(candidate, name) || isBeginning(name, candidate)) ?? null
}

/**
 * How many letters to insert, remove, replace or exchange with the next one (optimal string alignment); more than `limit` where
 * that is certain.
 */
function editDistance(from: string, to: string, limit: number): number {
  if (Math.abs(from.length - to.length) > limit) return limit + 1
  let row = Array.from({ length: to.length + 1 }, (_, column) => column)
  let before: number[] = []
  for (let line = 1; line <= from.length; line++) {
    const next = [line]
    for (let column = 1; column <= to.length; column++) {
      const replaced = row[column - 1]! + (from[line - 1] === to[column - 1] ? 0 : 1)
      const isExchanged = column > 1 && from[line - 2] === to[column - 1] && from[line - 1] === to[column - 2]
      const exchanged = isExchanged ? before[column - 2]! + 1 : Number.POSITIVE_INFINITY
      next.push(Math.min(replaced, row[column]! + 1, next[column - 1]! + 1, exchanged))
    }
    before = row
    row = next
  }
  return row[to.length]!
}
