// The rows of the table of options: their types, and the functions that make the rows of a level.

import { native } from '../native/addon.js'
import type { Level } from '../native/constant-kinds.js'
import type { Codec, Decoder, Encoder } from './codecs.js'

/** The name of an option in C. */
type OptionName = `${'IP' | 'IPV6' | 'MCAST' | 'SO' | 'TCP' | 'UDP'}_${string}`

/** An address family whose sockets may have an option. */
export type OptionFamily = 'inet' | 'inet6' | 'unix'

/** A socket type that may have an option. */
export type OptionSocketType = 'stream' | 'dgram' | 'raw'

/** The facts about an option. */
export interface OptionRow {
  /** The name in C: `SO_REUSEADDR`. */
  readonly name: OptionName
  /** The name of the level in C: `SOL_SOCKET`. */
  readonly levelName: string
  /** The number of the level. */
  readonly level: Level
  /** The number of the option; -1 if this system lacks it. */
  readonly number: number
  /**
   * Whether this system has the option, and the layout of its value is known. Otherwise reading and setting it throw
   * `ERR_OPTION_UNSUPPORTED`.
   */
  readonly supported: boolean
  /** Whether the option can be read, set, or both. */
  readonly access: 'read' | 'write' | 'both'
  /** The type of the value. */
  readonly type: string
  /** The unit of a number: `ms`, `s`, `bytes`, ... */
  readonly unit: string | undefined
  /** The address families that have the option; empty for all. */
  readonly families: readonly OptionFamily[]
  /** The socket types that have the option; empty for all. */
  readonly types: readonly OptionSocketType[]
  /** The systems on which the layout of the value is known, as `process.platform` names them. */
  readonly platforms: readonly string[]
  /** The first version of Linux that has the option. */
  readonly since: string | undefined
  /** The manual page or header that describes the option. */
  readonly man: string
  /** What the option does, in one or two sentences. */
  readonly doc: string
  /** Why setting the option throws `ERR_OPTION_NO_EFFECT`, if it does. */
  readonly noEffect: string | undefined
}

/** An option that can be read: an argument of `getOption`. */
export interface ReadableOption<Value> extends OptionRow {
  readonly access: 'read' | 'both'
  /** The size of the buffer for the kernel, in bytes. */
  readonly size: number
  /**
   * Converts the kernel's bytes to a value.
   * @throws RangeError `ERR_OUT_OF_RANGE` when there are too few bytes for it
   * @example
   * SO_KEEPALIVE.decode(Uint8Array.of(1, 0, 0, 0)) // true
   */
  decode(bytes: Uint8Array): Value
}

/** An option that can be set: an argument of `setOption`. */
export interface WritableOption<Input> extends OptionRow {
  readonly access: 'write' | 'both'
  /** Whether the kernel takes a structure that points at the value, such as `struct sock_fprog`. */
  readonly indirect: boolean
  /**
   * Converts a value to the kernel's bytes.
   * @throws TypeError `ERR_INVALID_ARG_TYPE` when the value, or a field of it, is of the wrong type
   * @throws TypeError `ERR_INVALID_ARG_VALUE` when it is invalid
   * @throws RangeError `ERR_OUT_OF_RANGE` when a number or a length is too small or too large
   * @example
   * TCP_USER_TIMEOUT.encode(30_000)
   */
  encode(value: Input): Uint8Array
  /**
   * The level at which this value is set: for a multicast group, the level of its family.
   * @example
   * MCAST_JOIN_GROUP.levelFor({ group: 'ff02::1' }) === IPPROTO_IPV6 // true
   */
  levelFor(value: Input): Level
}

/** An option that can be read and set. `Input` is wider than `Value` if the kernel accepts more than it returns. */
export interface SocketOption<Value, Input = Value> extends ReadableOption<Value>, WritableOption<Input> {
  readonly access: 'both'
}

/** An option of any access and value: an element of `optionTable`. */
export type AnyOption = ReadableOption<unknown> | WritableOption<never> | SocketOption<unknown, never>

/** The facts of a row that differ from those of its level. */
interface RowDetails {
  readonly families?: readonly OptionFamily[]
  readonly types?: readonly OptionSocketType[]
  readonly platforms?: readonly string[]
  readonly since?: string
  readonly man?: string
  readonly noEffect?: string
}

/** A level, and the facts that hold for its rows unless a row states its own. */
interface LevelRules {
  readonly level: Level
  readonly levelName: string
  readonly families?: readonly OptionFamily[]
  readonly types?: readonly OptionSocketType[]
  readonly man: string
}

/** Completes a row with its name and the facts of its level. */
type RowMaker = (name: OptionName, rules: LevelRules) => AnyOption

/** The systems that have the oldest options: flags and ints, which have the same layout everywhere. */
export const POSIX_PLATFORMS: readonly string[] = ['linux', 'darwin', 'freebsd']
const LINUX_PLATFORMS: readonly string[] = ['linux']

/** An option that can be read and set. */
export function readWrite<Value, Input>(codec: Codec<Value, Input>, doc: string, details: RowDetails = NO_DETAILS) {
  return (name: OptionName, rules: LevelRules): SocketOption<Value, Input> => {
    const row = commonFields(name, rules, codec, doc, details) as Writable<SocketOption<Value, Input>>
    row.access = 'both'
    addReading(row, codec)
    addWriting(row, codec, rules)
    return Object.freeze(row)
  }
}

/** An option that can only be read. */
export function readOnly<Value>(codec: Decoder<Value>, doc: string, details: RowDetails = NO_DETAILS) {
  return (name: OptionName, rules: LevelRules): ReadableOption<Value> => {
    const row = commonFields(name, rules, codec, doc, details) as Writable<ReadableOption<Value>>
    row.access = 'read'
    addReading(row, codec)
    return Object.freeze(row)
  }
}

/** An option that can only be set. */
export function writeOnly<Input>(codec: Encoder<Input>, doc: string, details: RowDetails = NO_DETAILS) {
  return (name: OptionName, rules: LevelRules): WritableOption<Input> => {
    const row = commonFields(name, rules, codec, doc, details) as Writable<WritableOption<Input>>
    row.access = 'write'
    addWriting(row, codec, rules)
    return Object.freeze(row)
  }
}

/** The options of one level, by name. */
export function optionLevel<Rows extends Readonly<Record<OptionName, RowMaker>>>(
  rules: LevelRules,
  rows: Rows,
): { readonly [Name in keyof Rows]: Rows[Name] extends RowMaker ? ReturnType<Rows[Name]> : never } {
  const complete: Record<string, AnyOption> = {}
  for (const [name, make] of Object.entries<RowMaker>(rows)) complete[name] = make(name as OptionName, rules)
  return Object.freeze(complete) as never
}

// Rows are made whenever the package is imported, so each is one object that gets its fields, and not several that are
// spread into it.
type Writable<Row> = { -readonly [Name in keyof Row]: Row[Name] }

const NO_DETAILS: RowDetails = {}
const EVERYWHERE: readonly never[] = []

function commonFields(
  name: OptionName,
  rules: LevelRules,
  codec: Decoder<unknown> | Encoder<never>,
  doc: string,
  details: RowDetails,
): Omit<OptionRow, 'access'> {
  const number = native.constants[name] ?? -1
  const platforms = details.platforms ?? LINUX_PLATFORMS
  return {
    name,
    levelName: rules.levelName,
    level: rules.level,
    number,
    supported: number >= 0 && platforms.includes(process.platform),
    type: codec.type,
    unit: codec.unit,
    families: details.families ?? rules.families ?? EVERYWHERE,
    types: details.types ?? rules.types ?? EVERYWHERE,
    platforms,
    since: details.since,
    man: details.man ?? rules.man,
    doc,
    noEffect: details.noEffect,
  }
}

function addReading<Value>(row: Writable<ReadableOption<Value>>, codec: Decoder<Value>): void {
  row.size = codec.size
  row.decode = codec.decode
}

function addWriting<Input>(row: Writable<WritableOption<Input>>, codec: Encoder<Input>, rules: LevelRules): void {
  const { name } = row
  row.indirect = codec.indirect ?? false
  row.encode = (value) => codec.encode(value, name)
  row.levelFor = (value) => codec.levelFor?.(value) ?? rules.level
}
