// Why bind(2) failed, where the socket knows more than the errno says.

import { errorTarget } from '../addresses/families.js'
import type { AddressInput } from '../addresses/types.js'
import { failure, type SocketError, withMessage } from '../core/errors.js'
import { errno } from '../native/errno.js'
import { SO_REUSEADDR } from '../options/generated/options.js'
import type { Descriptor } from './descriptor.js'
import { getOption } from './options.js'

const USED_PATH = ': the path exists: a socket is bound to it, a closed one left it, or it is no socket at all'
const USED_NAME = ': another socket is bound to this name'

/** The error for a negative result of bind(2). */
export function bindFailure(descriptor: Descriptor, result: number, address: AddressInput): SocketError {
  const error = failure(result, 'bind', errorTarget(address))
  return withMessage(error, error.message + moreOf(descriptor, error))
}

function moreOf(descriptor: Descriptor, { errno: code, port, path }: SocketError): string {
  // Only connections outlive the socket that had the port.
  if (code === -errno.EADDRINUSE && port !== undefined && descriptor.isTcp) {
    const isSet = getOption(descriptor, SO_REUSEADDR)
    return `, or connections of an earlier server do${isSet ? ' that did not set SO_REUSEADDR' : ', as SO_REUSEADDR is not set'}`
  }
  if (code === -errno.EADDRINUSE && path !== undefined) return path.startsWith('\0') ? USED_NAME : USED_PATH
  const bound = code === -errno.EINVAL ? errorTarget(descriptor.localAddress()) : {}
  const place = bound.path ?? (bound.port ? `${bound.address}:${bound.port}` : undefined)
  return place === undefined ? '' : `: the socket is bound to ${place} already`
}
