// The table of options: complete, typed, and guarded against misuse.
import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { type TestContext, test } from 'node:test'
import {
  SO_KEEPALIVE,
  SO_LINGER,
  SO_RCVBUF,
  SO_RCVTIMEO,
  SO_RESERVE_MEM,
  SO_SNDBUFFORCE,
  SO_SNDTIMEO,
  SO_TYPE,
  Socket,
  TCP_INFO,
} from '../../src/index.js'
import type { SocketOption } from '../../src/options/generated/options.js'
import * as exported from '../../src/options/generated/options.js'
import { optionTable } from '../../src/options/table.js'
import { tcpInfo } from '../../src/options/tcp-info.js'
import { run } from '../support/child.js'
import { root } from '../support/folders.js'

// The options that the manual pages of Linux document, as of man-pages 6.03.
const documented: Readonly<Record<string, string>> = {
  socket: `SO_ACCEPTCONN SO_ATTACH_FILTER SO_ATTACH_BPF SO_ATTACH_REUSEPORT_CBPF SO_ATTACH_REUSEPORT_EBPF SO_BINDTODEVICE
    SO_BROADCAST SO_BSDCOMPAT SO_DEBUG SO_DETACH_FILTER SO_DETACH_BPF SO_DOMAIN SO_ERROR SO_DONTROUTE SO_INCOMING_CPU
    SO_INCOMING_NAPI_ID SO_KEEPALIVE SO_LINGER SO_LOCK_FILTER SO_MARK SO_OOBINLINE SO_PASSCRED SO_PASSSEC SO_PEEK_OFF
    SO_PEERCRED SO_PEERSEC SO_PRIORITY SO_PROTOCOL SO_RCVBUF SO_RCVBUFFORCE SO_RCVLOWAT SO_SNDLOWAT SO_RCVTIMEO
    SO_SNDTIMEO SO_REUSEADDR SO_REUSEPORT SO_RXQ_OVFL SO_SELECT_ERR_QUEUE SO_SNDBUF SO_SNDBUFFORCE SO_TIMESTAMP
    SO_TIMESTAMPNS SO_TYPE SO_BUSY_POLL`,
  unix: 'SO_PASSCRED SO_PASSSEC SO_PEEK_OFF SO_PEERCRED SO_PEERSEC',
  ip: `IP_ADD_MEMBERSHIP IP_ADD_SOURCE_MEMBERSHIP IP_BIND_ADDRESS_NO_PORT IP_BLOCK_SOURCE IP_DROP_MEMBERSHIP
    IP_DROP_SOURCE_MEMBERSHIP IP_FREEBIND IP_HDRINCL IP_MSFILTER IP_MTU IP_MTU_DISCOVER IP_MULTICAST_ALL IP_MULTICAST_IF
    IP_MULTICAST_LOOP IP_MULTICAST_TTL IP_NODEFRAG IP_OPTIONS IP_PASSSEC IP_PKTINFO IP_RECVERR IP_RECVOPTS
    IP_RECVORIGDSTADDR IP_RECVTOS IP_RECVTTL IP_RETOPTS IP_ROUTER_ALERT IP_TOS IP_TRANSPARENT IP_TTL IP_UNBLOCK_SOURCE
    SO_PEERSEC`,
  ipv6: `IPV6_ADDRFORM IPV6_ADD_MEMBERSHIP IPV6_DROP_MEMBERSHIP IPV6_MTU IPV6_MTU_DISCOVER IPV6_MULTICAST_HOPS
    IPV6_MULTICAST_IF IPV6_MULTICAST_LOOP IPV6_RECVPKTINFO IPV6_RTHDR IPV6_AUTHHDR IPV6_DSTOPTS IPV6_HOPOPTS IPV6_FLOWINFO
    IPV6_HOPLIMIT IPV6_RECVERR IPV6_ROUTER_ALERT IPV6_UNICAST_HOPS IPV6_V6ONLY`,
  tcp: `TCP_CONGESTION TCP_CORK TCP_DEFER_ACCEPT TCP_INFO TCP_KEEPCNT TCP_KEEPIDLE TCP_KEEPINTVL TCP_LINGER2 TCP_MAXSEG
    TCP_NODELAY TCP_QUICKACK TCP_SYNCNT TCP_USER_TIMEOUT TCP_WINDOW_CLAMP TCP_FASTOPEN TCP_FASTOPEN_CONNECT`,
  udp: 'UDP_CORK',
}

// Names without a row, and why.
const exceptions: Readonly<Record<string, string>> = {
  SO_DETACH_BPF: 'a synonym of SO_DETACH_FILTER',
  IPV6_AUTHHDR: 'no kernel since 2.6 has it: ENOPROTOOPT',
  IPV6_HOPLIMIT: 'only a type of ancillary data since 2.6.14; IPV6_RECVHOPLIMIT asks for it',
}

const named = new Map(optionTable.map((row) => [row.name as string, row]))
const words = (text: string): string[] => text.trim().split(/\s+/)

test('options: every documented one has a row', () => {
  for (const [page, names] of Object.entries(documented)) {
    for (const name of words(names)) assert.ok(named.has(name) || name in exceptions, `${name} of ${page}(7)`)
  }
})

/** The names at the heads of a manual page's paragraphs; undefined where the page is not installed. */
async function namesOfPage(context: TestContext, page: string): Promise<string[] | undefined> {
  const { code, stdout } = await run(context, 'man', ['-P', 'cat', '7', page], { env: { MANWIDTH: '1000' } })
  if (code !== 0 || stdout.length === 0) return undefined
  // biome-ignore lint/suspicious/noControlCharactersInRegex: bold letters are overstruck with backspaces
  const lines = stdout.toString().replace(/.\x08/g, '').split('\n')
  const name = '(?:SO|IP|IPV6|TCP|UDP)_[A-Z0-9_]+'
  const head = new RegExp(`^ {7}${name}(?:(?:,| and) +${name})*(?: \\(.*\\)(?:, ${name} \\(.*\\))*)?$`)
  return lines.filter((line) => head.test(line)).flatMap((line) => line.match(new RegExp(name, 'g')) ?? [])
}

for (const page of Object.keys(documented)) {
  test(`options: the installed page ${page}(7) documents no others`, async (t) => {
    const names = await namesOfPage(t, page)
    if (names === undefined) return t.skip('the manual pages are not installed')
    assert.ok(names.length > 0)
    for (const name of names) assert.ok(named.has(name) || name in exceptions, name)
  })
}

test('options: every row is complete, and exported under its own name', () => {
  assert.equal(named.size, optionTable.length)
  for (const row of optionTable) {
    assert.equal((exported as Record<string, unknown>)[row.name], row, row.name)
    assert.match(row.doc, /^\S.*\.$/, row.name)
    assert.ok(row.level >= 0 && row.man !== '' && row.type !== '' && row.platforms.includes('linux'), row.name)
    assert.equal('decode' in row, row.access !== 'write', row.name)
    assert.equal('encode' in row, row.access !== 'read', row.name)
    assert.ok(Object.isFrozen(row))
  }
})

test('options: Linux supports every row', {
  skip: process.platform === 'linux' ? false : 'the table is complete on Linux',
}, () => {
  assert.deepEqual(
    optionTable.filter((row) => !row.supported).map((row) => row.name),
    [],
  )
})

test('TcpInfo: has the fields of linux/tcp.h in their order', (t) => {
  const header = '/usr/include/linux/tcp.h'
  if (!existsSync(header)) return t.skip('the headers of Linux are not installed')
  const struct = /struct tcp_info \{(.*?)\n\};/s.exec(readFileSync(header, 'utf8'))?.[1] ?? ''
  const names = [...struct.matchAll(/\btcpi_(\w+)(?=\s*[;:])/g)].map(([, name]) => camel(name!))
  const ours = Object.keys(tcpInfo.decode(new Uint8Array(tcpInfo.size)))
  assert.ok(names.length > 50)
  const shared = Math.min(names.length, ours.length)
  assert.deepEqual(ours.slice(0, shared), names.slice(0, shared))
})

function camel(name: string): string {
  return name.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase())
}

test('getOption, setOption: a value fits its option, and a missing direction does not compile', () => {
  const check = (socket: Socket): void => {
    const flag: boolean = socket.getOption(SO_KEEPALIVE)
    const linger: number | null = socket.getOption(SO_LINGER)
    const rtt: number = socket.getOption(TCP_INFO).rtt
    socket.setOption(SO_KEEPALIVE, flag)
    socket.setOption(SO_LINGER, linger)
    socket.setOption(SO_RCVBUF, rtt)
    // @ts-expect-error a number is not a boolean
    socket.setOption(SO_KEEPALIVE, 1)
    // @ts-expect-error a boolean is not a number
    socket.setOption(SO_RCVBUF, true)
    // @ts-expect-error the option can only be read
    socket.setOption(SO_TYPE, 1)
    // @ts-expect-error the option can only be set
    socket.getOption(SO_SNDBUFFORCE)
  }
  assert.equal(typeof check, 'function')
})

test('ReadableOption, WritableOption: the published types keep the types of values apart', () => {
  const declared = readFileSync(`${root}dist/src/options/row.d.ts`, 'utf8')
  assert.match(declared, /interface ReadableOption<Value>[^}]*decode\(bytes: Uint8Array\): Value;/)
  assert.match(declared, /interface WritableOption<Input>[^}]*encode\(value: Input\): Uint8Array;/)
})

test('getOption, setOption: misuse is refused before any system call', () => {
  using socket = new Socket()
  const set = socket.setOption.bind(socket) as (option: unknown, value: unknown) => void
  const get = socket.getOption.bind(socket) as (option: unknown) => unknown
  assert.throws(() => set(SO_TYPE, 1), { name: 'TypeError', code: 'ERR_OPTION_READ_ONLY', message: /SO_TYPE/ })
  assert.throws(() => get(SO_SNDBUFFORCE), {
    name: 'TypeError',
    code: 'ERR_OPTION_WRITE_ONLY',
    message: /SO_SNDBUFFORCE/,
  })
  for (const option of [SO_RCVTIMEO, SO_SNDTIMEO]) {
    assert.throws(() => set(option, 100), { name: 'TypeError', code: 'ERR_OPTION_NO_EFFECT', message: /setTimeout/ })
  }
  for (const wrong of [undefined, null, 2, 'SO_KEEPALIVE', {}]) {
    assert.throws(() => get(wrong), { name: 'TypeError', code: 'ERR_INVALID_ARG_TYPE' })
    assert.throws(() => set(wrong, true), { name: 'TypeError', code: 'ERR_INVALID_ARG_TYPE' })
  }
  assert.throws(() => set(SO_KEEPALIVE, 1), {
    name: 'TypeError',
    code: 'ERR_INVALID_ARG_TYPE',
    message: /SO_KEEPALIVE/,
  })
  assert.throws(() => set(SO_RCVBUF, -1), { name: 'RangeError', code: 'ERR_OUT_OF_RANGE', message: /SO_RCVBUF/ })
})

test('getOption, setOption: an option that this system lacks is refused', () => {
  using socket = new Socket()
  const lacking: SocketOption<number> = { ...SO_RESERVE_MEM, supported: false, number: -1 }
  const expected = {
    name: 'TypeError',
    code: 'ERR_OPTION_UNSUPPORTED',
    message: 'SO_RESERVE_MEM: this system lacks it',
  }
  assert.throws(() => socket.getOption(lacking), expected)
  assert.throws(() => socket.setOption(lacking, 1), expected)
})

test('getOption, setOption: throw on a closed socket', () => {
  const socket = new Socket()
  socket.close()
  assert.throws(() => socket.getOption(SO_KEEPALIVE), { code: 'ERR_SOCKET_CLOSED' })
  assert.throws(() => socket.setOption(SO_KEEPALIVE, true), { code: 'ERR_SOCKET_CLOSED' })
})
