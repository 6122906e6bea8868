// IP addresses as text and as bytes in network order, converted without a system call.

import type { Family } from '../native/constant-kinds.js'
import { AF_INET, AF_INET6 } from '../native/generated/constants.js'
import { isIP } from '../native/node-modules.js'
import { checkString, mustBe, wrongType, wrongValue } from './validate.js'

/**
 * The 4 or 16 bytes of a numeric address; undefined for any other text, and for an address with a zone
 * (`fe80::1%eth0`).
 */
export function ipBytes(text: string): Uint8Array | undefined {
  const version = isIP(text)
  if (version === 4) return Uint8Array.from(text.split('.'), Number)
  return version === 6 && !text.includes('%') ? ipv6Bytes(text) : undefined
}

/** 4 or 16 bytes as text; IPv6 in the form of RFC 5952. */
export function ipText(bytes: Uint8Array): string {
  return bytes.length === 4 ? bytes.join('.') : ipv6Text(bytes)
}

/**
 * Converts a numeric address to its bytes in network order, 4 or 16 of them; `inet_pton(3)`. It makes no system call.
 * @param family AF_INET or AF_INET6
 * @throws TypeError `ERR_INVALID_ARG_VALUE` for another family, or text that is no address of this one
 * @throws TypeError `ERR_INVALID_ARG_TYPE`
 * @example
 * inetPton(AF_INET, '127.0.0.1') // <Buffer 7f 00 00 01>
 */
export function inetPton(family: Family, address: string): Buffer {
  const size = addressSize(family)
  checkString(address, 'address')
  const bytes = ipBytes(address)
  if (bytes?.length === size) return Buffer.from(bytes)
  throw wrongValue(mustBe('address', size === 4 ? 'an IPv4 address' : 'an IPv6 address without a zone', address))
}

/**
 * Converts the bytes of an address in network order to text; `inet_ntop(3)`. IPv6 has the form of RFC 5952. It makes no
 * system call.
 * @param family AF_INET or AF_INET6
 * @throws TypeError `ERR_INVALID_ARG_VALUE` for another family, or another number of bytes
 * @throws TypeError `ERR_INVALID_ARG_TYPE`
 * @example
 * inetNtop(AF_INET6, Buffer.concat([Buffer.alloc(15), Buffer.of(1)])) // '::1'
 */
export function inetNtop(family: Family, bytes: Uint8Array): string {
  const size = addressSize(family)
  if (!(bytes instanceof Uint8Array)) throw wrongType('bytes', 'a Uint8Array', bytes)
  if (bytes.length === size) return ipText(bytes)
  throw wrongValue(mustBe('bytes', `${size} bytes long`, bytes.length))
}

function addressSize(family: Family): 4 | 16 {
  if (family === AF_INET) return 4
  if (family === AF_INET6) return 16
  throw wrongValue(mustBe('family', 'AF_INET or AF_INET6', family))
}

function ipv6Bytes(text: string): Uint8Array {
  const [head = '', tail = ''] = text.replace(/[\d.]+\.[\d.]+$/, ipv4Groups).split('::')
  const [before, after] = [groups(head), groups(tail)]
  const zeros = new Array<number>(8 - before.length - after.length).fill(0)
  return Uint8Array.from([...before, ...zeros, ...after].flatMap((group) => [group >> 8, group & 255]))
}

/** The last 32 bits of an address, written in dotted decimal, as two groups. */
function ipv4Groups(text: string): string {
  const [a = 0, b = 0, c = 0, d = 0] = text.split('.').map(Number)
  return `${((a << 8) | b).toString(16)}:${((c << 8) | d).toString(16)}`
}

function groups(text: string): number[] {
  return text === '' ? [] : text.split(':').map((group) => Number.parseInt(group, 16))
}

function ipv6Text(bytes: Uint8Array): string {
  const mapped = bytes.subarray(0, 10).every((byte) => byte === 0) && bytes[10] === 255 && bytes[11] === 255
  if (mapped) return `::ffff:${bytes.subarray(12).join('.')}`
  const text = Array.from({ length: 8 }, (_, at) => ((bytes[2 * at]! << 8) | bytes[2 * at + 1]!).toString(16)).join(':')
  const longest = (text.match(/(^|:)0(:0)+(?=:|$)/g) ?? []).reduce(
    (best, run) => (zeroGroups(run) > zeroGroups(best) ? run : best),
    '',
  )
  return text.replace(longest, (run: string, at: number) =>
    run === '' ? '' : at + run.length < text.length ? ':' : '::',
  )
}

/** The number of groups in a run of zeros. */
function zeroGroups(run: string): number {
  return run.split('0').length - 1
}
