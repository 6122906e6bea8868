import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { type TestContext, test } from 'node:test'
import { setImmediate } from 'node:timers/promises'
import {
  AF_INET,
  AF_INET6,
  AF_PACKET,
  AsyncSocket,
  createConnection,
  createServer,
  ETH_P_ARP,
  ETH_P_IP,
  ETH_P_IPV6,
  inetPton,
  PACKET_OUTGOING,
  SO_ATTACH_FILTER,
  SOCK_DGRAM,
  Socket,
} from 'berkeley'
import fc from 'fast-check'
import { compileFilter } from '../../src/cli/sniff/compile.js'
import { FilterError, parseFilter } from '../../src/cli/sniff/filter.js'
import { decodePacket } from '../../src/cli/sniff/packet.js'
import { addonPreload, Child, failureOf, fixture, run } from '../support/child.js'
import { find, needs } from '../support/debian.js'
import { socketMissing } from '../support/families.js'
import { portOf } from '../support/listeners.js'
import { inOwnNetwork, noNetwork } from '../support/network-namespace.js'
import { type FilteredPacket, runFilter } from '../support/packet-filter.js'
import { until } from '../support/timing.js'

const limits = { timeout: 120_000 }
const main = fixture('../../src/cli/main')
const noPackets = socketMissing(AF_PACKET, SOCK_DGRAM)
const noTcpdump = needs('tcpdump').skip

const [ICMP, TCP, UDP, FRAGMENT, ICMPV6, SCTP] = [1, 6, 17, 44, 58, 132]
const ETH_P_RARP = 0x8035
const ETH_P_LLDP = 0x88cc

const compile = (filter: string): ReturnType<typeof compileFilter> => compileFilter(parseFilter([filter]))

interface Ipv4Fields {
  readonly protocol: number
  readonly source?: string
  readonly destination?: string
  readonly payload?: Buffer
  /** In bytes. */
  readonly fragmentOffset?: number
  readonly optionBytes?: number
}

function ipv4(fields: Ipv4Fields): FilteredPacket {
  const { protocol, source = '10.0.0.1', destination = '10.0.0.2', payload = Buffer.alloc(0) } = fields
  const { fragmentOffset = 0, optionBytes = 0 } = fields
  const header = Buffer.alloc(20 + optionBytes)
  header[0] = 0x40 | (header.length / 4)
  header.writeUInt16BE(header.length + payload.length, 2)
  header.writeUInt16BE(fragmentOffset / 8, 6)
  header[9] = protocol
  header.set(inetPton(AF_INET, source), 12)
  header.set(inetPton(AF_INET, destination), 16)
  return { etherType: ETH_P_IP, bytes: Buffer.concat([header, payload]) }
}

function ipv6(next: number, payload: Buffer, source = '2001:db8::1', destination = '2001:db8::2'): FilteredPacket {
  const header = Buffer.alloc(40)
  header[0] = 0x60
  header.writeUInt16BE(payload.length, 4)
  header[6] = next
  header.set(inetPton(AF_INET6, source), 8)
  header.set(inetPton(AF_INET6, destination), 24)
  return { etherType: ETH_P_IPV6, bytes: Buffer.concat([header, payload]) }
}

function arp(etherType: number, source: string, destination: string): FilteredPacket {
  const bytes = Buffer.from('00010800060400010200000000010000000000000000000000000000', 'hex')
  bytes.set(inetPton(AF_INET, source), 14)
  bytes.set(inetPton(AF_INET, destination), 24)
  return { etherType, bytes }
}

/** A header of TCP, UDP or SCTP as far as filters read it, with `dataBytes` of data where it is TCP's or UDP's. */
function segment(protocol: number, source: number, destination: number, dataBytes = 0): Buffer {
  const bytes = Buffer.alloc((protocol === TCP ? 20 : 8) + dataBytes)
  bytes.writeUInt16BE(source, 0)
  bytes.writeUInt16BE(destination, 2)
  if (protocol === TCP) bytes.set([0x50, 0x12], 12)
  else bytes.writeUInt16BE(bytes.length, 4)
  return bytes
}

test('sniff: a compiled filter lets the packets of its terms pass, and no others', () => {
  const tcp4 = ipv4({ protocol: TCP, payload: segment(TCP, 1000, 80) })
  const options4 = ipv4({ protocol: UDP, payload: segment(UDP, 53, 1000), optionBytes: 8 })
  const later4 = ipv4({ protocol: UDP, payload: segment(UDP, 53, 53), fragmentOffset: 1480 })
  const udp6 = ipv6(UDP, segment(UDP, 1000, 53))
  const echo = ipv4({ protocol: ICMP, payload: Buffer.of(8, 0, 0, 0, 0, 0, 0, 0) })
  const fragment6 = ipv6(FRAGMENT, Buffer.concat([Buffer.of(ICMPV6, 0, 0, 1, 0, 0, 0, 0), Buffer.of(128, 0)]))
  const request = arp(ETH_P_ARP, '10.0.0.2', '10.0.0.9')
  const short = { etherType: ETH_P_IP, bytes: tcp4.bytes.subarray(0, 9) }
  const packets = { tcp4, options4, later4, udp6, echo, fragment6, request, short }
  const cases: readonly (readonly [filter: string, passing: readonly (keyof typeof packets)[]])[] = [
    ['', ['tcp4', 'options4', 'later4', 'udp6', 'echo', 'fragment6', 'request', 'short']],
    ['ip', ['tcp4', 'options4', 'later4', 'echo', 'short']],
    ['ip6', ['udp6', 'fragment6']],
    ['arp', ['request']],
    ['tcp', ['tcp4']],
    ['udp', ['options4', 'later4', 'udp6']],
    ['icmp', ['echo']],
    ['icmp6', ['fragment6']],
    ['port 53', ['options4', 'udp6']],
    ['port 80', ['tcp4']],
    ['port 0', []],
    ['host 10.0.0.2', ['tcp4', 'options4', 'later4', 'echo', 'request']],
    ['host 10.0.0.9', ['request']],
    ['host 2001:db8::2', ['udp6', 'fragment6']],
    ['host 2001:db8::3', []],
    ['ip and udp and port 53 and host 10.0.0.1', ['options4']],
  ]
  for (const [filter, expected] of cases) {
    const program = compile(filter)
    const passing = Object.entries(packets).filter(([, packet]) => runFilter(program, packet) > 0)
    assert.deepEqual(
      passing.map(([name]) => name),
      expected,
      filter,
    )
  }
  // The loopback device passes a packet twice: the copy that is sent is dropped, that of another device is not.
  const sent = { ...tcp4, packetType: PACKET_OUTGOING }
  assert.equal(runFilter(compile('tcp'), { ...sent, hardwareType: 772 }), 0)
  assert.ok(runFilter(compile('tcp'), sent) > 0)
})

const HOSTS = ['10.0.0.1', '10.0.0.2', '192.0.2.77']
const HOSTS6 = ['2001:db8::1', '2001:db8::2', '2001:db8::1:2']

/** Packets of a few addresses, ports and protocols, some of them cut off. */
const anyPacket: fc.Arbitrary<FilteredPacket> = fc
  .record({
    kind: fc.constantFrom('ip', 'ip', 'ip6', 'ip6', 'arp', 'rarp', 'other'),
    protocol: fc.constantFrom(ICMP, TCP, UDP, SCTP, ICMPV6, 47),
    ports: fc.tuple(fc.constantFrom(53, 80, 4660), fc.constantFrom(53, 80, 4660)),
    ends: fc.tuple(fc.nat(2), fc.nat(2)),
    fragmentOffset: fc.constantFrom(0, 0, 8, 1480),
    optionBytes: fc.constantFrom(0, 4, 40),
    isFragment6: fc.boolean(),
    cut: fc.constantFrom(1000, 1000, 1000, 41, 22, 9, 1),
  })
  .map(({ kind, protocol, ports, ends: [from, to], fragmentOffset, optionBytes, isFragment6, cut }) => {
    const payload = segment(protocol, ...ports)
    const [source, destination] = [HOSTS[from]!, HOSTS[to]!]
    const fragment = Buffer.concat([Buffer.of(protocol, 0, 0, 1, 0, 0, 0, 0), payload])
    const packet = {
      ip: () => ipv4({ protocol, source, destination, payload, fragmentOffset, optionBytes }),
      ip6: () => ipv6(isFragment6 ? FRAGMENT : protocol, isFragment6 ? fragment : payload, HOSTS6[from], HOSTS6[to]),
      arp: () => arp(ETH_P_ARP, source, destination),
      rarp: () => arp(ETH_P_RARP, source, destination),
      other: () => ({ etherType: ETH_P_LLDP, bytes: payload }),
    }[kind as 'ip']()
    return { ...packet, bytes: packet.bytes.subarray(0, cut) }
  })

/** A file of pcap(5) of Linux cooked packets, LINKTYPE_LINUX_SLL. The time of packet 7 is second 7. */
function captureFile(packets: readonly FilteredPacket[]): Buffer {
  const header = Buffer.from('d4c3b2a1020004000000000000000000ffff000071000000', 'hex')
  const records = packets.flatMap(({ etherType, bytes }, index) => {
    const record = Buffer.alloc(16)
    record.writeUInt32LE(index, 0)
    record.writeUInt32LE(bytes.length + 16, 8)
    record.writeUInt32LE(bytes.length + 16, 12)
    const cooked = Buffer.from('00000001000602000000000100000000', 'hex')
    cooked.writeUInt16BE(etherType, 14)
    return [record, cooked, bytes]
  })
  return Buffer.concat([header, ...records])
}

test("sniff: compiled filters choose the packets that tcpdump's choose", {
  ...limits,
  skip: noTcpdump,
}, async (context) => {
  const packets = fc.sample(anyPacket, { seed: 11, numRuns: 1500 })
  const input = captureFile(packets)
  const filters = ['ip', 'ip6', 'arp', 'tcp', 'udp', 'icmp', 'icmp6', 'port 53', 'host 10.0.0.1', 'host 2001:db8::1']
  filters.push('tcp and port 80', 'host 10.0.0.2 and port 4660 and udp', 'ip6 and host 2001:db8::1:2 and port 53')
  for (const filter of filters) {
    const { stdout, stderr } = await run(context, find('tcpdump')!, ['-r', '-', '-n', '-tt', '-q', filter], { input })
    const theirs = [...stdout.toString().matchAll(/^ *(\d+)\.0{6} /gm)].map(([, second]) => Number(second))
    const program = compile(filter)
    const ours = packets.flatMap((packet, index) => (runFilter(program, packet) > 0 ? [index] : []))
    assert.ok(ours.length > 0 && ours.length < packets.length, filter)
    assert.deepEqual(ours, theirs, `${filter}: ${stderr}`)
  }
})

test('sniff: the kernel takes the longest filter, and a longer one is refused', { ...limits, skip: noPackets }, () => {
  using socket = new Socket(AF_PACKET, SOCK_DGRAM)
  const terms = (count: number): string => new Array(count).fill('host 2001:db8::1 and port 53').join(' and ')
  // The block that each program begins with, and its last instruction.
  const fixed = compile('').length
  const fits = Math.floor((512 - fixed) / (compile(terms(1)).length - fixed))
  socket.setOption(SO_ATTACH_FILTER, compile(terms(fits)))
  assert.throws(() => compile(terms(fits + 1)), FilterError)
})

test('sniff: a filter that is misspelt, or that no packet passes, is refused before a socket is opened', {
  ...limits,
}, async (context) => {
  const cases: readonly (readonly [filter: string, message: RegExp])[] = [
    ['tpc', /^expected ip, ip6, arp, .* in the filter, not "tpc"$/],
    ['toString', /not "toString"$/],
    ['tcp port 80', /^expected "and" between the terms of the filter, not "port"$/],
    ['tcp and', /not the end of the filter$/],
    ['and', /not "and"$/],
    ['port 65536', /^expected a number from 0 to 65535 after "port", not "65536"$/],
    ['port', /not the end of the filter$/],
    ['host localhost', /^expected an IPv4 or IPv6 address after "host", not "localhost"$/],
    ['host 1.2.3', /not "1\.2\.3"$/],
    ['tcp and udp', /exclude each other$/],
    ['arp and port 53', /exclude each other$/],
    ['icmp and host ::1', /exclude each other$/],
  ]
  for (const [filter, message] of cases) {
    assert.throws(() => parseFilter([filter]), { constructor: FilterError, message }, filter)
  }
  assert.deepEqual(parseFilter(['tcp  and', 'port', '80']), parseFilter(['tcp and port 80']))
  for (const [args, message] of [
    [['tcp', 'and', '\x1b[2J'], /^berkeley: expected .*\\x1b\[2J/],
    [['-c', '0'], /Expected a whole number/],
  ] as const) {
    const { code, stderr } = await run(context, main, ['sniff', ...args])
    assert.equal(code, 2)
    assert.match(stderr, message)
  }
})

test('sniff: headers are decoded, and malformed ones are named', () => {
  const decode = ({ etherType, bytes }: FilteredPacket): object => decodePacket(etherType, bytes, bytes.length, '02:01')
  const ends = { source: { host: '10.0.0.1' }, destination: { host: '10.0.0.2' } }
  const ports = { source: { host: '10.0.0.1', port: 1 }, destination: { host: '10.0.0.2', port: 2 } }
  const tcp = segment(TCP, 1, 2, 5)
  const noHeader = Buffer.from(tcp)
  noHeader[12] = 0x10
  const hop6 = Buffer.concat([Buffer.of(60, 0, 0, 0, 0, 0, 0, 0), Buffer.of(UDP, 1), Buffer.alloc(14)])
  const fragment6 = Buffer.concat([Buffer.of(UDP, 0, 0x05, 0xa9, 0, 0, 0, 0), segment(UDP, 1, 2)])
  const ends6 = { source: { host: '2001:db8::1' }, destination: { host: '2001:db8::2' } }
  const cases: readonly (readonly [FilteredPacket, object])[] = [
    [ipv4({ protocol: TCP, payload: tcp, optionBytes: 4 }), { protocol: 'TCP', ...ports, flags: 'S.', length: 5 }],
    [
      ipv4({ protocol: TCP, payload: noHeader }),
      { protocol: 'TCP', ...ports, flags: 'S.', length: 25, note: 'malformed header' },
    ],
    [ipv4({ protocol: TCP, payload: tcp.subarray(0, 19) }), { protocol: 'TCP', ...ends, length: 19, note: 'cut off' }],
    [ipv4({ protocol: UDP, payload: segment(UDP, 1, 2, 9) }), { protocol: 'UDP', ...ports, length: 9 }],
    [ipv4({ protocol: UDP, payload: Buffer.alloc(8, 3), fragmentOffset: 16 }), { ...ends, note: 'fragment at 16' }],
    [ipv4({ protocol: SCTP, payload: segment(SCTP, 1, 2) }), { protocol: 'SCTP', ...ports, length: 8 }],
    [ipv4({ protocol: ICMP, payload: Buffer.of(3, 1) }), { note: 'destination unreachable, code 1' }],
    [ipv4({ protocol: ICMP }), { protocol: 'ICMP', length: 0, note: 'cut off' }],
    [ipv4({ protocol: 200 }), { protocol: 'IP-200', ...ends, length: 0 }],
    [ipv6(ICMPV6, Buffer.of(135, 0)), { protocol: 'ICMP6', ...ends6, note: 'neighbor solicitation' }],
    [
      ipv6(0, Buffer.concat([hop6, segment(UDP, 7, 8, 3)])),
      { protocol: 'UDP', source: { host: '2001:db8::1', port: 7 }, length: 3 },
    ],
    [ipv6(FRAGMENT, fragment6), { protocol: 'UDP', ...ends6, note: 'fragment at 1448' }],
    [ipv6(0, Buffer.of(UDP)), { protocol: 'IP-0', note: 'cut off' }],
    [
      { etherType: ETH_P_IP, bytes: Buffer.alloc(0) },
      { protocol: 'IP', length: 0, note: 'malformed header' },
    ],
    [
      { etherType: ETH_P_IP, bytes: Buffer.alloc(20, 0x44) },
      { protocol: 'IP', note: 'malformed header' },
    ],
    [
      { etherType: ETH_P_IPV6, bytes: Buffer.alloc(39, 0x60) },
      { protocol: 'IP6', note: 'malformed header' },
    ],
    [arp(ETH_P_ARP, '10.0.0.1', '10.0.0.2'), { protocol: 'ARP', ...ends, length: 28, note: 'request' }],
    [
      { etherType: ETH_P_ARP, bytes: Buffer.alloc(7) },
      { protocol: 'ARP', length: 7, note: 'cut off' },
    ],
    [
      { etherType: ETH_P_LLDP, bytes: Buffer.alloc(9) },
      { protocol: '0x88cc', source: { host: '02:01' }, length: 9 },
    ],
  ]
  for (const [packet, expected] of cases) {
    const decoded = decode(packet)
    assert.deepEqual({ ...decoded, ...expected }, decoded)
  }
  const bytes = fc.uint8Array({ maxLength: 120 })
  const first = fc.constantFrom(0x45, 0x46, 0x4f, 0x60, 0)
  fc.assert(
    fc.property(fc.constantFrom(ETH_P_IP, ETH_P_IPV6, ETH_P_ARP), first, bytes, (etherType, version, rest) => {
      const { length } = decodePacket(etherType, Buffer.from([version, ...rest]), rest.length + 1, '')
      assert.ok(length >= 0)
    }),
    { seed: 5, numRuns: 3000 },
  )
})

/** Starts `berkeley sniff` on the loopback device, and waits until it receives. */
async function listening(context: TestContext, ...args: string[]): Promise<Child> {
  const child = new Child(context, 'src/cli/main.js', ['sniff', '-i', 'lo', ...args])
  await child.complains(/^listening on lo$/m)
  return child
}

const linesOf = (text: Buffer): string[] => text.toString().trimEnd().split('\n')

/** The time of day as `sniff` prints it, to the millisecond. */
function timeOfDay(date: Date): string {
  const parts = [date.getHours(), date.getMinutes(), date.getSeconds()].map((part) => String(part).padStart(2, '0'))
  return `${parts.join(':')}.${String(date.getMilliseconds()).padStart(3, '0')}`
}

function secondsOfDay(line: string): number {
  const [hours, minutes, seconds] = line.slice(0, 15).split(':').map(Number)
  return (hours! * 60 + minutes!) * 60 + seconds!
}

test('sniff: prints the packets of a TCP connection that tcpdump prints, with the times of the kernel', {
  ...limits,
  skip: noPackets || noTcpdump,
}, async (context) => {
  using listener = createServer({ host: '127.0.0.1', port: 0 })
  const port = String(portOf(listener))
  const filter = ['tcp', 'and', 'port', port, 'and', 'host', '127.0.0.1']
  // The handshake has three packets, and the data a fourth.
  const ours = await listening(context, '-c', '4', ...filter)
  const theirs = new Child(context, find('tcpdump')!, ['-i', 'lo', '-n', '-l', '-c', '4', ...filter])
  await theirs.complains(/listening on/)
  // A program that is stopped receives nothing: the times are the kernel's.
  ours.signal('SIGSTOP')
  await until('sniff is stopped', () => / \(.*\) T /.test(readFileSync(`/proc/${ours.pid}/stat`, 'latin1')))
  using client = createConnection({ host: '127.0.0.1', port: Number(port) })
  client.sendAll('hello')
  const other = await theirs.ended()
  const continuedAt = timeOfDay(new Date())
  ours.signal('SIGCONT')
  const own = await ours.ended()
  assert.equal(own.code, 0, own.stderr)
  const tcpdumps = linesOf(other.stdout).map((line) => {
    const [, time, from, to, flags, length] = /^(\S+) IP (\S+) > (\S+): Flags (\S+), .*length (\d+)/.exec(line)!
    return `${time} lo TCP ${from!.replace(/\.(\d+)$/, ':$1')} > ${to!.replace(/\.(\d+)$/, ':$1')} ${flags} length ${length}`
  })
  const lines = linesOf(own.stdout)
  for (const [index, line] of lines.entries()) {
    assert.match(line, /^\d\d:\d\d:\d\d\.\d{6} lo TCP /)
    // Each socket has the time at which the kernel passed it the packet: some microseconds apart.
    const [own, other] = [line, tcpdumps[index]!].map(secondsOfDay)
    assert.ok(Math.abs(own! - other!) < 0.1, `${line} and ${tcpdumps[index]}`)
    assert.ok(line < continuedAt || continuedAt < '00:01', `${line} before ${continuedAt}`)
  }
  const sniffed = lines.map((line) => line.slice(16))
  assert.deepEqual(
    sniffed,
    tcpdumps.map((line) => line.slice(16)),
  )
  assert.equal(sniffed.length, 4)
  const clientPort = portOf(client)
  assert.ok(sniffed.includes(`lo TCP 127.0.0.1:${clientPort} > 127.0.0.1:${port} [S] length 0`))
  assert.ok(sniffed.includes(`lo TCP 127.0.0.1:${clientPort} > 127.0.0.1:${port} [P.] length 5`))
  assert.match(own.stderr, /^4 packets printed, \d+ packets passed the filter, 0 packets dropped by the kernel$/m)
})

test('sniff: -x prints the bytes that tcpdump prints, and --json a line for each packet', {
  ...limits,
  skip: noPackets || noTcpdump,
}, async (context) => {
  const [receiver, sender] = [new AsyncSocket(AF_INET, SOCK_DGRAM), new AsyncSocket(AF_INET, SOCK_DGRAM)]
  context.after(() => [receiver, sender].forEach((socket) => void socket.close()))
  for (const socket of [receiver, sender]) socket.bind({ host: '127.0.0.1', port: 0 })
  const filter = ['udp', 'and', 'port', String(portOf(receiver))]
  const text = await listening(context, '-x', '-c', '2', ...filter)
  const json = await listening(context, '-x', '--json', '-c', '2', filter.join(' '))
  const theirs = new Child(context, find('tcpdump')!, ['-i', 'lo', '-n', '-t', '-l', '-x', '-c', '2', ...filter])
  await theirs.complains(/listening on/)
  const before = Date.now()
  await sender.sendTo('to another port', sender.getSockName())
  await sender.sendTo('\x1b[2J and more', receiver.getSockName())
  await receiver.sendTo('', sender.getSockName())
  const hex = (output: Buffer): string[] => [...output.toString().matchAll(/^\s+(0x.*)$/gm)].map(([, line]) => line!)
  const { stdout } = await text.ended()
  assert.deepEqual(hex(stdout), hex((await theirs.ended()).stdout))
  assert.equal(hex(stdout).length, 5)
  assert.ok(!stdout.includes('\x1b'))
  const [first, second, ...rest] = linesOf((await json.ended()).stdout).map((line) => JSON.parse(line))
  assert.equal(rest.length, 0)
  const source = { host: '127.0.0.1', port: portOf(sender) }
  const destination = { host: '127.0.0.1', port: portOf(receiver) }
  const { time, hex: bytes, ...facts } = first
  const udp = { interface: 'lo', protocol: 'UDP', flags: null, note: null }
  assert.deepEqual(facts, { ...udp, source, destination, length: 13, size: 41 })
  assert.match(time, /T\d\d:\d\d:\d\d\.\d{6}Z$/)
  assert.ok(Math.abs(Date.parse(time) - before) < 60_000)
  assert.equal(Buffer.from(bytes, 'hex').toString('latin1', 28), '\x1b[2J and more')
  assert.deepEqual([second.source, second.destination, second.length], [destination, source, 0])
})

test('sniff: Ctrl-C ends it, and the summary follows', { ...limits, skip: noPackets }, async (context) => {
  const child = await listening(context, 'host', '127.255.255.254')
  child.signal('SIGINT')
  const { code, stdout, stderr } = await child.ended()
  assert.deepEqual([code, stdout.length], [0, 0])
  assert.match(stderr, /^0 packets printed, 0 packets passed the filter, 0 packets dropped by the kernel$/m)
})

test('sniff: ends when its output is closed, without a summary', { ...limits, skip: noPackets }, async (context) => {
  const socket = new AsyncSocket(AF_INET, SOCK_DGRAM)
  context.after(() => socket.close())
  socket.bind({ host: '127.0.0.1', port: 0 })
  const child = await listening(context, 'udp', 'and', 'port', String(portOf(socket)))
  child.stopReading()
  let isOver = false
  const ended = child.ended().finally(() => {
    isOver = true
  })
  while (!isOver) {
    await socket.sendTo('', socket.getSockName())
    await socket.recvFrom(1)
    await setImmediate()
  }
  assert.deepEqual([(await ended).code, (await ended).stderr], [0, 'listening on lo\n'])
})

test('sniff: an interface that is not there is reported in one line', {
  ...limits,
  skip: noPackets,
}, async (context) => {
  const { code, stderr } = await run(context, main, ['sniff', '-i', 'none-such'])
  assert.equal(code, 1)
  assert.match(stderr, /^berkeley: [^\n]*none-such[^\n]*\n$/)
})

const lowered = [...inOwnNetwork, 'sh', '-c', 'ip link set lo down && exec "$0" "$@"']
const noLowering = noPackets || noNetwork || failureOf(lowered[0]!, [...lowered.slice(1), 'true'])

test('sniff: an interface that is down is reported in one line', { ...limits, skip: noLowering }, async (context) => {
  const start = { prefix: lowered, env: addonPreload }
  const { code, stderr } = await run(context, process.execPath, [main, 'sniff', '-i', 'lo'], start)
  assert.equal(code, 1)
  assert.match(stderr, /^berkeley: the interface lo is down$/m)
})

const withoutPrivilege = [...inOwnNetwork, 'setpriv', '--bounding-set', '-net_raw', '--inh-caps', '-net_raw']
const noDropping = noNetwork || failureOf(withoutPrivilege[0]!, [...withoutPrivilege.slice(1), 'true'])

test('sniff: without CAP_NET_RAW it says what it needs', { ...limits, skip: noDropping }, async (context) => {
  const start = { prefix: withoutPrivilege, env: addonPreload }
  const { code, stderr } = await run(context, process.execPath, [main, 'sniff', '-i', 'lo'], start)
  assert.equal(code, 1)
  assert.match(stderr, /^berkeley: sniff needs CAP_NET_RAW[^\n]*\n$/)
})
