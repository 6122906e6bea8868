// The options of TCP: IPPROTO_TCP, tcp(7) and linux/tcp.h.

import { IPPROTO_TCP } from '../native/generated/constants.js'
import { tcpSignatureKey } from './address-structures.js'
import { bool, bytes, count, integer, text, uint32 } from './codecs.js'
import { both, level, POSIX, read, write } from './row.js'
import { repairOptions, repairWindow } from './structures.js'
import { tcpInfo } from './tcp-info.js'

const HEADER = 'linux/tcp.h'
const repair = { since: '3.5', man: HEADER }

const MOST_ALGORITHM_NAME = 15
const MOST_HEADERS = 512

/** The rows of IPPROTO_TCP. */
export const tcpLevel = level(
  { level: IPPROTO_TCP, levelName: 'IPPROTO_TCP', families: ['inet', 'inet6'], types: ['stream'], man: 'tcp(7)' },
  {
    TCP_CC_INFO: read(bytes(256), 'What the congestion control algorithm tells of itself: union tcp_cc_info.', {
      since: '4.1',
      man: 'linux/inet_diag.h',
    }),
    TCP_CONGESTION: both(text(MOST_ALGORITHM_NAME), 'The congestion control algorithm, by its name.', {
      since: '2.6.13',
    }),
    TCP_CORK: both(bool, 'Holds back partial segments, for at most 200 ms, until it is cleared.', { since: '2.2' }),
    TCP_DEFER_ACCEPT: both(
      count('s'),
      'A listener hears of a connection only when data has come, or after so long; rounded to retransmissions.',
      { since: '2.4' },
    ),
    TCP_DELACK_MAX_US: both(count('µs'), 'The longest delay of an acknowledgement.', { since: '6.15', man: HEADER }),
    TCP_FASTOPEN: both(count('connections'), 'A listener takes data in the SYN, of so many connections at once.', {
      since: '3.6',
    }),
    TCP_FASTOPEN_CONNECT: both(bool, 'connect waits for the first send, and puts its data into the SYN.', {
      since: '4.11',
    }),
    TCP_FASTOPEN_KEY: both(bytes(32), 'The key of cookies: 16 bytes, or 32 with the one before it.', {
      since: '4.15',
      man: HEADER,
    }),
    TCP_FASTOPEN_NO_COOKIE: both(bool, 'Data in the SYN without a cookie.', { since: '4.15', man: HEADER }),
    TCP_INFO: read(tcpInfo, 'What the kernel knows of the connection.', { since: '2.4' }),
    TCP_INQ: both(bool, 'Tells with every message how many bytes are left to read (TCP_CM_INQ).', {
      since: '4.18',
      man: HEADER,
    }),
    TCP_IS_MPTCP: read(bool, 'Whether the connection goes over several paths.', { since: '5.16', man: HEADER }),
    TCP_KEEPCNT: both(count('probes'), 'How many probes may go unanswered; see SO_KEEPALIVE.', {
      platforms: POSIX,
      since: '2.4',
    }),
    TCP_KEEPIDLE: both(count('s'), 'How long a connection is idle before it is probed; see SO_KEEPALIVE.', {
      since: '2.4',
    }),
    TCP_KEEPINTVL: both(count('s'), 'The time between two probes; see SO_KEEPALIVE.', {
      platforms: POSIX,
      since: '2.4',
    }),
    TCP_LINGER2: both(
      integer({ min: -1, unit: 's' }),
      "How long a closed connection waits for the peer's end (FIN_WAIT2); 0: as the system has it, -1: not at all.",
      { since: '2.4' },
    ),
    TCP_MAXSEG: both(
      count('bytes'),
      'The largest segment to send; set before connecting, also the one that is announced.',
      {
        platforms: POSIX,
      },
    ),
    TCP_MD5SIG: write(tcpSignatureKey, 'The key that signs the segments to and from a peer, RFC 2385.', {
      since: '2.6.20',
      man: HEADER,
    }),
    TCP_NODELAY: both(bool, "Sends small segments at once: no Nagle's algorithm.", { platforms: POSIX }),
    TCP_NOTSENT_LOWAT: both(uint32('bytes'), 'Writable only while fewer bytes than this wait to be sent.', {
      since: '3.12',
      man: HEADER,
    }),
    TCP_QUEUE_SEQ: both(uint32(), 'Under TCP_REPAIR: the sequence number of the chosen queue.', repair),
    TCP_QUICKACK: both(bool, 'Acknowledges at once, until the kernel changes its mind.', { since: '2.4.4' }),
    TCP_REPAIR: both(
      integer({ min: -1, max: 1 }),
      'Takes a connection apart and puts it together: 1 on, 0 off, -1 off without a window probe. Asks for CAP_NET_ADMIN.',
      repair,
    ),
    TCP_REPAIR_OPTIONS: write(repairOptions, 'Under TCP_REPAIR: what the connection had agreed on.', repair),
    TCP_REPAIR_QUEUE: both(
      integer({ min: 0, max: 2 }),
      'Under TCP_REPAIR: the queue to work on; 0 none, 1 receive, 2 send.',
      repair,
    ),
    TCP_REPAIR_WINDOW: both(repairWindow, 'Under TCP_REPAIR: the windows of the connection.', {
      since: '4.8',
      man: HEADER,
    }),
    TCP_RTO_MAX_MS: both(count('ms'), 'The longest retransmission timeout, from 1000 to 120000.', {
      since: '6.15',
      man: HEADER,
    }),
    TCP_RTO_MIN_US: both(count('µs'), 'The shortest retransmission timeout.', { since: '6.15', man: HEADER }),
    TCP_SAVED_SYN: read(
      bytes(MOST_HEADERS),
      'The headers of the SYN that made the connection, once; see TCP_SAVE_SYN.',
      {
        since: '4.2',
        man: HEADER,
      },
    ),
    TCP_SAVE_SYN: both(
      integer({ min: 0, max: 2 }),
      'A listener keeps the headers of each SYN: 1 from the IP header on, 2 from the link header on.',
      { since: '4.2', man: HEADER },
    ),
    TCP_SYNCNT: both(count('retransmissions'), 'How often the SYN is sent again before connect gives up.', {
      since: '2.4',
    }),
    TCP_THIN_DUPACK: read(bool, 'Does nothing since Linux 4.11.', {
      since: '2.6.34',
      man: HEADER,
      noEffect: 'Linux has ignored it since 4.11',
    }),
    TCP_THIN_LINEAR_TIMEOUTS: both(bool, 'Timeouts of a thin stream do not double at first.', {
      since: '2.6.34',
      man: HEADER,
    }),
    TCP_TIMESTAMP: both(uint32(), 'The clock of the timestamp option; under TCP_REPAIR it can be set.', {
      since: '3.9',
      man: HEADER,
    }),
    TCP_TX_DELAY: both(count('µs'), 'Delays what is sent, to try long paths.', { since: '5.4', man: HEADER }),
    TCP_ULP: both(text(MOST_ALGORITHM_NAME), "The protocol above: 'tls' for kernel TLS; '' where there is none.", {
      since: '4.13',
      man: HEADER,
    }),
    TCP_USER_TIMEOUT: both(
      count('ms'),
      'How long sent data may go unacknowledged before the connection fails with ETIMEDOUT; 0: as the system has it.',
      { since: '2.6.37' },
    ),
    TCP_WINDOW_CLAMP: both(count('bytes'), 'The largest window to announce.', { since: '2.4' }),
  },
)
