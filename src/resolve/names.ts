// The system's small databases of names: services, protocols, interfaces, and this machine's own.

import { misuse, SocketError } from '../core/errors.js'
import { checkInteger } from '../core/validate.js'
import { native } from '../native/addon.js'
import type { Protocol } from '../native/constant-kinds.js'
import { errnoName } from '../native/errno.js'

/** A network interface, as `ifNameIndex` lists it. */
export interface InterfaceName {
  readonly index: number
  readonly name: string
}

/**
 * The port of a service: 80 for `http`. Corresponds to `getservbyname(3)`, which reads services(5).
 * Without a protocol (`tcp`, `udp`), the first entry of that name counts.
 * @throws `ENOENT`: there is no such service; `ERR_INVALID_ARG_TYPE`, `ERR_INVALID_ARG_VALUE`
 * @example
 * getServByName('ssh', 'tcp') // 22
 */
export function getServByName(name: string, protocol?: string): number {
  checkName(name, 'name')
  return found(native.serviceByName(name, optionalProtocol(protocol)), 'getservbyname', name)
}

/**
 * The service that usually has a port: `http` for 80. Corresponds to `getservbyport(3)`.
 * Without a protocol (`tcp`, `udp`), the first entry of that port counts.
 * @throws `ENOENT`: no service is known there; `ERR_INVALID_ARG_TYPE`, `ERR_INVALID_ARG_VALUE`, `ERR_OUT_OF_RANGE`
 * @example
 * getServByPort(53, 'udp') // 'domain'
 */
export function getServByPort(port: number, protocol?: string): string {
  checkInteger(port, 'port', 0, 65535)
  return found(native.serviceByPort(port, optionalProtocol(protocol)), 'getservbyport', port)
}

/**
 * The number of a protocol: 6 for `tcp`. Corresponds to `getprotobyname(3)`, which reads protocols(5).
 * @throws `ENOENT`: there is no such protocol; `ERR_INVALID_ARG_TYPE`, `ERR_INVALID_ARG_VALUE`
 * @example
 * new Socket(AF_INET, SOCK_RAW, getProtoByName('icmp'))
 */
export function getProtoByName(name: string): Protocol {
  checkName(name, 'name')
  return found(native.protocolByName(name), 'getprotobyname', name) as Protocol
}

/**
 * The name of a protocol: `udp` for 17. Corresponds to `getprotobynumber(3)`.
 * @throws `ENOENT`: the number has no name; `ERR_INVALID_ARG_TYPE`, `ERR_OUT_OF_RANGE`
 * @example
 * getProtoByNumber(IPPROTO_TCP) // 'tcp'
 */
export function getProtoByNumber(protocol: Protocol): string {
  checkInteger(protocol, 'protocol', 0, 0x7fffffff)
  return found(native.protocolByNumber(protocol), 'getprotobynumber', protocol)
}

/**
 * The index of a network interface, as `scopeId` and multicast options take it. Corresponds to `if_nametoindex(3)`.
 * @throws `ENODEV`: there is no such interface; `EMFILE`; `ERR_INVALID_ARG_TYPE`, `ERR_INVALID_ARG_VALUE`
 * @example
 * socket.connect({ host: 'fe80::1', port: 80, scopeId: ifNameToIndex('eth0') })
 */
export function ifNameToIndex(name: string): number {
  checkName(name, 'name')
  return found(native.interfaceIndex(name), 'if_nametoindex', name)
}

/**
 * The name of the network interface with an index. Corresponds to `if_indextoname(3)`.
 * @throws `ENXIO`: there is no such interface; `EMFILE`; `ERR_INVALID_ARG_TYPE`, `ERR_OUT_OF_RANGE`
 * @example
 * ifIndexToName(1) // 'lo'
 */
export function ifIndexToName(index: number): string {
  checkInteger(index, 'index', 0, 0x7fffffff)
  return found(native.interfaceName(index), 'if_indextoname', index)
}

/**
 * All network interfaces, those that are down among them. Corresponds to `if_nameindex(3)`.
 * @throws `EMFILE`, `ENOBUFS`
 * @example
 * for (const { index, name } of ifNameIndex()) console.log(index, name)
 */
export function ifNameIndex(): InterfaceName[] {
  return found(native.interfaces(), 'if_nameindex')
}

/**
 * The name of this machine. Corresponds to `gethostname(2)`.
 * @example
 * console.log(`listening on ${getHostName()}`)
 */
export function getHostName(): string {
  return found(native.gethostname(), 'gethostname')
}

/** Throws unless `value` can be a name in C: a string that is not empty and holds no NUL. */
export function checkName(value: unknown, what: string): asserts value is string {
  if (typeof value !== 'string') throw misuse(TypeError, 'ERR_INVALID_ARG_TYPE', `${what} must be a string`)
  if (value === '') throw misuse(TypeError, 'ERR_INVALID_ARG_VALUE', `${what} must not be empty`)
  if (value.includes('\0')) throw misuse(TypeError, 'ERR_INVALID_ARG_VALUE', `${what} must not hold a NUL`)
}

function optionalProtocol(protocol: string | undefined): string {
  if (protocol === undefined) return ''
  checkName(protocol, 'protocol')
  return protocol
}

/** The addon's answer, unless it is an error. */
function found<Answer extends number | string | object>(
  answer: Answer | number,
  syscall: string,
  subject: string | number = '',
): Answer {
  if (typeof answer !== 'number' || answer >= 0) return answer as Answer
  const code = errnoName(answer)
  throw new SocketError(`${syscall} ${code} ${subject}`.trimEnd(), code, answer, syscall)
}
