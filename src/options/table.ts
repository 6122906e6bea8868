// The table of options: all levels in one list, for whoever treats options alike.

import { groupLevel, ipLevel } from './ip-level.js'
import { ipv6Level } from './ipv6-level.js'
import type { AnyOption } from './row.js'
import { socketLevel } from './socket-level.js'
import { tcpLevel } from './tcp-level.js'
import { udpLevel } from './udp-level.js'

/** The levels of the table; the names are those of the exports that hold them, for what is made from the table. */
export const optionLevels = { socketLevel, ipLevel, groupLevel, ipv6Level, tcpLevel, udpLevel } as const

/**
 * Every option that is known here, level by level: its name, type, access, units, manual page and meaning.
 * @example
 * for (const { name, supported, doc } of optionTable) if (supported) console.log(name, doc)
 */
export const optionTable: readonly AnyOption[] = Object.freeze(
  Object.values(optionLevels).flatMap((rows) => Object.values<AnyOption>(rows)),
)
