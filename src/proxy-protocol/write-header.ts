// Encoding a PROXY protocol header, for a program that plays the proxy.

import { own } from '../core/own-options.js'
import { checkObject, shown, wrongValue } from '../core/validate.js'
import { endpointsOf } from './addresses.js'
import { encodeBinary } from './binary.js'
import type { ProxyHeaderInput } from './header.js'
import { encodeText } from './text.js'

/**
 * Encodes a PROXY protocol header, for a relay, a health check or a test. Its bytes are sent before anything else.
 * https://www.haproxy.org/download/2.8/doc/proxy-protocol.txt
 * @throws TypeError `ERR_INVALID_ARG_TYPE` for a field of another type
 * @throws TypeError `ERR_INVALID_ARG_VALUE` for what the version cannot carry, or addresses of two families
 * @throws TypeError `ERR_NAME_NOT_NUMERIC` for a host that is a name
 * @throws RangeError `ERR_OUT_OF_RANGE` for a port that is none, or values that are too long
 * @example
 * const source = { host: '192.0.2.7', port: 56324 }
 * const destination = { host: '192.0.2.1', port: 443 }
 * socket.sendAll(encodeProxyHeader({ source, destination, tlvs: { authority: 'example.com' } }))
 */
export function encodeProxyHeader(given: ProxyHeaderInput): Buffer {
  checkObject(given, 'header')
  const header = own(given)
  const endpoints = endpointsOf(header)
  const { version = 2 } = header
  if (version === 2) return encodeBinary(header, endpoints)
  if (version === 1) return encodeText(header, endpoints)
  throw wrongValue(`header.version must be 1 or 2, not ${shown(version)}`)
}
