// A server of datagrams in one call.

import { ADDRESS_NAMES, checkNoAddress } from '../addresses/families.js'
import type { AddressInput, HostAddress, HostInput } from '../addresses/types.js'
import { bindDatagrams } from '../connect/bind-datagrams.js'
import { pathRemover } from '../connect/listener-path.js'
import { misuse } from '../core/errors.js'
import { belongIn, type Hints } from '../core/option-hints.js'
import { checkOptionNames, type Names } from '../core/option-names.js'
import { own } from '../core/own-options.js'
import { checkBoolean, checkedOptions, checkObject, wrongType, wrongValue } from '../core/validate.js'
import { DatagramBatch } from '../messages/datagram-batch.js'
import { IPPROTO_UDP, IPPROTO_UDPLITE, SOCK_STREAM } from '../native/generated/constants.js'
import { takeDescriptor } from '../socket/face.js'
import { Socket } from '../socket/socket.js'
import { type DatagramHandlers, DatagramServer } from './datagram-server.js'
import { checkHandlerNames, checkNoOptions } from './handler-options.js'

/** How to serve datagrams. */
export interface ServeDatagramsOptions {
  /** Lets several sockets receive on the same port, and distributes the datagrams among them: SO_REUSEPORT. */
  readonly reusePort?: boolean
  /** The longest datagram, in bytes; 65536 unless given. What is longer is reported (`EMSGSIZE`), or truncated in a batch. */
  readonly maxBytes?: number
  /** How many datagrams one call receives; 64 unless given. */
  readonly batchSize?: number
  /** `message` gets a view of memory that is used again as soon as it returns. */
  readonly reuseBuffer?: boolean
}

/** Where to receive: an address, or a socket that is bound, which the server takes over. */
export type DatagramTarget = AddressInput | { readonly socket: Socket }

const OPTIONS: Names<DatagramTarget | ServeDatagramsOptions> = {
  socket: true,
  reusePort: true,
  maxBytes: true,
  batchSize: true,
  reuseBuffer: true,
  ...ADDRESS_NAMES,
}

/** 0 is what a Socket is given for UDP. */
const UDP: readonly number[] = [0, IPPROTO_UDP, IPPROTO_UDPLITE]

const HANDLERS: Names<DatagramHandlers> = { message: true, messages: true, error: true }

const inHandlers = (): Hints => belongIn('handlers, the second argument', HANDLERS)

const inOptions = (): Hints =>
  belongIn('options', { reusePort: true, maxBytes: true, batchSize: true, reuseBuffer: true } as Names<object>)

/**
 * Serves datagrams by handlers, in the event loop. They are received in batches, and a busy server leaves other sockets
 * their turn. Handlers get no control messages (IP_RECVTTL, IP_PKTINFO ...): `recvMsg` does. A failure goes to `error`, and
 * serving continues. The kernel reports an ICMP error for a reply, such as
 * `ECONNREFUSED`, only to a socket with IP_RECVERR (IPV6_RECVERR): set it on a bound socket, and give that as `socket`.
 * @throws SocketError `EADDRINUSE`, `EACCES`, `EADDRNOTAVAIL` as `bind`
 * @throws TypeError, RangeError for options and handlers: `ERR_INVALID_ARG_VALUE` also for a name that is none of theirs, a
 *   socket that is not bound, and an address beside a socket
 * @throws TypeError `ERR_NOT_DATAGRAMS` for a socket that is a stream
 * @example
 * const server = serveDatagrams({ host: '127.0.0.1', port: 0 }, {
 *   message: (self, data, address) => self.send(data, address),
 *   error: (_, error) => console.error(error.message),
 * })
 */
export function serveDatagrams(
  options: HostInput & ServeDatagramsOptions,
  handlers: DatagramHandlers<HostAddress>,
): DatagramServer<HostAddress>
export function serveDatagrams(
  options: DatagramTarget & ServeDatagramsOptions,
  handlers: DatagramHandlers,
): DatagramServer
export function serveDatagrams(
  options: DatagramTarget & ServeDatagramsOptions,
  handlers: DatagramHandlers,
  ...others: readonly unknown[]
): DatagramServer {
  checkNoOptions(others)
  checkOptionNames(options, OPTIONS, inHandlers)
  const called = checkedHandlers(handlers)
  const given = checkedOptions(options)
  const { reusePort = false, maxBytes = 65536, batchSize = 64, reuseBuffer = false } = given
  checkBoolean(reusePort, 'options.reusePort')
  checkBoolean(reuseBuffer, 'options.reuseBuffer')
  const batch = new DatagramBatch(batchSize, maxBytes)
  const isGiven = 'socket' in given
  if (isGiven) checkNoAddress(options, 'options', 'socket')
  const socket = isGiven ? checkedSocket(given.socket) : bindDatagrams(given, reusePort)
  const descriptor = takeDescriptor(socket)
  let removePath = (): void => {}
  try {
    // The path of a given socket may belong to another file by the end.
    if (!isGiven) removePath = pathRemover(descriptor.sockName())
    return new DatagramServer(descriptor, { handlers: called, batch, reuseBuffer, removePath })
  } catch (error) {
    removePath()
    descriptor.close()
    throw error
  }
}

function checkedHandlers(given: DatagramHandlers): DatagramHandlers {
  checkObject(given, 'handlers')
  const handlers = own(given)
  const isFunction = (value: unknown): boolean => typeof value === 'function'
  for (const name of Object.keys(HANDLERS) as (keyof DatagramHandlers)[]) {
    if (handlers[name] !== undefined && !isFunction(handlers[name])) throw wrongType(`handlers.${name}`, 'a function')
  }
  checkHandlerNames(given, HANDLERS, inOptions())
  if ((handlers.message === undefined) === (handlers.messages === undefined)) {
    throw wrongValue('handlers must have either message or messages')
  }
  return handlers
}

function checkedSocket(socket: Socket): Socket {
  if (!(socket instanceof Socket)) throw wrongType('options.socket', 'a Socket', socket)
  if (socket.type === SOCK_STREAM) throw misuse(TypeError, 'ERR_NOT_DATAGRAMS', 'options.socket is a stream')
  checkBound(socket)
  return socket
}

/** A socket of ICMP gets its number with its first message; the port is what a server of UDP is known by. */
function checkBound({ localAddress: at, protocol }: Socket): void {
  if (at === null || !('port' in at) || at.port !== 0 || !UDP.includes(protocol)) return
  throw wrongValue('options.socket must be bound: call bind({ host, port }) on it, or give host and port here')
}
