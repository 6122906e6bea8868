// What an option is: a row of the table, and the way to put a level's rows together.

import { native } from '../native/addon.js'
import type { Level } from '../native/constant-kinds.js'
import type { Codec, Decoder, Encoder } from './codecs.js'

/** The name of an option in C. */
export type OptionName = `${'IP' | 'IPV6' | 'MCAST' | 'SO' | 'TCP' | 'UDP'}_${string}`

/** A family whose sockets have an option. */
export type OptionFamily = 'inet' | 'inet6' | 'unix'

/** A type of sockets that have an option. */
export type OptionSocketType = 'stream' | 'dgram' | 'raw'

/** What every row of the table of options tells. */
export interface OptionRow {
  /** Its name in C: `SO_REUSEADDR`. */
  readonly name: OptionName
  /** Its level's name in C: `SOL_SOCKET`. */
  readonly levelName: string
  /** Its level's number. */
  readonly level: Level
  /** Its number; -1 where this system lacks it. */
  readonly number: number
  /** Whether this system has it, in a form that is known here. Otherwise get and set throw `ERR_OPTION_UNSUPPORTED`. */
  readonly supported: boolean
  /** Whether it can be read, written, or both. */
  readonly access: 'read' | 'write' | 'both'
  /** The type of its value. */
  readonly type: string
  /** What a number counts: `ms`, `s`, `bytes`, ... */
  readonly unit: string | undefined
  /** Families whose sockets have it; empty: all. */
  readonly families: readonly OptionFamily[]
  /** Types of sockets that have it; empty: all. */
  readonly types: readonly OptionSocketType[]
  /** Systems on which its form is known, as `process.platform` names them. */
  readonly platforms: readonly string[]
  /** The version of Linux that brought it. */
  readonly since: string | undefined
  /** The manual page, or the header, that describes it. */
  readonly man: string
  /** What it does, in one or two sentences. */
  readonly doc: string
  /** Why setting it throws `ERR_OPTION_NO_EFFECT`, if it does. */
  readonly noEffect: string | undefined
}

/** An option that can be read: what `getOption` takes. */
export interface ReadableOption<Value> extends OptionRow {
  readonly access: 'read' | 'both'
  /** How many bytes to offer to the kernel. */
  readonly size: number
  /** The value that the kernel's bytes mean. */
  decode(bytes: Uint8Array): Value
}

/** An option that can be written: what `setOption` takes. */
export interface WritableOption<Input> extends OptionRow {
  readonly access: 'write' | 'both'
  /** Whether the kernel takes a structure that points at the value. */
  readonly indirect: boolean
  /**
   * The bytes that mean a value.
   * @throws TypeError `ERR_INVALID_ARG_TYPE`, `ERR_INVALID_ARG_VALUE`; RangeError `ERR_OUT_OF_RANGE`
   */
  encode(value: Input): Uint8Array
  /** The level that this value goes to: of a multicast group, its family's. */
  levelFor(value: Input): Level
}

/** An option that can be read and written. `Input` is wider than `Value` where the kernel takes more than it tells. */
export interface SocketOption<Value, Input = Value> extends ReadableOption<Value>, WritableOption<Input> {
  readonly access: 'both'
}

/** An option whose direction and value are not known in advance: an element of `optionTable`. */
export type AnyOption = ReadableOption<unknown> | WritableOption<never> | SocketOption<unknown, never>

/** What a row says that its level does not say already. */
export interface Details {
  readonly families?: readonly OptionFamily[]
  readonly types?: readonly OptionSocketType[]
  readonly platforms?: readonly string[]
  readonly since?: string
  readonly man?: string
  readonly noEffect?: string
}

/** A level, with what holds for its rows unless they say otherwise. */
export interface LevelRules {
  readonly level: Level
  readonly levelName: string
  readonly families?: readonly OptionFamily[]
  readonly types?: readonly OptionSocketType[]
  readonly man: string
}

type Place = (name: OptionName, rules: LevelRules) => AnyOption

/** Where options of the oldest kind are: flags and ints that all systems lay out alike. */
export const POSIX: readonly string[] = ['linux', 'darwin', 'freebsd']
const LINUX: readonly string[] = ['linux']

/** A row that is read and written. */
export function both<Value, Input>(codec: Codec<Value, Input>, doc: string, details: Details = {}) {
  return (name: OptionName, rules: LevelRules): SocketOption<Value, Input> =>
    Object.freeze({
      ...row(name, rules, codec, doc, details),
      access: 'both',
      ...reading(codec),
      ...writing(codec, name, rules),
    })
}

/** A row that is only read. */
export function read<Value>(codec: Decoder<Value>, doc: string, details: Details = {}) {
  return (name: OptionName, rules: LevelRules): ReadableOption<Value> =>
    Object.freeze({ ...row(name, rules, codec, doc, details), access: 'read', ...reading(codec) })
}

/** A row that is only written. */
export function write<Input>(codec: Encoder<Input>, doc: string, details: Details = {}) {
  return (name: OptionName, rules: LevelRules): WritableOption<Input> =>
    Object.freeze({ ...row(name, rules, codec, doc, details), access: 'write', ...writing(codec, name, rules) })
}

/** The options of one level, by name. */
export function level<Rows extends Readonly<Record<OptionName, Place>>>(
  rules: LevelRules,
  rows: Rows,
): { readonly [Name in keyof Rows]: Rows[Name] extends Place ? ReturnType<Rows[Name]> : never } {
  const placed = Object.entries<Place>(rows).map(([name, place]) => [name, place(name as OptionName, rules)])
  return Object.freeze(Object.fromEntries(placed))
}

function row(
  name: OptionName,
  rules: LevelRules,
  codec: Decoder<unknown> | Encoder<never>,
  doc: string,
  details: Details,
) {
  const { families = rules.families ?? [], types = rules.types ?? [], man = rules.man, platforms = LINUX } = details
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

function reading<Value>({ size, decode }: Decoder<Value>): Pick<ReadableOption<Value>, 'size' | 'decode'> {
  return { size, decode }
}

function writing<Input>(codec: Encoder<Input>, name: string, rules: LevelRules) {
  return {
    indirect: codec.indirect ?? false,
    encode: (value: Input) => codec.encode(value, name),
    levelFor: (value: Input) => codec.levelFor?.(value) ?? rules.level,
  }
}
