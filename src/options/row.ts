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
export function readWrite<Value, Input>(codec: Codec<Value, Input>, doc: string, details: RowDetails = {}) {
  return (name: OptionName, rules: LevelRules): SocketOption<Value, Input> =>
    Object.freeze({
      ...commonFields(name, rules, codec, doc, details),
      access: 'both',
      ...readFields(codec),
      ...writeFields(codec, name, rules),
    })
}

/** An option that can only be read. */
export function readOnly<Value>(codec: Decoder<Value>, doc: string, details: RowDetails = {}) {
  return (name: OptionName, rules: LevelRules): ReadableOption<Value> =>
    Object.freeze({ ...commonFields(name, rules, codec, doc, details), access: 'read', ...readFields(codec) })
}

/** An option that can only be set. */
export function writeOnly<Input>(codec: Encoder<Input>, doc: string, details: RowDetails = {}) {
  return (name: OptionName, rules: LevelRules): WritableOption<Input> =>
    Object.freeze({
      ...commonFields(name, rules, codec, doc, details),
      access: 'write',
      ...writeFields(codec, name, rules),
    })
}

/** The options of one level, by name. */
export function optionLevel<Rows extends Readonly<Record<OptionName, RowMaker>>>(
  rules: LevelRules,
  rows: Rows,
): { readonly [Name in keyof Rows]: Rows[Name] extends RowMaker ? ReturnType<Rows[Name]> : never } {
  const complete = Object.entries<RowMaker>(rows).map(([name, make]) => [name, make(name as OptionName, rules)])
  return Object.freeze(Object.fromEntries(complete))
}

function commonFields(
  name: OptionName,
  rules: LevelRules,
  codec: Decoder<unknown> | Encoder<never>,
  doc: string,
  details: RowDetails,
) {
  const {
    families = rules.families ?? [],
    types = rules.types ?? [],
    man = rules.man,
    platforms = LINUX_PLATFORMS,
  } = details
  const { level, levelName } = rules
  const { type, unit } = codec
  const { since, noEffect } = details
  const number = native.constants[name] ?? -1
  const supported = number >= 0 && platforms.includes(process.platform)
  return {
    name,
    levelName,
    level,
    number,
    supported,
    type,
    unit,
    families,
    types,
    platforms,
    since,
    man,
    doc,
    noEffect,
  }
}

function readFields<Value>({ size, decode }: Decoder<Value>): Pick<ReadableOption<Value>, 'size' | 'decode'> {
  return { size, decode }
}

function writeFields<Input>(codec: Encoder<Input>, name: string, rules: LevelRules) {
  return {
    indirect: codec.indirect ?? false,
    encode: (value: Input) => codec.encode(value, name),
    levelFor: (value: Input) => codec.levelFor?.(value) ?? rules.level,
  }
}
