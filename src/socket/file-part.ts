// A part of an open file, as sendFile and sendFileAll take it.

import { checkedOptions, checkInteger, isRevoked, wrongType } from '../core/validate.js'
import type { FileOptions, OpenFile } from './transfer-options.js'

/** Linux transfers at most this much in one call. */
const MAX_TRANSFER_BYTES = 0x7ffff000

/** `offset` -1 is the file's own position. */
export interface FilePart {
  readonly file: OpenFile
  readonly offset: number
  readonly length: number
}

/** The part that one call sends. */
export function checkFile(file: OpenFile, options: FileOptions | undefined): FilePart {
  const whole = checkWholePart(file, options)
  // A count of 0 is the end of the file.
  if (whole.length === 0) checkInteger(0, 'length', 1, Number.MAX_SAFE_INTEGER)
  return restOfPart(whole, 0)!
}

/** The part that the options name, which several calls may have to send; unless they have a length, all of the file. */
export function checkWholePart(file: OpenFile, options: FileOptions | undefined): FilePart {
  fdOf(file)
  const { offset, length } = checkedOptions(options)
  if (offset !== undefined) checkInteger(offset, 'offset', 0, Number.MAX_SAFE_INTEGER)
  if (length !== undefined) checkInteger(length, 'length', 0, Number.MAX_SAFE_INTEGER)
  return { file, offset: offset ?? -1, length: length ?? Number.POSITIVE_INFINITY }
}

/** What the next call sends after so many bytes; null where nothing is left. The file's own position has moved by them. */
export function restOfPart({ file, offset, length }: FilePart, sent: number): FilePart | null {
  if (sent >= length) return null
  return { file, offset: offset < 0 ? -1 : offset + sent, length: Math.min(length - sent, MAX_TRANSFER_BYTES) }
}

/** The number of an open file. A FileHandle that is closed has none, and another file soon gets the one that it had. */
export function fdOf(file: OpenFile): number {
  if (isRevoked(file)) throw wrongType('file', 'a descriptor or a FileHandle', file)
  const fd = typeof file === 'number' ? file : file?.fd
  if (typeof fd !== 'number') throw wrongType('file', 'a descriptor or a FileHandle', file)
  checkInteger(fd, 'file', 0, 0x7fffffff)
  return fd
}
