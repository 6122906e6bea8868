// Several networks of their own for a child process, connected by virtual cables.

import { failureOf } from './child.js'

// This network and three others: `router`, a hop away from `server`, and `other`. The devices here are `first`, towards the
// router, and `second`. The names of `ip netns` are files, in a file system of these processes' own.
const namespaces = [
  'mount -t tmpfs tmpfs /run',
  'ip link set lo up',
  'for name in router server other; do ip netns add $name; ip -n $name link set lo up; done',
  'ip link add first type veth peer name left netns router',
  'ip link add second type veth peer name right netns other',
  'ip -n router link add right type veth peer name left netns server',
  'ip address add 10.1.0.1/24 dev first',
  'ip address add 10.3.0.1/24 dev second',
  'ip -n router address add 10.1.0.2/24 dev left',
  'ip -n router address add 10.2.0.1/24 dev right',
  'ip -n server address add 10.2.0.2/24 dev left',
  'ip -n other address add 10.3.0.2/24 dev right',
  'for name in first second; do ip link set $name up; done',
  'for name in left right; do ip -n router link set $name up; done',
  'ip -n server link set left up',
  'ip -n other link set right up',
  'ip route add default via 10.1.0.2',
  'ip -n server route add default via 10.2.0.1',
  "ip netns exec router sh -c 'echo 1 > /proc/sys/net/ipv4/ip_forward'",
].join(' && ')

const namespacePrefix = ['unshare', '--net', '--mount', 'sh', '-c', `${namespaces} && exec "$0" "$@"`]
const namespaceFailure = failureOf(namespacePrefix[0]!, [...namespacePrefix.slice(1), 'true'])

/** Why there can be no such networks, as `skip` takes it; false where there can. */
export const noNamespaces: string | false = namespaceFailure && `no network namespaces here: ${namespaceFailure}`

/** The command line in front of a program that runs in the first of those networks. */
export const inOwnNamespaces: readonly string[] = namespacePrefix
