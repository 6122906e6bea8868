// What the libraries are made to carry: a body that is too large for any buffer on the way, and how to know it again.
import { createHash, randomFillSync } from 'node:crypto'

/** 50 MB. */
export const LARGE = 50 * (1 << 20)

/** So many operations make a workload. */
export const OPERATIONS = 1000

/** 50 MB of which no two blocks are alike. */
export function largeBody(): Buffer {
  return randomFillSync(Buffer.allocUnsafeSlow(LARGE))
}

/** The SHA-256 of bytes, in hexadecimal. */
export function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex')
}

/** The SHA-256 of everything that a stream brings. */
export async function sha256Of(stream: AsyncIterable<Uint8Array>): Promise<string> {
  const hash = createHash('sha256')
  for await (const chunk of stream) hash.update(chunk)
  return hash.digest('hex')
}

/** The same in blocks, for who would not take it in one. */
export function* blocksOf(bytes: Buffer, size = 65536): Generator<Buffer> {
  for (let start = 0; start < bytes.length; start += size) yield bytes.subarray(start, start + size)
}
