// The options of every socket at SOL_SOCKET, socket(7) and unix(7).

import type { BufferLock, Family, Protocol, SocketType, TimestampingFlag } from '../native/constant-kinds.js'
import { SOL_SOCKET } from '../native/generated/constants.js'
import { action, bool, constantOf, count, integer, text, UINT_MAX, uint32, uint64 } from './codecs.js'
import { optionLevel, POSIX_PLATFORMS, readOnly, readWrite, writeOnly } from './row.js'
import { credentials, filter, groups, linger, socketMemory, timeval, transmitTime } from './structures.js'

const INET = ['inet', 'inet6'] as const
const UNIX = ['unix'] as const
const HEADER = 'asm-generic/socket.h'
const posix = { platforms: POSIX_PLATFORMS }

const MAX_INTERFACE_NAME_BYTES = 15

// To the kernel every socket is non-blocking: the wait loop implements timeouts.
const KERNEL_TIMEOUT = 'the kernel applies it to blocking sockets only: use setTimeout(ms), or { timeout } for one call'

/** The options at SOL_SOCKET. */
export const socketLevel = optionLevel(
  { level: SOL_SOCKET, levelName: 'SOL_SOCKET', man: 'socket(7)' },
  {
    SO_ACCEPTCONN: readOnly(bool, 'Whether the socket is listening.', posix),
    SO_ATTACH_BPF: writeOnly(
      count('descriptor'),
      'Filters received packets by an eBPF program, given as a descriptor.',
      {
        since: '3.19',
      },
    ),
    SO_ATTACH_FILTER: writeOnly(filter, 'Filters received packets by a classic BPF program.', { since: '2.2' }),
    SO_ATTACH_REUSEPORT_CBPF: writeOnly(
      filter,
      'Selects the socket of a reuse-port group that receives a packet, by a classic BPF program.',
      { families: INET, since: '4.5' },
    ),
    SO_ATTACH_REUSEPORT_EBPF: writeOnly(
      count('descriptor'),
      'Selects the socket of a reuse-port group that receives a packet, by an eBPF program, given as a descriptor.',
      { families: INET, since: '4.5' },
    ),
    SO_BINDTODEVICE: readWrite(
      text(MAX_INTERFACE_NAME_BYTES),
      "Binds the socket to an interface, given by its name; '' unbinds it. Changing a bound interface requires CAP_NET_RAW.",
      { families: INET },
    ),
    SO_BINDTOIFINDEX: readWrite(
      count('interface index'),
      'Binds the socket to an interface, given by its index; 0 unbinds it.',
      {
        families: INET,
        since: '5.1',
        man: HEADER,
      },
    ),
    SO_BPF_EXTENSIONS: readOnly(count('extension'), 'How many extensions of classic BPF the kernel supports.', {
      since: '3.14',
      man: HEADER,
    }),
    SO_BROADCAST: readWrite(bool, 'Allows sending datagrams to a broadcast address.', posix),
    SO_BSDCOMPAT: readOnly(bool, 'Compatibility with errors of BSD; without effect since Linux 2.4.', {
      noEffect: 'Linux has ignored it since 2.4',
    }),
    SO_BUF_LOCK: readWrite(
      constantOf<BufferLock>('BufferLock', { min: 0, max: 3 }),
      'Which buffers keep their size: SOCK_SNDBUF_LOCK | SOCK_RCVBUF_LOCK.',
      { since: '5.14', man: HEADER },
    ),
    SO_BUSY_POLL: readWrite(
      count('µs'),
      'How long to poll the device before sleeping. Raising it requires CAP_NET_ADMIN.',
      {
        since: '3.11',
      },
    ),
    SO_BUSY_POLL_BUDGET: writeOnly(
      integer({ min: 0, max: 65535, unit: 'packets' }),
      'How many packets one poll of the device may process. Raising it requires CAP_NET_ADMIN.',
      { since: '5.11', man: HEADER },
    ),
    SO_CNX_ADVICE: writeOnly(
      integer({ min: 1, max: 1 }),
      'Advises the kernel that the path is bad (1), so that it looks for another.',
      {
        since: '4.6',
        man: HEADER,
      },
    ),
    SO_COOKIE: readOnly(uint64(), 'A number that identifies this socket uniquely until the kernel restarts.', {
      since: '4.12',
      man: HEADER,
    }),
    SO_DEBUG: readWrite(bool, 'Records debugging information. Requires CAP_NET_ADMIN.', posix),
    SO_DETACH_FILTER: writeOnly(action, 'Removes the filter, classic or eBPF.', { since: '2.2' }),
    SO_DETACH_REUSEPORT_BPF: writeOnly(action, 'Removes the program of a reuse-port group.', {
      families: INET,
      since: '5.3',
      man: HEADER,
    }),
    SO_DOMAIN: readOnly(constantOf<Family>('Family'), 'The family.', { since: '2.6.32' }),
    SO_DONTROUTE: readWrite(bool, 'Sends only to directly connected hosts.', posix),
    SO_ERROR: readOnly(
      integer({ unit: 'errno' }),
      'The pending error, which reading clears; 0 for none. takeError() returns it as an error object.',
      posix,
    ),
    SO_GET_FILTER: readOnly(filter, 'The classic BPF program that filters received packets; empty for none.', {
      since: '3.8',
      man: HEADER,
    }),
    SO_INCOMING_CPU: readWrite(
      integer({ min: -1, unit: 'CPU' }),
      'The CPU that last processed a packet of the socket; -1 for none. Set on a listener: the CPU that it prefers.',
      { families: INET, since: '3.19' },
    ),
    SO_INCOMING_NAPI_ID: readOnly(uint32(), 'The receive queue of the last packet; 0 for none.', {
      families: INET,
      since: '4.12',
    }),
    SO_INQ: writeOnly(bool, 'Delivers with each message how many bytes are left to read, as ancillary data.', {
      families: UNIX,
      types: ['stream'],
      since: '6.17',
      man: HEADER,
    }),
    SO_KEEPALIVE: readWrite(bool, 'Probes an idle connection; see TCP_KEEPIDLE.', posix),
    SO_LINGER: readWrite(
      linger,
      'How long close waits until pending data is sent. With 0, close resets the connection. With null, close returns at once and the kernel continues to send.',
    ),
    SO_LOCK_FILTER: readWrite(bool, 'Forbids any further change of the filters.', { since: '3.9' }),
    SO_MARK: readWrite(
      uint32(),
      'The mark of each packet that is sent, for routing and packet filters. Requires CAP_NET_ADMIN.',
      {
        since: '2.6.25',
      },
    ),
    SO_MAX_PACING_RATE: readWrite(uint64('bytes/s'), 'The maximum rate of sending; 2n ** 64n - 1n for no limit.', {
      families: INET,
      since: '3.13',
      man: HEADER,
    }),
    SO_MEMINFO: readOnly(socketMemory, 'How the socket uses memory.', { since: '4.12', man: 'linux/sock_diag.h' }),
    SO_NETNS_COOKIE: readOnly(uint64(), 'A number that identifies the network namespace uniquely.', {
      since: '5.14',
      man: HEADER,
    }),
    SO_NOFCS: readWrite(bool, 'The program supplies the checksum of Ethernet frames.', { since: '3.4', man: HEADER }),
    SO_NO_CHECK: readWrite(bool, 'Sends UDP over IPv4 without checksums.', { man: HEADER }),
    SO_OOBINLINE: readWrite(bool, 'Urgent data stays in the stream.', posix),
    SO_PASSCRED: readWrite(
      bool,
      'Delivers the process, user and group of the sender with each message, as ancillary data (SCM_CREDENTIALS).',
      { families: UNIX, man: 'unix(7)' },
    ),
    SO_PASSPIDFD: readWrite(
      bool,
      "Delivers a descriptor of the sender's process with each message, as ancillary data (SCM_PIDFD).",
      {
        families: UNIX,
        since: '6.5',
        man: HEADER,
      },
    ),
    SO_PASSRIGHTS: readWrite(bool, 'Allows receiving descriptors (SCM_RIGHTS).', {
      families: UNIX,
      since: '6.16',
      man: HEADER,
    }),
    SO_PASSSEC: readWrite(
      bool,
      "Delivers the sender's security label with each message, as ancillary data (SCM_SECURITY).",
      {
        families: UNIX,
        since: '2.6.18',
        man: 'unix(7)',
      },
    ),
    SO_PEEK_OFF: readWrite(
      integer({ min: -1, unit: 'bytes' }),
      'The offset of the next MSG_PEEK from the next byte to read; each peek advances it. -1 always peeks at the next byte.',
      { since: '3.4' },
    ),
    SO_PEERCRED: readOnly(
      credentials,
      'The process, user and group of the peer at the time when it called connect, listen or socketpair.',
      {
        families: UNIX,
        man: 'unix(7)',
      },
    ),
    SO_PEERGROUPS: readOnly(groups, "The peer's supplementary groups.", {
      families: UNIX,
      since: '4.13',
      man: HEADER,
    }),
    SO_PEERPIDFD: readOnly(
      count('descriptor'),
      "A new descriptor of the peer's process, which the caller has to close.",
      { families: UNIX, since: '6.5', man: HEADER },
    ),
    SO_PEERSEC: readOnly(text(255), "The peer's security label.", { since: '2.6.2' }),
    SO_PREFER_BUSY_POLL: readWrite(bool, 'Prefers polling the device to its interrupts. Requires CAP_NET_ADMIN.', {
      since: '5.11',
      man: HEADER,
    }),
    SO_PRIORITY: readWrite(
      count('priority'),
      'The priority of sent packets in the queue of the device. Above 6 it requires CAP_NET_ADMIN.',
    ),
    SO_PROTOCOL: readOnly(constantOf<Protocol>('Protocol'), 'The protocol.', { since: '2.6.32' }),
    SO_RCVBUF: readWrite(
      count('bytes'),
      'The size of the receive buffer. Linux limits the set value to rmem_max, doubles it, and returns the doubled value.',
      posix,
    ),
    SO_RCVBUFFORCE: writeOnly(count('bytes'), 'SO_RCVBUF beyond rmem_max. Requires CAP_NET_ADMIN.', {
      since: '2.6.14',
    }),
    SO_RCVLOWAT: readWrite(count('bytes'), 'How much data makes a stream readable.', posix),
    SO_RCVMARK: readWrite(bool, 'Delivers the mark of each message, as ancillary data (SO_MARK).', {
      since: '5.19',
      man: HEADER,
    }),
    SO_RCVPRIORITY: readWrite(bool, 'Delivers the priority of each message, as ancillary data (SO_PRIORITY).', {
      since: '6.14',
      man: HEADER,
    }),
    SO_RCVTIMEO: readOnly(timeval, "The kernel's timeout for receiving.", { noEffect: KERNEL_TIMEOUT }),
    SO_RESERVE_MEM: readWrite(count('bytes'), 'Memory that is reserved for the socket.', {
      families: INET,
      since: '5.17',
      man: HEADER,
    }),
    SO_REUSEADDR: readWrite(bool, 'Allows binding to an address that earlier connections still use.', posix),
    SO_REUSEPORT: readWrite(
      bool,
      'Lets sockets share one address. The kernel distributes connections or datagrams among them.',
      {
        families: INET,
        platforms: POSIX_PLATFORMS,
        since: '3.9',
      },
    ),
    SO_RXQ_OVFL: readWrite(bool, 'Delivers with each message how many were dropped before it, as ancillary data.', {
      since: '2.6.33',
    }),
    SO_SELECT_ERR_QUEUE: readWrite(bool, 'An error in the error queue also counts as POLLPRI.', { since: '3.10' }),
    SO_SNDBUF: readWrite(
      count('bytes'),
      'The size of the send buffer. Linux limits the set value to wmem_max, doubles it, and returns the doubled value.',
      posix,
    ),
    SO_SNDBUFFORCE: writeOnly(count('bytes'), 'SO_SNDBUF beyond wmem_max. Requires CAP_NET_ADMIN.', {
      since: '2.6.14',
    }),
    SO_SNDLOWAT: readWrite(
      count('bytes'),
      'How much free space makes a socket writable. Linux does not allow changing it (ENOPROTOOPT).',
      posix,
    ),
    SO_SNDTIMEO: readOnly(timeval, "The kernel's timeout for sending.", { noEffect: KERNEL_TIMEOUT }),
    SO_TIMESTAMP: readWrite(
      bool,
      'Delivers the arrival time of each message to the microsecond, as ancillary data (SCM_TIMESTAMP).',
      posix,
    ),
    SO_TIMESTAMPING: readWrite(
      constantOf<TimestampingFlag>('TimestampingFlag', { min: 0, max: UINT_MAX }),
      'Which software and hardware timestamps are taken and delivered, as ancillary data (SCM_TIMESTAMPING).',
      { since: '2.6.30', man: 'linux/net_tstamp.h' },
    ),
    SO_TIMESTAMPNS: readWrite(
      bool,
      'Delivers the arrival time of each message to the nanosecond, as ancillary data (SCM_TIMESTAMPNS).',
      {
        since: '2.6.22',
      },
    ),
    SO_TXREHASH: readWrite(
      integer({ min: -1, max: 1 }),
      'Whether a connection that times out tries another path: 1 yes, 0 no, -1 the default of the system.',
      { families: INET, types: ['stream'], since: '6.0', man: HEADER },
    ),
    SO_TXTIME: readWrite(transmitTime, 'Allows messages with a transmit time in their ancillary data (SCM_TXTIME).', {
      families: INET,
      since: '4.19',
      man: 'linux/net_tstamp.h',
    }),
    SO_TYPE: readOnly(constantOf<SocketType>('SocketType'), 'The socket type.', posix),
    SO_WIFI_STATUS: readWrite(
      bool,
      'Delivers whether a wireless frame was acknowledged, as ancillary data (SCM_WIFI_STATUS).',
      {
        since: '3.3',
        man: HEADER,
      },
    ),
    SO_ZEROCOPY: readWrite(bool, 'Allows MSG_ZEROCOPY.', { families: INET, since: '4.14', man: HEADER }),
  },
)
