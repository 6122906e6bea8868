// The options of IPv6 at IPPROTO_IPV6, ipv6(7) and RFC 3542.

import type { AddressPreference, Family, PathMtuDiscovery } from '../native/constant-kinds.js'
import { IPPROTO_IPV6 } from '../native/generated/constants.js'
import { ipv6Membership, ipv6PacketInfo, ipv6PathMtu } from './address-structures.js'
import { bool, bytes, constantOf, count, integer, networkOrderInteger } from './codecs.js'
import { optionLevel, POSIX_PLATFORMS, readOnly, readWrite, writeOnly } from './row.js'

const DGRAM = ['dgram', 'raw'] as const
const HEADER = 'linux/in6.h'
const datagrams = { types: DGRAM }
const datagramsSince2614 = { types: DGRAM, since: '2.6.14', man: HEADER }

// The length of an extension header is one byte that counts units of eight bytes.
const MAX_HEADER_BYTES = 2048
const MAX_POLICY_BYTES = 4096
const hops = integer({ min: -1, max: 255, unit: 'hops' })

/** The options at IPPROTO_IPV6. */
export const ipv6Level = optionLevel(
  { level: IPPROTO_IPV6, levelName: 'IPPROTO_IPV6', families: ['inet6'], man: 'ipv6(7)' },
  {
    IPV6_ADDRFORM: readWrite(
      constantOf<Family>('Family', { min: 0 }),
      'Turns a socket that is connected to an IPv4 peer into an AF_INET one.',
    ),
    IPV6_ADDR_PREFERENCES: readWrite(
      constantOf<AddressPreference>('AddressPreference', { min: 0 }),
      'Which of its addresses the system prefers as the source, RFC 5014.',
      { since: '2.6.26', man: HEADER },
    ),
    IPV6_ADD_MEMBERSHIP: writeOnly(
      ipv6Membership,
      "Joins a multicast group; Linux's name of IPV6_JOIN_GROUP.",
      datagrams,
    ),
    IPV6_AUTOFLOWLABEL: readWrite(bool, 'Lets the kernel assign flow labels to packets.', {
      since: '3.17',
      man: HEADER,
    }),
    IPV6_CHECKSUM: readWrite(
      integer({ min: -1, unit: 'bytes' }),
      'The offset in the packets of a raw socket at which the kernel writes and verifies a checksum; -1 for none.',
      { types: ['raw'], man: 'RFC 3542' },
    ),
    IPV6_DONTFRAG: readWrite(bool, 'Does not fragment packets that are sent.', { since: '2.6.35', man: 'RFC 3542' }),
    IPV6_DROP_MEMBERSHIP: writeOnly(
      ipv6Membership,
      "Leaves a multicast group; Linux's name of IPV6_LEAVE_GROUP.",
      datagrams,
    ),
    IPV6_DSTOPTS: readWrite(
      bytes(MAX_HEADER_BYTES),
      'The destination options header of each packet that is sent. Requires CAP_NET_RAW.',
      {
        types: DGRAM,
        man: 'ipv6(7), RFC 3542',
      },
    ),
    IPV6_FLOWINFO: readWrite(
      bool,
      'Delivers the flow label and traffic class of each datagram, as ancillary data.',
      datagrams,
    ),
    IPV6_FLOWINFO_SEND: readWrite(bool, 'Sends the flow label that addresses contain as flowInfo.', { man: HEADER }),
    IPV6_FLOWLABEL_MGR: writeOnly(bytes(64), 'Acquires or releases a flow label: struct in6_flowlabel_req.', {
      man: HEADER,
    }),
    IPV6_FREEBIND: readWrite(
      bool,
      'Allows binding to an address that this machine does not have, or does not have yet.',
      {
        since: '4.15',
        man: HEADER,
      },
    ),
    IPV6_HDRINCL: readWrite(bool, 'The program supplies the IPv6 header of each packet that it sends.', {
      types: ['raw'],
      since: '4.5',
      man: HEADER,
    }),
    IPV6_HOPOPTS: readWrite(
      bytes(MAX_HEADER_BYTES),
      'The hop-by-hop options header of each packet that is sent. Requires CAP_NET_RAW.',
      {
        types: DGRAM,
        man: 'ipv6(7), RFC 3542',
      },
    ),
    IPV6_IPSEC_POLICY: writeOnly(bytes(MAX_POLICY_BYTES), 'The IPsec policy of the socket, in the format of PF_KEY.', {
      man: HEADER,
    }),
    IPV6_JOIN_ANYCAST: writeOnly(ipv6Membership, 'Joins an anycast address. Requires CAP_NET_ADMIN.', {
      types: DGRAM,
      man: HEADER,
    }),
    IPV6_JOIN_GROUP: writeOnly(ipv6Membership, 'Joins a multicast group.', { types: DGRAM, man: 'RFC 3493' }),
    IPV6_LEAVE_ANYCAST: writeOnly(ipv6Membership, 'Leaves an anycast address.', { types: DGRAM, man: HEADER }),
    IPV6_LEAVE_GROUP: writeOnly(ipv6Membership, 'Leaves a multicast group.', { types: DGRAM, man: 'RFC 3493' }),
    IPV6_MINHOPCOUNT: readWrite(
      integer({ min: 0, max: 255, unit: 'hops' }),
      'Drops packets that arrive with fewer remaining hops.',
      {
        since: '2.6.35',
        man: HEADER,
      },
    ),
    IPV6_MTU: readWrite(
      count('bytes'),
      'Read: the known MTU of the path to the peer of a connected socket. Set: the size of the longest packet to send.',
    ),
    IPV6_MTU_DISCOVER: readWrite(
      constantOf<PathMtuDiscovery>('PathMtuDiscovery', { min: 0 }),
      'Whether packets may be fragmented; see IP_MTU_DISCOVER.',
    ),
    IPV6_MULTICAST_ALL: readWrite(bool, 'Also receives from groups that other sockets of this machine have joined.', {
      types: DGRAM,
      since: '4.20',
      man: HEADER,
    }),
    IPV6_MULTICAST_HOPS: readWrite(hops, 'The hop limit of datagrams to groups; -1 means 1.', {
      types: DGRAM,
      platforms: POSIX_PLATFORMS,
    }),
    IPV6_MULTICAST_IF: readWrite(
      count('interface index'),
      'The index of the interface for datagrams to groups; 0 follows the routes.',
      {
        types: DGRAM,
        platforms: POSIX_PLATFORMS,
      },
    ),
    IPV6_MULTICAST_LOOP: readWrite(bool, 'Datagrams to groups are also delivered on this machine.', {
      types: DGRAM,
      platforms: POSIX_PLATFORMS,
    }),
    IPV6_PATHMTU: readOnly(ipv6PathMtu, 'The known MTU of the path to the peer of a connected socket.', {
      man: 'RFC 3542',
    }),
    IPV6_PKTINFO: writeOnly(ipv6PacketInfo, 'The source address and the interface of each packet that is sent.', {
      types: DGRAM,
      man: 'RFC 3542',
    }),
    IPV6_RECVDSTOPTS: readWrite(
      bool,
      'Delivers the destination options of each datagram, as ancillary data.',
      datagramsSince2614,
    ),
    IPV6_RECVERR: readWrite(bool, 'Queues network errors, which are received with MSG_ERRQUEUE.'),
    IPV6_RECVERR_RFC4884: readWrite(bool, 'With IPV6_RECVERR: includes the extensions of ICMP errors, RFC 4884.', {
      types: DGRAM,
      since: '5.9',
      man: HEADER,
    }),
    IPV6_RECVFRAGSIZE: readWrite(
      bool,
      'Delivers the size of the largest fragment of each fragmented datagram, as ancillary data.',
      {
        types: DGRAM,
        since: '4.9',
        man: HEADER,
      },
    ),
    IPV6_RECVHOPLIMIT: readWrite(
      bool,
      'Delivers the remaining hops of each datagram, as ancillary data.',
      datagramsSince2614,
    ),
    IPV6_RECVHOPOPTS: readWrite(
      bool,
      'Delivers the hop-by-hop options of each datagram, as ancillary data.',
      datagramsSince2614,
    ),
    IPV6_RECVORIGDSTADDR: readWrite(
      bool,
      'Delivers the destination of each datagram before it was redirected, as ancillary data.',
      {
        types: DGRAM,
        since: '2.6.37',
        man: HEADER,
      },
    ),
    IPV6_RECVPATHMTU: readWrite(bool, 'Delivers changes of the MTU of a path, as ancillary data.', {
      types: DGRAM,
      since: '2.6.35',
      man: HEADER,
    }),
    IPV6_RECVPKTINFO: readWrite(
      bool,
      'Delivers the destination address and the interface of each datagram, as ancillary data (IPV6_PKTINFO).',
      {
        types: DGRAM,
        since: '2.6.14',
      },
    ),
    IPV6_RECVRTHDR: readWrite(
      bool,
      'Delivers the routing header of each datagram, as ancillary data.',
      datagramsSince2614,
    ),
    IPV6_RECVTCLASS: readWrite(
      bool,
      'Delivers the traffic class of each datagram, as ancillary data.',
      datagramsSince2614,
    ),
    IPV6_ROUTER_ALERT: readWrite(
      integer({ min: -1 }),
      'Receives packets with this router alert value that would otherwise be forwarded; -1 stops it.',
      { types: ['raw'] },
    ),
    IPV6_ROUTER_ALERT_ISOLATE: readWrite(bool, 'Receives router alerts of its own network namespace only.', {
      types: ['raw'],
      since: '5.1',
      man: HEADER,
    }),
    IPV6_RTHDR: readWrite(bytes(MAX_HEADER_BYTES), 'The routing header of each packet that is sent.', {
      types: DGRAM,
      man: 'ipv6(7), RFC 3542',
    }),
    IPV6_RTHDRDSTOPTS: readWrite(
      bytes(MAX_HEADER_BYTES),
      'The destination options before the routing header of each packet that is sent. Requires CAP_NET_RAW.',
      {
        types: DGRAM,
        man: 'RFC 3542',
      },
    ),
    IPV6_TCLASS: readWrite(
      integer({ min: -1, max: 255 }),
      'The traffic class of each packet that is sent; -1 is the default of the system.',
      {
        since: '2.6.14',
        man: 'RFC 3542',
      },
    ),
    IPV6_TRANSPARENT: readWrite(bool, 'Enables transparent proxying. Requires CAP_NET_ADMIN.', {
      since: '2.6.37',
      man: HEADER,
    }),
    IPV6_UNICAST_HOPS: readWrite(hops, 'The hop limit of each packet that is sent; -1 is the default of the system.', {
      platforms: POSIX_PLATFORMS,
    }),
    IPV6_UNICAST_IF: readWrite(
      networkOrderInteger,
      'The index of the interface for packets that are sent; 0 follows the routes.',
      {
        since: '3.4',
        man: HEADER,
      },
    ),
    IPV6_V6ONLY: readWrite(
      bool,
      'Restricts the socket to IPv6, without IPv4 as mapped addresses. Set it before bind.',
      {
        platforms: POSIX_PLATFORMS,
        since: '2.4.21',
      },
    ),
    IPV6_XFRM_POLICY: writeOnly(
      bytes(MAX_POLICY_BYTES),
      'The IPsec policy of the socket: struct xfrm_userpolicy_info.',
      {
        man: HEADER,
      },
    ),
  },
)
