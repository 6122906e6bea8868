// The addresses that were decoded last, by their bytes. Decoding calls the addon and makes a text of the host; a busy server
// has datagrams of the same peers again and again.

import type { Inet6Address, InetAddress } from './types.js'

type KnownAddress = InetAddress | Inet6Address

/** So many are kept, each in the one slot that its bytes choose: 2 to the power of SLOT_BITS. */
const SLOT_BITS = 10
const SLOTS = 1 << SLOT_BITS

/** A sockaddr_in6 has 28 bytes. */
const MAX_WORDS = 7
/** A row is the number of words, and the words. */
const ROW_WORDS = 1 + MAX_WORDS
const WORD_BYTES = Int32Array.BYTES_PER_ELEMENT

const rows = new Int32Array(SLOTS * ROW_WORDS)
const addresses: KnownAddress[] = []

/** Multiplying by this spreads the differences between words over all bits: 2 to the power of 32 through the golden ratio. */
const SPREAD = 0x9e3779b1

function slotOf(words: Int32Array, at: number, count: number): number {
  let hash = 0
  for (let index = 0; index < count; index++) {
    hash = Math.imul(hash ^ words[at + index]!, SPREAD)
    hash ^= hash >>> 15
  }
  return Math.imul(hash, SPREAD) >>> (32 - SLOT_BITS)
}

/** How many words a sockaddr has; 0 for one that is not kept. */
function wordsIn(bytes: number): number {
  const count = bytes / WORD_BYTES
  return Number.isInteger(count) && count <= MAX_WORDS ? count : 0
}

/**
 * The address that was kept for a sockaddr; `undefined` where there is none. It is not for users, who may change it.
 * @param at the place of the sockaddr in `words`
 * @param bytes its length
 */
export function knownAddress(words: Int32Array, at: number, bytes: number): KnownAddress | undefined {
  const count = wordsIn(bytes)
  if (count === 0) return undefined
  const slot = slotOf(words, at, count)
  const row = slot * ROW_WORDS
  if (rows[row] !== count) return undefined
  for (let index = 0; index < count; index++) if (rows[row + 1 + index] !== words[at + index]) return undefined
  return addresses[slot]
}

/** Keeps the address that a sockaddr was decoded to. */
export function keepAddress(words: Int32Array, at: number, bytes: number, address: KnownAddress): void {
  const count = wordsIn(bytes)
  if (count === 0) return
  const slot = slotOf(words, at, count)
  const row = slot * ROW_WORDS
  rows[row] = count
  for (let index = 0; index < count; index++) rows[row + 1 + index] = words[at + index]!
  addresses[slot] = address
}

/** An address of its own, for a user. */
export function copyOfAddress(address: KnownAddress): KnownAddress {
  const { family, host, port } = address
  if (family === 'inet') return { family, host, port }
  return { family, host, port, flowInfo: address.flowInfo, scopeId: address.scopeId }
}

/** Whether a user's address has the fields of one that was kept. */
export function hasFieldsOf(given: KnownAddress, kept: KnownAddress): boolean {
  if (given.family !== kept.family || given.host !== kept.host || given.port !== kept.port) return false
  if (kept.family === 'inet') return true
  const { flowInfo, scopeId } = given as Inet6Address
  return flowInfo === kept.flowInfo && scopeId === kept.scopeId
}
