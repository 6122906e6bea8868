// A sparse file of 1 GiB: it takes no space on disk, and one read through it fills the page cache. It is unlinked.
import { ftruncateSync, mkdtempSync, openSync, readSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const FILE_BYTES = 2 ** 30
const BLOCK_BYTES = 2 ** 20

/** Creates such a file and returns its descriptor. */
export function openSparseFile(): number {
  const folder = mkdtempSync(join(tmpdir(), 'berkeley-bench-'))
  const fd = openSync(join(folder, 'file'), 'w+')
  rmSync(folder, { recursive: true })
  ftruncateSync(fd, FILE_BYTES)
  const block = Buffer.alloc(BLOCK_BYTES)
  while (readSync(fd, block) > 0);
  return fd
}
