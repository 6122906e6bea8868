// A network of its own for a child process, with addresses that cannot be reached.

import { failureOf } from './child.js'

// A packet that is routed to the loopback device comes back in. Where its destination is not an address of the device,
// it is dropped: a black hole. The routing table refuses the next two, and no route leads to any other address.
const network = [
  'ip link set lo up',
  'ip address add 10.99.0.1/32 dev lo',
  'ip route add 10.99.0.2/32 dev lo',
  'ip route add unreachable 10.98.0.0/16',
  'ip route add prohibit 10.97.0.0/16',
  // Not every kernel has IPv6.
  '{ ip address add fe80::1/64 dev lo nodad 2>/dev/null || true; }',
].join(' && ')

/** Addresses of that network. */
export const BLACK_HOLE = '10.99.0.2'
export const UNREACHABLE_HOST = '10.98.0.1'
export const PROHIBITED_HOST = '10.97.0.1'
export const UNREACHABLE_NETWORK = '192.0.2.1'

/** A link-local address of that network, where there is IPv6: it needs the scope of the loopback device. */
export const LINK_LOCAL_HOST = 'fe80::1'

const prefixes = [
  ['unshare', '--net'],
  ['unshare', '--map-root-user', '--net'],
].map((words) => [...words, 'sh', '-c', `${network} && exec "$0" "$@"`])

const prefix = prefixes.find(([command, ...words]) => failureOf(command!, [...words, 'true']) === false)

/** Why there can be no such network, as `skip` takes it; false where there can. */
export const noNetwork: string | false =
  prefix === undefined ? 'making a network namespace (unshare, ip) is not allowed or not possible here' : false

/** The command line in front of a program that runs in that network. */
export const inOwnNetwork: readonly string[] = prefix ?? []

/** The same, in a network where the kernel can choose this port alone for a socket. */
export function inNetworkOfOnePort(port: string): readonly string[] {
  const range = '/proc/sys/net/ipv4/ip_local_port_range'
  return [...inOwnNetwork, 'sh', '-c', `echo ${port} ${port} > ${range} && exec "$0" "$@"`]
}
