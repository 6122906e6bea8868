// Where the bytes of a ring buffer come from: a copy that the addon made, or a file.

import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs'
import { SocketError } from '../core/errors.js'
import { type RingContent, type RingSource, readRing } from './ring.js'

function corrupt(path: string, explanation: string): SocketError {
  const code = 'ERR_TRACE_CORRUPT'
  return new SocketError(`read ${code} ${path}: ${explanation}`, code, 0, 'read', { path })
}

/** Reads a ring buffer that the addon has copied. */
export function readRingMemory(memory: Uint8Array): RingContent | null {
  const source: RingSource = {
    size: memory.length,
    copy(offset, bytes) {
      const part = memory.subarray(offset, offset + bytes.length)
      bytes.set(part)
      return part.length
    },
    corrupt: (explanation) => corrupt('the memory of the trace', explanation),
  }
  return readRing(source)
}

/**
 * Reads a ring buffer in a file.
 * @returns null if its recorder found no room for it, or has not filled in its header
 * @throws SocketError `ERR_TRACE_CORRUPT` when it is no regular file, or contains what no recorder writes
 * @throws Error `EACCES` and other failures of `open(2)` and `read(2)`
 */
export function readRingFile(path: string): RingContent | null {
  // Opening and reading a FIFO would wait for a writer.
  const fd = openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0))
  try {
    const status = fstatSync(fd)
    // A device may have no end.
    if (!status.isFile()) throw corrupt(path, 'it is no regular file')
    return readRing({
      size: status.size,
      copy: (offset, bytes) => copyAt(fd, offset, bytes),
      corrupt: (explanation) => corrupt(path, explanation),
    })
  } finally {
    closeSync(fd)
  }
}

/** Fills `bytes` from a file, and returns how many there were before its end. */
function copyAt(fd: number, offset: number, bytes: Uint8Array): number {
  let count = 0
  while (count < bytes.length) {
    const more = readSync(fd, bytes, count, bytes.length - count, offset + count)
    if (more === 0) break
    count += more
  }
  return count
}
