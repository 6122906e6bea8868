// The options of IPv4: IPPROTO_IP, ip(7), and those of multicast groups of either family, RFC 3678.

import type { PathMtuDiscovery, Protocol, TypeOfService } from '../native/constant-kinds.js'
import { IPPROTO_IP } from '../native/generated/constants.js'
import {
  groupMembership,
  groupSourceFilter,
  groupSourceMembership,
  ipv4Membership,
  ipv4MulticastInterface,
  ipv4SourceFilter,
  ipv4SourceMembership,
} from './address-structures.js'
import { bool, bytes, count, integer, kindOf, networkOrderInteger } from './codecs.js'
import { both, level, POSIX, read, write } from './row.js'
import { portRange } from './structures.js'

const DGRAM = ['dgram', 'raw'] as const
const HEADER = 'linux/in.h'
const posix = { platforms: POSIX }
const datagrams = { types: DGRAM }

const MOST_IP_OPTIONS = 40
const MOST_CONTROL = 4096
const MOST_POLICY = 4096

/** The rows of IPPROTO_IP that an AF_INET socket has. */
export const ipLevel = level(
  { level: IPPROTO_IP, levelName: 'IPPROTO_IP', families: ['inet'], man: 'ip(7)' },
  {
    IP_ADD_MEMBERSHIP: write(ipv4Membership, 'Joins a multicast group.', { ...datagrams, since: '1.2' }),
    IP_ADD_SOURCE_MEMBERSHIP: write(ipv4SourceMembership, 'Joins a multicast group for what one source sends.', {
      ...datagrams,
      since: '2.4.22',
    }),
    IP_BIND_ADDRESS_NO_PORT: both(bool, 'bind with port 0 leaves the choice of the port to connect.', { since: '4.2' }),
    IP_BLOCK_SOURCE: write(ipv4SourceMembership, 'No longer hears one source of a joined group.', {
      ...datagrams,
      since: '2.4.22',
    }),
    IP_CHECKSUM: both(bool, 'Tells the checksum of the payload with each datagram.', {
      ...datagrams,
      since: '4.0',
      man: HEADER,
    }),
    IP_DROP_MEMBERSHIP: write(ipv4Membership, 'Leaves a multicast group.', { ...datagrams, since: '1.2' }),
    IP_DROP_SOURCE_MEMBERSHIP: write(ipv4SourceMembership, 'Leaves a multicast group for one source.', {
      ...datagrams,
      since: '2.4.22',
    }),
    IP_FREEBIND: both(bool, 'Binds to an address that this machine does not have, or not yet.', { since: '2.4' }),
    IP_HDRINCL: both(bool, 'What is sent brings its IP header.', { types: ['raw'], platforms: POSIX, since: '2.0' }),
    IP_IPSEC_POLICY: write(bytes(MOST_POLICY), 'The IPsec policy of the socket, as of PF_KEY.', { man: HEADER }),
    IP_LOCAL_PORT_RANGE: both(portRange, 'From which ports connect and bind with port 0 choose.', {
      since: '6.3',
      man: HEADER,
    }),
    IP_MINTTL: both(integer({ min: 0, max: 255, unit: 'hops' }), 'Drops packets that arrive with fewer hops left.', {
      since: '2.6.34',
      man: HEADER,
    }),
    IP_MSFILTER: write(ipv4SourceFilter, 'Which sources of a joined group are heard.', {
      ...datagrams,
      since: '2.4.22',
    }),
    IP_MTU: read(count('bytes'), 'The known MTU of the path to the peer; of a connected socket.', { since: '2.2' }),
    IP_MTU_DISCOVER: both(
      kindOf<PathMtuDiscovery>('PathMtuDiscovery', { min: 0 }),
      "Whether packets may be fragmented: IP_PMTUDISC_DO sets don't-fragment.",
      { since: '2.2' },
    ),
    IP_MULTICAST_ALL: both(bool, 'Also hears groups that other sockets of this machine have joined.', {
      ...datagrams,
      since: '2.6.31',
    }),
    IP_MULTICAST_IF: both(
      ipv4MulticastInterface,
      "From which interface to send to groups, given by an address of it or its index. Told is the address, '0.0.0.0' where none was set.",
      { ...datagrams, since: '1.2' },
    ),
    IP_MULTICAST_LOOP: both(bool, 'This machine also hears what is sent to groups.', { ...datagrams, since: '1.2' }),
    IP_MULTICAST_TTL: both(
      integer({ min: -1, max: 255, unit: 'hops' }),
      'How far what is sent to groups goes; -1: 1 hop.',
      {
        ...datagrams,
        since: '1.2',
      },
    ),
    IP_NODEFRAG: both(bool, 'Packet filters do not put fragments together.', { types: ['raw'], since: '2.6.36' }),
    IP_OPTIONS: both(bytes(MOST_IP_OPTIONS), 'The options in the header of what is sent.', { since: '2.0' }),
    IP_PASSSEC: both(bool, "Tells the sender's security label with each datagram (SCM_SECURITY).", {
      types: ['dgram'],
      since: '2.6.17',
    }),
    IP_PKTINFO: both(bool, 'Tells to which address and on which interface each datagram came (IP_PKTINFO).', {
      ...datagrams,
      since: '2.2',
    }),
    IP_PKTOPTIONS: read(bytes(MOST_CONTROL), 'What was asked to be told of packets, as ancillary data of a stream.', {
      types: ['stream'],
      man: HEADER,
    }),
    IP_PROTOCOL: read(kindOf<Protocol>('Protocol'), 'The protocol number of a raw socket.', {
      types: ['raw'],
      since: '6.4',
      man: HEADER,
    }),
    IP_RECVERR: both(bool, 'Queues errors of the network for MSG_ERRQUEUE.', { since: '2.2' }),
    IP_RECVERR_RFC4884: both(bool, 'With IP_RECVERR: tells extensions of ICMP errors, RFC 4884.', {
      types: ['dgram', 'raw'],
      since: '5.9',
      man: HEADER,
    }),
    IP_RECVFRAGSIZE: both(bool, 'Tells the size of the largest fragment that a datagram came in.', {
      ...datagrams,
      since: '4.9',
      man: HEADER,
    }),
    IP_RECVOPTS: both(bool, 'Tells the IP options of each datagram, filled in for this host.', {
      ...datagrams,
      since: '2.2',
    }),
    IP_RECVORIGDSTADDR: both(bool, 'Tells where each datagram was sent to before it was redirected.', {
      ...datagrams,
      since: '2.6.29',
    }),
    IP_RECVTOS: both(bool, 'Tells the type of service of each datagram.', { since: '2.2' }),
    IP_RECVTTL: both(bool, 'Tells how many hops each datagram had left.', { ...datagrams, since: '2.2' }),
    IP_RETOPTS: both(bool, 'Tells the IP options of each datagram as they came.', { ...datagrams, since: '2.2' }),
    IP_ROUTER_ALERT: both(bool, 'Takes packets with a router alert out of forwarding.', {
      types: ['raw'],
      since: '2.2',
    }),
    IP_TOS: both(
      kindOf<TypeOfService>('TypeOfService', { min: 0, max: 255 }),
      'The type of service of what is sent: a DSCP and, on datagrams, congestion notification.',
      { platforms: POSIX, since: '1.0' },
    ),
    IP_TRANSPARENT: both(bool, 'Takes part in transparent proxying. Asks for CAP_NET_ADMIN.', { since: '2.6.24' }),
    IP_TTL: both(
      integer({ min: -1, max: 255, unit: 'hops' }),
      'How far what is sent goes; -1: as the system has it.',
      posix,
    ),
    IP_UNBLOCK_SOURCE: write(ipv4SourceMembership, 'Hears a source again that was blocked.', {
      ...datagrams,
      since: '2.4.22',
    }),
    IP_UNICAST_IF: both(networkOrderInteger, 'From which interface to send, by its index; 0: as routes say.', {
      since: '3.4',
      man: HEADER,
    }),
    IP_XFRM_POLICY: write(bytes(MOST_POLICY), 'The IPsec policy of the socket: struct xfrm_userpolicy_info.', {
      man: HEADER,
    }),
  },
)

/** The rows that exist at IPPROTO_IP and at IPPROTO_IPV6: the group's family decides. */
export const groupLevel = level(
  { level: IPPROTO_IP, levelName: 'IPPROTO_IP, IPPROTO_IPV6', families: ['inet', 'inet6'], types: DGRAM, man: HEADER },
  {
    MCAST_BLOCK_SOURCE: write(groupSourceMembership, 'No longer hears one source of a joined group.', {
      since: '2.4.22',
    }),
    MCAST_JOIN_GROUP: write(groupMembership, 'Joins a multicast group.', { since: '2.4.22' }),
    MCAST_JOIN_SOURCE_GROUP: write(groupSourceMembership, 'Joins a multicast group for what one source sends.', {
      since: '2.4.22',
    }),
    MCAST_LEAVE_GROUP: write(groupMembership, 'Leaves a multicast group.', { since: '2.4.22' }),
    MCAST_LEAVE_SOURCE_GROUP: write(groupSourceMembership, 'Leaves a multicast group for one source.', {
      since: '2.4.22',
    }),
    MCAST_MSFILTER: write(groupSourceFilter, 'Which sources of a joined group are heard.', { since: '2.4.22' }),
    MCAST_UNBLOCK_SOURCE: write(groupSourceMembership, 'Hears a source again that was blocked.', { since: '2.4.22' }),
  },
)
