// The options of TCP at IPPROTO_TCP, tcp(7) and linux/tcp.h.

import { IPPROTO_TCP } from '../native/generated/constants.js'
import { tcpSignatureKey } from './address-structures.js'
import { bool, bytes, count, integer, text, uint32 } from './codecs.js'
import { optionLevel, POSIX_PLATFORMS, readOnly, readWrite, writeOnly } from './row.js'
import { repairOptions, repairWindow } from './structures.js'
import { tcpInfo } from './tcp-info.js'

const HEADER = 'linux/tcp.h'
const repair = { since: '3.5', man: HEADER }

const MAX_ALGORITHM_NAME_BYTES = 15
const MAX_HEADERS_BYTES = 512

/** The options at IPPROTO_TCP. */
export const tcpLevel = optionLevel(
  { level: IPPROTO_TCP, levelName: 'IPPROTO_TCP', families: ['inet', 'inet6'], types: ['stream'], man: 'tcp(7)' },
  {
    TCP_CC_INFO: readOnly(bytes(256), 'The state of the congestion control algorithm: union tcp_cc_info.', {
      since: '4.1',
      man: 'linux/inet_diag.h',
    }),
    TCP_CONGESTION: readWrite(text(MAX_ALGORITHM_NAME_BYTES), 'The name of the congestion control algorithm.', {
      since: '2.6.13',
    }),
    TCP_CORK: readWrite(bool, 'Holds back partial segments until it is cleared, for at most 200 ms.', { since: '2.2' }),
    TCP_DEFER_ACCEPT: readWrite(
      count('s'),
      'A listener reports a connection once data has arrived, or after this time, which is rounded to retransmissions.',
      { since: '2.4' },
    ),
    TCP_DELACK_MAX_US: readWrite(count('µs'), 'The maximum delay of an acknowledgement.', {
      since: '6.15',
      man: HEADER,
    }),
    TCP_FASTOPEN: readWrite(
      count('connections'),
      'A listener accepts data in the SYN, for this many pending connections.',
      {
        since: '3.6',
      },
    ),
    TCP_FASTOPEN_CONNECT: readWrite(
      bool,
      'connect returns at once; the first send then connects, with its data in the SYN.',
      {
        since: '4.11',
      },
    ),
    TCP_FASTOPEN_KEY: readWrite(bytes(32), 'The key of Fast Open cookies: 16 bytes, or 32 with the previous key.', {
      since: '4.15',
      man: HEADER,
    }),
    TCP_FASTOPEN_NO_COOKIE: readWrite(bool, 'Allows data in the SYN without a cookie.', { since: '4.15', man: HEADER }),
    TCP_INFO: readOnly(tcpInfo, 'The state and statistics of the connection.', { since: '2.4' }),
    TCP_INQ: readWrite(
      bool,
      'Delivers with each message how many bytes are left to read, as ancillary data (TCP_CM_INQ).',
      {
        since: '4.18',
        man: HEADER,
      },
    ),
    TCP_IS_MPTCP: readOnly(bool, 'Whether the connection uses Multipath TCP.', { since: '5.16', man: HEADER }),
    TCP_KEEPCNT: readWrite(count('probes'), 'How many probes without a reply end the connection; see SO_KEEPALIVE.', {
      platforms: POSIX_PLATFORMS,
      since: '2.4',
    }),
    TCP_KEEPIDLE: readWrite(count('s'), 'How long a connection is idle before the first probe; see SO_KEEPALIVE.', {
      since: '2.4',
    }),
    TCP_KEEPINTVL: readWrite(count('s'), 'The time between two probes; see SO_KEEPALIVE.', {
      platforms: POSIX_PLATFORMS,
      since: '2.4',
    }),
    TCP_LINGER2: readWrite(
      integer({ min: -1, unit: 's' }),
      'How long a closed connection waits for the FIN of the peer (FIN_WAIT2); 0 is the default of the system, -1 does not wait.',
      { since: '2.4' },
    ),
    TCP_MAXSEG: readWrite(
      count('bytes'),
      'The maximum size of a sent segment. Set before connecting, it is also the size that is announced to the peer.',
      {
        platforms: POSIX_PLATFORMS,
      },
    ),
    TCP_MD5SIG: writeOnly(tcpSignatureKey, 'The key that signs the segments to and from a peer, RFC 2385.', {
      since: '2.6.20',
      man: HEADER,
    }),
    TCP_NODELAY: readWrite(
      bool,
      "Sends small segments at once, without Nagle's algorithm, by which the second of two small sends waits for the acknowledgement of the first: a latency of 40 ms or more.",
      {
        platforms: POSIX_PLATFORMS,
      },
    ),
    TCP_NOTSENT_LOWAT: readWrite(
      uint32('bytes'),
      'The socket is writable only while fewer unsent bytes than this are queued.',
      {
        since: '3.12',
        man: HEADER,
      },
    ),
    TCP_QUEUE_SEQ: readWrite(uint32(), 'Under TCP_REPAIR: the sequence number of the selected queue.', repair),
    TCP_QUICKACK: readWrite(bool, 'Acknowledges at once. The kernel may turn it off again.', { since: '2.4.4' }),
    TCP_REPAIR: readWrite(
      integer({ min: -1, max: 1 }),
      'Repair mode, to save and restore the state of a connection: 1 on, 0 off, -1 off without a window probe. Requires CAP_NET_ADMIN.',
      repair,
    ),
    TCP_REPAIR_OPTIONS: writeOnly(
      repairOptions,
      'Under TCP_REPAIR: the options that the connection has negotiated.',
      repair,
    ),
    TCP_REPAIR_QUEUE: readWrite(
      integer({ min: 0, max: 2 }),
      'Under TCP_REPAIR: the selected queue; 0 none, 1 receive, 2 send.',
      repair,
    ),
    TCP_REPAIR_WINDOW: readWrite(repairWindow, 'Under TCP_REPAIR: the windows of the connection.', {
      since: '4.8',
      man: HEADER,
    }),
    TCP_RTO_MAX_MS: readWrite(count('ms'), 'The maximum retransmission timeout, from 1000 to 120000.', {
      since: '6.15',
      man: HEADER,
    }),
    TCP_RTO_MIN_US: readWrite(count('µs'), 'The minimum retransmission timeout.', { since: '6.15', man: HEADER }),
    TCP_SAVED_SYN: readOnly(
      bytes(MAX_HEADERS_BYTES),
      'The headers of the SYN that opened the connection, which can be read once; see TCP_SAVE_SYN.',
      {
        since: '4.2',
        man: HEADER,
      },
    ),
    TCP_SAVE_SYN: readWrite(
      integer({ min: 0, max: 2 }),
      'A listener saves the headers of each SYN: 1 from the IP header on, 2 from the link header on.',
      { since: '4.2', man: HEADER },
    ),
    TCP_SYNCNT: readWrite(count('retransmissions'), 'How often the SYN is retransmitted before connect fails.', {
      since: '2.4',
    }),
    TCP_THIN_DUPACK: readOnly(bool, 'Without effect since Linux 4.11.', {
      since: '2.6.34',
      man: HEADER,
      noEffect: 'Linux has ignored it since 4.11',
    }),
    TCP_THIN_LINEAR_TIMEOUTS: readWrite(bool, 'The first retransmission timeouts of a thin stream do not double.', {
      since: '2.6.34',
      man: HEADER,
    }),
    TCP_TIMESTAMP: readWrite(uint32(), 'The clock of the timestamp option. It can be set under TCP_REPAIR.', {
      since: '3.9',
      man: HEADER,
    }),
    TCP_TX_DELAY: readWrite(count('µs'), 'Delays each packet that is sent, to test long paths.', {
      since: '5.4',
      man: HEADER,
    }),
    TCP_ULP: readWrite(text(MAX_ALGORITHM_NAME_BYTES), "The upper layer protocol: 'tls' for kernel TLS, '' for none.", {
      since: '4.13',
      man: HEADER,
    }),
    TCP_USER_TIMEOUT: readWrite(
      count('ms'),
      'How long sent data may stay unacknowledged before the connection fails with ETIMEDOUT; 0 is the default of the system.',
      { since: '2.6.37' },
    ),
    TCP_WINDOW_CLAMP: readWrite(count('bytes'), 'The maximum window to announce.', { since: '2.4' }),
  },
)
