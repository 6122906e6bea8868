// The options of every socket: SOL_SOCKET, socket(7) and unix(7).

import type { BufferLock, Family, Protocol, SocketType, TimestampingFlag } from '../native/constant-kinds.js'
import { SOL_SOCKET } from '../native/generated/constants.js'
import { action, bool, count, integer, kindOf, text, UINT_MAX, uint32, uint64 } from './codecs.js'
import { both, level, POSIX, read, write } from './row.js'
import { credentials, filter, groups, linger, socketMemory, timeval, transmitTime } from './structures.js'

const INET = ['inet', 'inet6'] as const
const UNIX = ['unix'] as const
const HEADER = 'asm-generic/socket.h'
const posix = { platforms: POSIX }

const MOST_INTERFACE_NAME = 15

// Every verb here is non-blocking in the kernel's eyes: the wait loop keeps the time.
const KERNEL_TIMEOUT =
  'the kernel keeps no time for non-blocking sockets: use setTimeout(ms), or { timeout } of one call'

/** The rows of SOL_SOCKET. */
export const socketLevel = level(
  { level: SOL_SOCKET, levelName: 'SOL_SOCKET', man: 'socket(7)' },
  {
    SO_ACCEPTCONN: read(bool, 'Whether the socket listens.', posix),
    SO_ATTACH_BPF: write(count('descriptor'), 'Filters what arrives by an eBPF program, given by its descriptor.', {
      since: '3.19',
    }),
    SO_ATTACH_FILTER: write(filter, 'Filters what arrives by a classic BPF program.', { since: '2.2' }),
    SO_ATTACH_REUSEPORT_CBPF: write(
      filter,
      'Chooses by a classic BPF program which socket of a reuse-port group gets a packet.',
      { families: INET, since: '4.5' },
    ),
    SO_ATTACH_REUSEPORT_EBPF: write(
      count('descriptor'),
      'Chooses by an eBPF program, given by its descriptor, which socket of a reuse-port group gets a packet.',
      { families: INET, since: '4.5' },
    ),
    SO_BINDTODEVICE: both(
      text(MOST_INTERFACE_NAME),
      "Ties the socket to an interface, given by its name; '' unties it. Changing a tie asks for CAP_NET_RAW.",
      { families: INET },
    ),
    SO_BINDTOIFINDEX: both(
      count('interface index'),
      'Ties the socket to an interface, given by its index; 0 unties it.',
      {
        families: INET,
        since: '5.1',
        man: HEADER,
      },
    ),
    SO_BPF_EXTENSIONS: read(count('extension'), 'How many extensions of classic BPF the kernel knows.', {
      since: '3.14',
      man: HEADER,
    }),
    SO_BROADCAST: both(bool, 'Allows datagrams to a broadcast address.', posix),
    SO_BSDCOMPAT: read(bool, 'Compatibility with errors of BSD; nothing since Linux 2.4.', {
      noEffect: 'Linux has ignored it since 2.4',
    }),
    SO_BUF_LOCK: both(
      kindOf<BufferLock>('BufferLock', { min: 0, max: 3 }),
      'Which buffer keeps its size: SOCK_SNDBUF_LOCK | SOCK_RCVBUF_LOCK.',
      { since: '5.14', man: HEADER },
    ),
    SO_BUSY_POLL: both(
      count('µs'),
      'How long to poll the device before sleeping. To raise it asks for CAP_NET_ADMIN.',
      {
        since: '3.11',
      },
    ),
    SO_BUSY_POLL_BUDGET: write(
      integer({ min: 0, max: 65535, unit: 'packets' }),
      'How many packets one poll of the device may take. To raise it asks for CAP_NET_ADMIN.',
      { since: '5.11', man: HEADER },
    ),
    SO_CNX_ADVICE: write(
      integer({ min: 1, max: 1 }),
      'Advises that the path is bad (1): the kernel looks for another.',
      {
        since: '4.6',
        man: HEADER,
      },
    ),
    SO_COOKIE: read(uint64(), "A number that tells this socket from every other of the kernel's lifetime.", {
      since: '4.12',
      man: HEADER,
    }),
    SO_DEBUG: both(bool, 'Records for debugging. Asks for CAP_NET_ADMIN.', posix),
    SO_DETACH_FILTER: write(action, 'Takes the filter off, classic or eBPF.', { since: '2.2' }),
    SO_DETACH_REUSEPORT_BPF: write(action, 'Takes the program off a reuse-port group.', {
      families: INET,
      since: '5.3',
      man: HEADER,
    }),
    SO_DOMAIN: read(kindOf<Family>('Family'), 'The family.', { since: '2.6.32' }),
    SO_DONTROUTE: both(bool, 'Sends only to hosts that are directly connected.', posix),
    SO_ERROR: read(
      integer({ unit: 'errno' }),
      'The pending error, once; 0: none. takeError() gives it as an error.',
      posix,
    ),
    SO_GET_FILTER: read(filter, 'The classic BPF program that filters what arrives; empty: none.', {
      since: '3.8',
      man: HEADER,
    }),
    SO_INCOMING_CPU: both(
      integer({ min: -1, unit: 'CPU' }),
      'The processor that last handled a packet of it; set on a listener: the one it prefers. -1: none.',
      { families: INET, since: '3.19' },
    ),
    SO_INCOMING_NAPI_ID: read(uint32(), 'The receive queue of the last packet; 0: none.', {
      families: INET,
      since: '4.12',
    }),
    SO_INQ: write(bool, 'Tells with every message how many bytes are left to read.', {
      families: UNIX,
      types: ['stream'],
      since: '6.17',
      man: HEADER,
    }),
    SO_KEEPALIVE: both(bool, 'Probes an idle connection; see TCP_KEEPIDLE.', posix),
    SO_LINGER: both(
      linger,
      'How long close waits for unsent data; 0: close resets the connection; null: close returns at once and the kernel sends on.',
    ),
    SO_LOCK_FILTER: both(bool, 'Forbids changing the filters, for good.', { since: '3.9' }),
    SO_MARK: both(uint32(), 'The mark of what is sent, for routing and packet filters. Asks for CAP_NET_ADMIN.', {
      since: '2.6.25',
    }),
    SO_MAX_PACING_RATE: both(uint64('bytes/s'), 'The highest rate of sending; 2n ** 64n - 1n: no limit.', {
      families: INET,
      since: '3.13',
      man: HEADER,
    }),
    SO_MEMINFO: read(socketMemory, 'How the socket uses memory.', { since: '4.12', man: 'linux/sock_diag.h' }),
    SO_NETNS_COOKIE: read(uint64(), 'A number that tells the network namespace from every other.', {
      since: '5.14',
      man: HEADER,
    }),
    SO_NOFCS: both(bool, 'The program brings the checksum of Ethernet frames.', { since: '3.4', man: HEADER }),
    SO_NO_CHECK: both(bool, 'Sends UDP over IPv4 without checksums.', { man: HEADER }),
    SO_OOBINLINE: both(bool, 'Urgent data stays in the stream.', posix),
    SO_PASSCRED: both(bool, 'Tells who sent each message (SCM_CREDENTIALS).', { families: UNIX, man: 'unix(7)' }),
    SO_PASSPIDFD: both(bool, "Brings a descriptor of the sender's process with each message (SCM_PIDFD).", {
      families: UNIX,
      since: '6.5',
      man: HEADER,
    }),
    SO_PASSRIGHTS: both(bool, 'Whether descriptors may be received (SCM_RIGHTS).', {
      families: UNIX,
      since: '6.16',
      man: HEADER,
    }),
    SO_PASSSEC: both(bool, "Tells the sender's security label with each message (SCM_SECURITY).", {
      families: UNIX,
      since: '2.6.18',
      man: 'unix(7)',
    }),
    SO_PEEK_OFF: both(
      integer({ min: -1, unit: 'bytes' }),
      'Where the next MSG_PEEK looks, counted from the next byte to read; it moves on with each. -1: at that byte.',
      { since: '3.4' },
    ),
    SO_PEERCRED: read(credentials, 'Who connected, listened or made the pair at the other end, as of then.', {
      families: UNIX,
      man: 'unix(7)',
    }),
    SO_PEERGROUPS: read(groups, "The other end's supplementary groups.", {
      families: UNIX,
      since: '4.13',
      man: HEADER,
    }),
    SO_PEERPIDFD: read(
      count('descriptor'),
      "A new descriptor of the other end's process, which is the caller's to close.",
      { families: UNIX, since: '6.5', man: HEADER },
    ),
    SO_PEERSEC: read(text(255), "The other end's security label.", { since: '2.6.2' }),
    SO_PREFER_BUSY_POLL: both(bool, 'Prefers polling the device to its interrupts. Asks for CAP_NET_ADMIN.', {
      since: '5.11',
      man: HEADER,
    }),
    SO_PRIORITY: both(count('priority'), "What is sent, in the device's queue; above 6 it asks for CAP_NET_ADMIN."),
    SO_PROTOCOL: read(kindOf<Protocol>('Protocol'), 'The protocol.', { since: '2.6.32' }),
    SO_RCVBUF: both(
      count('bytes'),
      'The size of the receive buffer. Linux doubles what is set, up to rmem_max, and tells the doubled value.',
      posix,
    ),
    SO_RCVBUFFORCE: write(count('bytes'), 'SO_RCVBUF beyond rmem_max. Asks for CAP_NET_ADMIN.', { since: '2.6.14' }),
    SO_RCVLOWAT: both(count('bytes'), 'How much must be there to make a stream readable.', posix),
    SO_RCVMARK: both(bool, 'Tells the mark of each message (SO_MARK).', { since: '5.19', man: HEADER }),
    SO_RCVPRIORITY: both(bool, 'Tells the priority of each message (SO_PRIORITY).', { since: '6.14', man: HEADER }),
    SO_RCVTIMEO: read(timeval, "The kernel's timeout of receiving.", { noEffect: KERNEL_TIMEOUT }),
    SO_RESERVE_MEM: both(count('bytes'), 'Memory that is set aside for the socket.', {
      families: INET,
      since: '5.17',
      man: HEADER,
    }),
    SO_REUSEADDR: both(bool, 'Binds to an address that connections of before still use.', posix),
    SO_REUSEPORT: both(bool, 'Lets sockets share one address; connections or datagrams are dealt out among them.', {
      families: INET,
      platforms: POSIX,
      since: '3.9',
    }),
    SO_RXQ_OVFL: both(bool, 'Tells with each message how many were dropped before it.', { since: '2.6.33' }),
    SO_SELECT_ERR_QUEUE: both(bool, 'An error in the error queue also counts as POLLPRI.', { since: '3.10' }),
    SO_SNDBUF: both(
      count('bytes'),
      'The size of the send buffer. Linux doubles what is set, up to wmem_max, and tells the doubled value.',
      posix,
    ),
    SO_SNDBUFFORCE: write(count('bytes'), 'SO_SNDBUF beyond wmem_max. Asks for CAP_NET_ADMIN.', { since: '2.6.14' }),
    SO_SNDLOWAT: both(
      count('bytes'),
      'How much room must be there to make a socket writable. Linux refuses to change it (ENOPROTOOPT).',
      posix,
    ),
    SO_SNDTIMEO: read(timeval, "The kernel's timeout of sending.", { noEffect: KERNEL_TIMEOUT }),
    SO_TIMESTAMP: both(bool, 'Tells when each message came, to the microsecond (SCM_TIMESTAMP).', posix),
    SO_TIMESTAMPING: both(
      kindOf<TimestampingFlag>('TimestampingFlag', { min: 0, max: UINT_MAX }),
      'Which software and hardware times are taken and told (SCM_TIMESTAMPING).',
      { since: '2.6.30', man: 'linux/net_tstamp.h' },
    ),
    SO_TIMESTAMPNS: both(bool, 'Tells when each message came, to the nanosecond (SCM_TIMESTAMPNS).', {
      since: '2.6.22',
    }),
    SO_TXREHASH: both(
      integer({ min: -1, max: 1 }),
      'Whether a connection that times out tries another path: 1 yes, 0 no, -1 as the system has it.',
      { families: INET, types: ['stream'], since: '6.0', man: HEADER },
    ),
    SO_TXTIME: both(transmitTime, 'Messages may say when they are to be sent (SCM_TXTIME).', {
      families: INET,
      since: '4.19',
      man: 'linux/net_tstamp.h',
    }),
    SO_TYPE: read(kindOf<SocketType>('SocketType'), 'The socket type.', posix),
    SO_WIFI_STATUS: both(bool, 'Tells whether a wireless frame was acknowledged (SCM_WIFI_STATUS).', {
      since: '3.3',
      man: HEADER,
    }),
    SO_ZEROCOPY: both(bool, 'Allows MSG_ZEROCOPY.', { families: INET, since: '4.14', man: HEADER }),
  },
)
