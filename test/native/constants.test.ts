// Constants: their values and kinds, the names and messages of errno, and that generated files are up to date.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { constants as osConstants } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { getSystemErrorMap, getSystemErrorName } from 'node:util'
import { native } from '../../src/native/addon.js'
import type { Family, Level, MessageFlag, SocketType } from '../../src/native/constant-kinds.js'
import { errno, errnoMessage, errnoName, gaiErrorName, gaiErrors } from '../../src/native/errno.js'
import * as constants from '../../src/native/generated/constants.js'
import { run } from '../support/child.js'
import { root } from '../support/folders.js'

const notLinux = process.platform === 'linux' ? false : 'these numbers are those of Linux'

test('constants: each is an integer, and -1 where this system lacks the name', () => {
  for (const [name, value] of Object.entries(constants)) assert.ok(Number.isInteger(value) && value >= -1, name)
})

test('constants: the values are those of the kernel', { skip: notLinux }, () => {
  const { AF_UNIX, AF_INET, AF_INET6, AF_NETLINK, AF_PACKET, AF_CAN, AF_BLUETOOTH, AF_VSOCK } = constants
  assert.deepEqual([AF_UNIX, AF_INET, AF_INET6, AF_NETLINK, AF_PACKET], [1, 2, 10, 16, 17])
  assert.deepEqual([AF_CAN, AF_BLUETOOTH, AF_VSOCK], [29, 31, 40])
  const { SOCK_STREAM, SOCK_DGRAM, SOCK_RAW, SOCK_RDM, SOCK_SEQPACKET } = constants
  assert.deepEqual([SOCK_STREAM, SOCK_DGRAM, SOCK_RAW, SOCK_RDM, SOCK_SEQPACKET], [1, 2, 3, 4, 5])
  const { IPPROTO_TCP, IPPROTO_UDP, IPPROTO_ICMPV6, IPPROTO_SCTP, IPPROTO_UDPLITE, IPPROTO_MPTCP } = constants
  assert.deepEqual([IPPROTO_TCP, IPPROTO_UDP, IPPROTO_ICMPV6], [6, 17, 58])
  assert.deepEqual([IPPROTO_SCTP, IPPROTO_UDPLITE, IPPROTO_MPTCP], [132, 136, 262])
  assert.deepEqual([constants.MSG_OOB, constants.MSG_PEEK, constants.MSG_DONTWAIT], [1, 2, 64])
  assert.deepEqual([constants.POLLIN, constants.POLLOUT, constants.POLLRDHUP], [1, 4, 0x2000])
  assert.ok(constants.SOMAXCONN >= 128)
})

test('constants: the list of numbers has each, so that every build has the same', { skip: notLinux }, () => {
  const lines = readFileSync(join(root, 'native/linux-numbers.txt'), 'utf8').split('\n')
  const listed = new Map(lines.map((line) => line.split(' ') as [string, string]))
  const { constants: numbers, errnos } = native
  const missing = Object.entries({ ...numbers, ...errnos }).filter(([name, value]) => listed.get(name) !== `${value}`)
  assert.deepEqual(missing, [], 'npm run numbers adds them')
})

test('constants: enumerators, which are not macros, have their values too', { skip: notLinux }, () => {
  assert.deepEqual([constants.TCP_ESTABLISHED, constants.TCP_LISTEN, constants.TCP_CLOSING], [1, 10, 11])
  assert.deepEqual([constants.SHUT_RD, constants.SHUT_WR, constants.SHUT_RDWR], [0, 1, 2])
  assert.equal(constants.SOF_TIMESTAMPING_OPT_TX_SWHW, 1 << 14)
})

test('constants: kinds do not mix, and flags can be combined', () => {
  const open = (family: Family, type: SocketType): number => family + type
  const receive = (flags: MessageFlag): number => flags
  const option = (level: Level): number => level
  const { AF_INET, SOCK_STREAM, MSG_PEEK, MSG_TRUNC, SOL_SOCKET, IPPROTO_IPV6 } = constants
  assert.equal(open(AF_INET, SOCK_STREAM), AF_INET + SOCK_STREAM)
  assert.equal(receive(MSG_PEEK | MSG_TRUNC), MSG_PEEK + MSG_TRUNC)
  assert.equal(receive(MSG_PEEK), MSG_PEEK)
  assert.deepEqual([option(SOL_SOCKET), option(IPPROTO_IPV6), option(263)], [SOL_SOCKET, IPPROTO_IPV6, 263])
  // @ts-expect-error the arguments are in the wrong order
  open(SOCK_STREAM, AF_INET)
  // @ts-expect-error a number is not a family
  open(2, SOCK_STREAM)
  // @ts-expect-error a family is not a flag
  receive(AF_INET)
  // @ts-expect-error a flag is not a level
  option(MSG_PEEK)
})

test('errno: agrees with node:os', () => {
  for (const [name, value] of Object.entries(osConstants.errno)) {
    if (name in errno) assert.equal(errno[name as keyof typeof errno], value, name)
  }
  assert.ok(Object.isFrozen(errno))
  assert.equal(errno.EWOULDBLOCK, errno.EAGAIN)
})

test('errnoName: returns the names that Node returns, for either sign', () => {
  const known = [...getSystemErrorMap().keys()].filter((number) => number > -1000)
  assert.ok(known.length > 50)
  for (const number of known) {
    assert.equal(errnoName(number), getSystemErrorName(number))
    assert.equal(errnoName(-number), getSystemErrorName(number))
  }
  assert.equal(errnoName(errno.EWOULDBLOCK), 'EAGAIN')
  assert.equal(errnoName(0), 'OK')
  assert.throws(() => errnoName('EAGAIN' as never), { name: 'TypeError', code: 'ERR_INVALID_ARG_TYPE' })
  assert.equal(errnoName(99999), 'UNKNOWN(99999)')
})

test('errnoMessage: returns the system’s message', () => {
  assert.equal(errnoMessage(errno.ECONNREFUSED), 'connection refused')
  assert.equal(errnoMessage(-errno.ECONNREFUSED), 'connection refused')
  assert.equal(errnoMessage(99999), 'UNKNOWN(99999)')
})

test('gaiErrors: are a list of their own, apart from errno', () => {
  assert.ok(Object.keys(gaiErrors).length > 5)
  assert.ok(Object.keys(gaiErrors).every((name) => name.startsWith('EAI_')))
  assert.ok(Object.keys(errno).every((name) => /^E[A-Z0-9]+$/.test(name)))
  assert.equal(gaiErrorName(gaiErrors.EAI_NONAME), 'EAI_NONAME')
})

test('generated files: are what `npm run generate` makes', async (context) => {
  const { code, stderr } = await run(context, process.execPath, ['scripts/generate.mjs', '--check'], { cwd: root })
  assert.equal(stderr, '')
  assert.equal(code, 0)
})
