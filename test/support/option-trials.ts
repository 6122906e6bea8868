// Trials of options on live sockets: the socket for a row, what this machine allows, and which rows have been tried.

import assert from 'node:assert/strict'
import { release } from 'node:os'
import type { TestContext } from 'node:test'
import {
  AF_INET,
  AF_INET6,
  AF_UNIX,
  type AnyOption,
  IPPROTO_RAW,
  ifNameIndex,
  optionTable,
  SO_MARK,
  SOCK_DGRAM,
  SOCK_RAW,
  SOCK_STREAM,
  Socket,
  SocketError,
  type SocketOption,
} from '../../src/index.js'
import { inet6Missing } from './listeners.js'

const FAMILIES = { inet: AF_INET, inet6: AF_INET6, unix: AF_UNIX }
const TYPES = { stream: SOCK_STREAM, dgram: SOCK_DGRAM, raw: SOCK_RAW }

/** The code of the SocketError that `act` throws; undefined where it throws none. */
export function codeOf(act: () => void): string | undefined {
  try {
    act()
    return undefined
  } catch (error) {
    if (error instanceof SocketError) return error.code
    throw error
  }
}

const noAdmin = codeOf(() => {
  using socket = new Socket()
  socket.setOption(SO_MARK, 1)
})
const noRaw = codeOf(() => new Socket(AF_INET, SOCK_RAW, IPPROTO_RAW).close())

/** Why trials of IPv6 are skipped; false where they are not. */
const withoutInet6: string | false = inet6Missing()
/** Why trials that require CAP_NET_ADMIN are skipped; false where they are not. */
const withoutAdmin: string | false = noAdmin === undefined ? false : `without CAP_NET_ADMIN (${noAdmin})`
/** Why trials of raw sockets are skipped; false where they are not. */
const withoutRaw: string | false = noRaw === undefined ? false : `without CAP_NET_RAW (${noRaw})`

/** The loopback interface. */
export const loopback = ifNameIndex().find(({ name }) => name === 'lo')
/** Why trials that need the loopback interface are skipped; false where they are not. */
export const noLoopback: string | false = loopback === undefined ? 'no interface is called lo here' : false

export const inet = (type = SOCK_DGRAM): Socket => new Socket(AF_INET, type)
export const inet6 = (type = SOCK_DGRAM): Socket => new Socket(AF_INET6, type)

const privileged = /CAP_NET_(ADMIN|RAW)/

/** Why a row cannot be tried here; undefined where it can. */
function obstacle(row: AnyOption): string | undefined {
  if (!row.supported) return 'this system lacks it'
  if (row.since !== undefined && older(release(), row.since)) return `the kernel is older than ${row.since}`
  if (row.families[0] === 'inet6' && withoutInet6) return withoutInet6
  if (row.types[0] === 'raw' && withoutRaw) return withoutRaw
  if (privileged.test(row.doc) && (withoutAdmin || withoutRaw)) return withoutAdmin || withoutRaw || undefined
  return undefined
}

function older(kernel: string, wanted: string): boolean {
  const [have = [], want = []] = [kernel, wanted].map((version) => version.split(/[.-]/).map(Number))
  const differs = want.findIndex((part, index) => part !== (have[index] ?? 0))
  return differs >= 0 && (have[differs] ?? 0) < want[differs]!
}

const tried = new Set<string>()

/** Whether rows can be tried here; where one cannot, the test is skipped with the reason. Notes them as tried. */
export function can(t: TestContext, ...rows: AnyOption[]): boolean {
  for (const row of rows) tried.add(row.name)
  const reason = rows.map((row) => [row.name, obstacle(row)] as const).find(([, why]) => why !== undefined)
  if (reason === undefined) return true
  t.skip(`${reason[0]}: ${reason[1]}`)
  return false
}

/** The rows of some levels that no test has passed to `can`. */
export function untried(...levelNames: string[]): string[] {
  return optionTable.filter((row) => levelNames.includes(row.levelName) && !tried.has(row.name)).map((row) => row.name)
}

/** A socket of the first family and type that have the option. */
export function socketFor(row: AnyOption): Socket {
  const [family = 'inet'] = row.families
  const [type = 'stream'] = row.types
  return new Socket(FAMILIES[family], TYPES[type], type === 'raw' ? IPPROTO_RAW : 0)
}

/** The errors of a kernel that was built without a feature. */
const UNBUILT = ['ENOPROTOOPT', 'ENOTSUP', 'EOPNOTSUPP', 'ENOENT']

/** Runs a trial of a feature that kernels may be built without, or may deny to users without privilege. */
export function ifBuilt(t: TestContext, what: string, act: () => void): void {
  const code = codeOf(act)
  if (code === undefined) return
  assert.ok(UNBUILT.includes(code) || (code === 'EPERM' && withoutAdmin), code)
  t.skip(`the kernel has no ${what} for us (${code})`)
}

/** Sets a value and reads it back: the same, or `expected` where the kernel changes it. */
export function roundTrip<Value, Input>(
  socket: Socket,
  row: SocketOption<Value, Input>,
  value: Input,
  expected?: Value,
): void {
  socket.setOption(row, value as never)
  assert.deepEqual(socket.getOption(row), expected ?? value, row.name)
}

/** The rows of some levels that are flags which can be read and set. */
export function flags(...levelNames: string[]): SocketOption<boolean>[] {
  const isFlag = (row: AnyOption): row is SocketOption<boolean> => row.type === 'boolean' && row.access === 'both'
  return optionTable.filter((row) => levelNames.includes(row.levelName)).filter(isFlag)
}

/** Inverts a flag and sets it back. */
export function toggle(socket: Socket, row: SocketOption<boolean>): void {
  const before = socket.getOption(row)
  roundTrip(socket, row, !before)
  roundTrip(socket, row, before)
}
