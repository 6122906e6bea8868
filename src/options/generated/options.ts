// Made by `npm run generate` from the table in src/options/: change that instead.

import { groupLevel, ipLevel } from '../ip-level.js'
import { ipv6Level } from '../ipv6-level.js'
import { socketLevel } from '../socket-level.js'
import { tcpLevel } from '../tcp-level.js'
import { udpLevel } from '../udp-level.js'

export type * from '../address-structures.js'
export type {
  AnyOption,
  OptionFamily,
  OptionRow,
  OptionSocketType,
  ReadableOption,
  SocketOption,
  WritableOption,
} from '../row.js'
export type * from '../structures.js'
export { optionTable } from '../table.js'
export type { TcpInfo } from '../tcp-info.js'

/**
 * Whether the socket is listening.
 *
 * - `SOL_SOCKET`, socket(7)
 * - value: boolean
 * - access: read
 * - sockets: all
 * - systems: linux, darwin, freebsd
 */
export const SO_ACCEPTCONN = socketLevel.SO_ACCEPTCONN

/**
 * Filters received packets by an eBPF program, given as a descriptor.
 *
 * - `SOL_SOCKET`, socket(7)
 * - value: number (descriptor)
 * - access: set
 * - sockets: all
 * - systems: linux >= 3.19
 */
export const SO_ATTACH_BPF = socketLevel.SO_ATTACH_BPF

/**
 * Filters received packets by a classic BPF program.
 *
 * - `SOL_SOCKET`, socket(7)
 * - value: FilterInstruction[]
 * - access: set
 * - sockets: all
 * - systems: linux >= 2.2
 */
export const SO_ATTACH_FILTER = socketLevel.SO_ATTACH_FILTER

/**
 * Selects the socket of a reuse-port group that receives a packet, by a classic BPF program.
 *
 * - `SOL_SOCKET`, socket(7)
 * - value: FilterInstruction[]
 * - access: set
 * - sockets: inet inet6
 * - systems: linux >= 4.5
 */
export const SO_ATTACH_REUSEPORT_CBPF = socketLevel.SO_ATTACH_REUSEPORT_CBPF

/**
 * Selects the socket of a reuse-port group that receives a packet, by an eBPF program, given as a descriptor.
 *
 * - `SOL_SOCKET`, socket(7)
 * - value: number (descriptor)
 * - access: set
 * - sockets: inet inet6
 * - systems: linux >= 4.5
 */
export const SO_ATTACH_REUSEPORT_EBPF = socketLevel.SO_ATTACH_REUSEPORT_EBPF

/**
 * Binds the socket to an interface, given by its name; '' unbinds it. Changing a bound interface requires CAP_NET_RAW.
 *
 * - `SOL_SOCKET`, socket(7)
 * - value: string
 * - access: read, set
 * - sockets: inet inet6
 * - systems: linux
 */
export const SO_BINDTODEVICE = socketLevel.SO_BINDTODEVICE

/**
 * Binds the socket to an interface, given by its index; 0 unbinds it.
 *
 * - `SOL_SOCKET`, asm-generic/socket.h
 * - value: number (interface index)
 * - access: read, set
 * - sockets: inet inet6
 * - systems: linux >= 5.1
 */
export const SO_BINDTOIFINDEX = socketLevel.SO_BINDTOIFINDEX

/**
 * How many extensions of classic BPF the kernel supports.
 *
 * - `SOL_SOCKET`, asm-generic/socket.h
 * - value: number (extension)
 * - access: read
 * - sockets: all
 * - systems: linux >= 3.14
 */
export const SO_BPF_EXTENSIONS = socketLevel.SO_BPF_EXTENSIONS

/**
 * Allows sending datagrams to a broadcast address.
 *
 * - `SOL_SOCKET`, socket(7)
 * - value: boolean
 * - access: read, set
 * - sockets: all
 * - systems: linux, darwin, freebsd
 */
export const SO_BROADCAST = socketLevel.SO_BROADCAST

/**
 * Compatibility with errors of BSD; without effect since Linux 2.4.
 * Setting it throws `ERR_OPTION_NO_EFFECT`: Linux has ignored it since 2.4.
 *
 * - `SOL_SOCKET`, socket(7)
 * - value: boolean
 * - access: read
 * - sockets: all
 * - systems: linux
 */
export const SO_BSDCOMPAT = socketLevel.SO_BSDCOMPAT

/**
 * Which buffers keep their size: SOCK_SNDBUF_LOCK | SOCK_RCVBUF_LOCK.
 *
 * - `SOL_SOCKET`, asm-generic/socket.h
 * - value: BufferLock
 * - access: read, set
 * - sockets: all
 * - systems: linux >= 5.14
 */
export const SO_BUF_LOCK = socketLevel.SO_BUF_LOCK

/**
 * How long to poll the device before sleeping. Raising it requires CAP_NET_ADMIN.
 *
 * - `SOL_SOCKET`, socket(7)
 * - value: number (µs)
 * - access: read, set
 * - sockets: all
 * - systems: linux >= 3.11
 */
export const SO_BUSY_POLL = socketLevel.SO_BUSY_POLL

/**
 * How many packets one poll of the device may process. Raising it requires CAP_NET_ADMIN.
 *
 * - `SOL_SOCKET`, asm-generic/socket.h
 * - value: number (packets)
 * - access: set
 * - sockets: all
 * - systems: linux >= 5.11
 */
export const SO_BUSY_POLL_BUDGET = socketLevel.SO_BUSY_POLL_BUDGET

/**
 * Advises the kernel that the path is bad (1), so that it looks for another.
 *
 * - `SOL_SOCKET`, asm-generic/socket.h
 * - value: number
 * - access: set
 * - sockets: all
 * - systems: linux >= 4.6
 */
export const SO_CNX_ADVICE = socketLevel.SO_CNX_ADVICE

/**
 * A number that identifies this socket uniquely until the kernel restarts.
 *
 * - `SOL_SOCKET`, asm-generic/socket.h
 * - value: bigint
 * - access: read
 * - sockets: all
 * - systems: linux >= 4.12
 */
export const SO_COOKIE = socketLevel.SO_COOKIE

/**
 * Records debugging information. Requires CAP_NET_ADMIN.
 *
 * - `SOL_SOCKET`, socket(7)
 * - value: boolean
 * - access: read, set
 * - sockets: all
 * - systems: linux, darwin, freebsd
 */
export const SO_DEBUG = socketLevel.SO_DEBUG

/**
 * Removes the filter, classic or eBPF.
 *
 * - `SOL_SOCKET`, socket(7)
 * - value: true
 * - access: set
 * - sockets: all
 * - systems: linux >= 2.2
 */
export const SO_DETACH_FILTER = socketLevel.SO_DETACH_FILTER

/**
 * Removes the program of a reuse-port group.
 *
 * - `SOL_SOCKET`, asm-generic/socket.h
 * - value: true
 * - access: set
 * - sockets: inet inet6
 * - systems: linux >= 5.3
 */
export const SO_DETACH_REUSEPORT_BPF = socketLevel.SO_DETACH_REUSEPORT_BPF

/**
 * The family.
 *
 * - `SOL_SOCKET`, socket(7)
 * - value: Family
 * - access: read
 * - sockets: all
 * - systems: linux >= 2.6.32
 */
export const SO_DOMAIN = socketLevel.SO_DOMAIN

/**
 * Sends only to directly connected hosts.
 *
 * - `SOL_SOCKET`, socket(7)
 * - value: boolean
 * - access: read, set
 * - sockets: all
 * - systems: linux, darwin, freebsd
 */
export const SO_DONTROUTE = socketLevel.SO_DONTROUTE

/**
 * The pending error, which reading clears; 0 for none. takeError() returns it as an error object.
 *
 * - `SOL_SOCKET`, socket(7)
 * - value: number (errno)
 * - access: read
 * - sockets: all
 * - systems: linux, darwin, freebsd
 */
export const SO_ERROR = socketLevel.SO_ERROR

/**
 * The classic BPF program that filters received packets; empty for none.
 *
 * - `SOL_SOCKET`, asm-generic/socket.h
 * - value: FilterInstruction[]
 * - access: read
 * - sockets: all
 * - systems: linux >= 3.8
 */
export const SO_GET_FILTER = socketLevel.SO_GET_FILTER

/**
 * The CPU that last processed a packet of the socket; -1 for none. Set on a listener: the CPU that it prefers.
 *
 * - `SOL_SOCKET`, socket(7)
 * - value: number (CPU)
 * - access: read, set
 * - sockets: inet inet6
 * - systems: linux >= 3.19
 */
export const SO_INCOMING_CPU = socketLevel.SO_INCOMING_CPU

/**
 * The receive queue of the last packet; 0 for none.
 *
 * - `SOL_SOCKET`, socket(7)
 * - value: number
 * - access: read
 * - sockets: inet inet6
 * - systems: linux >= 4.12
 */
export const SO_INCOMING_NAPI_ID = socketLevel.SO_INCOMING_NAPI_ID

/**
 * Delivers with each message how many bytes are left to read, as ancillary data.
 *
 * - `SOL_SOCKET`, asm-generic/socket.h
 * - value: boolean
 * - access: set
 * - sockets: unix stream
 * - systems: linux >= 6.17
 */
export const SO_INQ = socketLevel.SO_INQ

/**
 * Probes an idle connection; see TCP_KEEPIDLE.
 *
 * - `SOL_SOCKET`, socket(7)
 * - value: boolean
 * - access: read, set
 * - sockets: all
 * - systems: linux, darwin, freebsd
 */
export const SO_KEEPALIVE = socketLevel.SO_KEEPALIVE

/**
 * How long close waits until pending data is sent. With 0, close resets the connection. With null, close returns at once and the kernel continues to send.
 *
 * - `SOL_SOCKET`, socket(7)
 * - value: number | null (s)
 * - access: read, set
 * - sockets: all
 * - systems: linux
 */
export const SO_LINGER = socketLevel.SO_LINGER

/**
 * Forbids any further change of the filters.
 *
 * - `SOL_SOCKET`, socket(7)
 * - value: boolean
 * - access: read, set
 * - sockets: all
 * - systems: linux >= 3.9
 */
export const SO_LOCK_FILTER = socketLevel.SO_LOCK_FILTER

/**
 * The mark of each packet that is sent, for routing and packet filters. Requires CAP_NET_ADMIN.
 *
 * - `SOL_SOCKET`, socket(7)
 * - value: number
 * - access: read, set
 * - sockets: all
 * - systems: linux >= 2.6.25
 */
export const SO_MARK = socketLevel.SO_MARK

/**
 * The maximum rate of sending; 2n ** 64n - 1n for no limit.
 *
 * - `SOL_SOCKET`, asm-generic/socket.h
 * - value: bigint (bytes/s)
 * - access: read, set
 * - sockets: inet inet6
 * - systems: linux >= 3.13
 */
export const SO_MAX_PACING_RATE = socketLevel.SO_MAX_PACING_RATE

/**
 * How the socket uses memory.
 *
 * - `SOL_SOCKET`, linux/sock_diag.h
 * - value: SocketMemory
 * - access: read
 * - sockets: all
 * - systems: linux >= 4.12
 */
export const SO_MEMINFO = socketLevel.SO_MEMINFO

/**
 * A number that identifies the network namespace uniquely.
 *
 * - `SOL_SOCKET`, asm-generic/socket.h
 * - value: bigint
 * - access: read
 * - sockets: all
 * - systems: linux >= 5.14
 */
export const SO_NETNS_COOKIE = socketLevel.SO_NETNS_COOKIE

/**
 * The program supplies the checksum of Ethernet frames.
 *
 * - `SOL_SOCKET`, asm-generic/socket.h
 * - value: boolean
 * - access: read, set
 * - sockets: all
 * - systems: linux >= 3.4
 */
export const SO_NOFCS = socketLevel.SO_NOFCS

/**
 * Sends UDP over IPv4 without checksums.
 *
 * - `SOL_SOCKET`, asm-generic/socket.h
 * - value: boolean
 * - access: read, set
 * - sockets: all
 * - systems: linux
 */
export const SO_NO_CHECK = socketLevel.SO_NO_CHECK

/**
 * Urgent data stays in the stream.
 *
 * - `SOL_SOCKET`, socket(7)
 * - value: boolean
 * - access: read, set
 * - sockets: all
 * - systems: linux, darwin, freebsd
 */
export const SO_OOBINLINE = socketLevel.SO_OOBINLINE

/**
 * Delivers the process, user and group of the sender with each message, as ancillary data (SCM_CREDENTIALS).
 *
 * - `SOL_SOCKET`, unix(7)
 * - value: boolean
 * - access: read, set
 * - sockets: unix
 * - systems: linux
 */
export const SO_PASSCRED = socketLevel.SO_PASSCRED

/**
 * Delivers a descriptor of the sender's process with each message, as ancillary data (SCM_PIDFD).
 *
 * - `SOL_SOCKET`, asm-generic/socket.h
 * - value: boolean
 * - access: read, set
 * - sockets: unix
 * - systems: linux >= 6.5
 */
export const SO_PASSPIDFD = socketLevel.SO_PASSPIDFD

/**
 * Allows receiving descriptors (SCM_RIGHTS).
 *
 * - `SOL_SOCKET`, asm-generic/socket.h
 * - value: boolean
 * - access: read, set
 * - sockets: unix
 * - systems: linux >= 6.16
 */
export const SO_PASSRIGHTS = socketLevel.SO_PASSRIGHTS

/**
 * Delivers the sender's security label with each message, as ancillary data (SCM_SECURITY).
 *
 * - `SOL_SOCKET`, unix(7)
 * - value: boolean
 * - access: read, set
 * - sockets: unix
 * - systems: linux >= 2.6.18
 */
export const SO_PASSSEC = socketLevel.SO_PASSSEC

/**
 * The offset of the next MSG_PEEK from the next byte to read; each peek advances it. -1 always peeks at the next byte.
 *
 * - `SOL_SOCKET`, socket(7)
 * - value: number (bytes)
 * - access: read, set
 * - sockets: all
 * - systems: linux >= 3.4
 */
export const SO_PEEK_OFF = socketLevel.SO_PEEK_OFF

/**
 * The process, user and group of the peer at the time when it called connect, listen or socketpair.
 *
 * - `SOL_SOCKET`, unix(7)
 * - value: PeerCredentials
 * - access: read
 * - sockets: unix
 * - systems: linux
 */
export const SO_PEERCRED = socketLevel.SO_PEERCRED

/**
 * The peer's supplementary groups.
 *
 * - `SOL_SOCKET`, asm-generic/socket.h
 * - value: number[]
 * - access: read
 * - sockets: unix
 * - systems: linux >= 4.13
 */
export const SO_PEERGROUPS = socketLevel.SO_PEERGROUPS

/**
 * A new descriptor of the peer's process, which the caller has to close.
 *
 * - `SOL_SOCKET`, asm-generic/socket.h
 * - value: number (descriptor)
 * - access: read
 * - sockets: unix
 * - systems: linux >= 6.5
 */
export const SO_PEERPIDFD = socketLevel.SO_PEERPIDFD

/**
 * The peer's security label.
 *
 * - `SOL_SOCKET`, socket(7)
 * - value: string
 * - access: read
 * - sockets: all
 * - systems: linux >= 2.6.2
 */
export const SO_PEERSEC = socketLevel.SO_PEERSEC

/**
 * Prefers polling the device to its interrupts. Requires CAP_NET_ADMIN.
 *
 * - `SOL_SOCKET`, asm-generic/socket.h
 * - value: boolean
 * - access: read, set
 * - sockets: all
 * - systems: linux >= 5.11
 */
export const SO_PREFER_BUSY_POLL = socketLevel.SO_PREFER_BUSY_POLL

/**
 * The priority of sent packets in the queue of the device. Above 6 it requires CAP_NET_ADMIN.
 *
 * - `SOL_SOCKET`, socket(7)
 * - value: number (priority)
 * - access: read, set
 * - sockets: all
 * - systems: linux
 */
export const SO_PRIORITY = socketLevel.SO_PRIORITY

/**
 * The protocol.
 *
 * - `SOL_SOCKET`, socket(7)
 * - value: Protocol
 * - access: read
 * - sockets: all
 * - systems: linux >= 2.6.32
 */
export const SO_PROTOCOL = socketLevel.SO_PROTOCOL

/**
 * The size of the receive buffer. Linux limits the set value to rmem_max, doubles it, and returns the doubled value.
 *
 * - `SOL_SOCKET`, socket(7)
 * - value: number (bytes)
 * - access: read, set
 * - sockets: all
 * - systems: linux, darwin, freebsd
 */
export const SO_RCVBUF = socketLevel.SO_RCVBUF

/**
 * SO_RCVBUF beyond rmem_max. Requires CAP_NET_ADMIN.
 *
 * - `SOL_SOCKET`, socket(7)
 * - value: number (bytes)
 * - access: set
 * - sockets: all
 * - systems: linux >= 2.6.14
 */
export const SO_RCVBUFFORCE = socketLevel.SO_RCVBUFFORCE

/**
 * How much data makes a stream readable.
 *
 * - `SOL_SOCKET`, socket(7)
 * - value: number (bytes)
 * - access: read, set
 * - sockets: all
 * - systems: linux, darwin, freebsd
 */
export const SO_RCVLOWAT = socketLevel.SO_RCVLOWAT

/**
 * Delivers the mark of each message, as ancillary data (SO_MARK).
 *
 * - `SOL_SOCKET`, asm-generic/socket.h
 * - value: boolean
 * - access: read, set
 * - sockets: all
 * - systems: linux >= 5.19
 */
export const SO_RCVMARK = socketLevel.SO_RCVMARK

/**
 * Delivers the priority of each message, as ancillary data (SO_PRIORITY).
 *
 * - `SOL_SOCKET`, asm-generic/socket.h
 * - value: boolean
 * - access: read, set
 * - sockets: all
 * - systems: linux >= 6.14
 */
export const SO_RCVPRIORITY = socketLevel.SO_RCVPRIORITY

/**
 * The kernel's timeout for receiving.
 * Setting it throws `ERR_OPTION_NO_EFFECT`: the kernel applies it to blocking sockets only: use setTimeout(ms), or { timeout } for one call.
 *
 * - `SOL_SOCKET`, socket(7)
 * - value: number (ms)
 * - access: read
 * - sockets: all
 * - systems: linux
 */
export const SO_RCVTIMEO = socketLevel.SO_RCVTIMEO

/**
 * Memory that is reserved for the socket.
 *
 * - `SOL_SOCKET`, asm-generic/socket.h
 * - value: number (bytes)
 * - access: read, set
 * - sockets: inet inet6
 * - systems: linux >= 5.17
 */
export const SO_RESERVE_MEM = socketLevel.SO_RESERVE_MEM

/**
 * Allows binding to an address that earlier connections still use.
 *
 * - `SOL_SOCKET`, socket(7)
 * - value: boolean
 * - access: read, set
 * - sockets: all
 * - systems: linux, darwin, freebsd
 */
export const SO_REUSEADDR = socketLevel.SO_REUSEADDR

/**
 * Lets sockets share one address. The kernel distributes connections or datagrams among them.
 *
 * - `SOL_SOCKET`, socket(7)
 * - value: boolean
 * - access: read, set
 * - sockets: inet inet6
 * - systems: linux >= 3.9, darwin, freebsd
 */
export const SO_REUSEPORT = socketLevel.SO_REUSEPORT

/**
 * Delivers with each message how many were dropped before it, as ancillary data.
 *
 * - `SOL_SOCKET`, socket(7)
 * - value: boolean
 * - access: read, set
 * - sockets: all
 * - systems: linux >= 2.6.33
 */
export const SO_RXQ_OVFL = socketLevel.SO_RXQ_OVFL

/**
 * An error in the error queue also counts as POLLPRI.
 *
 * - `SOL_SOCKET`, socket(7)
 * - value: boolean
 * - access: read, set
 * - sockets: all
 * - systems: linux >= 3.10
 */
export const SO_SELECT_ERR_QUEUE = socketLevel.SO_SELECT_ERR_QUEUE

/**
 * The size of the send buffer. Linux limits the set value to wmem_max, doubles it, and returns the doubled value.
 *
 * - `SOL_SOCKET`, socket(7)
 * - value: number (bytes)
 * - access: read, set
 * - sockets: all
 * - systems: linux, darwin, freebsd
 */
export const SO_SNDBUF = socketLevel.SO_SNDBUF

/**
 * SO_SNDBUF beyond wmem_max. Requires CAP_NET_ADMIN.
 *
 * - `SOL_SOCKET`, socket(7)
 * - value: number (bytes)
 * - access: set
 * - sockets: all
 * - systems: linux >= 2.6.14
 */
export const SO_SNDBUFFORCE = socketLevel.SO_SNDBUFFORCE

/**
 * How much free space makes a socket writable. Linux does not allow changing it (ENOPROTOOPT).
 *
 * - `SOL_SOCKET`, socket(7)
 * - value: number (bytes)
 * - access: read, set
 * - sockets: all
 * - systems: linux, darwin, freebsd
 */
export const SO_SNDLOWAT = socketLevel.SO_SNDLOWAT

/**
 * The kernel's timeout for sending.
 * Setting it throws `ERR_OPTION_NO_EFFECT`: the kernel applies it to blocking sockets only: use setTimeout(ms), or { timeout } for one call.
 *
 * - `SOL_SOCKET`, socket(7)
 * - value: number (ms)
 * - access: read
 * - sockets: all
 * - systems: linux
 */
export const SO_SNDTIMEO = socketLevel.SO_SNDTIMEO

/**
 * Delivers the arrival time of each message to the microsecond, as ancillary data (SCM_TIMESTAMP).
 *
 * - `SOL_SOCKET`, socket(7)
 * - value: boolean
 * - access: read, set
 * - sockets: all
 * - systems: linux, darwin, freebsd
 */
export const SO_TIMESTAMP = socketLevel.SO_TIMESTAMP

/**
 * Which software and hardware timestamps are taken and delivered, as ancillary data (SCM_TIMESTAMPING).
 *
 * - `SOL_SOCKET`, linux/net_tstamp.h
 * - value: TimestampingFlag
 * - access: read, set
 * - sockets: all
 * - systems: linux >= 2.6.30
 */
export const SO_TIMESTAMPING = socketLevel.SO_TIMESTAMPING

/**
 * Delivers the arrival time of each message to the nanosecond, as ancillary data (SCM_TIMESTAMPNS).
 *
 * - `SOL_SOCKET`, socket(7)
 * - value: boolean
 * - access: read, set
 * - sockets: all
 * - systems: linux >= 2.6.22
 */
export const SO_TIMESTAMPNS = socketLevel.SO_TIMESTAMPNS

/**
 * Whether a connection that times out tries another path: 1 yes, 0 no, -1 the default of the system.
 *
 * - `SOL_SOCKET`, asm-generic/socket.h
 * - value: number
 * - access: read, set
 * - sockets: inet inet6 stream
 * - systems: linux >= 6.0
 */
export const SO_TXREHASH = socketLevel.SO_TXREHASH

/**
 * Allows messages with a transmit time in their ancillary data (SCM_TXTIME).
 *
 * - `SOL_SOCKET`, linux/net_tstamp.h
 * - value: TransmitTime
 * - access: read, set
 * - sockets: inet inet6
 * - systems: linux >= 4.19
 */
export const SO_TXTIME = socketLevel.SO_TXTIME

/**
 * The socket type.
 *
 * - `SOL_SOCKET`, socket(7)
 * - value: SocketType
 * - access: read
 * - sockets: all
 * - systems: linux, darwin, freebsd
 */
export const SO_TYPE = socketLevel.SO_TYPE

/**
 * Delivers whether a wireless frame was acknowledged, as ancillary data (SCM_WIFI_STATUS).
 *
 * - `SOL_SOCKET`, asm-generic/socket.h
 * - value: boolean
 * - access: read, set
 * - sockets: all
 * - systems: linux >= 3.3
 */
export const SO_WIFI_STATUS = socketLevel.SO_WIFI_STATUS

/**
 * Allows MSG_ZEROCOPY.
 *
 * - `SOL_SOCKET`, asm-generic/socket.h
 * - value: boolean
 * - access: read, set
 * - sockets: inet inet6
 * - systems: linux >= 4.14
 */
export const SO_ZEROCOPY = socketLevel.SO_ZEROCOPY

/**
 * Joins a multicast group.
 *
 * - `IPPROTO_IP`, ip(7)
 * - value: Ipv4Membership
 * - access: set
 * - sockets: inet dgram raw
 * - systems: linux >= 1.2
 */
export const IP_ADD_MEMBERSHIP = ipLevel.IP_ADD_MEMBERSHIP

/**
 * Joins a multicast group to receive from one source only.
 *
 * - `IPPROTO_IP`, ip(7)
 * - value: Ipv4SourceMembership
 * - access: set
 * - sockets: inet dgram raw
 * - systems: linux >= 2.4.22
 */
export const IP_ADD_SOURCE_MEMBERSHIP = ipLevel.IP_ADD_SOURCE_MEMBERSHIP

/**
 * Makes bind with port 0 leave the choice of the port to connect.
 *
 * - `IPPROTO_IP`, ip(7)
 * - value: boolean
 * - access: read, set
 * - sockets: inet
 * - systems: linux >= 4.2
 */
export const IP_BIND_ADDRESS_NO_PORT = ipLevel.IP_BIND_ADDRESS_NO_PORT

/**
 * Stops receiving from one source of a joined group.
 *
 * - `IPPROTO_IP`, ip(7)
 * - value: Ipv4SourceMembership
 * - access: set
 * - sockets: inet dgram raw
 * - systems: linux >= 2.4.22
 */
export const IP_BLOCK_SOURCE = ipLevel.IP_BLOCK_SOURCE

/**
 * Delivers the checksum of the payload of each datagram, as ancillary data.
 *
 * - `IPPROTO_IP`, linux/in.h
 * - value: boolean
 * - access: read, set
 * - sockets: inet dgram raw
 * - systems: linux >= 4.0
 */
export const IP_CHECKSUM = ipLevel.IP_CHECKSUM

/**
 * Leaves a multicast group.
 *
 * - `IPPROTO_IP`, ip(7)
 * - value: Ipv4Membership
 * - access: set
 * - sockets: inet dgram raw
 * - systems: linux >= 1.2
 */
export const IP_DROP_MEMBERSHIP = ipLevel.IP_DROP_MEMBERSHIP

/**
 * Leaves a multicast group that was joined for one source.
 *
 * - `IPPROTO_IP`, ip(7)
 * - value: Ipv4SourceMembership
 * - access: set
 * - sockets: inet dgram raw
 * - systems: linux >= 2.4.22
 */
export const IP_DROP_SOURCE_MEMBERSHIP = ipLevel.IP_DROP_SOURCE_MEMBERSHIP

/**
 * Allows binding to an address that this machine does not have, or does not have yet.
 *
 * - `IPPROTO_IP`, ip(7)
 * - value: boolean
 * - access: read, set
 * - sockets: inet
 * - systems: linux >= 2.4
 */
export const IP_FREEBIND = ipLevel.IP_FREEBIND

/**
 * The program supplies the IP header of each packet that it sends.
 *
 * - `IPPROTO_IP`, ip(7)
 * - value: boolean
 * - access: read, set
 * - sockets: inet raw
 * - systems: linux >= 2.0, darwin, freebsd
 */
export const IP_HDRINCL = ipLevel.IP_HDRINCL

/**
 * The IPsec policy of the socket, in the format of PF_KEY.
 *
 * - `IPPROTO_IP`, linux/in.h
 * - value: Buffer
 * - access: set
 * - sockets: inet
 * - systems: linux
 */
export const IP_IPSEC_POLICY = ipLevel.IP_IPSEC_POLICY

/**
 * The ports from which connect, and bind with port 0, choose.
 *
 * - `IPPROTO_IP`, linux/in.h
 * - value: PortRange
 * - access: read, set
 * - sockets: inet
 * - systems: linux >= 6.3
 */
export const IP_LOCAL_PORT_RANGE = ipLevel.IP_LOCAL_PORT_RANGE

/**
 * Drops packets that arrive with fewer remaining hops.
 *
 * - `IPPROTO_IP`, linux/in.h
 * - value: number (hops)
 * - access: read, set
 * - sockets: inet
 * - systems: linux >= 2.6.34
 */
export const IP_MINTTL = ipLevel.IP_MINTTL

/**
 * The sources of a joined group from which datagrams are received.
 *
 * - `IPPROTO_IP`, ip(7)
 * - value: SourceFilter<string>
 * - access: set
 * - sockets: inet dgram raw
 * - systems: linux >= 2.4.22
 */
export const IP_MSFILTER = ipLevel.IP_MSFILTER

/**
 * The known MTU of the path to the peer of a connected socket.
 *
 * - `IPPROTO_IP`, ip(7)
 * - value: number (bytes)
 * - access: read
 * - sockets: inet
 * - systems: linux >= 2.2
 */
export const IP_MTU = ipLevel.IP_MTU

/**
 * Whether packets may be fragmented. IP_PMTUDISC_DO sets the don't-fragment flag.
 *
 * - `IPPROTO_IP`, ip(7)
 * - value: PathMtuDiscovery
 * - access: read, set
 * - sockets: inet
 * - systems: linux >= 2.2
 */
export const IP_MTU_DISCOVER = ipLevel.IP_MTU_DISCOVER

/**
 * Also receives from groups that other sockets of this machine have joined.
 *
 * - `IPPROTO_IP`, ip(7)
 * - value: boolean
 * - access: read, set
 * - sockets: inet dgram raw
 * - systems: linux >= 2.6.31
 */
export const IP_MULTICAST_ALL = ipLevel.IP_MULTICAST_ALL

/**
 * The interface for datagrams to groups. It is set by one of its addresses or by its index, and read as an address: '0.0.0.0' if none was set.
 *
 * - `IPPROTO_IP`, ip(7)
 * - value: string (set: string | number)
 * - access: read, set
 * - sockets: inet dgram raw
 * - systems: linux >= 1.2
 */
export const IP_MULTICAST_IF = ipLevel.IP_MULTICAST_IF

/**
 * Datagrams to groups are also delivered on this machine.
 *
 * - `IPPROTO_IP`, ip(7)
 * - value: boolean
 * - access: read, set
 * - sockets: inet dgram raw
 * - systems: linux >= 1.2
 */
export const IP_MULTICAST_LOOP = ipLevel.IP_MULTICAST_LOOP

/**
 * The hop limit (TTL) of datagrams to groups; -1 means 1.
 *
 * - `IPPROTO_IP`, ip(7)
 * - value: number (hops)
 * - access: read, set
 * - sockets: inet dgram raw
 * - systems: linux >= 1.2
 */
export const IP_MULTICAST_TTL = ipLevel.IP_MULTICAST_TTL

/**
 * Keeps packet filters from reassembling outgoing packets.
 *
 * - `IPPROTO_IP`, ip(7)
 * - value: boolean
 * - access: read, set
 * - sockets: inet raw
 * - systems: linux >= 2.6.36
 */
export const IP_NODEFRAG = ipLevel.IP_NODEFRAG

/**
 * The IP options in the header of each packet that is sent.
 *
 * - `IPPROTO_IP`, ip(7)
 * - value: Buffer
 * - access: read, set
 * - sockets: inet
 * - systems: linux >= 2.0
 */
export const IP_OPTIONS = ipLevel.IP_OPTIONS

/**
 * Delivers the sender's security label with each datagram, as ancillary data (SCM_SECURITY).
 *
 * - `IPPROTO_IP`, ip(7)
 * - value: boolean
 * - access: read, set
 * - sockets: inet dgram
 * - systems: linux >= 2.6.17
 */
export const IP_PASSSEC = ipLevel.IP_PASSSEC

/**
 * Delivers the destination address and the interface of each datagram, as ancillary data (IP_PKTINFO).
 *
 * - `IPPROTO_IP`, ip(7)
 * - value: boolean
 * - access: read, set
 * - sockets: inet dgram raw
 * - systems: linux >= 2.2
 */
export const IP_PKTINFO = ipLevel.IP_PKTINFO

/**
 * The packet information that other options have enabled, as ancillary data, for a stream.
 *
 * - `IPPROTO_IP`, linux/in.h
 * - value: Buffer
 * - access: read
 * - sockets: inet stream
 * - systems: linux
 */
export const IP_PKTOPTIONS = ipLevel.IP_PKTOPTIONS

/**
 * The protocol number of a raw socket.
 *
 * - `IPPROTO_IP`, linux/in.h
 * - value: Protocol
 * - access: read
 * - sockets: inet raw
 * - systems: linux >= 6.4
 */
export const IP_PROTOCOL = ipLevel.IP_PROTOCOL

/**
 * Queues network errors, which are received with MSG_ERRQUEUE.
 *
 * - `IPPROTO_IP`, ip(7)
 * - value: boolean
 * - access: read, set
 * - sockets: inet
 * - systems: linux >= 2.2
 */
export const IP_RECVERR = ipLevel.IP_RECVERR

/**
 * With IP_RECVERR: includes the extensions of ICMP errors, RFC 4884.
 *
 * - `IPPROTO_IP`, linux/in.h
 * - value: boolean
 * - access: read, set
 * - sockets: inet dgram raw
 * - systems: linux >= 5.9
 */
export const IP_RECVERR_RFC4884 = ipLevel.IP_RECVERR_RFC4884

/**
 * Delivers the size of the largest fragment of each fragmented datagram, as ancillary data.
 *
 * - `IPPROTO_IP`, linux/in.h
 * - value: boolean
 * - access: read, set
 * - sockets: inet dgram raw
 * - systems: linux >= 4.9
 */
export const IP_RECVFRAGSIZE = ipLevel.IP_RECVFRAGSIZE

/**
 * Delivers the IP options of each datagram, filled in for this host, as ancillary data.
 *
 * - `IPPROTO_IP`, ip(7)
 * - value: boolean
 * - access: read, set
 * - sockets: inet dgram raw
 * - systems: linux >= 2.2
 */
export const IP_RECVOPTS = ipLevel.IP_RECVOPTS

/**
 * Delivers the destination of each datagram before it was redirected, as ancillary data.
 *
 * - `IPPROTO_IP`, ip(7)
 * - value: boolean
 * - access: read, set
 * - sockets: inet dgram raw
 * - systems: linux >= 2.6.29
 */
export const IP_RECVORIGDSTADDR = ipLevel.IP_RECVORIGDSTADDR

/**
 * Delivers the type of service of each datagram, as ancillary data.
 *
 * - `IPPROTO_IP`, ip(7)
 * - value: boolean
 * - access: read, set
 * - sockets: inet
 * - systems: linux >= 2.2
 */
export const IP_RECVTOS = ipLevel.IP_RECVTOS

/**
 * Delivers the remaining hops (TTL) of each datagram, as ancillary data.
 *
 * - `IPPROTO_IP`, ip(7)
 * - value: boolean
 * - access: read, set
 * - sockets: inet dgram raw
 * - systems: linux >= 2.2
 */
export const IP_RECVTTL = ipLevel.IP_RECVTTL

/**
 * Delivers the IP options of each datagram as they were received, as ancillary data.
 *
 * - `IPPROTO_IP`, ip(7)
 * - value: boolean
 * - access: read, set
 * - sockets: inet dgram raw
 * - systems: linux >= 2.2
 */
export const IP_RETOPTS = ipLevel.IP_RETOPTS

/**
 * Receives packets with a router alert that would otherwise be forwarded.
 *
 * - `IPPROTO_IP`, ip(7)
 * - value: boolean
 * - access: read, set
 * - sockets: inet raw
 * - systems: linux >= 2.2
 */
export const IP_ROUTER_ALERT = ipLevel.IP_ROUTER_ALERT

/**
 * The type of service of each packet that is sent: a DSCP and, for datagrams, congestion notification.
 *
 * - `IPPROTO_IP`, ip(7)
 * - value: TypeOfService
 * - access: read, set
 * - sockets: inet
 * - systems: linux >= 1.0, darwin, freebsd
 */
export const IP_TOS = ipLevel.IP_TOS

/**
 * Enables transparent proxying. Requires CAP_NET_ADMIN.
 *
 * - `IPPROTO_IP`, ip(7)
 * - value: boolean
 * - access: read, set
 * - sockets: inet
 * - systems: linux >= 2.6.24
 */
export const IP_TRANSPARENT = ipLevel.IP_TRANSPARENT

/**
 * The hop limit (TTL) of each packet that is sent; -1 is the default of the system.
 *
 * - `IPPROTO_IP`, ip(7)
 * - value: number (hops)
 * - access: read, set
 * - sockets: inet
 * - systems: linux, darwin, freebsd
 */
export const IP_TTL = ipLevel.IP_TTL

/**
 * Receives from a blocked source again.
 *
 * - `IPPROTO_IP`, ip(7)
 * - value: Ipv4SourceMembership
 * - access: set
 * - sockets: inet dgram raw
 * - systems: linux >= 2.4.22
 */
export const IP_UNBLOCK_SOURCE = ipLevel.IP_UNBLOCK_SOURCE

/**
 * The index of the interface for packets that are sent; 0 follows the routes.
 *
 * - `IPPROTO_IP`, linux/in.h
 * - value: number
 * - access: read, set
 * - sockets: inet
 * - systems: linux >= 3.4
 */
export const IP_UNICAST_IF = ipLevel.IP_UNICAST_IF

/**
 * The IPsec policy of the socket: struct xfrm_userpolicy_info.
 *
 * - `IPPROTO_IP`, linux/in.h
 * - value: Buffer
 * - access: set
 * - sockets: inet
 * - systems: linux
 */
export const IP_XFRM_POLICY = ipLevel.IP_XFRM_POLICY

/**
 * Stops receiving from one source of a joined group.
 *
 * - `IPPROTO_IP, IPPROTO_IPV6`, linux/in.h
 * - value: GroupSourceMembership
 * - access: set
 * - sockets: inet inet6 dgram raw
 * - systems: linux >= 2.4.22
 */
export const MCAST_BLOCK_SOURCE = groupLevel.MCAST_BLOCK_SOURCE

/**
 * Joins a multicast group.
 *
 * - `IPPROTO_IP, IPPROTO_IPV6`, linux/in.h
 * - value: GroupMembership
 * - access: set
 * - sockets: inet inet6 dgram raw
 * - systems: linux >= 2.4.22
 */
export const MCAST_JOIN_GROUP = groupLevel.MCAST_JOIN_GROUP

/**
 * Joins a multicast group to receive from one source only.
 *
 * - `IPPROTO_IP, IPPROTO_IPV6`, linux/in.h
 * - value: GroupSourceMembership
 * - access: set
 * - sockets: inet inet6 dgram raw
 * - systems: linux >= 2.4.22
 */
export const MCAST_JOIN_SOURCE_GROUP = groupLevel.MCAST_JOIN_SOURCE_GROUP

/**
 * Leaves a multicast group.
 *
 * - `IPPROTO_IP, IPPROTO_IPV6`, linux/in.h
 * - value: GroupMembership
 * - access: set
 * - sockets: inet inet6 dgram raw
 * - systems: linux >= 2.4.22
 */
export const MCAST_LEAVE_GROUP = groupLevel.MCAST_LEAVE_GROUP

/**
 * Leaves a multicast group that was joined for one source.
 *
 * - `IPPROTO_IP, IPPROTO_IPV6`, linux/in.h
 * - value: GroupSourceMembership
 * - access: set
 * - sockets: inet inet6 dgram raw
 * - systems: linux >= 2.4.22
 */
export const MCAST_LEAVE_SOURCE_GROUP = groupLevel.MCAST_LEAVE_SOURCE_GROUP

/**
 * The sources of a joined group from which datagrams are received.
 *
 * - `IPPROTO_IP, IPPROTO_IPV6`, linux/in.h
 * - value: SourceFilter<number>
 * - access: set
 * - sockets: inet inet6 dgram raw
 * - systems: linux >= 2.4.22
 */
export const MCAST_MSFILTER = groupLevel.MCAST_MSFILTER

/**
 * Receives from a blocked source again.
 *
 * - `IPPROTO_IP, IPPROTO_IPV6`, linux/in.h
 * - value: GroupSourceMembership
 * - access: set
 * - sockets: inet inet6 dgram raw
 * - systems: linux >= 2.4.22
 */
export const MCAST_UNBLOCK_SOURCE = groupLevel.MCAST_UNBLOCK_SOURCE

/**
 * Turns a socket that is connected to an IPv4 peer into an AF_INET one.
 *
 * - `IPPROTO_IPV6`, ipv6(7)
 * - value: Family
 * - access: read, set
 * - sockets: inet6
 * - systems: linux
 */
export const IPV6_ADDRFORM = ipv6Level.IPV6_ADDRFORM

/**
 * Which of its addresses the system prefers as the source, RFC 5014.
 *
 * - `IPPROTO_IPV6`, linux/in6.h
 * - value: AddressPreference
 * - access: read, set
 * - sockets: inet6
 * - systems: linux >= 2.6.26
 */
export const IPV6_ADDR_PREFERENCES = ipv6Level.IPV6_ADDR_PREFERENCES

/**
 * Joins a multicast group; Linux's name of IPV6_JOIN_GROUP.
 *
 * - `IPPROTO_IPV6`, ipv6(7)
 * - value: Ipv6Membership
 * - access: set
 * - sockets: inet6 dgram raw
 * - systems: linux
 */
export const IPV6_ADD_MEMBERSHIP = ipv6Level.IPV6_ADD_MEMBERSHIP

/**
 * Lets the kernel assign flow labels to packets.
 *
 * - `IPPROTO_IPV6`, linux/in6.h
 * - value: boolean
 * - access: read, set
 * - sockets: inet6
 * - systems: linux >= 3.17
 */
export const IPV6_AUTOFLOWLABEL = ipv6Level.IPV6_AUTOFLOWLABEL

/**
 * The offset in the packets of a raw socket at which the kernel writes and verifies a checksum; -1 for none.
 *
 * - `IPPROTO_IPV6`, RFC 3542
 * - value: number (bytes)
 * - access: read, set
 * - sockets: inet6 raw
 * - systems: linux
 */
export const IPV6_CHECKSUM = ipv6Level.IPV6_CHECKSUM

/**
 * Does not fragment packets that are sent.
 *
 * - `IPPROTO_IPV6`, RFC 3542
 * - value: boolean
 * - access: read, set
 * - sockets: inet6
 * - systems: linux >= 2.6.35
 */
export const IPV6_DONTFRAG = ipv6Level.IPV6_DONTFRAG

/**
 * Leaves a multicast group; Linux's name of IPV6_LEAVE_GROUP.
 *
 * - `IPPROTO_IPV6`, ipv6(7)
 * - value: Ipv6Membership
 * - access: set
 * - sockets: inet6 dgram raw
 * - systems: linux
 */
export const IPV6_DROP_MEMBERSHIP = ipv6Level.IPV6_DROP_MEMBERSHIP

/**
 * The destination options header of each packet that is sent. Requires CAP_NET_RAW.
 *
 * - `IPPROTO_IPV6`, ipv6(7), RFC 3542
 * - value: Buffer
 * - access: read, set
 * - sockets: inet6 dgram raw
 * - systems: linux
 */
export const IPV6_DSTOPTS = ipv6Level.IPV6_DSTOPTS

/**
 * Delivers the flow label and traffic class of each datagram, as ancillary data.
 *
 * - `IPPROTO_IPV6`, ipv6(7)
 * - value: boolean
 * - access: read, set
 * - sockets: inet6 dgram raw
 * - systems: linux
 */
export const IPV6_FLOWINFO = ipv6Level.IPV6_FLOWINFO

/**
 * Sends the flow label that addresses contain as flowInfo.
 *
 * - `IPPROTO_IPV6`, linux/in6.h
 * - value: boolean
 * - access: read, set
 * - sockets: inet6
 * - systems: linux
 */
export const IPV6_FLOWINFO_SEND = ipv6Level.IPV6_FLOWINFO_SEND

/**
 * Acquires or releases a flow label: struct in6_flowlabel_req.
 *
 * - `IPPROTO_IPV6`, linux/in6.h
 * - value: Buffer
 * - access: set
 * - sockets: inet6
 * - systems: linux
 */
export const IPV6_FLOWLABEL_MGR = ipv6Level.IPV6_FLOWLABEL_MGR

/**
 * Allows binding to an address that this machine does not have, or does not have yet.
 *
 * - `IPPROTO_IPV6`, linux/in6.h
 * - value: boolean
 * - access: read, set
 * - sockets: inet6
 * - systems: linux >= 4.15
 */
export const IPV6_FREEBIND = ipv6Level.IPV6_FREEBIND

/**
 * The program supplies the IPv6 header of each packet that it sends.
 *
 * - `IPPROTO_IPV6`, linux/in6.h
 * - value: boolean
 * - access: read, set
 * - sockets: inet6 raw
 * - systems: linux >= 4.5
 */
export const IPV6_HDRINCL = ipv6Level.IPV6_HDRINCL

/**
 * The hop-by-hop options header of each packet that is sent. Requires CAP_NET_RAW.
 *
 * - `IPPROTO_IPV6`, ipv6(7), RFC 3542
 * - value: Buffer
 * - access: read, set
 * - sockets: inet6 dgram raw
 * - systems: linux
 */
export const IPV6_HOPOPTS = ipv6Level.IPV6_HOPOPTS

/**
 * The IPsec policy of the socket, in the format of PF_KEY.
 *
 * - `IPPROTO_IPV6`, linux/in6.h
 * - value: Buffer
 * - access: set
 * - sockets: inet6
 * - systems: linux
 */
export const IPV6_IPSEC_POLICY = ipv6Level.IPV6_IPSEC_POLICY

/**
 * Joins an anycast address. Requires CAP_NET_ADMIN.
 *
 * - `IPPROTO_IPV6`, linux/in6.h
 * - value: Ipv6Membership
 * - access: set
 * - sockets: inet6 dgram raw
 * - systems: linux
 */
export const IPV6_JOIN_ANYCAST = ipv6Level.IPV6_JOIN_ANYCAST

/**
 * Joins a multicast group.
 *
 * - `IPPROTO_IPV6`, RFC 3493
 * - value: Ipv6Membership
 * - access: set
 * - sockets: inet6 dgram raw
 * - systems: linux
 */
export const IPV6_JOIN_GROUP = ipv6Level.IPV6_JOIN_GROUP

/**
 * Leaves an anycast address.
 *
 * - `IPPROTO_IPV6`, linux/in6.h
 * - value: Ipv6Membership
 * - access: set
 * - sockets: inet6 dgram raw
 * - systems: linux
 */
export const IPV6_LEAVE_ANYCAST = ipv6Level.IPV6_LEAVE_ANYCAST

/**
 * Leaves a multicast group.
 *
 * - `IPPROTO_IPV6`, RFC 3493
 * - value: Ipv6Membership
 * - access: set
 * - sockets: inet6 dgram raw
 * - systems: linux
 */
export const IPV6_LEAVE_GROUP = ipv6Level.IPV6_LEAVE_GROUP

/**
 * Drops packets that arrive with fewer remaining hops.
 *
 * - `IPPROTO_IPV6`, linux/in6.h
 * - value: number (hops)
 * - access: read, set
 * - sockets: inet6
 * - systems: linux >= 2.6.35
 */
export const IPV6_MINHOPCOUNT = ipv6Level.IPV6_MINHOPCOUNT

/**
 * Read: the known MTU of the path to the peer of a connected socket. Set: the size of the longest packet to send.
 *
 * - `IPPROTO_IPV6`, ipv6(7)
 * - value: number (bytes)
 * - access: read, set
 * - sockets: inet6
 * - systems: linux
 */
export const IPV6_MTU = ipv6Level.IPV6_MTU

/**
 * Whether packets may be fragmented; see IP_MTU_DISCOVER.
 *
 * - `IPPROTO_IPV6`, ipv6(7)
 * - value: PathMtuDiscovery
 * - access: read, set
 * - sockets: inet6
 * - systems: linux
 */
export const IPV6_MTU_DISCOVER = ipv6Level.IPV6_MTU_DISCOVER

/**
 * Also receives from groups that other sockets of this machine have joined.
 *
 * - `IPPROTO_IPV6`, linux/in6.h
 * - value: boolean
 * - access: read, set
 * - sockets: inet6 dgram raw
 * - systems: linux >= 4.20
 */
export const IPV6_MULTICAST_ALL = ipv6Level.IPV6_MULTICAST_ALL

/**
 * The hop limit of datagrams to groups; -1 means 1.
 *
 * - `IPPROTO_IPV6`, ipv6(7)
 * - value: number (hops)
 * - access: read, set
 * - sockets: inet6 dgram raw
 * - systems: linux, darwin, freebsd
 */
export const IPV6_MULTICAST_HOPS = ipv6Level.IPV6_MULTICAST_HOPS

/**
 * The index of the interface for datagrams to groups; 0 follows the routes.
 *
 * - `IPPROTO_IPV6`, ipv6(7)
 * - value: number (interface index)
 * - access: read, set
 * - sockets: inet6 dgram raw
 * - systems: linux, darwin, freebsd
 */
export const IPV6_MULTICAST_IF = ipv6Level.IPV6_MULTICAST_IF

/**
 * Datagrams to groups are also delivered on this machine.
 *
 * - `IPPROTO_IPV6`, ipv6(7)
 * - value: boolean
 * - access: read, set
 * - sockets: inet6 dgram raw
 * - systems: linux, darwin, freebsd
 */
export const IPV6_MULTICAST_LOOP = ipv6Level.IPV6_MULTICAST_LOOP

/**
 * The known MTU of the path to the peer of a connected socket.
 *
 * - `IPPROTO_IPV6`, RFC 3542
 * - value: Ipv6PathMtu
 * - access: read
 * - sockets: inet6
 * - systems: linux
 */
export const IPV6_PATHMTU = ipv6Level.IPV6_PATHMTU

/**
 * The source address and the interface of each packet that is sent.
 *
 * - `IPPROTO_IPV6`, RFC 3542
 * - value: Ipv6PacketInfo
 * - access: set
 * - sockets: inet6 dgram raw
 * - systems: linux
 */
export const IPV6_PKTINFO = ipv6Level.IPV6_PKTINFO

/**
 * Delivers the destination options of each datagram, as ancillary data.
 *
 * - `IPPROTO_IPV6`, linux/in6.h
 * - value: boolean
 * - access: read, set
 * - sockets: inet6 dgram raw
 * - systems: linux >= 2.6.14
 */
export const IPV6_RECVDSTOPTS = ipv6Level.IPV6_RECVDSTOPTS

/**
 * Queues network errors, which are received with MSG_ERRQUEUE.
 *
 * - `IPPROTO_IPV6`, ipv6(7)
 * - value: boolean
 * - access: read, set
 * - sockets: inet6
 * - systems: linux
 */
export const IPV6_RECVERR = ipv6Level.IPV6_RECVERR

/**
 * With IPV6_RECVERR: includes the extensions of ICMP errors, RFC 4884.
 *
 * - `IPPROTO_IPV6`, linux/in6.h
 * - value: boolean
 * - access: read, set
 * - sockets: inet6 dgram raw
 * - systems: linux >= 5.9
 */
export const IPV6_RECVERR_RFC4884 = ipv6Level.IPV6_RECVERR_RFC4884

/**
 * Delivers the size of the largest fragment of each fragmented datagram, as ancillary data.
 *
 * - `IPPROTO_IPV6`, linux/in6.h
 * - value: boolean
 * - access: read, set
 * - sockets: inet6 dgram raw
 * - systems: linux >= 4.9
 */
export const IPV6_RECVFRAGSIZE = ipv6Level.IPV6_RECVFRAGSIZE

/**
 * Delivers the remaining hops of each datagram, as ancillary data.
 *
 * - `IPPROTO_IPV6`, linux/in6.h
 * - value: boolean
 * - access: read, set
 * - sockets: inet6 dgram raw
 * - systems: linux >= 2.6.14
 */
export const IPV6_RECVHOPLIMIT = ipv6Level.IPV6_RECVHOPLIMIT

/**
 * Delivers the hop-by-hop options of each datagram, as ancillary data.
 *
 * - `IPPROTO_IPV6`, linux/in6.h
 * - value: boolean
 * - access: read, set
 * - sockets: inet6 dgram raw
 * - systems: linux >= 2.6.14
 */
export const IPV6_RECVHOPOPTS = ipv6Level.IPV6_RECVHOPOPTS

/**
 * Delivers the destination of each datagram before it was redirected, as ancillary data.
 *
 * - `IPPROTO_IPV6`, linux/in6.h
 * - value: boolean
 * - access: read, set
 * - sockets: inet6 dgram raw
 * - systems: linux >= 2.6.37
 */
export const IPV6_RECVORIGDSTADDR = ipv6Level.IPV6_RECVORIGDSTADDR

/**
 * Delivers changes of the MTU of a path, as ancillary data.
 *
 * - `IPPROTO_IPV6`, linux/in6.h
 * - value: boolean
 * - access: read, set
 * - sockets: inet6 dgram raw
 * - systems: linux >= 2.6.35
 */
export const IPV6_RECVPATHMTU = ipv6Level.IPV6_RECVPATHMTU

/**
 * Delivers the destination address and the interface of each datagram, as ancillary data (IPV6_PKTINFO).
 *
 * - `IPPROTO_IPV6`, ipv6(7)
 * - value: boolean
 * - access: read, set
 * - sockets: inet6 dgram raw
 * - systems: linux >= 2.6.14
 */
export const IPV6_RECVPKTINFO = ipv6Level.IPV6_RECVPKTINFO

/**
 * Delivers the routing header of each datagram, as ancillary data.
 *
 * - `IPPROTO_IPV6`, linux/in6.h
 * - value: boolean
 * - access: read, set
 * - sockets: inet6 dgram raw
 * - systems: linux >= 2.6.14
 */
export const IPV6_RECVRTHDR = ipv6Level.IPV6_RECVRTHDR

/**
 * Delivers the traffic class of each datagram, as ancillary data.
 *
 * - `IPPROTO_IPV6`, linux/in6.h
 * - value: boolean
 * - access: read, set
 * - sockets: inet6 dgram raw
 * - systems: linux >= 2.6.14
 */
export const IPV6_RECVTCLASS = ipv6Level.IPV6_RECVTCLASS

/**
 * Receives packets with this router alert value that would otherwise be forwarded; -1 stops it.
 *
 * - `IPPROTO_IPV6`, ipv6(7)
 * - value: number
 * - access: read, set
 * - sockets: inet6 raw
 * - systems: linux
 */
export const IPV6_ROUTER_ALERT = ipv6Level.IPV6_ROUTER_ALERT

/**
 * Receives router alerts of its own network namespace only.
 *
 * - `IPPROTO_IPV6`, linux/in6.h
 * - value: boolean
 * - access: read, set
 * - sockets: inet6 raw
 * - systems: linux >= 5.1
 */
export const IPV6_ROUTER_ALERT_ISOLATE = ipv6Level.IPV6_ROUTER_ALERT_ISOLATE

/**
 * The routing header of each packet that is sent.
 *
 * - `IPPROTO_IPV6`, ipv6(7), RFC 3542
 * - value: Buffer
 * - access: read, set
 * - sockets: inet6 dgram raw
 * - systems: linux
 */
export const IPV6_RTHDR = ipv6Level.IPV6_RTHDR

/**
 * The destination options before the routing header of each packet that is sent. Requires CAP_NET_RAW.
 *
 * - `IPPROTO_IPV6`, RFC 3542
 * - value: Buffer
 * - access: read, set
 * - sockets: inet6 dgram raw
 * - systems: linux
 */
export const IPV6_RTHDRDSTOPTS = ipv6Level.IPV6_RTHDRDSTOPTS

/**
 * The traffic class of each packet that is sent; -1 is the default of the system.
 *
 * - `IPPROTO_IPV6`, RFC 3542
 * - value: number
 * - access: read, set
 * - sockets: inet6
 * - systems: linux >= 2.6.14
 */
export const IPV6_TCLASS = ipv6Level.IPV6_TCLASS

/**
 * Enables transparent proxying. Requires CAP_NET_ADMIN.
 *
 * - `IPPROTO_IPV6`, linux/in6.h
 * - value: boolean
 * - access: read, set
 * - sockets: inet6
 * - systems: linux >= 2.6.37
 */
export const IPV6_TRANSPARENT = ipv6Level.IPV6_TRANSPARENT

/**
 * The hop limit of each packet that is sent; -1 is the default of the system.
 *
 * - `IPPROTO_IPV6`, ipv6(7)
 * - value: number (hops)
 * - access: read, set
 * - sockets: inet6
 * - systems: linux, darwin, freebsd
 */
export const IPV6_UNICAST_HOPS = ipv6Level.IPV6_UNICAST_HOPS

/**
 * The index of the interface for packets that are sent; 0 follows the routes.
 *
 * - `IPPROTO_IPV6`, linux/in6.h
 * - value: number
 * - access: read, set
 * - sockets: inet6
 * - systems: linux >= 3.4
 */
export const IPV6_UNICAST_IF = ipv6Level.IPV6_UNICAST_IF

/**
 * Restricts the socket to IPv6, without IPv4 as mapped addresses. Set it before bind.
 *
 * - `IPPROTO_IPV6`, ipv6(7)
 * - value: boolean
 * - access: read, set
 * - sockets: inet6
 * - systems: linux >= 2.4.21, darwin, freebsd
 */
export const IPV6_V6ONLY = ipv6Level.IPV6_V6ONLY

/**
 * The IPsec policy of the socket: struct xfrm_userpolicy_info.
 *
 * - `IPPROTO_IPV6`, linux/in6.h
 * - value: Buffer
 * - access: set
 * - sockets: inet6
 * - systems: linux
 */
export const IPV6_XFRM_POLICY = ipv6Level.IPV6_XFRM_POLICY

/**
 * The state of the congestion control algorithm: union tcp_cc_info.
 *
 * - `IPPROTO_TCP`, linux/inet_diag.h
 * - value: Buffer
 * - access: read
 * - sockets: inet inet6 stream
 * - systems: linux >= 4.1
 */
export const TCP_CC_INFO = tcpLevel.TCP_CC_INFO

/**
 * The name of the congestion control algorithm.
 *
 * - `IPPROTO_TCP`, tcp(7)
 * - value: string
 * - access: read, set
 * - sockets: inet inet6 stream
 * - systems: linux >= 2.6.13
 */
export const TCP_CONGESTION = tcpLevel.TCP_CONGESTION

/**
 * Holds back partial segments until it is cleared, for at most 200 ms.
 *
 * - `IPPROTO_TCP`, tcp(7)
 * - value: boolean
 * - access: read, set
 * - sockets: inet inet6 stream
 * - systems: linux >= 2.2
 */
export const TCP_CORK = tcpLevel.TCP_CORK

/**
 * A listener reports a connection once data has arrived, or after this time, which is rounded to retransmissions.
 *
 * - `IPPROTO_TCP`, tcp(7)
 * - value: number (s)
 * - access: read, set
 * - sockets: inet inet6 stream
 * - systems: linux >= 2.4
 */
export const TCP_DEFER_ACCEPT = tcpLevel.TCP_DEFER_ACCEPT

/**
 * The maximum delay of an acknowledgement.
 *
 * - `IPPROTO_TCP`, linux/tcp.h
 * - value: number (µs)
 * - access: read, set
 * - sockets: inet inet6 stream
 * - systems: linux >= 6.15
 */
export const TCP_DELACK_MAX_US = tcpLevel.TCP_DELACK_MAX_US

/**
 * A listener accepts data in the SYN, for this many pending connections.
 *
 * - `IPPROTO_TCP`, tcp(7)
 * - value: number (connections)
 * - access: read, set
 * - sockets: inet inet6 stream
 * - systems: linux >= 3.6
 */
export const TCP_FASTOPEN = tcpLevel.TCP_FASTOPEN

/**
 * connect returns at once; the first send then connects, with its data in the SYN.
 *
 * - `IPPROTO_TCP`, tcp(7)
 * - value: boolean
 * - access: read, set
 * - sockets: inet inet6 stream
 * - systems: linux >= 4.11
 */
export const TCP_FASTOPEN_CONNECT = tcpLevel.TCP_FASTOPEN_CONNECT

/**
 * The key of Fast Open cookies: 16 bytes, or 32 with the previous key.
 *
 * - `IPPROTO_TCP`, linux/tcp.h
 * - value: Buffer
 * - access: read, set
 * - sockets: inet inet6 stream
 * - systems: linux >= 4.15
 */
export const TCP_FASTOPEN_KEY = tcpLevel.TCP_FASTOPEN_KEY

/**
 * Allows data in the SYN without a cookie.
 *
 * - `IPPROTO_TCP`, linux/tcp.h
 * - value: boolean
 * - access: read, set
 * - sockets: inet inet6 stream
 * - systems: linux >= 4.15
 */
export const TCP_FASTOPEN_NO_COOKIE = tcpLevel.TCP_FASTOPEN_NO_COOKIE

/**
 * The state and statistics of the connection.
 *
 * - `IPPROTO_TCP`, tcp(7)
 * - value: TcpInfo
 * - access: read
 * - sockets: inet inet6 stream
 * - systems: linux >= 2.4
 */
export const TCP_INFO = tcpLevel.TCP_INFO

/**
 * Delivers with each message how many bytes are left to read, as ancillary data (TCP_CM_INQ).
 *
 * - `IPPROTO_TCP`, linux/tcp.h
 * - value: boolean
 * - access: read, set
 * - sockets: inet inet6 stream
 * - systems: linux >= 4.18
 */
export const TCP_INQ = tcpLevel.TCP_INQ

/**
 * Whether the connection uses Multipath TCP.
 *
 * - `IPPROTO_TCP`, linux/tcp.h
 * - value: boolean
 * - access: read
 * - sockets: inet inet6 stream
 * - systems: linux >= 5.16
 */
export const TCP_IS_MPTCP = tcpLevel.TCP_IS_MPTCP

/**
 * How many probes without a reply end the connection; see SO_KEEPALIVE.
 *
 * - `IPPROTO_TCP`, tcp(7)
 * - value: number (probes)
 * - access: read, set
 * - sockets: inet inet6 stream
 * - systems: linux >= 2.4, darwin, freebsd
 */
export const TCP_KEEPCNT = tcpLevel.TCP_KEEPCNT

/**
 * How long a connection is idle before the first probe; see SO_KEEPALIVE.
 *
 * - `IPPROTO_TCP`, tcp(7)
 * - value: number (s)
 * - access: read, set
 * - sockets: inet inet6 stream
 * - systems: linux >= 2.4
 */
export const TCP_KEEPIDLE = tcpLevel.TCP_KEEPIDLE

/**
 * The time between two probes; see SO_KEEPALIVE.
 *
 * - `IPPROTO_TCP`, tcp(7)
 * - value: number (s)
 * - access: read, set
 * - sockets: inet inet6 stream
 * - systems: linux >= 2.4, darwin, freebsd
 */
export const TCP_KEEPINTVL = tcpLevel.TCP_KEEPINTVL

/**
 * How long a closed connection waits for the FIN of the peer (FIN_WAIT2); 0 is the default of the system, -1 does not wait.
 *
 * - `IPPROTO_TCP`, tcp(7)
 * - value: number (s)
 * - access: read, set
 * - sockets: inet inet6 stream
 * - systems: linux >= 2.4
 */
export const TCP_LINGER2 = tcpLevel.TCP_LINGER2

/**
 * The maximum size of a sent segment. Set before connecting, it is also the size that is announced to the peer.
 *
 * - `IPPROTO_TCP`, tcp(7)
 * - value: number (bytes)
 * - access: read, set
 * - sockets: inet inet6 stream
 * - systems: linux, darwin, freebsd
 */
export const TCP_MAXSEG = tcpLevel.TCP_MAXSEG

/**
 * The key that signs the segments to and from a peer, RFC 2385.
 *
 * - `IPPROTO_TCP`, linux/tcp.h
 * - value: TcpSignatureKey
 * - access: set
 * - sockets: inet inet6 stream
 * - systems: linux >= 2.6.20
 */
export const TCP_MD5SIG = tcpLevel.TCP_MD5SIG

/**
 * Sends small segments at once, without Nagle's algorithm, by which the second of two small sends waits for the acknowledgement of the first: a latency of 40 ms or more.
 *
 * - `IPPROTO_TCP`, tcp(7)
 * - value: boolean
 * - access: read, set
 * - sockets: inet inet6 stream
 * - systems: linux, darwin, freebsd
 */
export const TCP_NODELAY = tcpLevel.TCP_NODELAY

/**
 * The socket is writable only while fewer unsent bytes than this are queued.
 *
 * - `IPPROTO_TCP`, linux/tcp.h
 * - value: number (bytes)
 * - access: read, set
 * - sockets: inet inet6 stream
 * - systems: linux >= 3.12
 */
export const TCP_NOTSENT_LOWAT = tcpLevel.TCP_NOTSENT_LOWAT

/**
 * Under TCP_REPAIR: the sequence number of the selected queue.
 *
 * - `IPPROTO_TCP`, linux/tcp.h
 * - value: number
 * - access: read, set
 * - sockets: inet inet6 stream
 * - systems: linux >= 3.5
 */
export const TCP_QUEUE_SEQ = tcpLevel.TCP_QUEUE_SEQ

/**
 * Acknowledges at once. The kernel may turn it off again.
 *
 * - `IPPROTO_TCP`, tcp(7)
 * - value: boolean
 * - access: read, set
 * - sockets: inet inet6 stream
 * - systems: linux >= 2.4.4
 */
export const TCP_QUICKACK = tcpLevel.TCP_QUICKACK

/**
 * Repair mode, to save and restore the state of a connection: 1 on, 0 off, -1 off without a window probe. Requires CAP_NET_ADMIN.
 *
 * - `IPPROTO_TCP`, linux/tcp.h
 * - value: number
 * - access: read, set
 * - sockets: inet inet6 stream
 * - systems: linux >= 3.5
 */
export const TCP_REPAIR = tcpLevel.TCP_REPAIR

/**
 * Under TCP_REPAIR: the options that the connection has negotiated.
 *
 * - `IPPROTO_TCP`, linux/tcp.h
 * - value: RepairOption[]
 * - access: set
 * - sockets: inet inet6 stream
 * - systems: linux >= 3.5
 */
export const TCP_REPAIR_OPTIONS = tcpLevel.TCP_REPAIR_OPTIONS

/**
 * Under TCP_REPAIR: the selected queue; 0 none, 1 receive, 2 send.
 *
 * - `IPPROTO_TCP`, linux/tcp.h
 * - value: number
 * - access: read, set
 * - sockets: inet inet6 stream
 * - systems: linux >= 3.5
 */
export const TCP_REPAIR_QUEUE = tcpLevel.TCP_REPAIR_QUEUE

/**
 * Under TCP_REPAIR: the windows of the connection.
 *
 * - `IPPROTO_TCP`, linux/tcp.h
 * - value: RepairWindow
 * - access: read, set
 * - sockets: inet inet6 stream
 * - systems: linux >= 4.8
 */
export const TCP_REPAIR_WINDOW = tcpLevel.TCP_REPAIR_WINDOW

/**
 * The maximum retransmission timeout, from 1000 to 120000.
 *
 * - `IPPROTO_TCP`, linux/tcp.h
 * - value: number (ms)
 * - access: read, set
 * - sockets: inet inet6 stream
 * - systems: linux >= 6.15
 */
export const TCP_RTO_MAX_MS = tcpLevel.TCP_RTO_MAX_MS

/**
 * The minimum retransmission timeout.
 *
 * - `IPPROTO_TCP`, linux/tcp.h
 * - value: number (µs)
 * - access: read, set
 * - sockets: inet inet6 stream
 * - systems: linux >= 6.15
 */
export const TCP_RTO_MIN_US = tcpLevel.TCP_RTO_MIN_US

/**
 * The headers of the SYN that opened the connection, which can be read once; see TCP_SAVE_SYN.
 *
 * - `IPPROTO_TCP`, linux/tcp.h
 * - value: Buffer
 * - access: read
 * - sockets: inet inet6 stream
 * - systems: linux >= 4.2
 */
export const TCP_SAVED_SYN = tcpLevel.TCP_SAVED_SYN

/**
 * A listener saves the headers of each SYN: 1 from the IP header on, 2 from the link header on.
 *
 * - `IPPROTO_TCP`, linux/tcp.h
 * - value: number
 * - access: read, set
 * - sockets: inet inet6 stream
 * - systems: linux >= 4.2
 */
export const TCP_SAVE_SYN = tcpLevel.TCP_SAVE_SYN

/**
 * How often the SYN is retransmitted before connect fails.
 *
 * - `IPPROTO_TCP`, tcp(7)
 * - value: number (retransmissions)
 * - access: read, set
 * - sockets: inet inet6 stream
 * - systems: linux >= 2.4
 */
export const TCP_SYNCNT = tcpLevel.TCP_SYNCNT

/**
 * Without effect since Linux 4.11.
 * Setting it throws `ERR_OPTION_NO_EFFECT`: Linux has ignored it since 4.11.
 *
 * - `IPPROTO_TCP`, linux/tcp.h
 * - value: boolean
 * - access: read
 * - sockets: inet inet6 stream
 * - systems: linux >= 2.6.34
 */
export const TCP_THIN_DUPACK = tcpLevel.TCP_THIN_DUPACK

/**
 * The first retransmission timeouts of a thin stream do not double.
 *
 * - `IPPROTO_TCP`, linux/tcp.h
 * - value: boolean
 * - access: read, set
 * - sockets: inet inet6 stream
 * - systems: linux >= 2.6.34
 */
export const TCP_THIN_LINEAR_TIMEOUTS = tcpLevel.TCP_THIN_LINEAR_TIMEOUTS

/**
 * The clock of the timestamp option. It can be set under TCP_REPAIR.
 *
 * - `IPPROTO_TCP`, linux/tcp.h
 * - value: number
 * - access: read, set
 * - sockets: inet inet6 stream
 * - systems: linux >= 3.9
 */
export const TCP_TIMESTAMP = tcpLevel.TCP_TIMESTAMP

/**
 * Delays each packet that is sent, to test long paths.
 *
 * - `IPPROTO_TCP`, linux/tcp.h
 * - value: number (µs)
 * - access: read, set
 * - sockets: inet inet6 stream
 * - systems: linux >= 5.4
 */
export const TCP_TX_DELAY = tcpLevel.TCP_TX_DELAY

/**
 * The upper layer protocol: 'tls' for kernel TLS, '' for none.
 *
 * - `IPPROTO_TCP`, linux/tcp.h
 * - value: string
 * - access: read, set
 * - sockets: inet inet6 stream
 * - systems: linux >= 4.13
 */
export const TCP_ULP = tcpLevel.TCP_ULP

/**
 * How long sent data may stay unacknowledged before the connection fails with ETIMEDOUT; 0 is the default of the system.
 *
 * - `IPPROTO_TCP`, tcp(7)
 * - value: number (ms)
 * - access: read, set
 * - sockets: inet inet6 stream
 * - systems: linux >= 2.6.37
 */
export const TCP_USER_TIMEOUT = tcpLevel.TCP_USER_TIMEOUT

/**
 * The maximum window to announce.
 *
 * - `IPPROTO_TCP`, tcp(7)
 * - value: number (bytes)
 * - access: read, set
 * - sockets: inet inet6 stream
 * - systems: linux >= 2.4
 */
export const TCP_WINDOW_CLAMP = tcpLevel.TCP_WINDOW_CLAMP

/**
 * Collects the data of several sends into one datagram until it is cleared.
 *
 * - `IPPROTO_UDP`, udp(7)
 * - value: boolean
 * - access: read, set
 * - sockets: inet inet6 dgram
 * - systems: linux >= 2.5.44
 */
export const UDP_CORK = udpLevel.UDP_CORK

/**
 * The protocol that datagrams encapsulate: 1 and 2 IPsec, 3 L2TP, 4 and 5 GTP, 6 RxRPC.
 *
 * - `IPPROTO_UDP`, linux/udp.h
 * - value: number
 * - access: read, set
 * - sockets: inet inet6 dgram
 * - systems: linux >= 2.5.67
 */
export const UDP_ENCAP = udpLevel.UDP_ENCAP

/**
 * Receives several datagrams of one sender as one, and delivers the size of each as ancillary data.
 *
 * - `IPPROTO_UDP`, linux/udp.h
 * - value: boolean
 * - access: read, set
 * - sockets: inet inet6 dgram
 * - systems: linux >= 5.0
 */
export const UDP_GRO = udpLevel.UDP_GRO

/**
 * Accepts datagrams over IPv6 without a checksum.
 *
 * - `IPPROTO_UDP`, linux/udp.h
 * - value: boolean
 * - access: read, set
 * - sockets: inet inet6 dgram
 * - systems: linux >= 3.16
 */
export const UDP_NO_CHECK6_RX = udpLevel.UDP_NO_CHECK6_RX

/**
 * Sends datagrams over IPv6 without a checksum.
 *
 * - `IPPROTO_UDP`, linux/udp.h
 * - value: boolean
 * - access: read, set
 * - sockets: inet inet6 dgram
 * - systems: linux >= 3.16
 */
export const UDP_NO_CHECK6_TX = udpLevel.UDP_NO_CHECK6_TX

/**
 * Splits the data of one send into datagrams of this size; 0 sends it as one.
 *
 * - `IPPROTO_UDP`, linux/udp.h
 * - value: number (bytes)
 * - access: read, set
 * - sockets: inet inet6 dgram
 * - systems: linux >= 4.18
 */
export const UDP_SEGMENT = udpLevel.UDP_SEGMENT
