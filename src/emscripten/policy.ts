// What a program may reach is the host's to decide: it is asked before every call that leaves the program.

import { BlockList } from 'node:net'
import { isNumericHost } from '../addresses/inet.js'
import type { Address } from '../addresses/types.js'
import { throwLater } from '../core/errors.js'
import { checkArray, checkString, wrongValue } from '../core/validate.js'
import { AF_INET, AF_INET6, AF_UNIX, SOCK_DGRAM, SOCK_SEQPACKET, SOCK_STREAM } from '../native/generated/constants.js'
import { CallFailure } from './failure.js'

/** What a program asks for, before it gets it. */
export type AccessRequest =
  /** A socket is made; `socket(2)`, `socketpair(2)`. */
  | { readonly operation: 'socket'; readonly family: number; readonly type: number; readonly protocol: number }
  /**
   * A socket gets a local address, connects, or sends a datagram to an address. `listen(2)` of a socket without an address
   * is a `bind` to the one that the kernel would choose, which is any address of this machine.
   */
  | { readonly operation: 'bind' | 'connect' | 'send'; readonly address: Address }
  /** A name is looked up; `getaddrinfo(3)`. `null` is this machine. `found` are the addresses, for a list of hosts. */
  | { readonly operation: 'lookup'; readonly host: string | null }
  /** The name of an address is looked up; `getnameinfo(3)`. */
  | { readonly operation: 'reverse'; readonly address: Address }

/**
 * Decides about a request: `true` allows it, anything else refuses it with `EACCES`. One that throws refuses too, and the
 * error is thrown as an uncaught exception afterwards.
 */
export type AccessPolicy = (request: AccessRequest) => boolean

/** A policy that also learns the addresses that allowed names have. */
interface LearningPolicy extends AccessPolicy {
  found?(host: string, addresses: readonly Address[]): void
}

/** Asks the policy. @throws CallFailure `EACCES` */
export function checkAccess(allow: AccessPolicy | undefined, request: AccessRequest): void {
  if (allow === undefined) return
  let allowed = false
  try {
    allowed = allow(request) === true
  } catch (error) {
    throwLater(error)
  }
  if (!allowed) throw new CallFailure('EACCES')
}

/** Gives a policy the addresses of a name that it has allowed. */
export function reportFound(allow: AccessPolicy | undefined, host: string | null, addresses: readonly Address[]): void {
  if (host !== null) (allow as LearningPolicy | undefined)?.found?.(host, addresses)
}

const USUAL_FAMILIES: readonly number[] = [AF_INET, AF_INET6, AF_UNIX]
const USUAL_TYPES: readonly number[] = [SOCK_STREAM, SOCK_DGRAM, SOCK_SEQPACKET]

/** Sockets that reach only what their addresses name: no raw ones, packet sockets or netlink. */
function isUsual({ family, type }: { readonly family: number; readonly type: number }): boolean {
  return USUAL_FAMILIES.includes(family) && USUAL_TYPES.includes(type)
}

/** A list of networks, which also matches an IPv4 address that is written as an IPv6 one. */
class Networks {
  readonly #list = new BlockList()

  add(network: string): void {
    const [host, prefix] = network.split('/') as [string, string?]
    const family = host.includes(':') ? 'ipv6' : 'ipv4'
    if (prefix === undefined) this.#list.addAddress(host, family)
    else this.#list.addSubnet(host, Number(prefix), family)
  }

  has({ family, host }: { readonly family: 'inet' | 'inet6'; readonly host: string }): boolean {
    const bare = host.split('%')[0]!
    return this.#list.check(bare, family === 'inet' ? 'ipv4' : 'ipv6')
  }
}

/** A policy for addresses with hosts; unnamed unix sockets, which reach nothing, are allowed. */
function policyOfHosts(networks: Networks, isAllowedName: (host: string | null) => boolean): AccessPolicy {
  return (request) => {
    if (request.operation === 'socket') return isUsual(request)
    if (request.operation === 'lookup') return isAllowedName(request.host)
    const { address } = request
    if (address.family === 'inet' || address.family === 'inet6') return networks.has(address)
    return address.family === 'unix' && !('path' in address) && !('abstract' in address)
  }
}

/**
 * A policy that allows this machine alone: addresses of the loopback interface, and the names of this machine.
 * @example
 * import { loopbackOnly } from 'berkeley/emscripten'
 * import { loadPyodideWithSockets } from 'berkeley/pyodide'
 *
 * const pyodide = await loadPyodideWithSockets({ allow: loopbackOnly() })
 */
export function loopbackOnly(): AccessPolicy {
  const networks = new Networks()
  networks.add('127.0.0.0/8')
  networks.add('::1')
  return policyOfHosts(
    networks,
    (host) => host === null || host === 'localhost' || (isNumericHost(host) && networks.has(asAddress(host))),
  )
}

function asAddress(host: string): { family: 'inet' | 'inet6'; host: string } {
  return { family: host.includes(':') ? 'inet6' : 'inet', host }
}

/**
 * A policy that allows the hosts of a list: names (`example.com`, or `*.example.com` for those below it), addresses, and
 * networks (`10.0.0.0/8`). Addresses that a lookup finds for an allowed name are allowed from then on.
 * @throws TypeError `ERR_INVALID_ARG_TYPE`, `ERR_INVALID_ARG_VALUE` for what is no host
 * @example
 * import { allowHosts } from 'berkeley/emscripten'
 *
 * const allow = allowHosts(['*.example.com', '192.168.0.0/16'])
 */
export function allowHosts(hosts: readonly string[]): AccessPolicy {
  checkArray(hosts, 'hosts')
  const networks = new Networks()
  const names = new Set<string>()
  for (const [index, host] of hosts.entries()) addHost(host, `hosts[${index}]`, networks, names)
  // Without a host no name is looked up, and the addresses are checked when they are used.
  const isAllowedName = (host: string | null): boolean =>
    host === null || isListed(host, names) || isNumericIn(host, networks)
  const policy: LearningPolicy = policyOfHosts(networks, isAllowedName)
  policy.found = (host, addresses) => {
    if (!isListed(host, names)) return
    for (const address of addresses) if ('host' in address) networks.add(address.host.split('%')[0]!)
  }
  return policy
}

function addHost(host: string, argument: string, networks: Networks, names: Set<string>): void {
  checkString(host, argument)
  const [address] = host.split('/')
  if (!isNumericHost(address!)) {
    if (host.includes('/') || host === '') throw wrongValue(`${argument} must be a host or a network, got '${host}'`)
    names.add(host.toLowerCase())
    return
  }
  try {
    networks.add(host)
  } catch {
    throw wrongValue(`${argument} must be a network such as 10.0.0.0/8, got '${host}'`)
  }
}

function isListed(host: string, names: ReadonlySet<string>): boolean {
  const name = host.toLowerCase().replace(/\.$/, '')
  if (names.has(name)) return true
  for (let dot = name.indexOf('.'); dot >= 0; dot = name.indexOf('.', dot + 1)) {
    if (names.has(`*${name.slice(dot)}`)) return true
  }
  return false
}

function isNumericIn(host: string, networks: Networks): boolean {
  return isNumericHost(host) && networks.has(asAddress(host))
}
