// The messages echo request and echo reply of ICMP, RFC 792, and of ICMPv6, RFC 4443: type, code, checksum, identifier,
// sequence number, and data that the reply repeats.

/** The numbers of a version of ICMP. */
export interface EchoTypes {
  readonly request: number
  readonly reply: number
}

export const ECHO_V4: EchoTypes = { request: 8, reply: 0 }
export const ECHO_V6: EchoTypes = { request: 128, reply: 129 }

export const HEADER_BYTES = 8

/** An echo message. */
export interface Echo {
  readonly type: number
  readonly identifier: number
  readonly sequence: number
  readonly data: Buffer
}

/** The internet checksum, RFC 1071: the complement of the sum of all words, in ones' complement. */
export function checksum(bytes: Uint8Array): number {
  let sum = 0
  for (let index = 0; index < bytes.length; index += 2) sum += (bytes[index]! << 8) | (bytes[index + 1] ?? 0)
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16)
  return ~sum & 0xffff
}

/** A message in bytes, with its checksum: that of ICMPv6 covers addresses too, and the kernel puts it in. */
export function encodeEcho({ type, identifier, sequence, data }: Echo): Buffer {
  const message = Buffer.alloc(HEADER_BYTES + data.length)
  message[0] = type
  message.writeUInt16BE(identifier, 4)
  message.writeUInt16BE(sequence, 6)
  message.set(data, HEADER_BYTES)
  message.writeUInt16BE(checksum(message), 2)
  return message
}

/** Reads a message; `undefined` where there are too few bytes for one. */
export function decodeEcho(message: Buffer): Echo | undefined {
  if (message.length < HEADER_BYTES) return undefined
  const [identifier, sequence] = [message.readUInt16BE(4), message.readUInt16BE(6)]
  return { type: message[0]!, identifier, sequence, data: message.subarray(HEADER_BYTES) }
}

/** Data that shows where a reply differs: the bytes 0, 1, 2, ... as those of ping(8). */
export function pattern(size: number): Buffer {
  return Buffer.from(Uint8Array.from({ length: size }, (_, index) => index & 0xff))
}
