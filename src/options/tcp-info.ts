// The value of TCP_INFO. Newer kernels have added fields, always at the end.

import type { TcpState } from '../native/constant-kinds.js'
import { type Decoder, isLittleEndian, numbersIn } from './codecs.js'

/**
 * The state and statistics of a TCP connection: the value of `TCP_INFO`, tcp(7). A field that the running kernel does
 * not have yet is left out. A counter beyond 2^53 is rounded; a rate without a limit is `Infinity`.
 */
export interface TcpInfo {
  /** `TCP_ESTABLISHED` or another state. */
  readonly state: TcpState
  /** The state of congestion control: 0 open, 1 disorder, 2 CWR, 3 recovery, 4 loss. */
  readonly caState: number
  /** Retransmissions of the oldest unacknowledged segment. */
  readonly retransmits: number
  /** Unacknowledged probes of a zero window or of keep-alive. */
  readonly probes: number
  /** How often the retransmission timeout has doubled. */
  readonly backoff: number
  /**
   * Negotiated options: 1 timestamps, 2 SACK, 4 window scaling, 8 ECN, 16 ECN seen, 32 data in the SYN acknowledged.
   */
  readonly options: number
  /** The scaling shift of the peer's window. */
  readonly sndWscale: number
  /** The scaling shift of the own window. */
  readonly rcvWscale: number
  /** What limited `deliveryRate`: the program (1) or the path (0). */
  readonly deliveryRateAppLimited: number
  /** Why Fast Open failed on this side: 0 unknown, 1 no cookie, 2 timed out, 3 the SYN was retransmitted. */
  readonly fastopenClientFail: number
  /** Retransmission timeout, µs. */
  readonly rto: number
  /** Timeout of delayed acknowledgements, µs. */
  readonly ato: number
  /** Size of sent segments, bytes. */
  readonly sndMss: number
  /** Size of received segments, bytes. */
  readonly rcvMss: number
  /** Segments sent and not acknowledged; for a listener the connections that wait for `accept`. */
  readonly unacked: number
  /** Segments acknowledged out of order; for a listener its backlog. */
  readonly sacked: number
  /** Segments presumed lost. */
  readonly lost: number
  /** Segments retransmitted and not acknowledged. */
  readonly retrans: number
  /** No longer used. */
  readonly fackets: number
  /** Time since data was last sent, ms. */
  readonly lastDataSent: number
  /** Always 0: not recorded. */
  readonly lastAckSent: number
  /** Time since data was last received, ms. */
  readonly lastDataRecv: number
  /** Time since an acknowledgement was last received, ms. */
  readonly lastAckRecv: number
  /** Path MTU, bytes. */
  readonly pmtu: number
  /** Threshold of the own window's growth, bytes. */
  readonly rcvSsthresh: number
  /** Smoothed round-trip time, µs. */
  readonly rtt: number
  /** Variation of the round-trip time, µs. */
  readonly rttvar: number
  /** Slow start threshold, segments. */
  readonly sndSsthresh: number
  /** Congestion window, segments. */
  readonly sndCwnd: number
  /** Announced segment size, bytes. */
  readonly advmss: number
  /** How many segments the path reorders by. */
  readonly reordering: number
  /** Round-trip time as estimated by the receiver, µs. */
  readonly rcvRtt: number
  /** Receive buffer space that autotuning targets, bytes. */
  readonly rcvSpace: number
  /** Retransmitted segments in total. */
  readonly totalRetrans: number
  /** Pacing rate, bytes/s. Linux 3.15. */
  readonly pacingRate?: number
  /** Maximum pacing rate, bytes/s. Linux 3.15. */
  readonly maxPacingRate?: number
  /** Bytes that the peer has acknowledged. Linux 4.1. */
  readonly bytesAcked?: number
  /** Bytes received in order. Linux 4.1. */
  readonly bytesReceived?: number
  /** Segments sent. Linux 4.2. */
  readonly segsOut?: number
  /** Segments received. Linux 4.2. */
  readonly segsIn?: number
  /** Bytes queued and not yet sent. Linux 4.6. */
  readonly notsentBytes?: number
  /** Minimum round-trip time, µs. Linux 4.6. */
  readonly minRtt?: number
  /** Segments with data received. Linux 4.6. */
  readonly dataSegsIn?: number
  /** Segments with data sent. Linux 4.6. */
  readonly dataSegsOut?: number
  /** Rate at which data reaches the peer, bytes/s. Linux 4.9. */
  readonly deliveryRate?: number
  /** Time spent sending, µs. Linux 4.10. */
  readonly busyTime?: number
  /** The part of `busyTime` that the peer's window limited, µs. Linux 4.10. */
  readonly rwndLimited?: number
  /** The part of `busyTime` that the send buffer limited, µs. Linux 4.10. */
  readonly sndbufLimited?: number
  /** Segments delivered. Linux 4.18. */
  readonly delivered?: number
  /** Segments delivered with a congestion mark. Linux 4.18. */
  readonly deliveredCe?: number
  /** Bytes sent, including retransmissions. Linux 4.19. */
  readonly bytesSent?: number
  /** Bytes retransmitted. Linux 4.19. */
  readonly bytesRetrans?: number
  /** Segments that the peer received twice. Linux 4.19. */
  readonly dsackDups?: number
  /** Observed reorderings. Linux 4.19. */
  readonly reordSeen?: number
  /** Segments received out of order. Linux 5.4. */
  readonly rcvOoopack?: number
  /** The peer's window, bytes. Linux 5.4. */
  readonly sndWnd?: number
  /** The own window, bytes. Linux 6.2. */
  readonly rcvWnd?: number
  /** How often the connection tried another path. Linux 6.2. */
  readonly rehash?: number
  /** Retransmission timeouts. Linux 6.7. */
  readonly totalRto?: number
  /** Recoveries from retransmission timeouts. Linux 6.7. */
  readonly totalRtoRecoveries?: number
  /** Time spent in these recoveries, ms. Linux 6.7. */
  readonly totalRtoTime?: number
  /** Accurate ECN: segments received with a congestion mark. Linux 6.18. */
  readonly receivedCe?: number
  /** Accurate ECN: bytes delivered with ECT(1). Linux 6.18. */
  readonly deliveredE1Bytes?: number
  /** Accurate ECN: bytes delivered with ECT(0). Linux 6.18. */
  readonly deliveredE0Bytes?: number
  /** Accurate ECN: bytes delivered with a congestion mark. Linux 6.18. */
  readonly deliveredCeBytes?: number
  /** Accurate ECN: bytes received with ECT(1). Linux 6.18. */
  readonly receivedE1Bytes?: number
  /** Accurate ECN: bytes received with ECT(0). Linux 6.18. */
  readonly receivedE0Bytes?: number
  /** Accurate ECN: bytes received with a congestion mark. Linux 6.18. */
  readonly receivedCeBytes?: number
}

// How many bytes each kind of field advances. Of the bit fields that share a byte, the last one advances.
const WIDTHS = { u8: 1, bits0to3: 0, bits4to7: 1, bit0: 0, bits1to2: 1, u16: 2, u32: 4, u64: 8, rate: 8 } as const
type Field = keyof typeof WIDTHS

// The fields of `struct tcp_info` in order. Each is aligned to its width without padding.
const LAYOUT = {
  state: 'u8',
  caState: 'u8',
  retransmits: 'u8',
  probes: 'u8',
  backoff: 'u8',
  options: 'u8',
  sndWscale: 'bits0to3',
  rcvWscale: 'bits4to7',
  deliveryRateAppLimited: 'bit0',
  fastopenClientFail: 'bits1to2',
  rto: 'u32',
  ato: 'u32',
  sndMss: 'u32',
  rcvMss: 'u32',
  unacked: 'u32',
  sacked: 'u32',
  lost: 'u32',
  retrans: 'u32',
  fackets: 'u32',
  lastDataSent: 'u32',
  lastAckSent: 'u32',
  lastDataRecv: 'u32',
  lastAckRecv: 'u32',
  pmtu: 'u32',
  rcvSsthresh: 'u32',
  rtt: 'u32',
  rttvar: 'u32',
  sndSsthresh: 'u32',
  sndCwnd: 'u32',
  advmss: 'u32',
  reordering: 'u32',
  rcvRtt: 'u32',
  rcvSpace: 'u32',
  totalRetrans: 'u32',
  pacingRate: 'rate',
  maxPacingRate: 'rate',
  bytesAcked: 'u64',
  bytesReceived: 'u64',
  segsOut: 'u32',
  segsIn: 'u32',
  notsentBytes: 'u32',
  minRtt: 'u32',
  dataSegsIn: 'u32',
  dataSegsOut: 'u32',
  deliveryRate: 'rate',
  busyTime: 'u64',
  rwndLimited: 'u64',
  sndbufLimited: 'u64',
  delivered: 'u32',
  deliveredCe: 'u32',
  bytesSent: 'u64',
  bytesRetrans: 'u64',
  dsackDups: 'u32',
  reordSeen: 'u32',
  rcvOoopack: 'u32',
  sndWnd: 'u32',
  rcvWnd: 'u32',
  rehash: 'u32',
  totalRto: 'u16',
  totalRtoRecoveries: 'u16',
  totalRtoTime: 'u32',
  receivedCe: 'u32',
  deliveredE1Bytes: 'u32',
  deliveredE0Bytes: 'u32',
  deliveredCeBytes: 'u32',
  receivedE1Bytes: 'u32',
  receivedE0Bytes: 'u32',
  receivedCeBytes: 'u32',
} as const satisfies Record<keyof TcpInfo, Field>

const NO_LIMIT = 2n ** 64n - 1n

function fieldReader(bytes: Uint8Array): (field: Field, at: number) => number {
  const { uint16, uint32, uint64 } = numbersIn(bytes)
  const byte = (at: number): number => bytes[at]!
  // Bit fields begin with the lowest bits on a little-endian machine, and with the highest on a big-endian one.
  const bits = (at: number, first: number, size: number): number =>
    (byte(at) >> (isLittleEndian ? first : 8 - first - size)) & (2 ** size - 1)
  const read: Record<Field, (at: number) => number> = {
    u8: byte,
    bits0to3: (at) => bits(at, 0, 4),
    bits4to7: (at) => bits(at, 4, 4),
    bit0: (at) => bits(at, 0, 1),
    bits1to2: (at) => bits(at, 1, 2),
    u16: uint16,
    u32: uint32,
    u64: (at) => Number(uint64(at)),
    rate: (at) => (uint64(at) === NO_LIMIT ? Number.POSITIVE_INFINITY : Number(uint64(at))),
  }
  return (field, at) => read[field](at)
}

/** `struct tcp_info`, up to the length that the kernel returns; unknown fields at its end are ignored. @internal */
export const tcpInfo: Decoder<TcpInfo> = {
  type: 'TcpInfo',
  size: Object.values(LAYOUT).reduce((sum, field) => sum + WIDTHS[field], 0),
  decode(bytes) {
    const read = fieldReader(bytes)
    const values: [string, number][] = []
    let at = 0
    for (const [name, field] of Object.entries(LAYOUT)) {
      if (at + Math.max(WIDTHS[field], 1) > bytes.length) break
      values.push([name, read(field, at)])
      at += WIDTHS[field]
    }
    return Object.fromEntries(values) as unknown as TcpInfo
  },
}
