// A listening socket in one call.

import { checkAddress, inTarget, rulesOf, targetOf } from '../addresses/families.js'
import { checkedHost, checkUnscoped, numericAddress } from '../addresses/inet.js'
import type {
  Address,
  AddressInput,
  HostAddress,
  HostInput,
  UnixPathAddress,
  UnixPathInput,
} from '../addresses/types.js'
import { checkOptionNames, type Names } from '../core/option-names.js'
import { own } from '../core/own-options.js'
import { checkBoolean, checkedOptions, checkInteger, wrongValue } from '../core/validate.js'
import type { Family } from '../native/constant-kinds.js'
import { AF_INET, AF_INET6, AI_PASSIVE, SOCK_STREAM } from '../native/generated/constants.js'
import { IPV6_V6ONLY, SO_REUSEADDR, SO_REUSEPORT } from '../options/generated/options.js'
import { resolve } from '../resolve/resolve.js'
import { Socket } from '../socket/socket.js'
import { listenOnPath } from './listener-path.js'

/** How to listen. */
export interface ServerOptions {
  /** How many connections may wait to be accepted; the kernel's maximum unless given. */
  readonly backlog?: number
  /** Lets several sockets listen on the same port, and distributes the connections among them: SO_REUSEPORT. */
  readonly reusePort?: boolean
  /** Accepts IPv4 as well on an IPv6 socket (IPV6_V6ONLY off). `host` '' then means `::`. */
  readonly dualStack?: boolean
  /** The permissions of a unix path, such as `0o660`; unless given, the umask decides. They hold before it listens. */
  readonly mode?: number
  /**
   * Removes the file that a server left at a unix path when it ended. A path that a socket is bound to, or another file
   * has, is in use all the same.
   */
  readonly removeStale?: boolean
}

export const SERVER_OPTIONS: Names<ServerOptions> = {
  backlog: true,
  reusePort: true,
  dualStack: true,
  mode: true,
  removeStale: true,
}

/**
 * Where to listen. `host` '' means every address of this machine: of IPv4, unless `family` or `dualStack` say otherwise.
 * `'::'` is IPv6 alone, as in Python: `{ dualStack: true }` takes IPv4 too.
 * With port 0 the kernel chooses a port.
 */
export type ServerTarget = AddressInput

/** A listening socket: iteration yields its connections, and the address has the type of the target. */
export class ListeningSocket<At extends Address = Address> extends Socket {
  /**
   * The address it listens on; `getsockname(2)`.
   * @throws SocketError `ERR_SOCKET_CLOSED`
   * @example
   * const listener = createServer({ host: '127.0.0.1', port: 0 })
   * console.log('listening on port', listener.address.port)
   */
  get address(): At {
    return this.getSockName()
  }

  /**
   * The same as `address`, by the name of the system call.
   * @throws SocketError `ERR_SOCKET_CLOSED`
   */
  override getSockName(): At {
    return super.getSockName() as At
  }

  /**
   * Yields each connection when it is accepted, without end; `accept(2)`.
   * @throws SocketError as `accept`
   * @example
   * for (const connection of listener) connection.close()
   */
  override [Symbol.iterator](): Generator<Socket, never, undefined> {
    return this.connections()
  }
}

/**
 * Makes a socket that is bound to `target` and listens; `bind(2)`, `listen(2)`. SO_REUSEADDR is set, so that the port
 * of a server that has just ended can be bound again.
 * @throws SocketError `EADDRINUSE` if the address is in use. For a unix path the message says what it is in use by: a
 *   socket, a file that a server left when it ended, or another file
 * @throws SocketError `EACCES` for a port or a path that needs other privileges
 * @throws SocketError `EADDRNOTAVAIL` for an address that this machine does not have
 * @throws ResolveError `EAI_NONAME` or another code of getaddrinfo(3) if the name has no address
 * @throws TypeError `ERR_INVALID_ARG_TYPE` for a target or an option of another type
 * @throws TypeError `ERR_INVALID_ARG_VALUE` for a `family` that is none, contradicts the target or `dualStack`; for a
 *   `scopeId` or `flowInfo` beside a host that is no numeric IPv6 address; for `reusePort` or `dualStack` without a host
 * @throws RangeError `ERR_OUT_OF_RANGE` for a port or a backlog that is too small or too large
 * @example
 * using listener = createServer({ host: '127.0.0.1', port: 0 })
 * console.log('listening on port', listener.address.port)
 * for (const connection of listener) {
 *   connection.sendAll('hello\n')
 *   connection.close()
 * }
 */
export function createServer(target: HostInput, options?: ServerOptions): ListeningSocket<HostAddress>
export function createServer(target: UnixPathInput, options?: ServerOptions): ListeningSocket<UnixPathAddress>
export function createServer(target: ServerTarget, options?: ServerOptions): ListeningSocket
export function createServer(target: ServerTarget, options: ServerOptions = {}): ListeningSocket {
  checkAddress(target, 'target', SERVER_OPTIONS)
  checkOptionNames(options, SERVER_OPTIONS, inTarget)
  return listenOn(target, options)
}

/** `createServer` for functions whose targets and options have other members besides, which they have checked. */
export function listenOn(target: ServerTarget, options: ServerOptions): ListeningSocket {
  const { family, hasHost } = targetOf(target, 'target')
  const given = checkedOptions(options)
  checkServerOptions(given, pathOf(target) !== undefined)
  if (!hasHost) checkNeedsNoHost(given)
  return hasHost ? listenOnHost(target as HostInput, given) : listenOnAddress(target, family, given)
}

function checkServerOptions(options: ServerOptions, hasPath: boolean): void {
  for (const name of FLAGS) checkBoolean(options[name] ?? false, `options.${name}`)
  if (options.mode !== undefined) checkInteger(options.mode, 'options.mode', 0, 0o7777)
  if (!hasPath && (options.mode !== undefined || options.removeStale === true)) {
    throw wrongValue('options.mode and options.removeStale are of a unix path: the target has none')
  }
}

const FLAGS = ['reusePort', 'dualStack', 'removeStale'] as const
/** A unix path is not shared among sockets, and has no second family. */
function checkNeedsNoHost(options: ServerOptions): void {
  for (const name of ['reusePort', 'dualStack'] as const) {
    if (options[name] === true) throw wrongValue(`options.${name} needs a target with a host and a port`)
  }
}

function listenOnHost(target: HostInput, options: ServerOptions): ListeningSocket {
  const address = addressToBind(target, options.dualStack === true)
  const isIpv6 = address.family === 'inet6'
  return prepared(new ListeningSocket(isIpv6 ? AF_INET6 : AF_INET), (socket) => {
    socket.setOption(SO_REUSEADDR, true)
    if (options.reusePort === true) socket.setOption(SO_REUSEPORT, true)
    if (isIpv6) socket.setOption(IPV6_V6ONLY, options.dualStack !== true)
    socket.bind(address)
    socket.listen(options.backlog)
  })
}

/** The address of a numeric host, or the first one of a name. */
function addressToBind(target: HostInput, dualStack: boolean): HostInput {
  const checked = checkedHost(target)
  if (dualStack && checked.family === AF_INET) throw wrongValue('options.dualStack needs an IPv6 socket: not AF_INET')
  const family = dualStack ? AF_INET6 : checked.family
  const host = checked.host || (family === AF_INET6 ? '::' : '0.0.0.0')
  const address = numericAddress({ ...checked, host }, family)
  if (address !== null) return address
  checkUnscoped(checked)
  const [first] = resolve(host, checked.port, { family, type: SOCK_STREAM, flags: AI_PASSIVE })
  return first!.address
}

function listenOnAddress(target: ServerTarget, family: Family, options: ServerOptions): ListeningSocket {
  return prepared(new ListeningSocket(family), (socket) => {
    if (rulesOf(family).hasHostNames) socket.setOption(SO_REUSEADDR, true)
    const path = pathOf(target)
    if (path !== undefined) return listenOnPath(socket, target, path, options)
    socket.bind(target)
    socket.listen(options.backlog)
  })
}

function pathOf(target: ServerTarget): UnixPathInput['path'] | undefined {
  return (own(target) as Partial<UnixPathInput>).path
}

/** Prepares a socket, and closes it if that fails. */
function prepared(socket: ListeningSocket, prepare: (socket: Socket) => void): ListeningSocket {
  try {
    prepare(socket)
    return socket
  } catch (error) {
    socket.close()
    throw error
  }
}
