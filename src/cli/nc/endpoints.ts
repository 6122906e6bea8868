// The addresses and sockets of a netcat: what its words mean.

import {
  type AddressInput,
  AF_INET,
  AF_INET6,
  AF_UNIX,
  AF_UNSPEC,
  AI_NUMERICHOST,
  AI_PASSIVE,
  AsyncSocket,
  type Family,
  getServByName,
  type HostAddress,
  resolveAsync,
  SO_REUSEADDR,
  SOCK_DGRAM,
  SOCK_SEQPACKET,
  SOCK_STREAM,
  SocketError,
  type SocketType,
  type UnixInput,
} from '../../index.js'
import type { NcOptions } from './options.js'

/** The socket type that the options name. */
function socketType({ udp, seqpacket }: NcOptions): SocketType {
  if (seqpacket) return SOCK_SEQPACKET
  return udp ? SOCK_DGRAM : SOCK_STREAM
}

/** The name of the transport, as services have it. */
export function transportOf({ udp }: NcOptions): 'tcp' | 'udp' {
  return udp ? 'udp' : 'tcp'
}

/** The address of a unix socket: `@name` is an abstract one. */
export function unixAddress(text: string): UnixInput {
  return text.startsWith('@') ? { abstract: text.slice(1) } : { path: text }
}

/**
 * The ports that words name: numbers, ranges, services.
 * @throws Error for what is none
 */
export function portsOf(words: readonly string[], options: NcOptions): number[] {
  return words.flatMap((word) => {
    const [, first, last = first] = /^(\d{1,5})(?:-(\d{1,5}))?$/.exec(word) ?? []
    if (first === undefined) return [portOfService(word, options)]
    const [from, to] = [Number(first), Number(last)]
    // A listener may leave the choice to the kernel.
    if (from < (options.listen ? 0 : 1) || to > 65535 || from > to)
      throw new Error(`'${word}' is neither a port from 1 to 65535 nor a range of ports`)
    return Array.from({ length: to - from + 1 }, (_, index) => from + index)
  })
}

function portOfService(name: string, options: NcOptions): number {
  if (options.numeric) throw new Error(`'${name}' is no number, and -n allows no name`)
  const transport = transportOf(options)
  try {
    return getServByName(name, transport)
  } catch (error) {
    if (!(error instanceof SocketError)) throw error
    throw new Error(`'${name}' is neither a port nor the name of a service of ${transport}`)
  }
}

function familyOf({ ipv4, ipv6 }: NcOptions): Family {
  if (ipv4) return AF_INET
  return ipv6 ? AF_INET6 : AF_UNSPEC
}

/**
 * The addresses of a host, for the socket type of the options.
 * @param passive whether they are to be bound: then '' is every address of this machine
 * @throws ResolveError
 */
export async function addressesOf(
  host: string,
  port: number,
  options: NcOptions,
  passive = false,
): Promise<readonly HostAddress[]> {
  const flags = ((passive ? AI_PASSIVE : 0) | (options.numeric ? AI_NUMERICHOST : 0)) as typeof AI_PASSIVE
  const found = await resolveAsync(host === '' ? null : host, port, {
    family: familyOf(options),
    type: socketType(options),
    flags,
  })
  return found.map(({ address }) => address)
}

/** A socket that is bound to `local`, where that is given. A port whose connections have just ended can be bound. */
export function boundSocket(family: Family, local: AddressInput | undefined, options: NcOptions): AsyncSocket {
  const socket = new AsyncSocket(family, socketType(options))
  if (local === undefined) return socket
  try {
    if (family !== AF_UNIX) socket.setOption(SO_REUSEADDR, true)
    socket.bind(local)
    return socket
  } catch (error) {
    socket.close()
    throw error
  }
}

/** The number of an address's family. */
export function familyNumber({ family }: HostAddress): Family {
  return family === 'inet6' ? AF_INET6 : AF_INET
}
