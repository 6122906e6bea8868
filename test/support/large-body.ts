// The workload of the tests with foreign libraries: a body too large for any buffer on the way, and its digest.
import { createHash, randomFillSync } from 'node:crypto'

/** 50 MB. */
export const LARGE = 50 * (1 << 20)

/** The number of small operations. */
export const OPERATIONS = 1000

/** 50 MB of which no two blocks are alike. */
export function largeBody(): Buffer {
  return randomFillSync(Buffer.allocUnsafeSlow(LARGE))
}

/** The SHA-256 of bytes, in hexadecimal. */
export function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex')
}

/** The SHA-256 of a whole stream. */
export async function sha256Of(stream: AsyncIterable<Uint8Array>): Promise<string> {
  const hash = createHash('sha256')
  for await (const chunk of stream) hash.update(chunk)
  return hash.digest('hex')
}

/** The bytes in blocks, for libraries that take no large buffer. */
export function* blocksOf(bytes: Buffer, size = 65536): Generator<Buffer> {
  for (let start = 0; start < bytes.length; start += size) yield bytes.subarray(start, start + size)
}
