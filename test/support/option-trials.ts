// Trying options on live sockets: which socket suits a row, what this machine allows, and which rows were tried.

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

const FAMILIES = { inet: AF_INET, inet6: AF_INET6, unix: AF_UNIX }
const TYPES = { stream: SOCK_STREAM, dgram: SOCK_DGRAM, raw: SOCK_RAW }

/** Whether a trial goes well; the code of the SocketError if not. */
export function codeOf(act: () => void): string | undefined {
  try {
    act()
    return undefined
  } catch (error) {
    if (error instanceof SocketError) return error.code
    throw error
  }
}

const bound = (family: keyof typeof FAMILIES, host: string): string | undefined =>
  codeOf(() => {
    using socket = new Socket(FAMILIES[family])
    socket.bind({ host, port: 0 })
  })

const noAdmin = codeOf(() => {
  using socket = new Socket()
  socket.setOption(SO_MARK, 1)
})
const noRaw = codeOf(() => new Socket(AF_INET, SOCK_RAW, IPPROTO_RAW).close())
const noInet6 = bound('inet6', '::1')

/** Why trials of IPv6 are skipped; false: they are not. */
export const withoutInet6: string | false = noInet6 === undefined ? false : `no IPv6 on the loopback here (${noInet6})`
/** Why trials that ask for CAP_NET_ADMIN are skipped; false: they are not. */
export const withoutAdmin: string | false = noAdmin === undefined ? false : `without CAP_NET_ADMIN (${noAdmin})`
/** Why trials of raw sockets are skipped; false: they are not. */
export const withoutRaw: string | false = noRaw === undefined ? false : `without CAP_NET_RAW (${noRaw})`

/** The interface that every machine should have. */
export const loopback = ifNameIndex().find(({ name }) => name === 'lo')
/** Why trials that need it are skipped; false: they are not. */
export const noLoopback: string | false = loopback === undefined ? 'no interface is called lo here' : false

export const inet = (type = SOCK_DGRAM): Socket => new Socket(AF_INET, type)
export const inet6 = (type = SOCK_DGRAM): Socket => new Socket(AF_INET6, type)

const privileged = /CAP_NET_(ADMIN|RAW)/

/** Why a row cannot be tried here; undefined: it can. */
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

/** Whether rows can be tried here; skips the test with the reason if one cannot. */
export function can(t: TestContext, ...rows: AnyOption[]): boolean {
  for (const row of rows) tried.add(row.name)
  const reason = rows.map((row) => [row.name, obstacle(row)] as const).find(([, why]) => why !== undefined)
  if (reason === undefined) return true
  t.skip(`${reason[0]}: ${reason[1]}`)
  return false
}

/** Rows of some levels that no test has asked `can` for. */
export function untried(...levelNames: string[]): string[] {
  return optionTable.filter((row) => levelNames.includes(row.levelName) && !tried.has(row.name)).map((row) => row.name)
}

/** A socket of the first family and type that have the option. */
export function socketFor(row: AnyOption): Socket {
  const [family = 'inet'] = row.families
  const [type = 'stream'] = row.types
  return new Socket(FAMILIES[family], TYPES[type], type === 'raw' ? IPPROTO_RAW : 0)
}

/** What a kernel says that was built without a feature. */
const UNBUILT = ['ENOPROTOOPT', 'ENOTSUP', 'EOPNOTSUPP', 'ENOENT']

/** Runs a trial of something that kernels may be built without, or may keep from users without privilege. */
export function ifBuilt(t: TestContext, what: string, act: () => void): void {
  const code = codeOf(act)
  if (code === undefined) return
  assert.ok(UNBUILT.includes(code) || (code === 'EPERM' && withoutAdmin), code)
  t.skip(`the kernel has no ${what} for us (${code})`)
}

/** Sets a value and reads what the kernel makes of it. */
export function roundTrip<Value, Input>(
  socket: Socket,
  row: SocketOption<Value, Input>,
  value: Input,
  told?: Value,
): void {
  socket.setOption(row, value as never)
  assert.deepEqual(socket.getOption(row), told ?? value, row.name)
}

/** The rows of some levels whose values are flags that can be set. */
export function flags(...levelNames: string[]): SocketOption<boolean>[] {
  const isFlag = (row: AnyOption): row is SocketOption<boolean> => row.type === 'boolean' && row.access === 'both'
  return optionTable.filter((row) => levelNames.includes(row.levelName)).filter(isFlag)
}

/** Sets a flag the other way and back. */
export function toggle(socket: Socket, row: SocketOption<boolean>): void {
  const before = socket.getOption(row)
  roundTrip(socket, row, !before)
  roundTrip(socket, row, before)
}

/** Two connected TCP sockets. */
export function connectedPair(prepare?: (listener: Socket, client: Socket) => void): [server: Socket, client: Socket] {
  using listener = new Socket()
  const client = new Socket()
  listener.bind({ host: '127.0.0.1', port: 0 })
  prepare?.(listener, client)
  listener.listen()
  client.connect(listener.getSockName() as { host: string; port: number })
  return [listener.accept(), client]
}

/** The port that a socket is bound to. */
export function portOf(socket: Socket): number {
  return (socket.getSockName() as { port: number }).port
}
