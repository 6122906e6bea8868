// What the transferring verbs take besides the data, and what they return besides a number.

import type { FileHandle } from 'node:fs/promises'
import type { Address } from '../addresses/types.js'

import { WAIT_OPTIONS, type WaitOptions } from '../core/deadline.js'
import type { Names } from '../core/option-names.js'
import type { MessageFlag } from '../native/constant-kinds.js'

/** A file to send from: a descriptor, or a FileHandle of node:fs/promises. */
export type OpenFile = number | FileHandle

/** Flags of one transfer: `MSG_PEEK`, `MSG_OOB`, `MSG_WAITALL`, `MSG_TRUNC`, `MSG_MORE`, ... or'ed; `recv(2)`, `send(2)`. */
export interface FlagOptions {
  readonly flags?: MessageFlag
}

/** Which part of a buffer to send from or to receive into, in bytes. */
export interface RangeOptions extends FlagOptions {
  /** Where to begin; 0 unless given. */
  readonly offset?: number
  /** How many bytes, at most when receiving; to the buffer's end unless given. */
  readonly length?: number
}

/** Options of a verb that transfers and may wait. */
export interface TransferOptions extends FlagOptions, WaitOptions {}

/** A datagram and its sender; `null` where the kernel names none. */
export interface Received {
  readonly data: Buffer
  readonly address: Address | null
}

/** The size of a datagram that was received into a buffer, and its sender. */
export interface ReceivedInto {
  readonly bytes: number
  readonly address: Address | null
}

/** Which part of a file to send. */
export interface FileOptions {
  /** Where in the file to begin; unless given, at the file's own position, which then moves. */
  readonly offset?: number
  /** How many bytes at most; to the file's end unless given. */
  readonly length?: number
}

/** For what one socket is ready: several can be true. */
export interface Readiness {
  /** `recv` or `accept` would not wait. */
  readonly read: boolean
  /** `send` would not wait. */
  readonly write: boolean
  /** The socket has a pending error, or something in its error queue. */
  readonly error: boolean
  /** Both directions of the connection have ended, or there never was one. */
  readonly hangup: boolean
}

// The names of these options, by which every verb refuses others.

export const FLAG_OPTIONS: Names<FlagOptions> = { flags: true }
export const RANGE_OPTIONS: Names<RangeOptions> = { ...FLAG_OPTIONS, offset: true, length: true }
export const FILE_OPTIONS: Names<FileOptions> = { offset: true, length: true }
export const TRANSFER_OPTIONS: Names<TransferOptions> = { ...FLAG_OPTIONS, ...WAIT_OPTIONS }
export const RANGE_TRANSFER_OPTIONS: Names<RangeOptions & WaitOptions> = { ...RANGE_OPTIONS, ...WAIT_OPTIONS }
export const FILE_TRANSFER_OPTIONS: Names<FileOptions & WaitOptions> = { ...FILE_OPTIONS, ...WAIT_OPTIONS }
