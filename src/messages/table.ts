// messages/ is recvmsg(2) and sendmsg(2): control messages in both directions, descriptors in messages, and many datagrams
// in one call. A control message that the table knows has a typed value; any other is passed as `{ level, type, data }`.
//
// This file is the table of control messages: a row has the level and type that name it to the kernel, and the codec of
// its value. A row without `decode` is only sent, one without `encode` only received. Descriptors are no values that can be
// copied: see control.ts.

import { native } from '../native/addon.js'
import type { ControlType, Level } from '../native/constant-kinds.js'
import { IPPROTO_IP, IPPROTO_IPV6, IPPROTO_UDP, SOL_ALG, SOL_SOCKET } from '../native/generated/constants.js'
import { type Decoder, type Encoder, integer, text, uint32, uint64 } from '../options/codecs.js'
import { credentials } from '../options/structures.js'
import {
  algorithmIv,
  microsecondTime,
  nanosecondTime,
  packetInfo,
  packetInfo6,
  packetTimes,
  queuedError,
  segmentSize,
  sentCredentials,
  sockaddr,
} from './codecs.js'
import type { ControlInputs, ControlValues } from './values.js'

/** A control message that has a name. */
export interface ControlRow {
  readonly name: string
  readonly level: Level
  /** -1 if this system lacks it. */
  readonly type: ControlType
  /** The fewest bytes that can be decoded: fewer were cut off. */
  readonly minBytes: number
  decode?(data: Uint8Array): unknown
  encode?(value: never, name: string): Uint8Array
  /** Whether the data are descriptors: one, or any number. */
  readonly fds?: 'one' | 'many'
}

type Details = Omit<ControlRow, 'name' | 'level' | 'type'>

const byte = integer({ min: 0, max: 255 })

/** One byte or an int: the kernel passes IP_TOS as a byte. */
const tos = { minBytes: 1, decode: byte.decode, encode: byte.encode } satisfies Details
const hops = both({ ...integer({ min: -1, max: 255 }) })

function received<Value>({ size, decode }: Decoder<Value>, minBytes = size): Details {
  return { minBytes, decode }
}

function sent<Input>({ encode }: Encoder<Input>): Details {
  return { minBytes: 0, encode }
}

function both<Value, Input>(decoder: Decoder<Value> & Encoder<Input>): Details {
  return { ...sent(decoder), ...received(decoder) }
}

/** The rows by level. The names are those of ControlValues and ControlInputs, all of them. */
const LEVELS = [
  {
    level: SOL_SOCKET,
    rows: {
      SCM_RIGHTS: { minBytes: 0, fds: 'many' },
      SCM_CREDENTIALS: { ...received(credentials), encode: sentCredentials.encode },
      SCM_PIDFD: { minBytes: 4, fds: 'one' },
      SCM_SECURITY: received(text(255), 0),
      SCM_TIMESTAMP: received(microsecondTime),
      SCM_TIMESTAMPNS: received(nanosecondTime),
      SCM_TIMESTAMPING: received(packetTimes),
      SCM_TXTIME: sent(uint64('ns')),
      SO_RXQ_OVFL: received(uint32()),
      SO_MARK: both(uint32()),
    },
  },
  {
    level: IPPROTO_IP,
    rows: {
      IP_PKTINFO: both(packetInfo),
      IP_TTL: hops,
      IP_TOS: tos,
      IP_RECVERR: received(queuedError),
      IP_ORIGDSTADDR: received(sockaddr(16)),
    },
  },
  {
    level: IPPROTO_IPV6,
    rows: {
      IPV6_PKTINFO: both(packetInfo6),
      IPV6_HOPLIMIT: hops,
      IPV6_TCLASS: { minBytes: 4, decode: byte.decode, encode: byte.encode },
      IPV6_RECVERR: received(queuedError),
      IPV6_ORIGDSTADDR: received(sockaddr(28)),
    },
  },
  {
    level: SOL_ALG,
    rows: { ALG_SET_OP: sent(uint32()), ALG_SET_IV: sent(algorithmIv), ALG_SET_AEAD_ASSOCLEN: sent(uint32()) },
  },
  { level: IPPROTO_UDP, rows: { UDP_GRO: received(integer()), UDP_SEGMENT: sent(segmentSize) } },
] as const satisfies readonly {
  level: Level
  rows: Partial<Record<keyof ControlValues | keyof ControlInputs, Details>>
}[]

/** Every control message that has a name. */
const controlTable: readonly ControlRow[] = LEVELS.flatMap(({ level, rows }) =>
  Object.entries<Details>(rows).map(([name, details]) => ({
    name,
    level,
    type: (native.constants[name] ?? -1) as ControlType,
    ...details,
  })),
)

const byName = new Map(controlTable.map((row) => [row.name, row]))
const byNumbers = new Map(controlTable.map((row) => [keyOf(row.level, row.type), row]))

function keyOf(level: number, type: number): number {
  return level * 2 ** 20 + type
}

/** The row of a name. */
export function rowNamed(name: unknown): ControlRow | undefined {
  return byName.get(name as string)
}

/** The row of a received control message. */
export function rowOf(level: number, type: number): ControlRow | undefined {
  return byNumbers.get(keyOf(level, type))
}
