// What inspection and JSON show of a socket. They ask the kernel for addresses and change nothing: not even the trait that
// reading `fd` sets.

import { addressText } from '../addresses/text.js'
import { FOREVER } from '../core/deadline.js'
import { afName, ipProtoName, sockTypeName } from '../native/kind-names.js'
import { CLOSED, DETACHED, type Descriptor } from './descriptor.js'

/** A socket in words. What does not apply is left out. */
export interface SocketDescription {
  readonly fd?: number
  readonly family: string
  readonly type: string
  readonly protocol?: string
  /** How its verbs wait. */
  readonly mode: string
  readonly state: string
  readonly local?: string
  readonly peer?: string
  /** How many received bytes its reader holds. */
  readonly bufferedBytes?: number
}

/** @param waiting how the face waits where it may: `blocking` or `await` */
export function describe(descriptor: Descriptor, waiting: 'blocking' | 'await'): SocketDescription {
  const { fd, family, type, protocol, timeout, unread } = descriptor
  const local = addressText(descriptor.localAddress())
  const peerAddress = descriptor.peer ?? descriptor.peerAddress()
  const peer = addressText(peerAddress)
  return {
    ...(fd >= 0 && { fd }),
    family: afName(family),
    type: sockTypeName(type),
    ...(protocol !== 0 && { protocol: descriptor.isInternet ? ipProtoName(protocol) : String(protocol) }),
    mode: modeOf(timeout, waiting),
    state: stateOf(descriptor, peerAddress !== null),
    ...(local !== null && { local }),
    ...(peer !== null && { peer }),
    ...(unread !== null && unread.length > 0 && { bufferedBytes: unread.length }),
  }
}

/** The two addresses of a connection. */
export function describeEnds(descriptor: Descriptor): { readonly local?: string; readonly peer?: string } {
  const { local, peer } = describe(descriptor, 'await')
  return { ...(local !== undefined && { local }), ...(peer !== undefined && { peer }) }
}

function modeOf(timeout: number, waiting: string): string {
  if (timeout === FOREVER) return waiting
  if (timeout === 0) return 'non-blocking'
  return waiting === 'blocking' ? `timed, ${timeout} ms` : `${waiting}, ${timeout} ms`
}

function stateOf({ gate, listens, connecting, fd }: Descriptor, hasPeer: boolean): string {
  if (gate & CLOSED) return 'closed'
  if (gate & DETACHED || fd < 0) return 'detached'
  if (listens) return 'listening'
  if (connecting.name === 'looking-up') return `looking up ${connecting.host}`
  if (hasPeer) return 'connected'
  return connecting.name === 'in-progress' ? 'connecting' : 'unconnected'
}
