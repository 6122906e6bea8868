// A network of its own for a child process, in which some addresses lead nowhere.

import { spawnSync } from 'node:child_process'

// What is routed to the loopback device without being an address of it comes back in, is nobody's, and is dropped:
// a black hole. The other two are refused by the routing table, and every other address has no route.
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

const ways = [
  ['unshare', '--net'],
  ['unshare', '--map-root-user', '--net'],
].map((words) => [...words, 'sh', '-c', `${network} && exec "$0" "$@"`])

const way = ways.find(([command, ...rest]) => spawnSync(command!, [...rest, 'true']).status === 0)

/** Why there can be no such network, as `skip` takes it; false where there can. */
export const noNetwork: string | false =
  way === undefined ? 'making a network namespace (unshare, ip) is not allowed or not possible here' : false

/** The command line in front of a program that is to run there. */
export const inOwnNetwork: readonly string[] = way ?? []
