// The names of the numbers that a socket is made of. Of several names for one number, the first in constants.def is
// returned, as by errnoName.

import { native } from './addon.js'
import type { Family, Protocol, SocketType } from './constant-kinds.js'

/** The constants whose names begin with a prefix, by number. Made when a name is first asked for. */
function namesBy(prefix: string): () => ReadonlyMap<number, string> {
  let names: ReadonlyMap<number, string> | undefined
  return () => {
    names ??= collectNames(prefix)
    return names
  }
}

function collectNames(prefix: string): ReadonlyMap<number, string> {
  const named = Object.entries(native.constants).filter(([name, value]) => name.startsWith(prefix) && value >= 0)
  // Reversed, because a Map keeps the last of several names.
  return new Map(named.map(([name, value]): [number, string] => [value, name]).reverse())
}

const families = namesBy('AF_')
const types = namesBy('SOCK_')
const protocols = namesBy('IPPROTO_')

const nameIn = (names: () => ReadonlyMap<number, string>, number: number): string =>
  names().get(number) ?? `UNKNOWN(${number})`

/**
 * Names an address family: `AF_INET6` for 10 on Linux. A number without a name gives `UNKNOWN(<number>)`.
 * @example
 * console.log(afName(socket.family))
 */
export function afName(family: Family | number): string {
  return nameIn(families, family)
}

/**
 * Names a type of sockets: `SOCK_STREAM` for 1 on Linux. A number without a name gives `UNKNOWN(<number>)`.
 * @example
 * console.log(sockTypeName(socket.type))
 */
export function sockTypeName(type: SocketType | number): string {
  return nameIn(types, type)
}

/**
 * Names a protocol of the internet families: `IPPROTO_UDP` for 17. A number without a name gives `UNKNOWN(<number>)`.
 * @example
 * console.log(ipProtoName(IPPROTO_UDP)) // 'IPPROTO_UDP'
 */
export function ipProtoName(protocol: Protocol): string {
  return nameIn(protocols, protocol)
}
