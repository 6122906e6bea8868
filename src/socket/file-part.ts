// A part of an open file, as sendFile takes it.

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

export function checkFile(file: OpenFile, options: FileOptions | undefined): FilePart {
  fdOf(file)
  const { offset, length = MAX_TRANSFER_BYTES } = checkedOptions(options)
  if (offset !== undefined) checkInteger(offset, 'offset', 0, Number.MAX_SAFE_INTEGER)
  checkInteger(length, 'length', 1, Number.MAX_SAFE_INTEGER)
  return { file, offset: offset ?? -1, length: Math.min(length, MAX_TRANSFER_BYTES) }
}

/** The number of an open file. A FileHandle that is closed has none, and another file soon gets the one that it had. */
export function fdOf(file: OpenFile): number {
  if (isRevoked(file)) throw wrongType('file', 'a descriptor or a FileHandle', file)
  const fd = typeof file === 'number' ? file : file?.fd
  if (typeof fd !== 'number') throw wrongType('file', 'a descriptor or a FileHandle', file)
  checkInteger(fd, 'file', 0, 0x7fffffff)
  return fd
}
