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
 * Whether the socket listens.
 *
 * - `SOL_SOCKET`, socket(7)
 * - value: boolean
 * - access: read
 * - sockets: all
 * - systems: linux, darwin, freebsd
 */
export const SO_ACCEPTCONN = socketLevel.SO_ACCEPTCONN

/**
 * Filters what arrives by an eBPF program, given by its descriptor.
 *
 * - `SOL_SOCKET`, socket(7)
 * - value: number (descriptor)
 * - access: set
 * - sockets: all
 * - systems: linux >= 3.19
 */
export const SO_ATTACH_BPF = socketLevel.SO_ATTACH_BPF

/**
 * Filters what arrives by a classic BPF program.
 *
 * - `SOL_SOCKET`, socket(7)
 * - value: FilterInstruction[]
 * - access: set
 * - sockets: all
 * - systems: linux >= 2.2
 */
export const SO_ATTACH_FILTER = socketLevel.SO_ATTACH_FILTER

/**
 * Chooses by a classic BPF program which socket of a reuse-port group gets a packet.
 *
 * - `SOL_SOCKET`, socket(7)
 * - value: FilterInstruction[]
 * - access: set
 * - sockets: inet inet6
 * - systems: linux >= 4.5
 */
export const SO_ATTACH_REUSEPORT_CBPF = socketLevel.SO_ATTACH_REUSEPORT_CBPF

/**
 * Chooses by an eBPF program, given by its descriptor, which socket of a reuse-port group gets a packet.
 *
 * - `SOL_SOCKET`, socket(7)
 * - value: number (descriptor)
 * - access: set
 * - sockets: inet inet6
 * - systems: linux >= 4.5
 */
export const SO_ATTACH_REUSEPORT_EBPF = socketLevel.SO_ATTACH_REUSEPORT_EBPF

/**
 * Ties the socket to an interface, given by its name; '' unties it. Changing a tie asks for CAP_NET_RAW.
 *
 * - `SOL_SOCKET`, socket(7)
 * - value: string
 * - access: read, set
 * - sockets: inet inet6
 * - systems: linux
 */
export const SO_BINDTODEVICE = socketLevel.SO_BINDTODEVICE

/**
 * Ties the socket to an interface, given by its index; 0 unties it.
 *
 * - `SOL_SOCKET`, asm-generic/socket.h
 * - value: number (interface index)
 * - access: read, set
 * - sockets: inet inet6
 * - systems: linux >= 5.1
 */
export const SO_BINDTOIFINDEX = socketLevel.SO_BINDTOIFINDEX

/**
 * How many extensions of classic BPF the kernel knows.
 *
 * - `SOL_SOCKET`, asm-generic/socket.h
 * - value: number (extension)
 * - access: read
 * - sockets: all
 * - systems: linux >= 3.14
 */
export const SO_BPF_EXTENSIONS = socketLevel.SO_BPF_EXTENSIONS

/**
 * Allows datagrams to a broadcast address.
 *
 * - `SOL_SOCKET`, socket(7)
 * - value: boolean
 * - access: read, set
 * - sockets: all
 * - systems: linux, darwin, freebsd
 */
export const SO_BROADCAST = socketLevel.SO_BROADCAST

/**
 * Compatibility with errors of BSD; nothing since Linux 2.4.
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
 * Which buffer keeps its size: SOCK_SNDBUF_LOCK | SOCK_RCVBUF_LOCK.
 *
 * - `SOL_SOCKET`, asm-generic/socket.h
 * - value: BufferLock
 * - access: read, set
 * - sockets: all
 * - systems: linux >= 5.14
 */
export const SO_BUF_LOCK = socketLevel.SO_BUF_LOCK

/**
 * How long to poll the device before sleeping. To raise it asks for CAP_NET_ADMIN.
 *
 * - `SOL_SOCKET`, socket(7)
 * - value: number (µs)
 * - access: read, set
 * - sockets: all
 * - systems: linux >= 3.11
 */
export const SO_BUSY_POLL = socketLevel.SO_BUSY_POLL

/**
 * How many packets one poll of the device may take. To raise it asks for CAP_NET_ADMIN.
 *
 * - `SOL_SOCKET`, asm-generic/socket.h
 * - value: number (packets)
 * - access: set
 * - sockets: all
 * - systems: linux >= 5.11
 */
export const SO_BUSY_POLL_BUDGET = socketLevel.SO_BUSY_POLL_BUDGET

/**
 * Advises that the path is bad (1): the kernel looks for another.
 *
 * - `SOL_SOCKET`, asm-generic/socket.h
 * - value: number
 * - access: set
 * - sockets: all
 * - systems: linux >= 4.6
 */
export const SO_CNX_ADVICE = socketLevel.SO_CNX_ADVICE

/**
 * A number that tells this socket from every other of the kernel's lifetime.
 *
 * - `SOL_SOCKET`, asm-generic/socket.h
 * - value: bigint
 * - access: read
 * - sockets: all
 * - systems: linux >= 4.12
 */
export const SO_COOKIE = socketLevel.SO_COOKIE

/**
 * Records for debugging. Asks for CAP_NET_ADMIN.
 *
 * - `SOL_SOCKET`, socket(7)
 * - value: boolean
 * - access: read, set
 * - sockets: all
 * - systems: linux, darwin, freebsd
 */
export const SO_DEBUG = socketLevel.SO_DEBUG

/**
 * Takes the filter off, classic or eBPF.
 *
 * - `SOL_SOCKET`, socket(7)
 * - value: true
 * - access: set
 * - sockets: all
 * - systems: linux >= 2.2
 */
export const SO_DETACH_FILTER = socketLevel.SO_DETACH_FILTER

/**
 * Takes the program off a reuse-port group.
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
 * Sends only to hosts that are directly connected.
 *
 * - `SOL_SOCKET`, socket(7)
 * - value: boolean
 * - access: read, set
 * - sockets: all
 * - systems: linux, darwin, freebsd
 */
export const SO_DONTROUTE = socketLevel.SO_DONTROUTE

/**
 * The pending error, once; 0: none. takeError() gives it as an error.
 *
 * - `SOL_SOCKET`, socket(7)
 * - value: number (errno)
 * - access: read
 * - sockets: all
 * - systems: linux, darwin, freebsd
 */
export const SO_ERROR = socketLevel.SO_ERROR

/**
 * The classic BPF program that filters what arrives; empty: none.
 *
 * - `SOL_SOCKET`, asm-generic/socket.h
 * - value: FilterInstruction[]
 * - access: read
 * - sockets: all
 * - systems: linux >= 3.8
 */
export const SO_GET_FILTER = socketLevel.SO_GET_FILTER

/**
 * The processor that last handled a packet of it; set on a listener: the one it prefers. -1: none.
 *
 * - `SOL_SOCKET`, socket(7)
 * - value: number (CPU)
 * - access: read, set
 * - sockets: inet inet6
 * - systems: linux >= 3.19
 */
export const SO_INCOMING_CPU = socketLevel.SO_INCOMING_CPU

/**
 * The receive queue of the last packet; 0: none.
 *
 * - `SOL_SOCKET`, socket(7)
 * - value: number
 * - access: read
 * - sockets: inet inet6
 * - systems: linux >= 4.12
 */
export const SO_INCOMING_NAPI_ID = socketLevel.SO_INCOMING_NAPI_ID

/**
 * Tells with every message how many bytes are left to read.
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
 * How long close waits for unsent data; 0: close resets the connection; null: close returns at once and the kernel sends on.
 *
 * - `SOL_SOCKET`, socket(7)
 * - value: number | null (s)
 * - access: read, set
 * - sockets: all
 * - systems: linux
 */
export const SO_LINGER = socketLevel.SO_LINGER

/**
 * Forbids changing the filters, for good.
 *
 * - `SOL_SOCKET`, socket(7)
 * - value: boolean
 * - access: read, set
 * - sockets: all
 * - systems: linux >= 3.9
 */
export const SO_LOCK_FILTER = socketLevel.SO_LOCK_FILTER

/**
 * The mark of what is sent, for routing and packet filters. Asks for CAP_NET_ADMIN.
 *
 * - `SOL_SOCKET`, socket(7)
 * - value: number
 * - access: read, set
 * - sockets: all
 * - systems: linux >= 2.6.25
 */
export const SO_MARK = socketLevel.SO_MARK

/**
 * The highest rate of sending; 2n ** 64n - 1n: no limit.
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
 * A number that tells the network namespace from every other.
 *
 * - `SOL_SOCKET`, asm-generic/socket.h
 * - value: bigint
 * - access: read
 * - sockets: all
 * - systems: linux >= 5.14
 */
export const SO_NETNS_COOKIE = socketLevel.SO_NETNS_COOKIE

/**
 * The program brings the checksum of Ethernet frames.
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
 * Tells who sent each message (SCM_CREDENTIALS).
 *
 * - `SOL_SOCKET`, unix(7)
 * - value: boolean
 * - access: read, set
 * - sockets: unix
 * - systems: linux
 */
export const SO_PASSCRED = socketLevel.SO_PASSCRED

/**
 * Brings a descriptor of the sender's process with each message (SCM_PIDFD).
 *
 * - `SOL_SOCKET`, asm-generic/socket.h
 * - value: boolean
 * - access: read, set
 * - sockets: unix
 * - systems: linux >= 6.5
 */
export const SO_PASSPIDFD = socketLevel.SO_PASSPIDFD

/**
 * Whether descriptors may be received (SCM_RIGHTS).
 *
 * - `SOL_SOCKET`, asm-generic/socket.h
 * - value: boolean
 * - access: read, set
 * - sockets: unix
 * - systems: linux >= 6.16
 */
export const SO_PASSRIGHTS = socketLevel.SO_PASSRIGHTS

/**
 * Tells the sender's security label with each message (SCM_SECURITY).
 *
 * - `SOL_SOCKET`, unix(7)
 * - value: boolean
 * - access: read, set
 * - sockets: unix
 * - systems: linux >= 2.6.18
 */
export const SO_PASSSEC = socketLevel.SO_PASSSEC

/**
 * Where the next MSG_PEEK looks, counted from the next byte to read; it moves on with each. -1: at that byte.
 *
 * - `SOL_SOCKET`, socket(7)
 * - value: number (bytes)
 * - access: read, set
 * - sockets: all
 * - systems: linux >= 3.4
 */
export const SO_PEEK_OFF = socketLevel.SO_PEEK_OFF

/**
 * Who connected, listened or made the pair at the other end, as of then.
 *
 * - `SOL_SOCKET`, unix(7)
 * - value: PeerCredentials
 * - access: read
 * - sockets: unix
 * - systems: linux
 */
export const SO_PEERCRED = socketLevel.SO_PEERCRED

/**
 * The other end's supplementary groups.
 *
 * - `SOL_SOCKET`, asm-generic/socket.h
 * - value: number[]
 * - access: read
 * - sockets: unix
 * - systems: linux >= 4.13
 */
export const SO_PEERGROUPS = socketLevel.SO_PEERGROUPS

/**
 * A new descriptor of the other end's process, which is the caller's to close.
 *
 * - `SOL_SOCKET`, asm-generic/socket.h
 * - value: number (descriptor)
 * - access: read
 * - sockets: unix
 * - systems: linux >= 6.5
 */
export const SO_PEERPIDFD = socketLevel.SO_PEERPIDFD

/**
 * The other end's security label.
 *
 * - `SOL_SOCKET`, socket(7)
 * - value: string
 * - access: read
 * - sockets: all
 * - systems: linux >= 2.6.2
 */
export const SO_PEERSEC = socketLevel.SO_PEERSEC

/**
 * Prefers polling the device to its interrupts. Asks for CAP_NET_ADMIN.
 *
 * - `SOL_SOCKET`, asm-generic/socket.h
 * - value: boolean
 * - access: read, set
 * - sockets: all
 * - systems: linux >= 5.11
 */
export const SO_PREFER_BUSY_POLL = socketLevel.SO_PREFER_BUSY_POLL

/**
 * What is sent, in the device's queue; above 6 it asks for CAP_NET_ADMIN.
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
 * The size of the receive buffer. Linux doubles what is set, up to rmem_max, and tells the doubled value.
 *
 * - `SOL_SOCKET`, socket(7)
 * - value: number (bytes)
 * - access: read, set
 * - sockets: all
 * - systems: linux, darwin, freebsd
 */
export const SO_RCVBUF = socketLevel.SO_RCVBUF

/**
 * SO_RCVBUF beyond rmem_max. Asks for CAP_NET_ADMIN.
 *
 * - `SOL_SOCKET`, socket(7)
 * - value: number (bytes)
 * - access: set
 * - sockets: all
 * - systems: linux >= 2.6.14
 */
export const SO_RCVBUFFORCE = socketLevel.SO_RCVBUFFORCE

/**
 * How much must be there to make a stream readable.
 *
 * - `SOL_SOCKET`, socket(7)
 * - value: number (bytes)
 * - access: read, set
 * - sockets: all
 * - systems: linux, darwin, freebsd
 */
export const SO_RCVLOWAT = socketLevel.SO_RCVLOWAT

/**
 * Tells the mark of each message (SO_MARK).
 *
 * - `SOL_SOCKET`, asm-generic/socket.h
 * - value: boolean
 * - access: read, set
 * - sockets: all
 * - systems: linux >= 5.19
 */
export const SO_RCVMARK = socketLevel.SO_RCVMARK

/**
 * Tells the priority of each message (SO_PRIORITY).
 *
 * - `SOL_SOCKET`, asm-generic/socket.h
 * - value: boolean
 * - access: read, set
 * - sockets: all
 * - systems: linux >= 6.14
 */
export const SO_RCVPRIORITY = socketLevel.SO_RCVPRIORITY

/**
 * The kernel's timeout of receiving.
 * Setting it throws `ERR_OPTION_NO_EFFECT`: the kernel keeps no time for non-blocking sockets: use setTimeout(ms), or { timeout } of one call.
 *
 * - `SOL_SOCKET`, socket(7)
 * - value: number (ms)
 * - access: read
 * - sockets: all
 * - systems: linux
 */
export const SO_RCVTIMEO = socketLevel.SO_RCVTIMEO

/**
 * Memory that is set aside for the socket.
 *
 * - `SOL_SOCKET`, asm-generic/socket.h
 * - value: number (bytes)
 * - access: read, set
 * - sockets: inet inet6
 * - systems: linux >= 5.17
 */
export const SO_RESERVE_MEM = socketLevel.SO_RESERVE_MEM

/**
 * Binds to an address that connections of before still use.
 *
 * - `SOL_SOCKET`, socket(7)
 * - value: boolean
 * - access: read, set
 * - sockets: all
 * - systems: linux, darwin, freebsd
 */
export const SO_REUSEADDR = socketLevel.SO_REUSEADDR

/**
 * Lets sockets share one address; connections or datagrams are dealt out among them.
 *
 * - `SOL_SOCKET`, socket(7)
 * - value: boolean
 * - access: read, set
 * - sockets: inet inet6
 * - systems: linux >= 3.9, darwin, freebsd
 */
export const SO_REUSEPORT = socketLevel.SO_REUSEPORT

/**
 * Tells with each message how many were dropped before it.
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
 * The size of the send buffer. Linux doubles what is set, up to wmem_max, and tells the doubled value.
 *
 * - `SOL_SOCKET`, socket(7)
 * - value: number (bytes)
 * - access: read, set
 * - sockets: all
 * - systems: linux, darwin, freebsd
 */
export const SO_SNDBUF = socketLevel.SO_SNDBUF

/**
 * SO_SNDBUF beyond wmem_max. Asks for CAP_NET_ADMIN.
 *
 * - `SOL_SOCKET`, socket(7)
 * - value: number (bytes)
 * - access: set
 * - sockets: all
 * - systems: linux >= 2.6.14
 */
export const SO_SNDBUFFORCE = socketLevel.SO_SNDBUFFORCE

/**
 * How much room must be there to make a socket writable. Linux refuses to change it (ENOPROTOOPT).
 *
 * - `SOL_SOCKET`, socket(7)
 * - value: number (bytes)
 * - access: read, set
 * - sockets: all
 * - systems: linux, darwin, freebsd
 */
export const SO_SNDLOWAT = socketLevel.SO_SNDLOWAT

/**
 * The kernel's timeout of sending.
 * Setting it throws `ERR_OPTION_NO_EFFECT`: the kernel keeps no time for non-blocking sockets: use setTimeout(ms), or { timeout } of one call.
 *
 * - `SOL_SOCKET`, socket(7)
 * - value: number (ms)
 * - access: read
 * - sockets: all
 * - systems: linux
 */
export const SO_SNDTIMEO = socketLevel.SO_SNDTIMEO

/**
 * Tells when each message came, to the microsecond (SCM_TIMESTAMP).
 *
 * - `SOL_SOCKET`, socket(7)
 * - value: boolean
 * - access: read, set
 * - sockets: all
 * - systems: linux, darwin, freebsd
 */
export const SO_TIMESTAMP = socketLevel.SO_TIMESTAMP

/**
 * Which software and hardware times are taken and told (SCM_TIMESTAMPING).
 *
 * - `SOL_SOCKET`, linux/net_tstamp.h
 * - value: TimestampingFlag
 * - access: read, set
 * - sockets: all
 * - systems: linux >= 2.6.30
 */
export const SO_TIMESTAMPING = socketLevel.SO_TIMESTAMPING

/**
 * Tells when each message came, to the nanosecond (SCM_TIMESTAMPNS).
 *
 * - `SOL_SOCKET`, socket(7)
 * - value: boolean
 * - access: read, set
 * - sockets: all
 * - systems: linux >= 2.6.22
 */
export const SO_TIMESTAMPNS = socketLevel.SO_TIMESTAMPNS

/**
 * Whether a connection that times out tries another path: 1 yes, 0 no, -1 as the system has it.
 *
 * - `SOL_SOCKET`, asm-generic/socket.h
 * - value: number
 * - access: read, set
 * - sockets: inet inet6 stream
 * - systems: linux >= 6.0
 */
export const SO_TXREHASH = socketLevel.SO_TXREHASH

/**
 * Messages may say when they are to be sent (SCM_TXTIME).
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
 * Tells whether a wireless frame was acknowledged (SCM_WIFI_STATUS).
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
 * Joins a multicast group for what one source sends.
 *
 * - `IPPROTO_IP`, ip(7)
 * - value: Ipv4SourceMembership
 * - access: set
 * - sockets: inet dgram raw
 * - systems: linux >= 2.4.22
 */
export const IP_ADD_SOURCE_MEMBERSHIP = ipLevel.IP_ADD_SOURCE_MEMBERSHIP

/**
 * bind with port 0 leaves the choice of the port to connect.
 *
 * - `IPPROTO_IP`, ip(7)
 * - value: boolean
 * - access: read, set
 * - sockets: inet
 * - systems: linux >= 4.2
 */
export const IP_BIND_ADDRESS_NO_PORT = ipLevel.IP_BIND_ADDRESS_NO_PORT

/**
 * No longer hears one source of a joined group.
 *
 * - `IPPROTO_IP`, ip(7)
 * - value: Ipv4SourceMembership
 * - access: set
 * - sockets: inet dgram raw
 * - systems: linux >= 2.4.22
 */
export const IP_BLOCK_SOURCE = ipLevel.IP_BLOCK_SOURCE

/**
 * Tells the checksum of the payload with each datagram.
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
 * Leaves a multicast group for one source.
 *
 * - `IPPROTO_IP`, ip(7)
 * - value: Ipv4SourceMembership
 * - access: set
 * - sockets: inet dgram raw
 * - systems: linux >= 2.4.22
 */
export const IP_DROP_SOURCE_MEMBERSHIP = ipLevel.IP_DROP_SOURCE_MEMBERSHIP

/**
 * Binds to an address that this machine does not have, or not yet.
 *
 * - `IPPROTO_IP`, ip(7)
 * - value: boolean
 * - access: read, set
 * - sockets: inet
 * - systems: linux >= 2.4
 */
export const IP_FREEBIND = ipLevel.IP_FREEBIND

/**
 * What is sent brings its IP header.
 *
 * - `IPPROTO_IP`, ip(7)
 * - value: boolean
 * - access: read, set
 * - sockets: inet raw
 * - systems: linux >= 2.0, darwin, freebsd
 */
export const IP_HDRINCL = ipLevel.IP_HDRINCL

/**
 * The IPsec policy of the socket, as of PF_KEY.
 *
 * - `IPPROTO_IP`, linux/in.h
 * - value: Buffer
 * - access: set
 * - sockets: inet
 * - systems: linux
 */
export const IP_IPSEC_POLICY = ipLevel.IP_IPSEC_POLICY

/**
 * From which ports connect and bind with port 0 choose.
 *
 * - `IPPROTO_IP`, linux/in.h
 * - value: PortRange
 * - access: read, set
 * - sockets: inet
 * - systems: linux >= 6.3
 */
export const IP_LOCAL_PORT_RANGE = ipLevel.IP_LOCAL_PORT_RANGE

/**
 * Drops packets that arrive with fewer hops left.
 *
 * - `IPPROTO_IP`, linux/in.h
 * - value: number (hops)
 * - access: read, set
 * - sockets: inet
 * - systems: linux >= 2.6.34
 */
export const IP_MINTTL = ipLevel.IP_MINTTL

/**
 * Which sources of a joined group are heard.
 *
 * - `IPPROTO_IP`, ip(7)
 * - value: SourceFilter<string>
 * - access: set
 * - sockets: inet dgram raw
 * - systems: linux >= 2.4.22
 */
export const IP_MSFILTER = ipLevel.IP_MSFILTER

/**
 * The known MTU of the path to the peer; of a connected socket.
 *
 * - `IPPROTO_IP`, ip(7)
 * - value: number (bytes)
 * - access: read
 * - sockets: inet
 * - systems: linux >= 2.2
 */
export const IP_MTU = ipLevel.IP_MTU

/**
 * Whether packets may be fragmented: IP_PMTUDISC_DO sets don't-fragment.
 *
 * - `IPPROTO_IP`, ip(7)
 * - value: PathMtuDiscovery
 * - access: read, set
 * - sockets: inet
 * - systems: linux >= 2.2
 */
export const IP_MTU_DISCOVER = ipLevel.IP_MTU_DISCOVER

/**
 * Also hears groups that other sockets of this machine have joined.
 *
 * - `IPPROTO_IP`, ip(7)
 * - value: boolean
 * - access: read, set
 * - sockets: inet dgram raw
 * - systems: linux >= 2.6.31
 */
export const IP_MULTICAST_ALL = ipLevel.IP_MULTICAST_ALL

/**
 * From which interface to send to groups, given by an address of it or its index. Told is the address, '0.0.0.0' where none was set.
 *
 * - `IPPROTO_IP`, ip(7)
 * - value: string (set: string | number)
 * - access: read, set
 * - sockets: inet dgram raw
 * - systems: linux >= 1.2
 */
export const IP_MULTICAST_IF = ipLevel.IP_MULTICAST_IF

/**
 * This machine also hears what is sent to groups.
 *
 * - `IPPROTO_IP`, ip(7)
 * - value: boolean
 * - access: read, set
 * - sockets: inet dgram raw
 * - systems: linux >= 1.2
 */
export const IP_MULTICAST_LOOP = ipLevel.IP_MULTICAST_LOOP

/**
 * How far what is sent to groups goes; -1: 1 hop.
 *
 * - `IPPROTO_IP`, ip(7)
 * - value: number (hops)
 * - access: read, set
 * - sockets: inet dgram raw
 * - systems: linux >= 1.2
 */
export const IP_MULTICAST_TTL = ipLevel.IP_MULTICAST_TTL

/**
 * Packet filters do not put fragments together.
 *
 * - `IPPROTO_IP`, ip(7)
 * - value: boolean
 * - access: read, set
 * - sockets: inet raw
 * - systems: linux >= 2.6.36
 */
export const IP_NODEFRAG = ipLevel.IP_NODEFRAG

/**
 * The options in the header of what is sent.
 *
 * - `IPPROTO_IP`, ip(7)
 * - value: Buffer
 * - access: read, set
 * - sockets: inet
 * - systems: linux >= 2.0
 */
export const IP_OPTIONS = ipLevel.IP_OPTIONS

/**
 * Tells the sender's security label with each datagram (SCM_SECURITY).
 *
 * - `IPPROTO_IP`, ip(7)
 * - value: boolean
 * - access: read, set
 * - sockets: inet dgram
 * - systems: linux >= 2.6.17
 */
export const IP_PASSSEC = ipLevel.IP_PASSSEC

/**
 * Tells to which address and on which interface each datagram came (IP_PKTINFO).
 *
 * - `IPPROTO_IP`, ip(7)
 * - value: boolean
 * - access: read, set
 * - sockets: inet dgram raw
 * - systems: linux >= 2.2
 */
export const IP_PKTINFO = ipLevel.IP_PKTINFO

/**
 * What was asked to be told of packets, as ancillary data of a stream.
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
 * Queues errors of the network for MSG_ERRQUEUE.
 *
 * - `IPPROTO_IP`, ip(7)
 * - value: boolean
 * - access: read, set
 * - sockets: inet
 * - systems: linux >= 2.2
 */
export const IP_RECVERR = ipLevel.IP_RECVERR

/**
 * With IP_RECVERR: tells extensions of ICMP errors, RFC 4884.
 *
 * - `IPPROTO_IP`, linux/in.h
 * - value: boolean
 * - access: read, set
 * - sockets: inet dgram raw
 * - systems: linux >= 5.9
 */
export const IP_RECVERR_RFC4884 = ipLevel.IP_RECVERR_RFC4884

/**
 * Tells the size of the largest fragment that a datagram came in.
 *
 * - `IPPROTO_IP`, linux/in.h
 * - value: boolean
 * - access: read, set
 * - sockets: inet dgram raw
 * - systems: linux >= 4.9
 */
export const IP_RECVFRAGSIZE = ipLevel.IP_RECVFRAGSIZE

/**
 * Tells the IP options of each datagram, filled in for this host.
 *
 * - `IPPROTO_IP`, ip(7)
 * - value: boolean
 * - access: read, set
 * - sockets: inet dgram raw
 * - systems: linux >= 2.2
 */
export const IP_RECVOPTS = ipLevel.IP_RECVOPTS

/**
 * Tells where each datagram was sent to before it was redirected.
 *
 * - `IPPROTO_IP`, ip(7)
 * - value: boolean
 * - access: read, set
 * - sockets: inet dgram raw
 * - systems: linux >= 2.6.29
 */
export const IP_RECVORIGDSTADDR = ipLevel.IP_RECVORIGDSTADDR

/**
 * Tells the type of service of each datagram.
 *
 * - `IPPROTO_IP`, ip(7)
 * - value: boolean
 * - access: read, set
 * - sockets: inet
 * - systems: linux >= 2.2
 */
export const IP_RECVTOS = ipLevel.IP_RECVTOS

/**
 * Tells how many hops each datagram had left.
 *
 * - `IPPROTO_IP`, ip(7)
 * - value: boolean
 * - access: read, set
 * - sockets: inet dgram raw
 * - systems: linux >= 2.2
 */
export const IP_RECVTTL = ipLevel.IP_RECVTTL

/**
 * Tells the IP options of each datagram as they came.
 *
 * - `IPPROTO_IP`, ip(7)
 * - value: boolean
 * - access: read, set
 * - sockets: inet dgram raw
 * - systems: linux >= 2.2
 */
export const IP_RETOPTS = ipLevel.IP_RETOPTS

/**
 * Takes packets with a router alert out of forwarding.
 *
 * - `IPPROTO_IP`, ip(7)
 * - value: boolean
 * - access: read, set
 * - sockets: inet raw
 * - systems: linux >= 2.2
 */
export const IP_ROUTER_ALERT = ipLevel.IP_ROUTER_ALERT

/**
 * The type of service of what is sent: a DSCP and, on datagrams, congestion notification.
 *
 * - `IPPROTO_IP`, ip(7)
 * - value: TypeOfService
 * - access: read, set
 * - sockets: inet
 * - systems: linux >= 1.0, darwin, freebsd
 */
export const IP_TOS = ipLevel.IP_TOS

/**
 * Takes part in transparent proxying. Asks for CAP_NET_ADMIN.
 *
 * - `IPPROTO_IP`, ip(7)
 * - value: boolean
 * - access: read, set
 * - sockets: inet
 * - systems: linux >= 2.6.24
 */
export const IP_TRANSPARENT = ipLevel.IP_TRANSPARENT

/**
 * How far what is sent goes; -1: as the system has it.
 *
 * - `IPPROTO_IP`, ip(7)
 * - value: number (hops)
 * - access: read, set
 * - sockets: inet
 * - systems: linux, darwin, freebsd
 */
export const IP_TTL = ipLevel.IP_TTL

/**
 * Hears a source again that was blocked.
 *
 * - `IPPROTO_IP`, ip(7)
 * - value: Ipv4SourceMembership
 * - access: set
 * - sockets: inet dgram raw
 * - systems: linux >= 2.4.22
 */
export const IP_UNBLOCK_SOURCE = ipLevel.IP_UNBLOCK_SOURCE

/**
 * From which interface to send, by its index; 0: as routes say.
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
 * No longer hears one source of a joined group.
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
 * Joins a multicast group for what one source sends.
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
 * Leaves a multicast group for one source.
 *
 * - `IPPROTO_IP, IPPROTO_IPV6`, linux/in.h
 * - value: GroupSourceMembership
 * - access: set
 * - sockets: inet inet6 dgram raw
 * - systems: linux >= 2.4.22
 */
export const MCAST_LEAVE_SOURCE_GROUP = groupLevel.MCAST_LEAVE_SOURCE_GROUP

/**
 * Which sources of a joined group are heard.
 *
 * - `IPPROTO_IP, IPPROTO_IPV6`, linux/in.h
 * - value: SourceFilter<number>
 * - access: set
 * - sockets: inet inet6 dgram raw
 * - systems: linux >= 2.4.22
 */
export const MCAST_MSFILTER = groupLevel.MCAST_MSFILTER

/**
 * Hears a source again that was blocked.
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
 * Which of its own addresses the system prefers as the source, RFC 5014.
 *
 * - `IPPROTO_IPV6`, linux/in6.h
 * - value: AddressPreference
 * - access: read, set
 * - sockets: inet6
 * - systems: linux >= 2.6.26
 */
export const IPV6_ADDR_PREFERENCES = ipv6Level.IPV6_ADDR_PREFERENCES

/**
 * Joins a multicast group; Linux' name of IPV6_JOIN_GROUP.
 *
 * - `IPPROTO_IPV6`, ipv6(7)
 * - value: Ipv6Membership
 * - access: set
 * - sockets: inet6 dgram raw
 * - systems: linux
 */
export const IPV6_ADD_MEMBERSHIP = ipv6Level.IPV6_ADD_MEMBERSHIP

/**
 * Gives packets a flow label of the kernel.
 *
 * - `IPPROTO_IPV6`, linux/in6.h
 * - value: boolean
 * - access: read, set
 * - sockets: inet6
 * - systems: linux >= 3.17
 */
export const IPV6_AUTOFLOWLABEL = ipv6Level.IPV6_AUTOFLOWLABEL

/**
 * Where in the packets of a raw socket the kernel puts and checks a checksum; -1: nowhere.
 *
 * - `IPPROTO_IPV6`, RFC 3542
 * - value: number (bytes)
 * - access: read, set
 * - sockets: inet6 raw
 * - systems: linux
 */
export const IPV6_CHECKSUM = ipv6Level.IPV6_CHECKSUM

/**
 * Does not fragment what is sent.
 *
 * - `IPPROTO_IPV6`, RFC 3542
 * - value: boolean
 * - access: read, set
 * - sockets: inet6
 * - systems: linux >= 2.6.35
 */
export const IPV6_DONTFRAG = ipv6Level.IPV6_DONTFRAG

/**
 * Leaves a multicast group; Linux' name of IPV6_LEAVE_GROUP.
 *
 * - `IPPROTO_IPV6`, ipv6(7)
 * - value: Ipv6Membership
 * - access: set
 * - sockets: inet6 dgram raw
 * - systems: linux
 */
export const IPV6_DROP_MEMBERSHIP = ipv6Level.IPV6_DROP_MEMBERSHIP

/**
 * The destination options header of what is sent. Asks for CAP_NET_RAW.
 *
 * - `IPPROTO_IPV6`, ipv6(7), RFC 3542
 * - value: Buffer
 * - access: read, set
 * - sockets: inet6 dgram raw
 * - systems: linux
 */
export const IPV6_DSTOPTS = ipv6Level.IPV6_DSTOPTS

/**
 * Tells the flow label and traffic class of each datagram.
 *
 * - `IPPROTO_IPV6`, ipv6(7)
 * - value: boolean
 * - access: read, set
 * - sockets: inet6 dgram raw
 * - systems: linux
 */
export const IPV6_FLOWINFO = ipv6Level.IPV6_FLOWINFO

/**
 * Sends the flow label that addresses give as flowInfo.
 *
 * - `IPPROTO_IPV6`, linux/in6.h
 * - value: boolean
 * - access: read, set
 * - sockets: inet6
 * - systems: linux
 */
export const IPV6_FLOWINFO_SEND = ipv6Level.IPV6_FLOWINFO_SEND

/**
 * Takes or gives back a flow label: struct in6_flowlabel_req.
 *
 * - `IPPROTO_IPV6`, linux/in6.h
 * - value: Buffer
 * - access: set
 * - sockets: inet6
 * - systems: linux
 */
export const IPV6_FLOWLABEL_MGR = ipv6Level.IPV6_FLOWLABEL_MGR

/**
 * Binds to an address that this machine does not have, or not yet.
 *
 * - `IPPROTO_IPV6`, linux/in6.h
 * - value: boolean
 * - access: read, set
 * - sockets: inet6
 * - systems: linux >= 4.15
 */
export const IPV6_FREEBIND = ipv6Level.IPV6_FREEBIND

/**
 * What is sent brings its IPv6 header.
 *
 * - `IPPROTO_IPV6`, linux/in6.h
 * - value: boolean
 * - access: read, set
 * - sockets: inet6 raw
 * - systems: linux >= 4.5
 */
export const IPV6_HDRINCL = ipv6Level.IPV6_HDRINCL

/**
 * The hop-by-hop options header of what is sent. Asks for CAP_NET_RAW.
 *
 * - `IPPROTO_IPV6`, ipv6(7), RFC 3542
 * - value: Buffer
 * - access: read, set
 * - sockets: inet6 dgram raw
 * - systems: linux
 */
export const IPV6_HOPOPTS = ipv6Level.IPV6_HOPOPTS

/**
 * The IPsec policy of the socket, as of PF_KEY.
 *
 * - `IPPROTO_IPV6`, linux/in6.h
 * - value: Buffer
 * - access: set
 * - sockets: inet6
 * - systems: linux
 */
export const IPV6_IPSEC_POLICY = ipv6Level.IPV6_IPSEC_POLICY

/**
 * Takes part in an anycast address. Asks for CAP_NET_ADMIN.
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
 * Drops packets that arrive with fewer hops left.
 *
 * - `IPPROTO_IPV6`, linux/in6.h
 * - value: number (hops)
 * - access: read, set
 * - sockets: inet6
 * - systems: linux >= 2.6.35
 */
export const IPV6_MINHOPCOUNT = ipv6Level.IPV6_MINHOPCOUNT

/**
 * The known MTU of the path to the peer, of a connected socket; set: the longest packet to send.
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
 * Also hears groups that other sockets of this machine have joined.
 *
 * - `IPPROTO_IPV6`, linux/in6.h
 * - value: boolean
 * - access: read, set
 * - sockets: inet6 dgram raw
 * - systems: linux >= 4.20
 */
export const IPV6_MULTICAST_ALL = ipv6Level.IPV6_MULTICAST_ALL

/**
 * How far what is sent to groups goes; -1: 1 hop.
 *
 * - `IPPROTO_IPV6`, ipv6(7)
 * - value: number (hops)
 * - access: read, set
 * - sockets: inet6 dgram raw
 * - systems: linux, darwin, freebsd
 */
export const IPV6_MULTICAST_HOPS = ipv6Level.IPV6_MULTICAST_HOPS

/**
 * From which interface to send to groups; 0: as routes say.
 *
 * - `IPPROTO_IPV6`, ipv6(7)
 * - value: number (interface index)
 * - access: read, set
 * - sockets: inet6 dgram raw
 * - systems: linux, darwin, freebsd
 */
export const IPV6_MULTICAST_IF = ipv6Level.IPV6_MULTICAST_IF

/**
 * This machine also hears what is sent to groups.
 *
 * - `IPPROTO_IPV6`, ipv6(7)
 * - value: boolean
 * - access: read, set
 * - sockets: inet6 dgram raw
 * - systems: linux, darwin, freebsd
 */
export const IPV6_MULTICAST_LOOP = ipv6Level.IPV6_MULTICAST_LOOP

/**
 * The known MTU of the path to the peer; of a connected socket.
 *
 * - `IPPROTO_IPV6`, RFC 3542
 * - value: Ipv6PathMtu
 * - access: read
 * - sockets: inet6
 * - systems: linux
 */
export const IPV6_PATHMTU = ipv6Level.IPV6_PATHMTU

/**
 * The source address and interface of what is sent.
 *
 * - `IPPROTO_IPV6`, RFC 3542
 * - value: Ipv6PacketInfo
 * - access: set
 * - sockets: inet6 dgram raw
 * - systems: linux
 */
export const IPV6_PKTINFO = ipv6Level.IPV6_PKTINFO

/**
 * Tells the destination options of each datagram.
 *
 * - `IPPROTO_IPV6`, linux/in6.h
 * - value: boolean
 * - access: read, set
 * - sockets: inet6 dgram raw
 * - systems: linux >= 2.6.14
 */
export const IPV6_RECVDSTOPTS = ipv6Level.IPV6_RECVDSTOPTS

/**
 * Queues errors of the network for MSG_ERRQUEUE.
 *
 * - `IPPROTO_IPV6`, ipv6(7)
 * - value: boolean
 * - access: read, set
 * - sockets: inet6
 * - systems: linux
 */
export const IPV6_RECVERR = ipv6Level.IPV6_RECVERR

/**
 * With IPV6_RECVERR: tells extensions of ICMP errors, RFC 4884.
 *
 * - `IPPROTO_IPV6`, linux/in6.h
 * - value: boolean
 * - access: read, set
 * - sockets: inet6 dgram raw
 * - systems: linux >= 5.9
 */
export const IPV6_RECVERR_RFC4884 = ipv6Level.IPV6_RECVERR_RFC4884

/**
 * Tells the size of the largest fragment that a datagram came in.
 *
 * - `IPPROTO_IPV6`, linux/in6.h
 * - value: boolean
 * - access: read, set
 * - sockets: inet6 dgram raw
 * - systems: linux >= 4.9
 */
export const IPV6_RECVFRAGSIZE = ipv6Level.IPV6_RECVFRAGSIZE

/**
 * Tells how many hops each datagram had left.
 *
 * - `IPPROTO_IPV6`, linux/in6.h
 * - value: boolean
 * - access: read, set
 * - sockets: inet6 dgram raw
 * - systems: linux >= 2.6.14
 */
export const IPV6_RECVHOPLIMIT = ipv6Level.IPV6_RECVHOPLIMIT

/**
 * Tells the hop-by-hop options of each datagram.
 *
 * - `IPPROTO_IPV6`, linux/in6.h
 * - value: boolean
 * - access: read, set
 * - sockets: inet6 dgram raw
 * - systems: linux >= 2.6.14
 */
export const IPV6_RECVHOPOPTS = ipv6Level.IPV6_RECVHOPOPTS

/**
 * Tells where each datagram was sent to before it was redirected.
 *
 * - `IPPROTO_IPV6`, linux/in6.h
 * - value: boolean
 * - access: read, set
 * - sockets: inet6 dgram raw
 * - systems: linux >= 2.6.37
 */
export const IPV6_RECVORIGDSTADDR = ipv6Level.IPV6_RECVORIGDSTADDR

/**
 * Tells changes of the MTU of a path.
 *
 * - `IPPROTO_IPV6`, linux/in6.h
 * - value: boolean
 * - access: read, set
 * - sockets: inet6 dgram raw
 * - systems: linux >= 2.6.35
 */
export const IPV6_RECVPATHMTU = ipv6Level.IPV6_RECVPATHMTU

/**
 * Tells to which address and on which interface each datagram came (IPV6_PKTINFO).
 *
 * - `IPPROTO_IPV6`, ipv6(7)
 * - value: boolean
 * - access: read, set
 * - sockets: inet6 dgram raw
 * - systems: linux >= 2.6.14
 */
export const IPV6_RECVPKTINFO = ipv6Level.IPV6_RECVPKTINFO

/**
 * Tells the routing header of each datagram.
 *
 * - `IPPROTO_IPV6`, linux/in6.h
 * - value: boolean
 * - access: read, set
 * - sockets: inet6 dgram raw
 * - systems: linux >= 2.6.14
 */
export const IPV6_RECVRTHDR = ipv6Level.IPV6_RECVRTHDR

/**
 * Tells the traffic class of each datagram.
 *
 * - `IPPROTO_IPV6`, linux/in6.h
 * - value: boolean
 * - access: read, set
 * - sockets: inet6 dgram raw
 * - systems: linux >= 2.6.14
 */
export const IPV6_RECVTCLASS = ipv6Level.IPV6_RECVTCLASS

/**
 * Takes packets with this router alert value out of forwarding; -1: no longer.
 *
 * - `IPPROTO_IPV6`, ipv6(7)
 * - value: number
 * - access: read, set
 * - sockets: inet6 raw
 * - systems: linux
 */
export const IPV6_ROUTER_ALERT = ipv6Level.IPV6_ROUTER_ALERT

/**
 * Hears router alerts of its own network namespace only.
 *
 * - `IPPROTO_IPV6`, linux/in6.h
 * - value: boolean
 * - access: read, set
 * - sockets: inet6 raw
 * - systems: linux >= 5.1
 */
export const IPV6_ROUTER_ALERT_ISOLATE = ipv6Level.IPV6_ROUTER_ALERT_ISOLATE

/**
 * The routing header of what is sent.
 *
 * - `IPPROTO_IPV6`, ipv6(7), RFC 3542
 * - value: Buffer
 * - access: read, set
 * - sockets: inet6 dgram raw
 * - systems: linux
 */
export const IPV6_RTHDR = ipv6Level.IPV6_RTHDR

/**
 * The destination options before the routing header of what is sent. Asks for CAP_NET_RAW.
 *
 * - `IPPROTO_IPV6`, RFC 3542
 * - value: Buffer
 * - access: read, set
 * - sockets: inet6 dgram raw
 * - systems: linux
 */
export const IPV6_RTHDRDSTOPTS = ipv6Level.IPV6_RTHDRDSTOPTS

/**
 * The traffic class of what is sent; -1: as the system has it.
 *
 * - `IPPROTO_IPV6`, RFC 3542
 * - value: number
 * - access: read, set
 * - sockets: inet6
 * - systems: linux >= 2.6.14
 */
export const IPV6_TCLASS = ipv6Level.IPV6_TCLASS

/**
 * Takes part in transparent proxying. Asks for CAP_NET_ADMIN.
 *
 * - `IPPROTO_IPV6`, linux/in6.h
 * - value: boolean
 * - access: read, set
 * - sockets: inet6
 * - systems: linux >= 2.6.37
 */
export const IPV6_TRANSPARENT = ipv6Level.IPV6_TRANSPARENT

/**
 * How far what is sent goes; -1: as the system has it.
 *
 * - `IPPROTO_IPV6`, ipv6(7)
 * - value: number (hops)
 * - access: read, set
 * - sockets: inet6
 * - systems: linux, darwin, freebsd
 */
export const IPV6_UNICAST_HOPS = ipv6Level.IPV6_UNICAST_HOPS

/**
 * From which interface to send, by its index; 0: as routes say.
 *
 * - `IPPROTO_IPV6`, linux/in6.h
 * - value: number
 * - access: read, set
 * - sockets: inet6
 * - systems: linux >= 3.4
 */
export const IPV6_UNICAST_IF = ipv6Level.IPV6_UNICAST_IF

/**
 * Only IPv6, no IPv4 as mapped addresses; to be set before bind.
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
 * What the congestion control algorithm tells of itself: union tcp_cc_info.
 *
 * - `IPPROTO_TCP`, linux/inet_diag.h
 * - value: Buffer
 * - access: read
 * - sockets: inet inet6 stream
 * - systems: linux >= 4.1
 */
export const TCP_CC_INFO = tcpLevel.TCP_CC_INFO

/**
 * The congestion control algorithm, by its name.
 *
 * - `IPPROTO_TCP`, tcp(7)
 * - value: string
 * - access: read, set
 * - sockets: inet inet6 stream
 * - systems: linux >= 2.6.13
 */
export const TCP_CONGESTION = tcpLevel.TCP_CONGESTION

/**
 * Holds back partial segments, for at most 200 ms, until it is cleared.
 *
 * - `IPPROTO_TCP`, tcp(7)
 * - value: boolean
 * - access: read, set
 * - sockets: inet inet6 stream
 * - systems: linux >= 2.2
 */
export const TCP_CORK = tcpLevel.TCP_CORK

/**
 * A listener hears of a connection only when data has come, or after so long; rounded to retransmissions.
 *
 * - `IPPROTO_TCP`, tcp(7)
 * - value: number (s)
 * - access: read, set
 * - sockets: inet inet6 stream
 * - systems: linux >= 2.4
 */
export const TCP_DEFER_ACCEPT = tcpLevel.TCP_DEFER_ACCEPT

/**
 * The longest delay of an acknowledgement.
 *
 * - `IPPROTO_TCP`, linux/tcp.h
 * - value: number (µs)
 * - access: read, set
 * - sockets: inet inet6 stream
 * - systems: linux >= 6.15
 */
export const TCP_DELACK_MAX_US = tcpLevel.TCP_DELACK_MAX_US

/**
 * A listener takes data in the SYN, of so many connections at once.
 *
 * - `IPPROTO_TCP`, tcp(7)
 * - value: number (connections)
 * - access: read, set
 * - sockets: inet inet6 stream
 * - systems: linux >= 3.6
 */
export const TCP_FASTOPEN = tcpLevel.TCP_FASTOPEN

/**
 * connect waits for the first send, and puts its data into the SYN.
 *
 * - `IPPROTO_TCP`, tcp(7)
 * - value: boolean
 * - access: read, set
 * - sockets: inet inet6 stream
 * - systems: linux >= 4.11
 */
export const TCP_FASTOPEN_CONNECT = tcpLevel.TCP_FASTOPEN_CONNECT

/**
 * The key of cookies: 16 bytes, or 32 with the one before it.
 *
 * - `IPPROTO_TCP`, linux/tcp.h
 * - value: Buffer
 * - access: read, set
 * - sockets: inet inet6 stream
 * - systems: linux >= 4.15
 */
export const TCP_FASTOPEN_KEY = tcpLevel.TCP_FASTOPEN_KEY

/**
 * Data in the SYN without a cookie.
 *
 * - `IPPROTO_TCP`, linux/tcp.h
 * - value: boolean
 * - access: read, set
 * - sockets: inet inet6 stream
 * - systems: linux >= 4.15
 */
export const TCP_FASTOPEN_NO_COOKIE = tcpLevel.TCP_FASTOPEN_NO_COOKIE

/**
 * What the kernel knows of the connection.
 *
 * - `IPPROTO_TCP`, tcp(7)
 * - value: TcpInfo
 * - access: read
 * - sockets: inet inet6 stream
 * - systems: linux >= 2.4
 */
export const TCP_INFO = tcpLevel.TCP_INFO

/**
 * Tells with every message how many bytes are left to read (TCP_CM_INQ).
 *
 * - `IPPROTO_TCP`, linux/tcp.h
 * - value: boolean
 * - access: read, set
 * - sockets: inet inet6 stream
 * - systems: linux >= 4.18
 */
export const TCP_INQ = tcpLevel.TCP_INQ

/**
 * Whether the connection goes over several paths.
 *
 * - `IPPROTO_TCP`, linux/tcp.h
 * - value: boolean
 * - access: read
 * - sockets: inet inet6 stream
 * - systems: linux >= 5.16
 */
export const TCP_IS_MPTCP = tcpLevel.TCP_IS_MPTCP

/**
 * How many probes may go unanswered; see SO_KEEPALIVE.
 *
 * - `IPPROTO_TCP`, tcp(7)
 * - value: number (probes)
 * - access: read, set
 * - sockets: inet inet6 stream
 * - systems: linux >= 2.4, darwin, freebsd
 */
export const TCP_KEEPCNT = tcpLevel.TCP_KEEPCNT

/**
 * How long a connection is idle before it is probed; see SO_KEEPALIVE.
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
 * How long a closed connection waits for the peer's end (FIN_WAIT2); 0: as the system has it, -1: not at all.
 *
 * - `IPPROTO_TCP`, tcp(7)
 * - value: number (s)
 * - access: read, set
 * - sockets: inet inet6 stream
 * - systems: linux >= 2.4
 */
export const TCP_LINGER2 = tcpLevel.TCP_LINGER2

/**
 * The largest segment to send; set before connecting, also the one that is announced.
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
 * Sends small segments at once: no Nagle's algorithm.
 *
 * - `IPPROTO_TCP`, tcp(7)
 * - value: boolean
 * - access: read, set
 * - sockets: inet inet6 stream
 * - systems: linux, darwin, freebsd
 */
export const TCP_NODELAY = tcpLevel.TCP_NODELAY

/**
 * Writable only while fewer bytes than this wait to be sent.
 *
 * - `IPPROTO_TCP`, linux/tcp.h
 * - value: number (bytes)
 * - access: read, set
 * - sockets: inet inet6 stream
 * - systems: linux >= 3.12
 */
export const TCP_NOTSENT_LOWAT = tcpLevel.TCP_NOTSENT_LOWAT

/**
 * Under TCP_REPAIR: the sequence number of the chosen queue.
 *
 * - `IPPROTO_TCP`, linux/tcp.h
 * - value: number
 * - access: read, set
 * - sockets: inet inet6 stream
 * - systems: linux >= 3.5
 */
export const TCP_QUEUE_SEQ = tcpLevel.TCP_QUEUE_SEQ

/**
 * Acknowledges at once, until the kernel changes its mind.
 *
 * - `IPPROTO_TCP`, tcp(7)
 * - value: boolean
 * - access: read, set
 * - sockets: inet inet6 stream
 * - systems: linux >= 2.4.4
 */
export const TCP_QUICKACK = tcpLevel.TCP_QUICKACK

/**
 * Takes a connection apart and puts it together: 1 on, 0 off, -1 off without a window probe. Asks for CAP_NET_ADMIN.
 *
 * - `IPPROTO_TCP`, linux/tcp.h
 * - value: number
 * - access: read, set
 * - sockets: inet inet6 stream
 * - systems: linux >= 3.5
 */
export const TCP_REPAIR = tcpLevel.TCP_REPAIR

/**
 * Under TCP_REPAIR: what the connection had agreed on.
 *
 * - `IPPROTO_TCP`, linux/tcp.h
 * - value: RepairOption[]
 * - access: set
 * - sockets: inet inet6 stream
 * - systems: linux >= 3.5
 */
export const TCP_REPAIR_OPTIONS = tcpLevel.TCP_REPAIR_OPTIONS

/**
 * Under TCP_REPAIR: the queue to work on; 0 none, 1 receive, 2 send.
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
 * The longest retransmission timeout, from 1000 to 120000.
 *
 * - `IPPROTO_TCP`, linux/tcp.h
 * - value: number (ms)
 * - access: read, set
 * - sockets: inet inet6 stream
 * - systems: linux >= 6.15
 */
export const TCP_RTO_MAX_MS = tcpLevel.TCP_RTO_MAX_MS

/**
 * The shortest retransmission timeout.
 *
 * - `IPPROTO_TCP`, linux/tcp.h
 * - value: number (µs)
 * - access: read, set
 * - sockets: inet inet6 stream
 * - systems: linux >= 6.15
 */
export const TCP_RTO_MIN_US = tcpLevel.TCP_RTO_MIN_US

/**
 * The headers of the SYN that made the connection, once; see TCP_SAVE_SYN.
 *
 * - `IPPROTO_TCP`, linux/tcp.h
 * - value: Buffer
 * - access: read
 * - sockets: inet inet6 stream
 * - systems: linux >= 4.2
 */
export const TCP_SAVED_SYN = tcpLevel.TCP_SAVED_SYN

/**
 * A listener keeps the headers of each SYN: 1 from the IP header on, 2 from the link header on.
 *
 * - `IPPROTO_TCP`, linux/tcp.h
 * - value: number
 * - access: read, set
 * - sockets: inet inet6 stream
 * - systems: linux >= 4.2
 */
export const TCP_SAVE_SYN = tcpLevel.TCP_SAVE_SYN

/**
 * How often the SYN is sent again before connect gives up.
 *
 * - `IPPROTO_TCP`, tcp(7)
 * - value: number (retransmissions)
 * - access: read, set
 * - sockets: inet inet6 stream
 * - systems: linux >= 2.4
 */
export const TCP_SYNCNT = tcpLevel.TCP_SYNCNT

/**
 * Does nothing since Linux 4.11.
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
 * Timeouts of a thin stream do not double at first.
 *
 * - `IPPROTO_TCP`, linux/tcp.h
 * - value: boolean
 * - access: read, set
 * - sockets: inet inet6 stream
 * - systems: linux >= 2.6.34
 */
export const TCP_THIN_LINEAR_TIMEOUTS = tcpLevel.TCP_THIN_LINEAR_TIMEOUTS

/**
 * The clock of the timestamp option; under TCP_REPAIR it can be set.
 *
 * - `IPPROTO_TCP`, linux/tcp.h
 * - value: number
 * - access: read, set
 * - sockets: inet inet6 stream
 * - systems: linux >= 3.9
 */
export const TCP_TIMESTAMP = tcpLevel.TCP_TIMESTAMP

/**
 * Delays what is sent, to try long paths.
 *
 * - `IPPROTO_TCP`, linux/tcp.h
 * - value: number (µs)
 * - access: read, set
 * - sockets: inet inet6 stream
 * - systems: linux >= 5.4
 */
export const TCP_TX_DELAY = tcpLevel.TCP_TX_DELAY

/**
 * The protocol above: 'tls' for kernel TLS; '' where there is none.
 *
 * - `IPPROTO_TCP`, linux/tcp.h
 * - value: string
 * - access: read, set
 * - sockets: inet inet6 stream
 * - systems: linux >= 4.13
 */
export const TCP_ULP = tcpLevel.TCP_ULP

/**
 * How long sent data may go unacknowledged before the connection fails with ETIMEDOUT; 0: as the system has it.
 *
 * - `IPPROTO_TCP`, tcp(7)
 * - value: number (ms)
 * - access: read, set
 * - sockets: inet inet6 stream
 * - systems: linux >= 2.6.37
 */
export const TCP_USER_TIMEOUT = tcpLevel.TCP_USER_TIMEOUT

/**
 * The largest window to announce.
 *
 * - `IPPROTO_TCP`, tcp(7)
 * - value: number (bytes)
 * - access: read, set
 * - sockets: inet inet6 stream
 * - systems: linux >= 2.4
 */
export const TCP_WINDOW_CLAMP = tcpLevel.TCP_WINDOW_CLAMP

/**
 * Gathers what is sent into one datagram, until it is cleared.
 *
 * - `IPPROTO_UDP`, udp(7)
 * - value: boolean
 * - access: read, set
 * - sockets: inet inet6 dgram
 * - systems: linux >= 2.5.44
 */
export const UDP_CORK = udpLevel.UDP_CORK

/**
 * Which protocol is wrapped in the datagrams: 1 and 2 IPsec, 3 L2TP, 4 and 5 GTP, 6 RxRPC.
 *
 * - `IPPROTO_UDP`, linux/udp.h
 * - value: number
 * - access: read, set
 * - sockets: inet inet6 dgram
 * - systems: linux >= 2.5.67
 */
export const UDP_ENCAP = udpLevel.UDP_ENCAP

/**
 * Receives datagrams of one sender joined, and tells the size of each.
 *
 * - `IPPROTO_UDP`, linux/udp.h
 * - value: boolean
 * - access: read, set
 * - sockets: inet inet6 dgram
 * - systems: linux >= 5.0
 */
export const UDP_GRO = udpLevel.UDP_GRO

/**
 * Takes datagrams over IPv6 without a checksum.
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
 * What is sent in one call goes out as datagrams of this size; 0: as one.
 *
 * - `IPPROTO_UDP`, linux/udp.h
 * - value: number (bytes)
 * - access: read, set
 * - sockets: inet inet6 dgram
 * - systems: linux >= 4.18
 */
export const UDP_SEGMENT = udpLevel.UDP_SEGMENT
