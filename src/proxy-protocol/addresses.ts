// The source and the destination of a PROXY protocol header: addresses from and to bytes.

import { checkFamily } from '../addresses/family.js'
import { checkedHost } from '../addresses/inet.js'
import type { Address, Inet6Address, InetAddress, RawInput, UnixInput } from '../addresses/types.js'
import { unixAddress, unixName } from '../addresses/unix.js'
import { viewOf } from '../core/bytes.js'
import { misuse } from '../core/errors.js'
import { ipBytes, ipText } from '../core/ip-text.js'
import { checkObject, checkString, wrongValue } from '../core/validate.js'
import { AF_INET, AF_INET6, AF_UNIX } from '../native/generated/constants.js'
import type { ProxyAddressInput, ProxyHeaderInput } from './header.js'

/** The families of addresses in version 2. */
export type ProxyFamily = 'inet' | 'inet6' | 'unix'

/** One end of a connection. `bytes` are those of its host, or of the name of a unix socket, which has port 0. */
interface Endpoint {
  readonly family: ProxyFamily
  readonly bytes: Uint8Array
  readonly port: number
}

/** The source and the destination. */
export type Endpoints = readonly [source: Endpoint, destination: Endpoint]

/** How many bytes a host or a unix name has in version 2. */
export const ENDPOINT_BYTES = { inet: 4, inet6: 16, unix: 108 } as const

/** The address of an IPv4 or IPv6 host, from its 4 or 16 bytes. */
export function hostAddress(bytes: Uint8Array, port: number): InetAddress | Inet6Address {
  const host = ipText(bytes)
  if (bytes.length === 4) return { family: 'inet', host, port }
  return { family: 'inet6', host, port, flowInfo: 0, scopeId: 0 }
}

/** The address of a unix socket, from a field that is padded with NULs. */
export function pathAddress(field: Buffer): Address {
  // A path ends at its first NUL. An abstract name begins with a NUL and may contain others.
  const isPath = field[0] !== 0
  const end = isPath ? field.indexOf(0) : field.findLastIndex((byte) => byte !== 0) + 1
  return unixAddress(Buffer.from(end < 0 ? field : field.subarray(0, end)))
}

/**
 * The source and the destination of a header to encode; null if it names neither.
 * @throws TypeError `ERR_INVALID_ARG_TYPE` for something other than an address
 * @throws TypeError `ERR_INVALID_ARG_VALUE` for addresses of two families, or of a family that the protocol lacks
 * @throws TypeError `ERR_NAME_NOT_NUMERIC` for a host that is a name
 * @throws RangeError `ERR_OUT_OF_RANGE` for a port that is none
 */
export function endpointsOf({ source = null, destination = null }: ProxyHeaderInput): Endpoints | null {
  if (source === null && destination === null) return null
  const endpoints = [endpointOf(source, 'header.source'), endpointOf(destination, 'header.destination')] as const
  const [from, to] = endpoints
  if (from.family === to.family) return endpoints
  throw wrongValue(`header.destination must be of the family of header.source, ${from.family}, not ${to.family}`)
}

function endpointOf(address: ProxyAddressInput | null, name: string): Endpoint {
  checkObject(address, name)
  const given = address as ProxyAddressInput
  if (given.family === 'raw') return { family: 'unix', bytes: rawName(given, name), port: 0 }
  if (!('host' in given)) {
    checkFamily(given.family, `${name}.family`, [AF_UNIX])
    return { family: 'unix', bytes: unixName(given as UnixInput), port: 0 }
  }
  checkString(given.host, `${name}.host`)
  const bytes = ipBytes(given.host)
  if (bytes === undefined) {
    throw misuse(TypeError, 'ERR_NAME_NOT_NUMERIC', `${name}.host must be a numeric address, not '${given.host}'`)
  }
  const family = bytes.length === 4 ? 'inet' : 'inet6'
  checkedHost(given, [family === 'inet' ? AF_INET : AF_INET6])
  return { family, bytes, port: given.port }
}

/** A unix path that is not UTF-8 is the only address without a codec that version 2 can carry. */
function rawName({ value, bytes: given }: RawInput, name: string): Uint8Array {
  const bytes = viewOf(given, `${name}.bytes`)
  if (value === AF_UNIX && bytes.length <= ENDPOINT_BYTES.unix) return bytes
  throw wrongValue(`${name} must be of the family inet, inet6 or unix`)
}
