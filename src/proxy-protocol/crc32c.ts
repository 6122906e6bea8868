// The checksum CRC-32C (Castagnoli): RFC 4960, appendix B. The CRC-32 of node:zlib has another polynomial.

/** 0x1EDC6F41 with its bits reversed: the bits of a byte are transmitted from the lowest to the highest. */
const POLYNOMIAL = 0x82f63b78

/** The remainder of each byte. Made with the first checksum: most programs import the package and need none. */
let table: Uint32Array | undefined

function remainders(): Uint32Array {
  return Uint32Array.from({ length: 256 }, (_, byte) => {
    let value = byte
    for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ POLYNOMIAL : value >>> 1
    return value
  })
}

/** The CRC-32C of `bytes`. */
export function crc32c(bytes: Uint8Array): number {
  table ??= remainders()
  let sum = 0xffffffff
  for (const byte of bytes) sum = table[(sum ^ byte) & 255]! ^ (sum >>> 8)
  return ~sum >>> 0
}
