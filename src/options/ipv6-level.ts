// The options of IPv6: IPPROTO_IPV6, ipv6(7) and RFC 3542.

import type { AddressPreference, Family, PathMtuDiscovery } from '../native/constant-kinds.js'
import { IPPROTO_IPV6 } from '../native/generated/constants.js'
import { ipv6Membership, ipv6PacketInfo, ipv6PathMtu } from './address-structures.js'
import { bool, bytes, count, integer, kindOf, networkOrderInteger } from './codecs.js'
import { both, level, POSIX, read, write } from './row.js'

const DGRAM = ['dgram', 'raw'] as const
const HEADER = 'linux/in6.h'
const datagrams = { types: DGRAM }
const asked = { types: DGRAM, since: '2.6.14', man: HEADER }

// An extension header is counted in eights by one byte.
const MOST_HEADER = 2048
const MOST_POLICY = 4096
const hops = integer({ min: -1, max: 255, unit: 'hops' })

/** The rows of IPPROTO_IPV6. */
export const ipv6Level = level(
  { level: IPPROTO_IPV6, levelName: 'IPPROTO_IPV6', families: ['inet6'], man: 'ipv6(7)' },
  {
    IPV6_ADDRFORM: both(
      kindOf<Family>('Family', { min: 0 }),
      'Turns a socket that is connected to an IPv4 peer into an AF_INET one.',
    ),
    IPV6_ADDR_PREFERENCES: both(
      kindOf<AddressPreference>('AddressPreference', { min: 0 }),
      'Which of its own addresses the system prefers as the source, RFC 5014.',
      { since: '2.6.26', man: HEADER },
    ),
    IPV6_ADD_MEMBERSHIP: write(ipv6Membership, "Joins a multicast group; Linux' name of IPV6_JOIN_GROUP.", datagrams),
    IPV6_AUTOFLOWLABEL: both(bool, 'Gives packets a flow label of the kernel.', { since: '3.17', man: HEADER }),
    IPV6_CHECKSUM: both(
      integer({ min: -1, unit: 'bytes' }),
      'Where in the packets of a raw socket the kernel puts and checks a checksum; -1: nowhere.',
      { types: ['raw'], man: 'RFC 3542' },
    ),
    IPV6_DONTFRAG: both(bool, 'Does not fragment what is sent.', { since: '2.6.35', man: 'RFC 3542' }),
    IPV6_DROP_MEMBERSHIP: write(
      ipv6Membership,
      "Leaves a multicast group; Linux' name of IPV6_LEAVE_GROUP.",
      datagrams,
    ),
    IPV6_DSTOPTS: both(bytes(MOST_HEADER), 'The destination options header of what is sent. Asks for CAP_NET_RAW.', {
      types: DGRAM,
      man: 'ipv6(7), RFC 3542',
    }),
    IPV6_FLOWINFO: both(bool, 'Tells the flow label and traffic class of each datagram.', datagrams),
    IPV6_FLOWINFO_SEND: both(bool, 'Sends the flow label that addresses give as flowInfo.', { man: HEADER }),
    IPV6_FLOWLABEL_MGR: write(bytes(64), 'Takes or gives back a flow label: struct in6_flowlabel_req.', {
      man: HEADER,
    }),
    IPV6_FREEBIND: both(bool, 'Binds to an address that this machine does not have, or not yet.', {
      since: '4.15',
      man: HEADER,
    }),
    IPV6_HDRINCL: both(bool, 'What is sent brings its IPv6 header.', { types: ['raw'], since: '4.5', man: HEADER }),
    IPV6_HOPOPTS: both(bytes(MOST_HEADER), 'The hop-by-hop options header of what is sent. Asks for CAP_NET_RAW.', {
      types: DGRAM,
      man: 'ipv6(7), RFC 3542',
    }),
    IPV6_IPSEC_POLICY: write(bytes(MOST_POLICY), 'The IPsec policy of the socket, as of PF_KEY.', { man: HEADER }),
    IPV6_JOIN_ANYCAST: write(ipv6Membership, 'Takes part in an anycast address. Asks for CAP_NET_ADMIN.', {
      types: DGRAM,
      man: HEADER,
    }),
    IPV6_JOIN_GROUP: write(ipv6Membership, 'Joins a multicast group.', { types: DGRAM, man: 'RFC 3493' }),
    IPV6_LEAVE_ANYCAST: write(ipv6Membership, 'Leaves an anycast address.', { types: DGRAM, man: HEADER }),
    IPV6_LEAVE_GROUP: write(ipv6Membership, 'Leaves a multicast group.', { types: DGRAM, man: 'RFC 3493' }),
    IPV6_MINHOPCOUNT: both(
      integer({ min: 0, max: 255, unit: 'hops' }),
      'Drops packets that arrive with fewer hops left.',
      {
        since: '2.6.35',
        man: HEADER,
      },
    ),
    IPV6_MTU: both(
      count('bytes'),
      'The known MTU of the path to the peer, of a connected socket; set: the longest packet to send.',
    ),
    IPV6_MTU_DISCOVER: both(
      kindOf<PathMtuDiscovery>('PathMtuDiscovery', { min: 0 }),
      'Whether packets may be fragmented; see IP_MTU_DISCOVER.',
    ),
    IPV6_MULTICAST_ALL: both(bool, 'Also hears groups that other sockets of this machine have joined.', {
      types: DGRAM,
      since: '4.20',
      man: HEADER,
    }),
    IPV6_MULTICAST_HOPS: both(hops, 'How far what is sent to groups goes; -1: 1 hop.', {
      types: DGRAM,
      platforms: POSIX,
    }),
    IPV6_MULTICAST_IF: both(count('interface index'), 'From which interface to send to groups; 0: as routes say.', {
      types: DGRAM,
      platforms: POSIX,
    }),
    IPV6_MULTICAST_LOOP: both(bool, 'This machine also hears what is sent to groups.', {
      types: DGRAM,
      platforms: POSIX,
    }),
    IPV6_PATHMTU: read(ipv6PathMtu, 'The known MTU of the path to the peer; of a connected socket.', {
      man: 'RFC 3542',
    }),
    IPV6_PKTINFO: write(ipv6PacketInfo, 'The source address and interface of what is sent.', {
      types: DGRAM,
      man: 'RFC 3542',
    }),
    IPV6_RECVDSTOPTS: both(bool, 'Tells the destination options of each datagram.', asked),
    IPV6_RECVERR: both(bool, 'Queues errors of the network for MSG_ERRQUEUE.'),
    IPV6_RECVERR_RFC4884: both(bool, 'With IPV6_RECVERR: tells extensions of ICMP errors, RFC 4884.', {
      types: DGRAM,
      since: '5.9',
      man: HEADER,
    }),
    IPV6_RECVFRAGSIZE: both(bool, 'Tells the size of the largest fragment that a datagram came in.', {
      types: DGRAM,
      since: '4.9',
      man: HEADER,
    }),
    IPV6_RECVHOPLIMIT: both(bool, 'Tells how many hops each datagram had left.', asked),
    IPV6_RECVHOPOPTS: both(bool, 'Tells the hop-by-hop options of each datagram.', asked),
    IPV6_RECVORIGDSTADDR: both(bool, 'Tells where each datagram was sent to before it was redirected.', {
      types: DGRAM,
      since: '2.6.37',
      man: HEADER,
    }),
    IPV6_RECVPATHMTU: both(bool, 'Tells changes of the MTU of a path.', { types: DGRAM, since: '2.6.35', man: HEADER }),
    IPV6_RECVPKTINFO: both(bool, 'Tells to which address and on which interface each datagram came (IPV6_PKTINFO).', {
      types: DGRAM,
      since: '2.6.14',
    }),
    IPV6_RECVRTHDR: both(bool, 'Tells the routing header of each datagram.', asked),
    IPV6_RECVTCLASS: both(bool, 'Tells the traffic class of each datagram.', asked),
    IPV6_ROUTER_ALERT: both(
      integer({ min: -1 }),
      'Takes packets with this router alert value out of forwarding; -1: no longer.',
      { types: ['raw'] },
    ),
    IPV6_ROUTER_ALERT_ISOLATE: both(bool, 'Hears router alerts of its own network namespace only.', {
      types: ['raw'],
      since: '5.1',
      man: HEADER,
    }),
    IPV6_RTHDR: both(bytes(MOST_HEADER), 'The routing header of what is sent.', {
      types: DGRAM,
      man: 'ipv6(7), RFC 3542',
    }),
    IPV6_RTHDRDSTOPTS: both(
      bytes(MOST_HEADER),
      'The destination options before the routing header of what is sent. Asks for CAP_NET_RAW.',
      {
        types: DGRAM,
        man: 'RFC 3542',
      },
    ),
    IPV6_TCLASS: both(integer({ min: -1, max: 255 }), 'The traffic class of what is sent; -1: as the system has it.', {
      since: '2.6.14',
      man: 'RFC 3542',
    }),
    IPV6_TRANSPARENT: both(bool, 'Takes part in transparent proxying. Asks for CAP_NET_ADMIN.', {
      since: '2.6.37',
      man: HEADER,
    }),
    IPV6_UNICAST_HOPS: both(hops, 'How far what is sent goes; -1: as the system has it.', { platforms: POSIX }),
    IPV6_UNICAST_IF: both(networkOrderInteger, 'From which interface to send, by its index; 0: as routes say.', {
      since: '3.4',
      man: HEADER,
    }),
    IPV6_V6ONLY: both(bool, 'Only IPv6, no IPv4 as mapped addresses; to be set before bind.', {
      platforms: POSIX,
      since: '2.4.21',
    }),
    IPV6_XFRM_POLICY: write(bytes(MOST_POLICY), 'The IPsec policy of the socket: struct xfrm_userpolicy_info.', {
      man: HEADER,
    }),
  },
)
