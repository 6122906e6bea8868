// The table of options: all levels in one list.

import { groupLevel, ipLevel } from './ip-level.js'
import { ipv6Level } from './ipv6-level.js'
import type { AnyOption } from './row.js'
import { socketLevel } from './socket-level.js'
import { tcpLevel } from './tcp-level.js'
import { udpLevel } from './udp-level.js'

/** The levels of the table, by the names of their exports: the generator imports the options by these names. */
export const optionLevels = { socketLevel, ipLevel, groupLevel, ipv6Level, tcpLevel, udpLevel } as const

/**
 * Every known option, level by level, with its name, type, access, unit, manual page and description.
 * @example
 * for (const { name, supported, doc } of optionTable) if (supported) console.log(name, doc)
 */
export const optionTable: readonly AnyOption[] = Object.freeze(
  Object.values(optionLevels).flatMap((rows) => Object.values<AnyOption>(rows)),
)
