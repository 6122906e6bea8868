// Addresses of the families that are structures of fields: their bytes are those of C, and what is decoded is encoded to
// the same bytes.

import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { test } from 'node:test'
import {
  type Address,
  type AddressInput,
  AF_CAN,
  AF_PACKET,
  AF_VSOCK,
  ALG_OP_ENCRYPT,
  BDADDR_LE_RANDOM,
  CAN_EFF_FLAG,
  type Family,
  ifIndexToName,
  J1939_NO_PGN,
  PACKET_OUTGOING,
  TIPC_CLUSTER_SCOPE,
  TIPC_NODE_SCOPE,
  VMADDR_CID_ANY,
  VMADDR_FLAG_TO_HOST,
  VMADDR_PORT_ANY,
} from 'berkeley'
import fc from 'fast-check'
import { decodeAddress, encodeAddress, targetOf } from '../../src/addresses/families.js'
import { familyNumber } from '../../src/addresses/family.js'
import { addressText } from '../../src/addresses/text.js'
import { native } from '../../src/native/addon.js'
import { failureOf } from '../support/child.js'
import { root, temporaryFolder } from '../support/folders.js'

const noLinux = process.platform === 'linux' ? false : 'only Linux has these families'

const familyOf = (address: AddressInput): Family =>
  address.family === 'raw' ? (address.value as Family) : familyNumber(address.family, 'family')

/** The sockaddr of an address, its family included. */
function encoded(address: AddressInput, family = familyOf(address)): Buffer {
  encodeAddress(address, family)
  const out = Buffer.alloc(160)
  return out.subarray(0, native.encodedAddress(out))
}

function decoded(sockaddr: Uint8Array): Address | null {
  native.decodeAddress(sockaddr, 0, sockaddr.length)
  return decodeAddress()
}

/** An address of each structure, with the values that the C program has. */
const ADDRESSES: Readonly<Record<string, Exclude<Address, { family: 'raw' | 'unix' | 'inet' | 'inet6' }>>> = {
  sockaddr_nl: { family: 'netlink', pid: 0x01020304, groups: 0xf1f2f3f4 },
  sockaddr_ll: {
    family: 'packet',
    protocol: 0x88cc,
    interface: 0x01020304,
    hardwareType: 0x0203,
    packetType: PACKET_OUTGOING,
    hardwareAddress: '02:00:5e:10:00:01',
  },
  sockaddr_vm: { family: 'vsock', cid: VMADDR_CID_ANY, port: VMADDR_PORT_ANY, flags: VMADDR_FLAG_TO_HOST },
  'sockaddr_can.tp': { family: 'can', interface: 5, rxId: CAN_EFF_FLAG + 0x123, txId: 0x321 },
  'sockaddr_can.j1939': { family: 'can', interface: 5, name: 0x8182838485868788n, pgn: 0x12300, address: 0x20 },
  sockaddr_alg: { family: 'alg', type: 'skcipher', name: 'cbc(aes)', feature: 0x01020304, mask: 0xf1f2f3f4 },
  sockaddr_xdp: { family: 'xdp', interface: 0x01020304, queue: 0x11121314, flags: 2, sharedUmemFd: 0x21222324 },
  sockaddr_qrtr: { family: 'qipcrtr', node: 0x01020304, port: 0xfffffffe },
  'sockaddr_tipc.nameseq': {
    family: 'tipc',
    type: 0x01020304,
    lower: 0x11121314,
    upper: 0xf1f2f3f4,
    scope: -TIPC_NODE_SCOPE,
  },
  'sockaddr_tipc.name': {
    family: 'tipc',
    type: 0x01020304,
    instance: 0x11121314,
    domain: 0x21222324,
    scope: TIPC_CLUSTER_SCOPE,
  },
  'sockaddr_tipc.id': { family: 'tipc', ref: 0x01020304, node: 0x11121314, scope: TIPC_NODE_SCOPE },
  sockaddr_hci: { family: 'bluetooth', device: 0x0102, channel: 0x0304 },
  sockaddr_sco: { family: 'bluetooth', address: '00:1A:7D:DA:71:13' },
  sockaddr_rc: { family: 'bluetooth', address: '00:1A:7D:DA:71:13', channel: 0x11 },
  sockaddr_l2: {
    family: 'bluetooth',
    address: '00:1A:7D:DA:71:13',
    psm: 0x1001,
    channelId: 0x0304,
    addressType: BDADDR_LE_RANDOM,
  },
}

/** The structures as the C compiler lays them out, by their names; or why there are none. */
function structuresOfC(): ReadonlyMap<string, string> | string {
  const program = join(temporaryFolder(), 'sockaddrs')
  const source = join(root, 'test/fixtures/addresses/sockaddrs.c')
  const failure = failureOf('cc', ['-o', program, source])
  if (failure !== false) return `cc cannot compile the structures: ${failure}`
  const { stdout } = spawnSync(program, { encoding: 'utf8' })
  const rows = stdout.trim().split('\n')
  return new Map(rows.map((row) => row.split(' ') as [string, string]))
}

test('families: an address has the bytes that C gives its structure', { skip: noLinux }, async (context) => {
  const structures = structuresOfC()
  if (typeof structures === 'string') return context.skip(structures)
  assert.ok(structures.size >= 11, [...structures.keys()].join())
  for (const [name, address] of Object.entries(ADDRESSES)) {
    const bytes = structures.get(name)
    const skip = bytes === undefined && 'the headers of this system lack the structure'
    await context.test(name, { skip }, () => {
      // The structure of C has room for the longest form. Of a shorter one, the kernel takes and returns less.
      const ours = encoded(address)
      assert.equal(ours.toString('hex').padEnd(bytes!.length, '0'), bytes)
      assert.deepEqual(decoded(Buffer.from(bytes!, 'hex').subarray(0, ours.length)), address)
    })
  }
})

test('families: every address is encoded and decoded without a loss, and has a text', { skip: noLinux }, () => {
  for (const address of Object.values(ADDRESSES)) {
    assert.deepEqual(decoded(encoded(address)), address)
    const named = { ...address, family: familyNumber(address.family, 'family') } as AddressInput
    assert.deepEqual(decoded(encoded(named)), address)
    assert.equal(targetOf(address, 'address').family, familyNumber(address.family, 'family'))
    const { family, ...rest } = address
    assert.deepEqual(decoded(encoded(rest as AddressInput, familyNumber(family, 'family'))), address)
    assert.match(addressText(address)!, new RegExp(`^${family} .*\\w`))
  }
  assert.equal(addressText({ family: 'vsock', cid: 2, port: 1024, flags: 0 }), 'vsock cid 2, port 1024, flags 0')
})

test('families: the kernel returns fewer bytes than the structures have', { skip: noLinux }, () => {
  // CAN_RAW returns an interface alone, CAN_ISOTP two identifiers more; AF_PACKET as much as the hardware address has.
  const can = encoded(ADDRESSES['sockaddr_can.j1939']!)
  assert.deepEqual(decoded(can.subarray(0, 8)), { family: 'can', interface: 5 })
  const isotp = encoded(ADDRESSES['sockaddr_can.tp']!)
  assert.equal(isotp.length, 16)
  assert.deepEqual(decoded(isotp), ADDRESSES['sockaddr_can.tp'])
  const packet = encoded(ADDRESSES['sockaddr_ll']!)
  assert.deepEqual(decoded(packet.subarray(0, 18)), ADDRESSES['sockaddr_ll'])
  const none = Buffer.from(packet.subarray(0, 12))
  none[11] = 0
  assert.equal((decoded(none) as { hardwareAddress: string }).hardwareAddress, '')
  // A length that lies, and addresses that are cut off within their fields.
  none[11] = 200
  assert.equal((decoded(none) as { hardwareAddress: string }).hardwareAddress, '')
  const raw = decoded(packet.subarray(0, 9))
  assert.deepEqual(raw, { family: 'raw', value: AF_PACKET, bytes: packet.subarray(2, 9) })
  assert.equal(decoded(encoded(ADDRESSES['sockaddr_tipc.id']!).subarray(0, 8))?.family, 'raw')
})

test('AF_PACKET: a hardware address may be longer than its field', { skip: noLinux }, () => {
  const hardwareAddress = Array.from({ length: 20 }, (_, index) => index.toString(16).padStart(2, '0')).join(':')
  const address = { ...ADDRESSES['sockaddr_ll']!, hardwareAddress }
  const bytes = encoded(address as AddressInput)
  assert.equal(bytes.length, 12 + 20)
  assert.deepEqual(decoded(bytes), address)
  const tooLong = { interface: 1, hardwareAddress: Array(33).fill('00').join(':') }
  assert.throws(() => encoded(tooLong, AF_PACKET), { code: 'ERR_INVALID_ARG_VALUE' })
})

test('AF_ALG: a name may be longer than its field, and ends with a NUL', { skip: noLinux }, () => {
  const name = 'x'.repeat(103)
  const bytes = encoded({ family: 'alg', type: 'hash', name })
  assert.equal(bytes.length, 128)
  assert.equal(bytes[127], 0)
  assert.deepEqual(decoded(bytes), { family: 'alg', type: 'hash', name, feature: 0, mask: 0 })
  assert.throws(() => encoded({ family: 'alg', type: 'hash', name: 'x'.repeat(104) }), { code: 'ERR_OUT_OF_RANGE' })
  assert.throws(() => encoded({ family: 'alg', type: 'x'.repeat(14), name: 'x' }), { code: 'ERR_OUT_OF_RANGE' })
  assert.throws(() => encoded({ family: 'alg', type: 'hash', name: 'x\0' }), { code: 'ERR_INVALID_ARG_VALUE' })
  assert.throws(() => encoded({ family: 'alg', type: 'hash', name: '\u0100' }), { code: 'ERR_INVALID_ARG_VALUE' })
})

test('families: fields have defaults, and an interface a name', { skip: noLinux }, () => {
  const again = (address: AddressInput): Address | null => decoded(encoded(address))
  assert.deepEqual(again({ family: 'netlink', pid: 0 }), { family: 'netlink', pid: 0, groups: 0 })
  assert.deepEqual(again({ family: 'vsock', cid: 3, port: 1 }), { family: 'vsock', cid: 3, port: 1, flags: 0 })
  assert.deepEqual(again({ family: 'packet', interface: ifIndexToName(1) }), {
    family: 'packet',
    protocol: 0,
    interface: 1,
    hardwareType: 0,
    packetType: 0,
    hardwareAddress: '',
  })
  assert.deepEqual(again({ family: 'can', interface: 0, address: 0x80 }), {
    family: 'can',
    interface: 0,
    name: 0n,
    pgn: J1939_NO_PGN,
    address: 0x80,
  })
  assert.equal(encoded({ family: 'can', interface: 3 }).length, 16)
  assert.deepEqual(again({ family: 'tipc', type: 1, instance: 2 }), {
    family: 'tipc',
    type: 1,
    instance: 2,
    domain: 0,
    scope: TIPC_CLUSTER_SCOPE,
  })
  assert.throws(() => encoded({ family: 'packet', interface: 'no-such-device' }), { code: 'ERR_INVALID_ARG_VALUE' })
})

test('families: what is missing, wrong or of another family is refused', { skip: noLinux }, () => {
  const refused: [address: object, family: Family, code: string][] = [
    [{ cid: 2 }, AF_VSOCK, 'ERR_INVALID_ARG_TYPE'],
    [{}, AF_VSOCK, 'ERR_INVALID_ARG_TYPE'],
    [{ cid: 2, port: '1' }, AF_VSOCK, 'ERR_INVALID_ARG_TYPE'],
    [{ cid: 2, port: -1 }, AF_VSOCK, 'ERR_OUT_OF_RANGE'],
    [{ cid: 2, port: 2 ** 32 }, AF_VSOCK, 'ERR_OUT_OF_RANGE'],
    [{ cid: 1.5, port: 1 }, AF_VSOCK, 'ERR_OUT_OF_RANGE'],
    [{ cid: 2, port: 1, flags: 256 }, AF_VSOCK, 'ERR_OUT_OF_RANGE'],
    [{ cid: 2, port: 1, family: 'can' }, AF_VSOCK, 'ERR_INVALID_ARG_VALUE'],
    [{ cid: 2, port: 1, host: '127.0.0.1' }, AF_VSOCK, 'ERR_INVALID_ARG_VALUE'],
    [{ host: '127.0.0.1', port: 1 }, AF_VSOCK, 'ERR_INVALID_ARG_TYPE'],
    [{ interface: 1, rxId: 1 }, AF_CAN, 'ERR_INVALID_ARG_VALUE'],
    [{ interface: 1, address: 1, name: 1 }, AF_CAN, 'ERR_INVALID_ARG_TYPE'],
    [{ interface: 1, address: 1, name: 2n ** 64n }, AF_CAN, 'ERR_OUT_OF_RANGE'],
    [{ interface: 1, address: 1, name: -1n }, AF_CAN, 'ERR_OUT_OF_RANGE'],
    [{ interface: -1 }, AF_CAN, 'ERR_OUT_OF_RANGE'],
    [{ interface: null }, AF_CAN, 'ERR_INVALID_ARG_TYPE'],
    [{ interface: 1, hardwareAddress: '1:2' }, AF_PACKET, 'ERR_INVALID_ARG_VALUE'],
    [{ interface: 1, hardwareAddress: 5 }, AF_PACKET, 'ERR_INVALID_ARG_TYPE'],
    [{ interface: 'lo\0', protocol: 1 }, AF_PACKET, 'ERR_INVALID_ARG_VALUE'],
  ]
  for (const [address, family, code] of refused) {
    assert.throws(() => encoded(address as AddressInput, family), { code }, JSON.stringify(address, replaceBigInt))
  }
  const address = { family: 'bluetooth', address: '00:1A:7D:DA:71', psm: 1 } as const
  assert.throws(() => encoded(address), { code: 'ERR_INVALID_ARG_VALUE' })
})

const replaceBigInt = (_: string, value: unknown): unknown => (typeof value === 'bigint' ? `${value}n` : value)

test('families: any bytes of a sockaddr are decoded, and given back to the kernel as they were', {
  skip: noLinux,
}, () => {
  const families = Object.values(ADDRESSES).map(({ family }) => familyNumber(family, 'family'))
  fc.assert(
    fc.property(fc.constantFrom(...families), fc.uint8Array({ maxLength: 126 }), (family, bytes) => {
      const sockaddr = Buffer.concat([encoded({ family: 'raw', value: family, bytes }).subarray(0, 2), bytes])
      const address = decoded(sockaddr)
      assert.ok(address !== null)
      // What the fields do not say is padding, the end of a text, or more bytes than the structure has.
      const given = encoded(address as AddressInput, family)
      assert.deepEqual(encoded(decoded(given) as AddressInput, family), given)
    }),
    { seed: 13, numRuns: 2000 },
  )
})

test('constants: those of 32 bits are no sign for a name that the system lacks', { skip: noLinux }, () => {
  assert.deepEqual([VMADDR_CID_ANY, VMADDR_PORT_ANY, CAN_EFF_FLAG], [0xffffffff, 0xffffffff, 0x80000000])
  assert.equal(ALG_OP_ENCRYPT, 1)
})
