// The options of IPv4 at IPPROTO_IP, ip(7), and the options of multicast groups of either family, RFC 3678.

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
import { bool, bytes, constantOf, count, integer, networkOrderInteger } from './codecs.js'
import { optionLevel, POSIX_PLATFORMS, readOnly, readWrite, writeOnly } from './row.js'
import { portRange } from './structures.js'

const DGRAM = ['dgram', 'raw'] as const
const HEADER = 'linux/in.h'
const posix = { platforms: POSIX_PLATFORMS }
const datagrams = { types: DGRAM }

const MAX_IP_OPTIONS_BYTES = 40
const MAX_CONTROL_BYTES = 4096
const MAX_POLICY_BYTES = 4096

/** The options of an AF_INET socket at IPPROTO_IP. */
export const ipLevel = optionLevel(
  { level: IPPROTO_IP, levelName: 'IPPROTO_IP', families: ['inet'], man: 'ip(7)' },
  {
    IP_ADD_MEMBERSHIP: writeOnly(ipv4Membership, 'Joins a multicast group.', { ...datagrams, since: '1.2' }),
    IP_ADD_SOURCE_MEMBERSHIP: writeOnly(
      ipv4SourceMembership,
      'Joins a multicast group to receive from one source only.',
      {
        ...datagrams,
        since: '2.4.22',
      },
    ),
    IP_BIND_ADDRESS_NO_PORT: readWrite(bool, 'Makes bind with port 0 leave the choice of the port to connect.', {
      since: '4.2',
    }),
    IP_BLOCK_SOURCE: writeOnly(ipv4SourceMembership, 'Stops receiving from one source of a joined group.', {
      ...datagrams,
      since: '2.4.22',
    }),
    IP_CHECKSUM: readWrite(bool, 'Delivers the checksum of the payload of each datagram, as ancillary data.', {
      ...datagrams,
      since: '4.0',
      man: HEADER,
    }),
    IP_DROP_MEMBERSHIP: writeOnly(ipv4Membership, 'Leaves a multicast group.', { ...datagrams, since: '1.2' }),
    IP_DROP_SOURCE_MEMBERSHIP: writeOnly(
      ipv4SourceMembership,
      'Leaves a multicast group that was joined for one source.',
      {
        ...datagrams,
        since: '2.4.22',
      },
    ),
    IP_FREEBIND: readWrite(
      bool,
      'Allows binding to an address that this machine does not have, or does not have yet.',
      { since: '2.4' },
    ),
    IP_HDRINCL: readWrite(bool, 'The program supplies the IP header of each packet that it sends.', {
      types: ['raw'],
      platforms: POSIX_PLATFORMS,
      since: '2.0',
    }),
    IP_IPSEC_POLICY: writeOnly(bytes(MAX_POLICY_BYTES), 'The IPsec policy of the socket, in the format of PF_KEY.', {
      man: HEADER,
    }),
    IP_LOCAL_PORT_RANGE: readWrite(portRange, 'The ports from which connect, and bind with port 0, choose.', {
      since: '6.3',
      man: HEADER,
    }),
    IP_MINTTL: readWrite(
      integer({ min: 0, max: 255, unit: 'hops' }),
      'Drops packets that arrive with fewer remaining hops.',
      {
        since: '2.6.34',
        man: HEADER,
      },
    ),
    IP_MSFILTER: writeOnly(ipv4SourceFilter, 'The sources of a joined group from which datagrams are received.', {
      ...datagrams,
      since: '2.4.22',
    }),
    IP_MTU: readOnly(count('bytes'), 'The known MTU of the path to the peer of a connected socket.', { since: '2.2' }),
    IP_MTU_DISCOVER: readWrite(
      constantOf<PathMtuDiscovery>('PathMtuDiscovery', { min: 0 }),
      "Whether packets may be fragmented. IP_PMTUDISC_DO sets the don't-fragment flag.",
      { since: '2.2' },
    ),
    IP_MULTICAST_ALL: readWrite(bool, 'Also receives from groups that other sockets of this machine have joined.', {
      ...datagrams,
      since: '2.6.31',
    }),
    IP_MULTICAST_IF: readWrite(
      ipv4MulticastInterface,
      "The interface for datagrams to groups. It is set by one of its addresses or by its index, and read as an address: '0.0.0.0' if none was set.",
      { ...datagrams, since: '1.2' },
    ),
    IP_MULTICAST_LOOP: readWrite(bool, 'Datagrams to groups are also delivered on this machine.', {
      ...datagrams,
      since: '1.2',
    }),
    IP_MULTICAST_TTL: readWrite(
      integer({ min: -1, max: 255, unit: 'hops' }),
      'The hop limit (TTL) of datagrams to groups; -1 means 1.',
      {
        ...datagrams,
        since: '1.2',
      },
    ),
    IP_NODEFRAG: readWrite(bool, 'Keeps packet filters from reassembling outgoing packets.', {
      types: ['raw'],
      since: '2.6.36',
    }),
    IP_OPTIONS: readWrite(bytes(MAX_IP_OPTIONS_BYTES), 'The IP options in the header of each packet that is sent.', {
      since: '2.0',
    }),
    IP_PASSSEC: readWrite(
      bool,
      "Delivers the sender's security label with each datagram, as ancillary data (SCM_SECURITY).",
      {
        types: ['dgram'],
        since: '2.6.17',
      },
    ),
    IP_PKTINFO: readWrite(
      bool,
      'Delivers the destination address and the interface of each datagram, as ancillary data (IP_PKTINFO).',
      {
        ...datagrams,
        since: '2.2',
      },
    ),
    IP_PKTOPTIONS: readOnly(
      bytes(MAX_CONTROL_BYTES),
      'The packet information that other options have enabled, as ancillary data, for a stream.',
      {
        types: ['stream'],
        man: HEADER,
      },
    ),
    IP_PROTOCOL: readOnly(constantOf<Protocol>('Protocol'), 'The protocol number of a raw socket.', {
      types: ['raw'],
      since: '6.4',
      man: HEADER,
    }),
    IP_RECVERR: readWrite(bool, 'Queues network errors, which are received with MSG_ERRQUEUE.', { since: '2.2' }),
    IP_RECVERR_RFC4884: readWrite(bool, 'With IP_RECVERR: includes the extensions of ICMP errors, RFC 4884.', {
      types: ['dgram', 'raw'],
      since: '5.9',
      man: HEADER,
    }),
    IP_RECVFRAGSIZE: readWrite(
      bool,
      'Delivers the size of the largest fragment of each fragmented datagram, as ancillary data.',
      {
        ...datagrams,
        since: '4.9',
        man: HEADER,
      },
    ),
    IP_RECVOPTS: readWrite(
      bool,
      'Delivers the IP options of each datagram, filled in for this host, as ancillary data.',
      {
        ...datagrams,
        since: '2.2',
      },
    ),
    IP_RECVORIGDSTADDR: readWrite(
      bool,
      'Delivers the destination of each datagram before it was redirected, as ancillary data.',
      {
        ...datagrams,
        since: '2.6.29',
      },
    ),
    IP_RECVTOS: readWrite(bool, 'Delivers the type of service of each datagram, as ancillary data.', { since: '2.2' }),
    IP_RECVTTL: readWrite(bool, 'Delivers the remaining hops (TTL) of each datagram, as ancillary data.', {
      ...datagrams,
      since: '2.2',
    }),
    IP_RETOPTS: readWrite(bool, 'Delivers the IP options of each datagram as they were received, as ancillary data.', {
      ...datagrams,
      since: '2.2',
    }),
    IP_ROUTER_ALERT: readWrite(bool, 'Receives packets with a router alert that would otherwise be forwarded.', {
      types: ['raw'],
      since: '2.2',
    }),
    IP_TOS: readWrite(
      constantOf<TypeOfService>('TypeOfService', { min: 0, max: 255 }),
      'The type of service of each packet that is sent: a DSCP and, for datagrams, congestion notification.',
      { platforms: POSIX_PLATFORMS, since: '1.0' },
    ),
    IP_TRANSPARENT: readWrite(bool, 'Enables transparent proxying. Requires CAP_NET_ADMIN.', { since: '2.6.24' }),
    IP_TTL: readWrite(
      integer({ min: -1, max: 255, unit: 'hops' }),
      'The hop limit (TTL) of each packet that is sent; -1 is the default of the system.',
      posix,
    ),
    IP_UNBLOCK_SOURCE: writeOnly(ipv4SourceMembership, 'Receives from a blocked source again.', {
      ...datagrams,
      since: '2.4.22',
    }),
    IP_UNICAST_IF: readWrite(
      networkOrderInteger,
      'The index of the interface for packets that are sent; 0 follows the routes.',
      {
        since: '3.4',
        man: HEADER,
      },
    ),
    IP_XFRM_POLICY: writeOnly(bytes(MAX_POLICY_BYTES), 'The IPsec policy of the socket: struct xfrm_userpolicy_info.', {
      man: HEADER,
    }),
  },
)

/** The options that exist at IPPROTO_IP and at IPPROTO_IPV6: the family of the group decides. */
export const groupLevel = optionLevel(
  { level: IPPROTO_IP, levelName: 'IPPROTO_IP, IPPROTO_IPV6', families: ['inet', 'inet6'], types: DGRAM, man: HEADER },
  {
    MCAST_BLOCK_SOURCE: writeOnly(groupSourceMembership, 'Stops receiving from one source of a joined group.', {
      since: '2.4.22',
    }),
    MCAST_JOIN_GROUP: writeOnly(groupMembership, 'Joins a multicast group.', { since: '2.4.22' }),
    MCAST_JOIN_SOURCE_GROUP: writeOnly(
      groupSourceMembership,
      'Joins a multicast group to receive from one source only.',
      {
        since: '2.4.22',
      },
    ),
    MCAST_LEAVE_GROUP: writeOnly(groupMembership, 'Leaves a multicast group.', { since: '2.4.22' }),
    MCAST_LEAVE_SOURCE_GROUP: writeOnly(
      groupSourceMembership,
      'Leaves a multicast group that was joined for one source.',
      {
        since: '2.4.22',
      },
    ),
    MCAST_MSFILTER: writeOnly(groupSourceFilter, 'The sources of a joined group from which datagrams are received.', {
      since: '2.4.22',
    }),
    MCAST_UNBLOCK_SOURCE: writeOnly(groupSourceMembership, 'Receives from a blocked source again.', {
      since: '2.4.22',
    }),
  },
)
