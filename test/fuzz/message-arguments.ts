// The arguments of messages: control data as no kernel would write it, and control messages as no program should. Descriptors
// are those of the sockets that the target made, or numbers that are none: what is received is closed.

import { native } from '../../src/native/addon.js'
import { SCM_RIGHTS, SOL_SOCKET } from '../../src/native/generated/constants.js'
import type { ByteSource } from './byte-source.js'
import { type Fields, fieldsOf, memory, type Surroundings } from './hostile.js'
import { view, wrongValue } from './values.js'

/** Levels and types of control messages: those that the kernel knows, and others. */
const LEVELS = [0, 1, 1, 6, 17, 41, 279, 0xff, -1, 2 ** 31 - 1]
const TYPES = [0, 1, 1, 2, 4, 8, 11, 25, 28, 29, 35, 36, 37, 40, 50, 51, 52, 61, 65, 67, 103, 104, -1, 2 ** 31 - 1]
const STATED = [0, 1, 8, 15, 16, 17, 20, 24, 28, 255, 65536, 2 ** 31 - 1, 2 ** 32, 2 ** 53, -1]
const DATA_SIZES = [0, 1, 2, 3, 4, 5, 8, 12, 16, 20, 24, 28, 48, 200]
const COUNTS = [0, 1, 2, 3, 17, 252, 253, 254, 300]
const NO_DESCRIPTORS = [-1, -(2 ** 31), 2 ** 30, 2 ** 31 - 1, 99_999]
const MAX_ITEMS = 5
/** The room that a batch has for an address: native/verbs/batches.cc. */
export const ADDRESS_BYTES = 136

/** The numbers of some open sockets, a wrong one among them perhaps. */
function numbers({ source, sockets }: Surroundings): Int32Array {
  const count = source.pick(COUNTS)
  const fd = sockets[source.below(sockets.length)]?.fd ?? -1
  const list = new Int32Array(count).fill(fd)
  if (count > 0 && source.oneIn(4)) list[source.below(count)] = source.pick(NO_DESCRIPTORS)
  return list
}

function itemData(around: Surroundings, level: number, type: number): Uint8Array {
  const { source } = around
  if (level === SOL_SOCKET && type === SCM_RIGHTS) return new Uint8Array(numbers(around).buffer)
  const size = source.pick(DATA_SIZES)
  const data = new Uint8Array(size)
  data.set(source.bytes(size))
  return data
}

/** The bytes of a control buffer whose items lie about their lengths, and which is cut anywhere. */
export function controlBytes(around: Surroundings): Uint8Array {
  const { source } = around
  if (source.oneIn(8)) return view(source, source.pick(DATA_SIZES))
  const items: Buffer[] = []
  for (let left = source.below(MAX_ITEMS); left > 0; left--) {
    const [level, type] = [source.pick(LEVELS), source.pick(TYPES)]
    const data = itemData(around, level, type)
    const item = Buffer.alloc(native.cmsgSpace(data.length), 0xff)
    native.writeControl(item, 0, level, type, data)
    if (source.oneIn(6)) item.writeBigInt64LE(BigInt(source.pick(STATED)), 0)
    items.push(item)
  }
  const whole = Buffer.concat(items)
  return source.oneIn(4) ? whole.subarray(0, source.below(whole.length + 1)) : whole
}

/** The same without descriptors: whatever reads it takes descriptors over. */
export function controlWithoutDescriptors(source: ByteSource): Buffer {
  const control = Buffer.from(controlBytes({ source, sockets: [], memory: [], open: () => {} }))
  const rows = new Int32Array(4 * 1024)
  const count = native.readControl(control, new Uint8Array(rows.buffer))
  for (let at = 0; at < count * 4; at += 4) {
    const [level, type, offset] = rows.subarray(at, at + 3) as unknown as [number, number, number]
    if (level === SOL_SOCKET && (type === SCM_RIGHTS || type === 4)) control.writeInt32LE(99, offset - 4)
  }
  return control
}

const NAMES = [
  'SCM_RIGHTS',
  'SCM_CREDENTIALS',
  'SCM_TXTIME',
  'SO_MARK',
  'IP_PKTINFO',
  'IP_TTL',
  'IP_TOS',
  'IPV6_PKTINFO',
  'IPV6_HOPLIMIT',
  'IPV6_TCLASS',
  'UDP_SEGMENT',
  'ALG_SET_OP',
  'ALG_SET_IV',
  'SCM_PIDFD',
  'UDP_GRO',
  'no such name',
  undefined,
  5,
]
const HOSTS = ['127.0.0.1', '0.0.0.0', '::1', '::', 'x', '', undefined, 7, '127.0.0.1\0']
const INTEGERS = [
  0,
  1,
  2,
  4,
  64,
  255,
  256,
  1200,
  65535,
  65536,
  -1,
  2 ** 31,
  2 ** 32,
  0.5,
  Number.NaN,
  5n,
  '1',
  null,
  true,
]
const CREDENTIALS: Fields = { pid: [process.pid, 0, 1, -1, 2 ** 31], uid: INTEGERS, gid: INTEGERS }
const PACKET: Fields = { interface: [0, 1, 9999, -1, '1'], local: HOSTS, destination: HOSTS, address: HOSTS }

function descriptorInputs(around: Surroundings): unknown {
  const { source, sockets } = around
  const kind = source.below(6)
  if (kind === 0) return [...numbers(around)]
  if (kind === 1) return fieldsOf(around, { length: INTEGERS, 0: INTEGERS })
  if (kind === 2)
    return [fieldsOf(around, { fd: [...NO_DESCRIPTORS, sockets[0]!.fd, 'x', undefined] }), source.pick(sockets)]
  if (kind === 3) return wrongValue(source)
  return Array.from({ length: source.pick(COUNTS) }, () => source.pick(sockets))
}

function controlValue(around: Surroundings, name: unknown): unknown {
  const { source } = around
  if (source.oneIn(8)) return wrongValue(source)
  if (name === 'SCM_RIGHTS') return descriptorInputs(around)
  if (name === 'SCM_CREDENTIALS') return fieldsOf(around, CREDENTIALS)
  if (name === 'IP_PKTINFO' || name === 'IPV6_PKTINFO') return fieldsOf(around, PACKET)
  if (name === 'ALG_SET_IV') return memory(around, 0)
  return source.pick(INTEGERS)
}

/** Control messages to send, as a caller may give them. */
export function controlInputs(around: Surroundings): unknown {
  const { source } = around
  if (source.oneIn(16)) return wrongValue(source)
  return Array.from({ length: source.below(MAX_ITEMS) }, () => {
    if (source.oneIn(16)) return wrongValue(source)
    if (source.oneIn(3)) {
      return fieldsOf(around, { level: LEVELS, type: TYPES, data: [memory(around, 1), controlBytes(around)] })
    }
    const name = source.pick(NAMES)
    return fieldsOf(around, { name: [name], value: [controlValue(around, name)] })
  })
}

/** An address of this machine, or none at all. */
export function address(around: Surroundings): unknown {
  const { source, sockets } = around
  const kind = source.below(8)
  const socket = source.pick(sockets)
  if (kind === 0) return wrongValue(source)
  if (kind < 3 && !socket.closed) return socket.getSockName()
  if (kind === 3)
    return { family: 'raw', value: source.pick([0, 1, 16, 65535]), bytes: source.bytes(source.below(130)) }
  return fieldsOf(around, {
    host: HOSTS,
    port: [1, 0, 65535, 65536, -1, '80'],
    path: ['no-such-socket', '', 'a\0b', 'x'.repeat(108), 5, undefined],
    abstract: ['no such name', Buffer.alloc(107), Buffer.alloc(108), undefined, 5],
    family: ['inet', 'inet6', 'unix', 'raw', undefined, 0],
  })
}

/** A sockaddr, cut anywhere: an IP address is that of this machine. */
export function sockaddr(source: ByteSource): Uint8Array {
  const bytes = new Uint8Array(ADDRESS_BYTES)
  const family = source.pick([0, 1, 2, 2, 10, 16, 17, 29, 30, 38, 40, 65535])
  new Uint16Array(bytes.buffer)[0] = family
  if (family === 2) bytes.set([0, 1, 127, 0, 0, 1], 2)
  else if (family === 10) bytes[23] = 1
  else bytes.set(source.bytes(source.below(ADDRESS_BYTES - 2)), 2)
  return bytes
}
