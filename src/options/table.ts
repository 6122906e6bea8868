// options/ describes the socket options. An option is a row of a table: the codec of its value, its documentation, and
// the sockets and systems that have it. A level is a file of rows, *-level.ts. `npm run generate` makes the exports in
// generated/ from the table. Nothing here knows sockets: access.ts is given the number of a descriptor.
//
// This file is the table: all levels in one list.

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
