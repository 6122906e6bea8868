// The two addresses of a PROXY protocol header, to and from bytes.

import { checkedHost } from '../addresses/inet.js'
import type { Address, Inet6Address, InetAddress } from '../addresses/types.js'
import { unixAddress, unixName } from '../addresses/unix.js'
import { misuse } from '../core/errors.js'
import { ipBytes, ipText } from '../core/ip-text.js'
import { checkObject } from '../core/validate.js'
import { AF_UNIX } from '../native/generated/constants.js'
import type { ProxyAddressInput, ProxyHeaderInput } from './header.js'

/** What a family's addresses are in version 2. */
export type ProxyFamily = 'inet' | 'inet6' | 'unix'

/** One end of a connection: the bytes of its host or of its name, and its port. */
export interface Endpoint {
  readonly family: ProxyFamily
  readonly bytes: Uint8Array
  readonly port: number
}

/** How many bytes a host or a name takes in version 2. */
export const ENDPOINT_BYTES = { inet: 4, inet6: 16, unix: 108 } as const

/** A host of IPv4 or IPv6, by its 4 or 16 bytes. */
export function hostAddress(bytes: Uint8Array, port: number): InetAddress | Inet6Address {
  const host = ipText(bytes)
  if (bytes.length === 4) return { family: 'inet', host, port }
  return { family: 'inet6', host, port, flowInfo: 0, scopeId: 0 }
}

/** A unix socket, by its name in a field that is filled up with NULs. */
export function pathAddress(field: Buffer): Address {
  const path = field[0] !== 0
  const end = path ? field.indexOf(0) : field.findLastIndex((byte) => byte !== 0) + 1
  return unixAddress(Buffer.from(end < 0 ? field : field.subarray(0, end)))
}

/**
 * The source and the destination of a header that is to be written; null where it names neither.
 * @throws TypeError, RangeError
 */
export function endpoints({ source = null, destination = null }: ProxyHeaderInput): [Endpoint, Endpoint] | null {
  if (source === null && destination === null) return null
  const [from, to] = [endpoint(source, 'header.source'), endpoint(destination, 'header.destination')]
  if (from.family === to.family) return [from, to]
  throw misuse(TypeError, 'ERR_INVALID_ARG_VALUE', `header.destination is not ${from.family}, which its source is`)
}

function endpoint(address: ProxyAddressInput | null, name: string): Endpoint {
  checkObject(address, name)
  const given = address as ProxyAddressInput
  if (given.family === 'raw') return { family: 'unix', bytes: rawName(given, name), port: 0 }
  if (!('host' in given)) return { family: 'unix', bytes: unixName(given), port: 0 }
  const bytes = ipBytes(String(given.host))
  if (bytes === undefined) {
    throw misuse(TypeError, 'ERR_NAME_NOT_NUMERIC', `${name}.host must be a numeric address, not '${given.host}'`)
  }
  const family = bytes.length === 4 ? 'inet' : 'inet6'
  checkedHost(given, family)
  return { family, bytes, port: given.port }
}

/** The one address without a codec that version 2 can tell: a path that is no UTF-8. */
function rawName({ value, bytes }: { value: number; bytes: Uint8Array }, name: string): Uint8Array {
  if (value === AF_UNIX && bytes.length <= ENDPOINT_BYTES.unix) return bytes
  throw misuse(TypeError, 'ERR_INVALID_ARG_VALUE', `${name} must be of the family inet, inet6 or unix`)
}
