// A file of a GiB that takes no room on disk and is in memory: it is read through once. It has no name any more.
import { ftruncateSync, mkdtempSync, openSync, readSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const SIZE = 2 ** 30
const BLOCK = 2 ** 20

/** Opens such a file; its descriptor. */
export function openSparseFile(): number {
  const folder = mkdtempSync(join(tmpdir(), 'berkeley-bench-'))
  const fd = openSync(join(folder, 'file'), 'w+')
  rmSync(folder, { recursive: true })
  ftruncateSync(fd, SIZE)
  const block = Buffer.alloc(BLOCK)
  while (readSync(fd, block) > 0);
  return fd
}
