// Codecs of options: values to bytes and back, and the values that each refuses.
import assert from 'node:assert/strict'
import { endianness } from 'node:os'
import { test } from 'node:test'
import fc from 'fast-check'
import { ipBytes } from '../../src/core/ip-text.js'
import { AF_INET, AF_INET6, IPPROTO_IP, IPPROTO_IPV6, TCP_ESTABLISHED } from '../../src/native/generated/constants.js'
import * as addresses from '../../src/options/address-structures.js'
import {
  action,
  bool,
  bytes,
  type Codec,
  count,
  type Encoder,
  int32s,
  integer,
  networkOrderInteger,
  text,
  uint32,
  uint64,
} from '../../src/options/codecs.js'
import * as structures from '../../src/options/structures.js'
import { tcpInfo } from '../../src/options/tcp-info.js'

const bigEndian = endianness() === 'LE' ? false : 'the bytes of this test are little-endian'

fc.configureGlobal({ seed: 20240229 })

function roundTrips<Value>(codec: Codec<Value>, values: fc.Arbitrary<Value>): void {
  fc.assert(fc.property(values, (value) => assert.deepEqual(codec.decode(codec.encode(value, 'X')), value)))
}

const own = { noNullPrototype: true } as const

/** Expects a codec to refuse values with a code and a message that begins with the option's name. */
function refuses<Input>(encoder: Encoder<Input>, code: string, ...values: unknown[]): void {
  for (const value of values) {
    const isExpected = (error: Error & { code?: string }): boolean => {
      const kind = code === 'ERR_OUT_OF_RANGE' ? RangeError : TypeError
      return error instanceof kind && error.code === code && error.message.startsWith('SO_TEST')
    }
    assert.throws(() => encoder.encode(value as Input, 'SO_TEST'), isExpected, `${code} for ${String(value)}`)
  }
}

const hex = (value: Uint8Array): string => Buffer.from(value).toString('hex')

test('bool: 0 and 1 in an int; any other int is true', () => {
  roundTrips(bool, fc.boolean())
  assert.equal(bool.decode(int32s(-7)), true)
  assert.equal(bool.decode(Uint8Array.of(1)), true)
  refuses(bool, 'ERR_INVALID_ARG_TYPE', 1, 0, 'true', null, undefined)
})

test('integer: keeps to its range', () => {
  roundTrips(integer(), fc.integer())
  roundTrips(integer({ min: -1, max: 255 }), fc.integer({ min: -1, max: 255 }))
  roundTrips(uint32(), fc.nat(2 ** 32 - 1))
  refuses(integer({ min: -1, max: 255 }), 'ERR_OUT_OF_RANGE', -2, 256, 1.5, Number.NaN, Number.POSITIVE_INFINITY)
  refuses(count('s'), 'ERR_OUT_OF_RANGE', -1, 2 ** 31)
  refuses(uint32(), 'ERR_OUT_OF_RANGE', -1, 2 ** 32)
  refuses(integer(), 'ERR_INVALID_ARG_TYPE', '1', 1n, null, undefined, true, {})
  assert.equal(integer().decode(Uint8Array.of(200)), 200)
})

test('integer, bool: the error says what is expected and what was given', () => {
  assert.throws(() => integer({ min: 0, max: 255 }).encode(300, 'IP_TOS'), {
    name: 'RangeError',
    code: 'ERR_OUT_OF_RANGE',
    message: 'IP_TOS must be an integer from 0 to 255, not 300',
  })
  assert.throws(() => bool.encode('yes' as never, 'SO_KEEPALIVE'), {
    name: 'TypeError',
    code: 'ERR_INVALID_ARG_TYPE',
    message: "SO_KEEPALIVE must be a boolean, not 'yes'",
  })
})

test('uint64: is a bigint', () => {
  roundTrips(uint64(), fc.bigInt(0n, 2n ** 64n - 1n))
  refuses(uint64(), 'ERR_INVALID_ARG_TYPE', 1, '1')
  refuses(uint64(), 'ERR_OUT_OF_RANGE', -1n, 2n ** 64n)
})

test('networkOrderInteger: has its high byte first', () => {
  roundTrips(networkOrderInteger, fc.nat(2 ** 31 - 1))
  assert.equal(hex(networkOrderInteger.encode(0x01020304, 'X')), '01020304')
  refuses(networkOrderInteger, 'ERR_OUT_OF_RANGE', -1)
})

test('text: ends at the first NUL and contains none', () => {
  roundTrips(
    text(15),
    fc.string({ maxLength: 15, unit: fc.integer({ min: 32, max: 126 }).map((c) => String.fromCharCode(c)) }),
  )
  assert.equal(text(15).decode(Buffer.from('cubic\0\0\0')), 'cubic')
  assert.equal(text(15).decode(new Uint8Array(0)), '')
  refuses(text(15), 'ERR_INVALID_ARG_VALUE', 'eth\u00000')
  refuses(text(15), 'ERR_OUT_OF_RANGE', 'a'.repeat(16), 'é'.repeat(8))
  refuses(text(15), 'ERR_INVALID_ARG_TYPE', 5, null, Buffer.from('lo'))
})

test('bytes: encodes the bytes of a view, and decodes into a Buffer of its own', () => {
  const source = Uint8Array.of(1, 2, 3, 4)
  assert.equal(hex(bytes(4).encode(source.subarray(1, 3), 'X')), '0203')
  const read = bytes(4).decode(source)
  source[0] = 9
  assert.equal(hex(read), '01020304')
  refuses(bytes(4), 'ERR_OUT_OF_RANGE', new Uint8Array(5))
  refuses(bytes(4), 'ERR_INVALID_ARG_TYPE', 'abcd', 4, null, [1])
})

test('decode: too few bytes are refused, and no bytes beside a view are read', () => {
  const memory = Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8)
  const short = memory.subarray(0, 1)
  const decoders: readonly { decode(bytes: Uint8Array): unknown }[] = [
    networkOrderInteger,
    uint64(),
    structures.linger,
    structures.timeval,
    structures.credentials,
    structures.socketMemory,
    structures.portRange,
    addresses.ipv6PathMtu,
    addresses.ipv4MulticastInterface,
  ]
  for (const [index, decoder] of decoders.entries()) {
    const refusal = { name: 'RangeError', code: 'ERR_OUT_OF_RANGE', message: /^bytes must be at least \d+ bytes long/ }
    assert.throws(() => decoder.decode(short), refusal, String(index))
  }
})

test('action: takes true and nothing else', () => {
  assert.equal(hex(action.encode(true, 'X')), hex(int32s(1)))
  refuses(action, 'ERR_INVALID_ARG_VALUE', false, 1, undefined)
})

test('linger: is seconds or null', () => {
  roundTrips(structures.linger, fc.oneof(fc.constant(null), fc.nat()))
  assert.deepEqual(structures.linger.encode(5, 'X'), int32s(1, 5))
  assert.deepEqual(structures.linger.encode(0, 'X'), int32s(1, 0))
  assert.deepEqual(structures.linger.encode(null, 'X'), int32s(0, 0))
  refuses(structures.linger, 'ERR_OUT_OF_RANGE', -1, 0.5, Number.NaN)
  refuses(structures.linger, 'ERR_INVALID_ARG_TYPE', true, '5', undefined, { seconds: 5 })
})

test('timeval: is milliseconds, in both widths', { skip: bigEndian }, () => {
  assert.equal(structures.timeval.decode(new Uint8Array(BigInt64Array.of(2n, 345_678n).buffer)), 2345.678)
  assert.equal(structures.timeval.decode(int32s(2, 345_678)), 2345.678)
})

test('credentials, groups: ids are unsigned', () => {
  assert.deepEqual(structures.credentials.decode(int32s(7, 1000, -1)), { pid: 7, uid: 1000, gid: 4294967295 })
  assert.deepEqual(structures.groups.decode(int32s(4, 24, -2)), [4, 24, 4294967294])
  assert.deepEqual(structures.groups.decode(new Uint8Array(0)), [])
})

test('socketMemory: is decoded field by field', () => {
  const memory = structures.socketMemory.decode(int32s(1, 2, 3, 4, 5, 6, 7, 8, 9))
  assert.deepEqual(Object.values(memory), [1, 2, 3, 4, 5, 6, 7, 8, 9])
  assert.deepEqual([memory.receiveBuffer, memory.sendBuffer, memory.drops], [2, 4, 9])
})

test('transmitTime, portRange, repairWindow, repairOptions: go to bytes and back', { skip: bigEndian }, () => {
  const u32 = fc.nat(2 ** 32 - 1)
  roundTrips(structures.transmitTime, fc.record({ clock: fc.nat(20), flags: u32 }, own))
  roundTrips(structures.portRange, fc.record({ low: fc.nat(65535), high: fc.nat(65535) }, own))
  roundTrips(
    structures.repairWindow,
    fc.record({ sndWl1: u32, sndWnd: u32, maxWindow: u32, rcvWnd: u32, rcvWup: u32 }, own),
  )
  assert.equal(hex(structures.portRange.encode({ low: 0x1234, high: 0xabcd }, 'X')), '3412cdab')
  refuses(structures.portRange, 'ERR_OUT_OF_RANGE', { low: -1, high: 2 }, { low: 1, high: 65536 })
  refuses(structures.portRange, 'ERR_INVALID_ARG_TYPE', null, [1, 2], { low: 1 }, 5)
  refuses(structures.repairOptions, 'ERR_INVALID_ARG_TYPE', null, { kind: 1, value: 2 }, [5], [{ kind: 1 }])
  assert.deepEqual(structures.repairOptions.encode([{ kind: 2, value: 1460 }], 'X'), int32s(2, 1460))
})

test('filter: is instructions of eight bytes', { skip: bigEndian }, () => {
  const instruction = fc.tuple(fc.nat(65535), fc.nat(255), fc.nat(255), fc.nat(2 ** 32 - 1))
  fc.assert(
    fc.property(fc.array(instruction, { minLength: 1, maxLength: 20 }), (program) => {
      assert.deepEqual(structures.filter.decode(structures.filter.encode(program, 'X')), program)
    }),
  )
  assert.equal(hex(structures.filter.encode([[0x28, 1, 2, 0x0c]], 'X')), '280001020c000000')
  refuses(
    structures.filter,
    'ERR_OUT_OF_RANGE',
    [],
    [[6, 256, 0, 0]],
    [[6, 0, 0, -1]],
    new Array(4097).fill([6, 0, 0, 0]),
  )
  refuses(structures.filter, 'ERR_INVALID_ARG_TYPE', 'ret', [6], [['6', 0, 0, 0]], [[6]])
})

test('ipv4Membership and its relatives: the bytes of struct ip_mreqn', () => {
  const { ipv4Membership, ipv4SourceMembership, ipv4SourceFilter, ipv4MulticastInterface } = addresses
  const index = hex(int32s(3))
  assert.equal(hex(ipv4Membership.encode({ group: '239.1.2.3' }, 'X')), `ef010203${'00'.repeat(8)}`)
  assert.equal(hex(ipv4Membership.encode({ group: '239.1.2.3', interface: 3 }, 'X')), `ef01020300000000${index}`)
  assert.equal(
    hex(ipv4Membership.encode({ group: '239.1.2.3', interface: '10.0.0.1' }, 'X')),
    `ef0102030a000001${'00'.repeat(4)}`,
  )
  const source = { group: '239.1.2.3', source: '10.0.0.9', interface: '10.0.0.1' }
  assert.equal(hex(ipv4SourceMembership.encode(source, 'X')), 'ef0102030a0000010a000009')
  const filter = { group: '239.1.2.3', mode: 'include', sources: ['10.0.0.8', '10.0.0.9'] } as const
  assert.equal(hex(ipv4SourceFilter.encode(filter, 'X')), `ef01020300000000${hex(int32s(1, 2))}0a0000080a000009`)
  assert.equal(hex(ipv4MulticastInterface.encode(3, 'X')), `${'00'.repeat(8)}${index}`)
  assert.equal(ipv4MulticastInterface.decode(Uint8Array.of(10, 0, 0, 1)), '10.0.0.1')
  refuses(
    ipv4Membership,
    'ERR_INVALID_ARG_VALUE',
    { group: 'ff02::1' },
    { group: 'all-hosts' },
    { group: '239.1.1.1', interface: 'no-such-0' },
    // Otherwise the kernel would choose the interface.
    { group: '239.1.1.1', iface: 'lo' } as never,
  )
  refuses(ipv4Membership, 'ERR_INVALID_ARG_TYPE', '239.1.2.3', {}, null, { group: '239.1.1.1', interface: {} })
  refuses(ipv4Membership, 'ERR_OUT_OF_RANGE', { group: '239.1.1.1', interface: -1 })
  refuses(ipv4SourceMembership, 'ERR_INVALID_ARG_VALUE', { ...source, interfaces: '10.0.0.1' } as never)
  refuses(ipv4SourceFilter, 'ERR_INVALID_ARG_VALUE', { ...filter, mode: 'all' })
  refuses(ipv4SourceFilter, 'ERR_INVALID_ARG_TYPE', { ...filter, sources: '10.0.0.8' })
})

test('ipv6Membership, ipv6PacketInfo, ipv6PathMtu: the bytes of their structures', () => {
  const group = hex(ipBytes('ff02::fb')!)
  assert.equal(hex(addresses.ipv6Membership.encode({ group: 'ff02::fb', interface: 3 }, 'X')), group + hex(int32s(3)))
  assert.equal(hex(addresses.ipv6PacketInfo.encode({}, 'X')), '00'.repeat(20))
  assert.equal(hex(addresses.ipv6PacketInfo.encode({ address: 'ff02::fb' }, 'X')), group + hex(int32s(0)))
  const pathMtu = new Uint8Array(32)
  pathMtu.set(ipBytes('2001:db8::7')!, 8)
  pathMtu.set(int32s(1280), 28)
  assert.deepEqual(addresses.ipv6PathMtu.decode(pathMtu), { address: '2001:db8::7', mtu: 1280 })
  refuses(addresses.ipv6Membership, 'ERR_INVALID_ARG_VALUE', { group: '239.1.2.3' }, { group: 'ff02::fb%lo' })
  refuses(addresses.ipv6Membership, 'ERR_INVALID_ARG_VALUE', { group: 'ff02::fb', interface: 'no-such-0' })
  refuses(addresses.ipv6Membership, 'ERR_INVALID_ARG_TYPE', { group: 'ff02::fb', interface: {} })
})

const WIDE = process.arch === 'x64' || process.arch === 'arm64'

test('groupMembership and its relatives: go to the level of their group’s family', {
  skip: WIDE ? bigEndian : 'for 64-bit machines',
}, () => {
  const { groupMembership, groupSourceMembership, groupSourceFilter } = addresses
  const inet = groupMembership.encode({ group: '239.1.2.3', interface: 3 }, 'X')
  assert.equal(inet.length, 136)
  assert.equal(hex(inet.subarray(0, 16)), `0300000000000000${AF_INET.toString(16).padStart(2, '0')}000000ef010203`)
  const inet6 = groupMembership.encode({ group: 'ff02::fb' }, 'X')
  assert.equal(hex(inet6.subarray(8, 12)), `${AF_INET6.toString(16).padStart(2, '0')}000000`)
  assert.equal(hex(inet6.subarray(16, 32)), hex(ipBytes('ff02::fb')!))
  const source = { group: '239.1.2.3', source: '10.0.0.9' }
  assert.equal(groupSourceMembership.encode(source, 'X').length, 264)
  assert.equal(groupSourceMembership.levelFor?.(source), IPPROTO_IP)
  const filter = { group: 'ff02::fb', mode: 'exclude', sources: ['2001:db8::1'] } as const
  assert.equal(groupSourceFilter.encode(filter, 'X').length, 136 + 8 + 128)
  assert.equal(groupSourceFilter.levelFor?.(filter), IPPROTO_IPV6)
  refuses(groupMembership, 'ERR_INVALID_ARG_VALUE', { group: 'nowhere' })
})

test('tcpSignatureKey: has at most 80 bytes', { skip: bigEndian }, () => {
  const encoded = addresses.tcpSignatureKey.encode({ address: '10.0.0.9', key: 'secret' }, 'X')
  assert.equal(encoded.length, 216)
  assert.equal(hex(encoded.subarray(128, 136)), '0000060000000000')
  assert.equal(Buffer.from(encoded.subarray(136, 142)).toString(), 'secret')
  refuses(addresses.tcpSignatureKey, 'ERR_OUT_OF_RANGE', { address: '10.0.0.9', key: 'x'.repeat(81) })
  refuses(addresses.tcpSignatureKey, 'ERR_INVALID_ARG_TYPE', { address: '10.0.0.9' }, { key: 'x' }, null)
})

/** A struct tcp_info in which every byte differs from its neighbours. */
const info = Uint8Array.from({ length: tcpInfo.size }, (_, index) => (index * 7 + 1) & 255)

test('tcpInfo: is decoded field by field', { skip: bigEndian }, () => {
  const bytes = Buffer.from(info)
  bytes[0] = TCP_ESTABLISHED
  bytes[6] = 0x97
  bytes[7] = 0b101
  bytes.writeBigUInt64LE(2n ** 64n - 1n, 112)
  const decoded = tcpInfo.decode(bytes)
  assert.equal(decoded.state, TCP_ESTABLISHED)
  assert.deepEqual([decoded.sndWscale, decoded.rcvWscale], [7, 9])
  assert.deepEqual([decoded.deliveryRateAppLimited, decoded.fastopenClientFail], [1, 2])
  assert.equal(decoded.rto, bytes.readUInt32LE(8))
  assert.equal(decoded.totalRetrans, bytes.readUInt32LE(100))
  assert.equal(decoded.pacingRate, Number(bytes.readBigUInt64LE(104)))
  assert.equal(decoded.maxPacingRate, Number.POSITIVE_INFINITY)
  assert.equal(decoded.sndWnd, bytes.readUInt32LE(228))
  assert.equal(decoded.totalRtoRecoveries, bytes.readUInt16LE(242))
  assert.equal(decoded.receivedCeBytes, bytes.readUInt32LE(272))
})

test('tcpInfo: lacks fields on older kernels, and is cut on newer ones', () => {
  const oldest = tcpInfo.decode(info.subarray(0, 104))
  assert.equal(Object.keys(oldest).at(-1), 'totalRetrans')
  assert.equal('pacingRate' in oldest, false)
  const half = tcpInfo.decode(info.subarray(0, 230))
  assert.equal(Object.keys(half).at(-1), 'rcvOoopack')
  const newer = new Uint8Array(400)
  newer.set(info)
  assert.deepEqual(tcpInfo.decode(newer), tcpInfo.decode(info))
})
