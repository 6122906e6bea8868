// Options whose value is a structure or a list without addresses.

import { checkedFields, checkedInteger, isArray, wrongType } from '../core/validate.js'
import type { Clock, TransmitTimeFlag } from '../native/constant-kinds.js'
import { type Codec, type Decoder, type Encoder, INT_MAX, int32s, numbersIn, UINT_MAX } from './codecs.js'

/** Seconds that `close` waits until pending data is sent, or `null` for off; `struct linger`. @internal */
export const linger: Codec<number | null> = {
  type: 'number | null',
  unit: 's',
  size: 8,
  decode(bytes) {
    const { int32 } = numbersIn(bytes)
    return int32(0) === 0 ? null : int32(4)
  },
  encode(value, option) {
    if (value === null) return int32s(0, 0)
    if (typeof value !== 'number') throw wrongType(option, 'a number of seconds or null', value)
    return int32s(1, checkedInteger(value, option, 0, INT_MAX))
  },
}

/** A time in milliseconds; `struct timeval`, whose fields have the size of the machine's words. @internal */
export const timeval: Decoder<number> = {
  type: 'number',
  unit: 'ms',
  size: 16,
  decode(bytes) {
    const { int32, int64 } = numbersIn(bytes)
    const [seconds, microseconds] = bytes.length < 16 ? [int32(0), int32(4)] : [Number(int64(0)), Number(int64(8))]
    return seconds * 1000 + microseconds / 1000
  },
}

/** The process at the other end of a unix socket, when it called `connect` or `listen`: the value of `SO_PEERCRED`. */
export interface PeerCredentials {
  /** The id of the process; 0 if there is none, or if it is in a PID namespace that is not visible. */
  readonly pid: number
  /** The effective user id; 4294967295 if there is none. */
  readonly uid: number
  /** The effective group id; 4294967295 if there is none. */
  readonly gid: number
}

/** `struct ucred`. @internal */
export const credentials: Decoder<PeerCredentials> = {
  type: 'PeerCredentials',
  size: 12,
  decode(bytes) {
    const { int32, uint32 } = numbersIn(bytes)
    return { pid: int32(0), uid: uint32(4), gid: uint32(8) }
  },
}

/** Group ids; the kernel returns the size that they need. @internal */
export const groups: Decoder<number[]> = {
  type: 'number[]',
  size: 128,
  decode: (bytes) => Array.from({ length: bytes.length >> 2 }, (_, index) => numbersIn(bytes).uint32(index * 4)),
}

/** The memory that a socket uses: the value of `SO_MEMINFO`. In bytes, unless said otherwise. */
export interface SocketMemory {
  /** Received data that has not been read. */
  readonly receiveAllocated: number
  /** The limit of the receive buffer. */
  readonly receiveBuffer: number
  /** Data in the network layer that has not been sent. */
  readonly sendAllocated: number
  /** The limit of the send buffer. */
  readonly sendBuffer: number
  /** Memory that is reserved for further data. */
  readonly forwardAllocated: number
  /** Data in the send queue. */
  readonly sendQueued: number
  /** Memory of options and filters. */
  readonly optionMemory: number
  /** Data that arrived while the socket was busy. */
  readonly backlog: number
  /** How many packets were dropped. */
  readonly drops: number
}

/** SK_MEMINFO_VARS 32-bit integers of linux/sock_diag.h. @internal */
export const socketMemory: Decoder<SocketMemory> = {
  type: 'SocketMemory',
  size: 36,
  decode(bytes) {
    const { uint32 } = numbersIn(bytes)
    return {
      receiveAllocated: uint32(0),
      receiveBuffer: uint32(4),
      sendAllocated: uint32(8),
      sendBuffer: uint32(12),
      forwardAllocated: uint32(16),
      sendQueued: uint32(20),
      optionMemory: uint32(24),
      backlog: uint32(28),
      drops: uint32(32),
    }
  },
}

/** The clock of the transmit times of messages: the value of `SO_TXTIME`. */
export interface TransmitTime {
  /** `CLOCK_TAI`, `CLOCK_MONOTONIC` or `CLOCK_REALTIME`, as the queue of the interface requires. */
  readonly clock: Clock
  /** `SOF_TXTIME_DEADLINE_MODE | SOF_TXTIME_REPORT_ERRORS`, or 0. */
  readonly flags: TransmitTimeFlag
}

/** `struct sock_txtime`. @internal */
export const transmitTime: Codec<TransmitTime> = {
  type: 'TransmitTime',
  size: 8,
  decode(bytes) {
    const { int32, uint32 } = numbersIn(bytes)
    return { clock: int32(0), flags: uint32(4) }
  },
  encode(value, option) {
    const { clock, flags } = checkedFields(value, option, 'clock and flags')
    return int32s(
      checkedInteger(clock, `${option}: clock`, 0, INT_MAX),
      checkedInteger(flags, `${option}: flags`, 0, UINT_MAX),
    )
  },
}

/** The ports from which the kernel chooses: the value of `IP_LOCAL_PORT_RANGE`. */
export interface PortRange {
  /** The lowest port; 0 is the default of the system. */
  readonly low: number
  /** The highest port; 0 is the default of the system. */
  readonly high: number
}

/** An int: the lowest port in the lower 16 bits, the highest in the upper 16 bits. @internal */
export const portRange: Codec<PortRange> = {
  type: 'PortRange',
  size: 4,
  decode(bytes) {
    const value = numbersIn(bytes).uint32(0)
    return { low: value & 0xffff, high: value >>> 16 }
  },
  encode(value, option) {
    const { low, high } = checkedFields(value, option, 'low and high')
    checkedInteger(low, `${option}: low`, 0, 65535)
    checkedInteger(high, `${option}: high`, 0, 65535)
    return int32s((high << 16) | low)
  },
}

/** One instruction of a classic BPF program: `[code, jt, jf, k]`, as `tcpdump -ddd` prints it. */
export type FilterInstruction = readonly [code: number, jt: number, jf: number, k: number]

const MAX_INSTRUCTIONS = 4096

/** An array of `struct sock_filter`. @internal */
export const filter: Codec<FilterInstruction[], readonly FilterInstruction[]> = {
  type: 'FilterInstruction[]',
  size: MAX_INSTRUCTIONS * 8,
  indirect: true,
  decode(bytes) {
    const { uint16, uint32 } = numbersIn(bytes)
    const length = bytes.length >> 3
    return Array.from({ length }, (_, i) => [uint16(i * 8), bytes[i * 8 + 2]!, bytes[i * 8 + 3]!, uint32(i * 8 + 4)])
  },
  encode(value, option) {
    if (!isArray(value)) throw wrongType(option, 'an array of [code, jt, jf, k]', value)
    checkedInteger(value.length, `${option}: length`, 1, MAX_INSTRUCTIONS)
    const bytes = new Uint8Array(value.length * 8)
    value.forEach((instruction, index) => {
      bytes.set(encodeInstruction(instruction, `${option}: instruction ${index}`), index * 8)
    })
    return bytes
  },
}

function encodeInstruction(instruction: FilterInstruction, name: string): Uint8Array {
  if (!isArray(instruction)) throw wrongType(name, '[code, jt, jf, k]', instruction)
  const [code, jt, jf, k] = instruction
  const bytes = new Uint8Array(Uint32Array.of(0, checkedInteger(k, `${name}: k`, 0, UINT_MAX)).buffer)
  bytes.set(new Uint8Array(Uint16Array.of(checkedInteger(code, `${name}: code`, 0, 65535)).buffer))
  bytes[2] = checkedInteger(jt, `${name}: jt`, 0, 255)
  bytes[3] = checkedInteger(jf, `${name}: jf`, 0, 255)
  return bytes
}

/** The windows of a connection under `TCP_REPAIR`, as sequence numbers and bytes. */
export interface RepairWindow {
  /** The segment of the last update of the send window. */
  readonly sndWl1: number
  /** The send window. */
  readonly sndWnd: number
  /** The largest window that the peer has announced. */
  readonly maxWindow: number
  /** The receive window. */
  readonly rcvWnd: number
  /** The sequence number up to which data had been received when the receive window was last announced. */
  readonly rcvWup: number
}

/** `struct tcp_repair_window`. @internal */
export const repairWindow: Codec<RepairWindow> = {
  type: 'RepairWindow',
  size: 20,
  decode(bytes) {
    const { uint32 } = numbersIn(bytes)
    return { sndWl1: uint32(0), sndWnd: uint32(4), maxWindow: uint32(8), rcvWnd: uint32(12), rcvWup: uint32(16) }
  },
  encode(value, option) {
    const fields = checkedFields(value, option, 'sndWl1, sndWnd, maxWindow, rcvWnd and rcvWup')
    const names = ['sndWl1', 'sndWnd', 'maxWindow', 'rcvWnd', 'rcvWup'] as const
    return int32s(...names.map((name) => checkedInteger(fields[name], `${option}: ${name}`, 0, UINT_MAX)))
  },
}

/** An option of the TCP header that a connection under `TCP_REPAIR` has negotiated. */
export interface RepairOption {
  /** The kind in the header: 2 for the segment size, 3 for window scaling, 4 for SACK, 8 for timestamps. */
  readonly kind: number
  /** The value; for window scaling the shift of the peer, and the own shift in the upper 16 bits. */
  readonly value: number
}

/** An array of `struct tcp_repair_opt`. @internal */
export const repairOptions: Encoder<readonly RepairOption[]> = {
  type: 'RepairOption[]',
  encode(value, option) {
    if (!isArray(value)) throw wrongType(option, 'an array of { kind, value }', value)
    return int32s(
      ...value.flatMap((entry: RepairOption) => {
        const fields = checkedFields(entry, option, 'kind and value')
        const kind = checkedInteger(fields.kind, `${option}: kind`, 0, 255)
        return [kind, checkedInteger(fields.value, `${option}: value`, 0, UINT_MAX)]
      }),
    )
  },
}
