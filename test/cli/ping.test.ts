import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import type { QueuedError } from 'berkeley'
import fc from 'fast-check'
import { checksum, decodeEcho, encodeEcho, pattern } from '../../src/cli/ping/echo.js'
import { errorText } from '../../src/cli/ping/icmp-errors.js'
import { Statistics } from '../../src/cli/ping/statistics.js'
import { addonPreload, Child, failureOf, fixture, run } from '../support/child.js'
import { find, needs } from '../support/debian.js'
import { inet6Missing } from '../support/listeners.js'
import { BLACK_HOLE, inOwnNetwork, noNetwork, UNREACHABLE_HOST } from '../support/network-namespace.js'

const limits = { timeout: 60_000 }
const main = fixture('../../src/cli/main')
const iputils = needs('ping', 'iputils-ping')

/** Why iputils' ping cannot send here: the privilege may be missing. */
const noPing: string | false = iputils.skip || failureOf(find('ping')!, ['-c', '1', '127.0.0.1'])

/** Why a program in a network of its own cannot use raw sockets there. */
const noRawNetwork: string | false =
  noNetwork ||
  failureOf(inOwnNetwork[0]!, [...inOwnNetwork.slice(1), 'sh', '-c', 'test -w /proc/sys/net/ipv4/icmp_echo_ignore_all'])

/** The output with letters in place of the times, which differ from run to run. */
function withoutTimes(output: Buffer): string {
  return output
    .toString()
    .replaceAll(/time=[\d.]+ ms/g, 'time=T ms')
    .replaceAll(/time \d+ms/g, 'time Tms')
    .replaceAll(/= [\d.]+\/[\d.]+\/[\d.]+\/[\d.]+ ms/g, '= T ms')
}

/** Runs both programs with the same arguments, and asserts that they print the same and have the same exit status. */
async function assertSame(
  context: TestContext,
  args: readonly string[],
  prefix: readonly string[] = [],
): Promise<string> {
  const own = await run(context, process.execPath, [main, 'ping', ...args], { prefix, env: addonPreload })
  const other = await run(context, find('ping')!, args, { prefix, env: addonPreload })
  assert.equal(withoutTimes(own.stdout), withoutTimes(other.stdout), own.stderr)
  assert.equal(own.code, other.code, own.stderr)
  return own.stdout.toString()
}

test("ping: prints what iputils' ping prints, for a name and an address", {
  ...limits,
  skip: noPing,
}, async (context) => {
  const named = await assertSame(context, ['-4', '-c', '2', '-i', '0.2', 'localhost'])
  assert.match(named, /^2 packets transmitted, 2 received, 0% packet loss/m)
  await assertSame(context, ['-n', '-c', '1', '-s', '1000', '127.0.0.1'])
})

test("ping: prints what iputils' ping prints, over IPv6", {
  ...limits,
  skip: noPing || inet6Missing(),
}, async (context) => {
  await assertSame(context, ['-c', '1', '::1'])
})

test("ping: reports lost packets as iputils' ping does", { ...limits, skip: noPing || noNetwork }, async (context) => {
  const lost = await assertSame(context, ['-c', '2', '-i', '0.2', '-W', '0.2', BLACK_HOLE], inOwnNetwork)
  assert.match(lost, /2 packets transmitted, 0 received, 100% packet loss/)
})

// The interval is also how long the last request waits, once there were replies.
for (const [kind, count, shown] of [
  ['unreachable', '1', /^From 127\.0\.0\.1 icmp_seq=1 Destination Host Unreachable$/m],
  ['twice', '2', /^64 bytes from 127\.0\.0\.1: icmp_seq=1 ttl=64 time=[\d.]+ ms \(DUP!\)$/m],
] as const) {
  test(`ping: reports what iputils' ping reports: ${kind}`, {
    ...limits,
    skip: noPing || noRawNetwork,
  }, async (context) => {
    const prefix = [...inOwnNetwork, process.execPath, fixture('cli/icmp-responder'), kind]
    assert.match(await assertSame(context, ['-c', count, '-i', '1', '-W', '10', '127.0.0.1'], prefix), shown)
  })
}

/** Why iputils' ping cannot send over IPv6 in a network of its own. */
const noRawInet6: string | false =
  noRawNetwork ||
  failureOf(inOwnNetwork[0]!, [...inOwnNetwork.slice(1), 'test', '-w', '/proc/sys/net/ipv6/icmp/echo_ignore_all'])

test("ping: reports what iputils' ping reports: unreachable over IPv6", {
  ...limits,
  skip: noPing || noRawInet6,
}, async (context) => {
  for (const groups of ['1 0', '0 1000']) {
    const allow = ['sh', '-c', `echo "${groups}" > /proc/sys/net/ipv4/ping_group_range && exec "$0" "$@"`]
    const prefix = [...inOwnNetwork, ...allow, process.execPath, fixture('cli/icmp-responder'), 'unreachable6']
    const shown = await assertSame(context, ['-c', '1', '-W', '10', '::1'], prefix)
    assert.match(shown, /^From ::1 icmp_seq=1 Destination unreachable: Address unreachable$/m)
  }
})

test('ping: says which byte of a reply differs', { ...limits, skip: noRawNetwork }, async (context) => {
  const prefix = [...inOwnNetwork, process.execPath, fixture('cli/icmp-responder'), 'damaged']
  const args = [main, 'ping', '-c', '1', '-s', '100', '127.0.0.1']
  const { stdout, stderr } = await run(context, process.execPath, args, { prefix, env: addonPreload })
  assert.match(stdout.toString(), /^108 bytes from .* wrong data byte #99$/m, stderr)
})

/** The command line that allows datagram sockets of ICMP to all groups, or none, and takes CAP_NET_RAW away. */
function unprivileged(groups: string): string[] {
  const allow = `echo "${groups}" > /proc/sys/net/ipv4/ping_group_range && exec "$0" "$@"`
  const words = ['setpriv', '--bounding-set', '-net_raw', '--inh-caps', '-net_raw']
  return [...inOwnNetwork, 'sh', '-c', allow, ...words]
}

const noDropping: string | false =
  noRawNetwork || failureOf(unprivileged('1 0')[0]!, [...unprivileged('1 0').slice(1), 'true'])

test('ping: uses a datagram socket where it has no privilege', { ...limits, skip: noDropping }, async (context) => {
  const start = { env: addonPreload }
  const args = [main, 'ping', '-c', '2', '-i', '0.01', '127.0.0.1']
  const allowed = await run(context, process.execPath, args, { ...start, prefix: unprivileged('0 1000') })
  assert.match(allowed.stdout.toString(), /^2 packets transmitted, 2 received, 0% packet loss/m, allowed.stderr)
  const refused = await run(context, process.execPath, args, { ...start, prefix: unprivileged('1 0') })
  assert.equal(refused.code, 1)
  assert.match(refused.stderr, /^berkeley: ping needs CAP_NET_RAW, or [^\n]*ping_group_range\n$/)
})

test('ping: --json has each reply, and a host without a route fails in one line', {
  ...limits,
  skip: noNetwork,
}, async (context) => {
  const start = { prefix: inOwnNetwork, env: addonPreload }
  const args = ['ping', '--json', '-c', '2', '-i', '0.01', '-s', '8', '127.0.0.1']
  const { code, stdout, stderr } = await run(context, process.execPath, [main, ...args], start)
  assert.equal(code, 0, stderr)
  const { replies, transmitted, received, roundTrips } = JSON.parse(stdout.toString())
  assert.deepEqual([transmitted, received, replies.length], [2, 2, 2])
  const { ms, ...first } = replies[0]
  const expected = { sequence: 1, from: '127.0.0.1', bytes: 16, ttl: 64, isDuplicate: false, isIntact: true }
  assert.deepEqual(first, expected)
  assert.ok(ms > 0 && roundTrips.min <= ms && ms <= roundTrips.max)
  const unreachable = await run(context, process.execPath, [main, 'ping', '-c', '1', UNREACHABLE_HOST], start)
  assert.equal(unreachable.code, 1)
  assert.match(unreachable.stderr, /^berkeley: connect EHOSTUNREACH [^\n]+\n$/)
})

test('ping: Ctrl-C ends it, and the statistics follow', { ...limits, skip: noPing }, async (context) => {
  const child = new Child(context, 'src/cli/main.js', ['ping', '-i', '1000', '127.0.0.1'])
  await child.prints(/icmp_seq=1 /)
  child.signal('SIGINT')
  const { code, stdout } = await child.ended()
  assert.equal(code, 0)
  assert.match(stdout.toString(), /^1 packets transmitted, 1 received, 0% packet loss, time 0ms$/m)
})

test('ping: messages have the internet checksum, and are read as they were written', () => {
  // The example of RFC 1071, section 3: the sum is ddf2.
  assert.equal(checksum(Buffer.from('0001f203f4f5f6f7', 'hex')), ~0xddf2 & 0xffff)
  fc.assert(
    fc.property(
      fc.nat(255),
      fc.nat(0xffff),
      fc.nat(0xffff),
      fc.uint8Array({ maxLength: 100 }),
      (type, identifier, sequence, bytes) => {
        const echo = { type, identifier, sequence, data: Buffer.from(bytes) }
        const message = encodeEcho(echo)
        assert.equal(checksum(message), 0)
        assert.deepEqual(decodeEcho(message), echo)
      },
    ),
    { seed: 7, numRuns: 300 },
  )
  assert.equal(decodeEcho(Buffer.alloc(7)), undefined)
  assert.deepEqual([...pattern(258)].slice(254), [254, 255, 0, 1])
})

test('ping: statistics are those of the times', () => {
  const statistics = new Statistics()
  assert.deepEqual([statistics.roundTrips, statistics.lossPercent], [null, 0])
  statistics.transmitted = 8
  for (const ms of [1, 2, 3, 6]) statistics.add(ms)
  assert.deepEqual(statistics.roundTrips, { min: 1, avg: 3, max: 6, mdev: Math.sqrt(3.5) })
  assert.deepEqual([statistics.lossPercent, statistics.longestMs], [50, 6])
  const equal = new Statistics()
  for (let index = 0; index < 100; index++) equal.add(0.1)
  assert.ok(equal.roundTrips!.mdev < 1e-6)
})

const error: QueuedError = { errno: 113, origin: 'icmp', type: 3, code: 0, info: 0, data: 0, offender: null }

test('ping: errors have the words of iputils', () => {
  const texts: readonly (readonly [Partial<QueuedError>, string])[] = [
    [{}, 'Destination Net Unreachable'],
    [{ code: 4, info: 1400 }, 'Frag needed and DF set (mtu = 1400)'],
    [{ code: 200 }, 'Dest Unreachable, Bad Code: 200'],
    [{ type: 11 }, 'Time to live exceeded'],
    [{ origin: 'icmp6', type: 1, code: 3 }, 'Destination unreachable: Address unreachable'],
    [{ origin: 'icmp6', type: 2, info: 1280 }, 'Packet too big: mtu=1280'],
    [{ origin: 'icmp6', type: 3 }, 'Time exceeded: Hop limit'],
    [{ origin: 'local', errno: 90, info: 1500 }, 'message too long, mtu=1500'],
    [{ origin: 'local', errno: 1 }, 'operation not permitted'],
  ]
  for (const [fields, text] of texts) assert.equal(errorText({ ...error, ...fields }), text)
})
