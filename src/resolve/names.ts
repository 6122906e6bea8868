// The system's small databases of names: services, protocols and interfaces, and the name of this machine.

import { SocketError } from '../core/errors.js'
import { checkCName, checkInteger } from '../core/validate.js'
import { native } from '../native/addon.js'
import type { Protocol } from '../native/constant-kinds.js'
import { errnoName } from '../native/errno.js'

/** A network interface, as `ifNameIndex` lists it. */
export interface InterfaceName {
  readonly index: number
  readonly name: string
}

/**
 * Returns the port of a service: 80 for `http`. Corresponds to `getservbyname(3)`, which reads services(5).
 * Without a protocol (`tcp`, `udp`) the first entry of that name counts.
 * @throws SocketError `ENOENT` when there is no such service
 * @throws TypeError `ERR_INVALID_ARG_TYPE` when an argument is no string
 * @throws TypeError `ERR_INVALID_ARG_VALUE` when an argument is empty or contains a NUL
 * @example
 * getServByName('ssh', 'tcp') // 22
 */
export function getServByName(name: string, protocol?: string): number {
  checkCName(name, 'name')
  return resultOrThrow(native.serviceByName(name, optionalProtocol(protocol)), 'getservbyname', name)
}

/**
 * Returns the service that usually has a port: `http` for 80. Corresponds to `getservbyport(3)`.
 * Without a protocol (`tcp`, `udp`) the first entry of that port counts.
 * @throws SocketError `ENOENT` when no service is known for that port
 * @throws TypeError `ERR_INVALID_ARG_TYPE` when the port is no number, or the protocol no string
 * @throws TypeError `ERR_INVALID_ARG_VALUE` when the protocol is empty or contains a NUL
 * @throws RangeError `ERR_OUT_OF_RANGE` when the port is no integer from 0 to 65535
 * @example
 * getServByPort(53, 'udp') // 'domain'
 */
export function getServByPort(port: number, protocol?: string): string {
  checkInteger(port, 'port', 0, 65535)
  return resultOrThrow(native.serviceByPort(port, optionalProtocol(protocol)), 'getservbyport', port)
}

/**
 * Returns the number of a protocol: 6 for `tcp`. Corresponds to `getprotobyname(3)`, which reads protocols(5).
 * @throws SocketError `ENOENT` when there is no such protocol
 * @throws TypeError `ERR_INVALID_ARG_TYPE` when the name is no string
 * @throws TypeError `ERR_INVALID_ARG_VALUE` when the name is empty or contains a NUL
 * @example
 * new Socket(AF_INET, SOCK_RAW, getProtoByName('icmp'))
 */
export function getProtoByName(name: string): Protocol {
  checkCName(name, 'name')
  return resultOrThrow(native.protocolByName(name), 'getprotobyname', name) as Protocol
}

/**
 * Returns the name of a protocol: `udp` for 17. Corresponds to `getprotobynumber(3)`.
 * @throws SocketError `ENOENT` when the number has no name
 * @throws TypeError `ERR_INVALID_ARG_TYPE` when the protocol is no number
 * @throws RangeError `ERR_OUT_OF_RANGE` when the protocol is negative, too large or no integer
 * @example
 * getProtoByNumber(IPPROTO_TCP) // 'tcp'
 */
export function getProtoByNumber(protocol: Protocol): string {
  checkInteger(protocol, 'protocol', 0, 0x7fffffff)
  return resultOrThrow(native.protocolByNumber(protocol), 'getprotobynumber', protocol)
}

/**
 * Returns the index of a network interface, for `scopeId` and multicast options. Corresponds to `if_nametoindex(3)`.
 * @throws SocketError `ENODEV` when there is no such interface
 * @throws SocketError `EMFILE` when no descriptor is left for the query
 * @throws TypeError `ERR_INVALID_ARG_TYPE` when the name is no string
 * @throws TypeError `ERR_INVALID_ARG_VALUE` when the name is empty or contains a NUL
 * @example
 * socket.connect({ host: 'fe80::1', port: 80, scopeId: ifNameToIndex('eth0') })
 */
export function ifNameToIndex(name: string): number {
  checkCName(name, 'name')
  return resultOrThrow(native.interfaceIndex(name), 'if_nametoindex', name)
}

/**
 * Returns the name of the network interface with an index. Corresponds to `if_indextoname(3)`.
 * @throws SocketError `ENXIO` when there is no such interface
 * @throws SocketError `EMFILE` when no descriptor is left for the query
 * @throws TypeError `ERR_INVALID_ARG_TYPE` when the index is no number
 * @throws RangeError `ERR_OUT_OF_RANGE` when the index is negative, too large or no integer
 * @example
 * ifIndexToName(1) // 'lo'
 */
export function ifIndexToName(index: number): string {
  checkInteger(index, 'index', 0, 0xffffffff)
  return resultOrThrow(native.interfaceName(index | 0), 'if_indextoname', index)
}

/**
 * Lists all network interfaces, including those that are down. Corresponds to `if_nameindex(3)`.
 * @throws SocketError `EMFILE` when no descriptor is left for the query
 * @throws SocketError `ENOBUFS` when there is too little memory
 * @example
 * for (const { index, name } of ifNameIndex()) console.log(index, name)
 */
export function ifNameIndex(): InterfaceName[] {
  return resultOrThrow(native.interfaces(), 'if_nameindex')
}

/**
 * Returns the name of this machine. Corresponds to `gethostname(2)`.
 * @example
 * console.log(`listening on ${getHostName()}`)
 */
export function getHostName(): string {
  return resultOrThrow(native.gethostname(), 'gethostname')
}

function optionalProtocol(protocol: string | undefined): string {
  if (protocol === undefined) return ''
  checkCName(protocol, 'protocol')
  return protocol
}

/** Returns the addon's result, unless it is an error. */
function resultOrThrow<Result extends number | string | object>(
  result: Result | number,
  syscall: string,
  subject: string | number = '',
): Result {
  if (typeof result !== 'number' || result >= 0) return result as Result
  const code = errnoName(result)
  throw new SocketError(`${syscall} ${code} ${subject}`.trimEnd(), code, result, syscall)
}
