// recvMsg, sendMsg and batches, of the addon and of sockets: control data, lengths, flags and addresses that are wrong in
// every way, in memory that is detached, shrunk or shared, from objects that close sockets while they are read. Pairs of
// sockets are made once, and no call waits, so that many inputs can be run.

import assert from 'node:assert/strict'
import { DatagramBatch, type Socket } from 'berkeley'
import { readControl } from '../../../src/messages/control.js'
import { native } from '../../../src/native/addon.js'
import { MSG_DONTWAIT, MSG_ERRQUEUE, MSG_MORE, MSG_PEEK, MSG_TRUNC } from '../../../src/native/generated/constants.js'
import { openDescriptors } from '../../support/descriptors.js'
import { collectGarbage } from '../../support/garbage.js'
import { ByteSource } from '../byte-source.js'
import { type Fields, fieldsOf, memory, polluted, type Surroundings } from '../hostile.js'
import {
  ADDRESS_BYTES,
  address,
  controlBytes,
  controlInputs,
  controlWithoutDescriptors,
  sockaddr,
} from '../message-arguments.js'
import { closeDescriptorsOf, closeReceived, MessageWorld } from '../message-world.js'
import { Random } from '../random.js'
import type { Target } from '../target.js'
import { Thrown, view, wrongValue } from '../values.js'
import { assertExpected, type Loose } from '../verb-calls.js'

const MAX_ACTS = 64
/** How many calls an act makes of one set of arguments, which it changes a little before each. */
const BURST = 32
const SIZES = [0, 0, 1, 1, 4, 5, 16, 17, 64, 100, 255, 256, 1200, 1201, 4096, 65_536]
const CONTROL_SIZES = [
  0,
  1,
  15,
  16,
  17,
  20,
  24,
  28,
  32,
  48,
  64,
  255,
  1028,
  1032,
  4096,
  -1,
  0.5,
  2 ** 20,
  2 ** 20 + 1,
  '8',
]
const PIECES = [0, 1, 1, 2, 3, 17]
/** UIO_MAXIOV, and what is around it. */
const MANY_PIECES = [1023, 1024, 1025, 3000]
// Without MSG_MORE: a UDP socket that holds a part of a datagram ignores control data, whose lengths AddressSanitizer
// believes once sendmsg(2) has succeeded.
const FLAGS = [0, 0, 0, MSG_PEEK, MSG_TRUNC, MSG_ERRQUEUE, 1, 0x40, 0x80, 0x100, 0x20000000, 0x40000000, ~MSG_MORE]
const OWNER = {}

/** One kind of call: it returns how many calls it has made, where that is not one. */
type Act = (around: Surroundings, world: MessageWorld) => unknown

function pieces(source: ByteSource): Uint8Array[] {
  if (source.oneIn(32)) return new Array<Uint8Array>(source.pick(MANY_PIECES)).fill(view(source, source.below(2)))
  return Array.from({ length: source.pick(PIECES) }, () => view(source, source.pick(SIZES)))
}

/** A call of the addon, with one argument of a wrong type perhaps: it returns a number, or throws for misuse. */
function callNative(source: ByteSource, name: keyof typeof native, ...args: unknown[]): number {
  // The first argument is a descriptor: any number might be one of the runtime's.
  if (source.oneIn(16) && args.length > 1) args[1 + source.below(args.length - 1)] = wrongValue(source)
  try {
    return (native[name] as (...given: unknown[]) => unknown)(...args) as number
  } catch (error) {
    const isMisuse = error instanceof TypeError && (error as NodeJS.ErrnoException).code === 'ERR_INTERNAL_ASSERTION'
    assert.ok(isMisuse || error instanceof Thrown, `${name}: ${(error as Error).stack ?? error}`)
    return -1
  }
}

function chosen({ source, sockets }: Surroundings, world: MessageWorld): Socket {
  const socket = source.pick(sockets) as Socket
  world.used(socket)
  return socket
}

/** Changes a byte, or one of the 32-bit integers that lengths, levels and types are made of. */
function disturb(bytes: Uint8Array, random: Random): void {
  if (bytes.length === 0) return
  const at = random.below(bytes.length)
  if (random.below(2) === 0) bytes[at] = random.next()
  else bytes.fill(random.pick([0, 0xff, 0x7f]), at & ~3, Math.min((at & ~3) + 4, bytes.length))
}

const flagsOf = (source: ByteSource): number => source.pick(FLAGS) | MSG_DONTWAIT

const outcome = new Int32Array(2)
const outcomeBytes = new Uint8Array(outcome.buffer)

const ADDON_ACTS: readonly Act[] = [
  function sendMsg(around, world) {
    const { source } = around
    const parts = source.oneIn(3) ? source.pick(SIZES) : pieces(source)
    const control = controlBytes(around)
    const random = new Random(source.word(), source.word())
    const { fd } = chosen(around, world)
    for (let left = BURST; left > 0; left--) {
      callNative(source, 'sendMsg', fd, parts, control, false, random.pick(FLAGS) | MSG_DONTWAIT, 0)
      disturb(control, random)
    }
    return BURST
  },
  function recvMsg(around, world) {
    const { source } = around
    const parts = source.oneIn(3) ? source.pick(SIZES) : pieces(source)
    const random = new Random(source.word(), source.word())
    const { fd } = chosen(around, world)
    for (let left = BURST; left > 0; left--) {
      const room = random.pick(CONTROL_SIZES)
      const flags = random.pick(FLAGS) | MSG_DONTWAIT
      outcome.fill(0)
      if (callNative(source, 'recvMsg', fd, parts, room, flags, 0, OWNER, outcomeBytes) < 0) continue
      assert.ok(outcome[1]! >= 0 && outcome[1]! <= Number(room), `${outcome[1]} control bytes in room for ${room}`)
      closeDescriptorsOf(outcome[1]!)
    }
    return BURST
  },
  function sendBatch(around, world) {
    const { source } = around
    const count = source.pick([0, 1, 2, 5, 64, 1024, -1, 2 ** 31 - 1])
    const room = Math.min(Math.max(count, 0) + source.below(2), 64)
    const share = source.pick([0, 1, 16, 1200, -1])
    const rows = new Int32Array(4 * room)
    for (let at = 0; at < rows.length; at += 4) {
      rows.set([source.pick([0, 1, 16, 1201, -1, 2 ** 31 - 1]), 0, source.pick([0, 0, 1, 2, 16, 28, 110, 137, -1])], at)
      rows[at + 3] = source.pick([0, 0, 1, 1200, 65_536, -1])
    }
    const addresses = new Uint8Array(ADDRESS_BYTES * room)
    for (let at = 0; at < Math.min(room, 4); at++) addresses.set(sockaddr(source), at * ADDRESS_BYTES)
    const data = view(source, Math.max(share, 0) * room)
    const { fd } = chosen(around, world)
    callNative(source, 'sendBatch', fd, data, share, count, new Uint8Array(rows.buffer), addresses, flagsOf(source), 0)
  },
  function recvBatch(around, world) {
    const { source } = around
    const room = source.pick([0, 1, 2, 5, 64])
    const share = source.pick([0, 1, 16, 1200, -1])
    const rows = view(source, 16 * room)
    const addresses = view(source, ADDRESS_BYTES * source.pick([room, 0, 64]))
    const { fd } = chosen(around, world)
    const data = view(source, Math.max(share, 0) * room)
    callNative(source, 'recvBatch', fd, data, share, rows, addresses, source.oneIn(2), flagsOf(source), 0)
  },
  function controlParser({ source }) {
    const control = controlWithoutDescriptors(source)
    const lying = Buffer.from(control)
    const rows = view(source, source.pick([0, 1, 16, 48, 4096]))
    const random = new Random(source.word(), source.word())
    for (let left = BURST; left > 0; left--) {
      callNative(source, 'readControl', lying, rows)
      disturb(lying, random)
    }
    for (const message of readControl(control))
      assert.ok('data' in message || message.value !== undefined, message.name)
    return BURST
  },
  function writeControl(around) {
    const { source } = around
    const room = view(source, source.pick(SIZES))
    const integer = (): unknown => source.pick([0, 1, 16, 24, 255, -1, 2 ** 31 - 1, 2 ** 40, 2 ** 53, 0.5])
    callNative(source, 'writeControl', room, integer(), integer(), integer(), controlBytes(around))
  },
  function decodeAddress({ source }) {
    const number = (): number => source.pick([0, 1, 2, 8, 16, 28, 110, 128, ADDRESS_BYTES, -1, 2 ** 31 - 1])
    callNative(source, 'decodeAddress', sockaddr(source), number(), number())
  },
]

const WAITING: Fields = { timeout: [0], deadline: [0, -1, 'x', undefined] }
const FLAG_FIELDS: Fields = { flags: [...FLAGS, 'x', 0.5, null, undefined] }

function settings(around: Surroundings, fields: Fields, waits: boolean): unknown {
  if (around.source.oneIn(16)) return waits ? { timeout: 0 } : wrongValue(around.source)
  return fieldsOf(around, { ...FLAG_FIELDS, ...fields, ...(waits ? WAITING : {}) })
}

function buffers(around: Surroundings): unknown {
  const { source } = around
  if (source.oneIn(3)) return memory(around, 1)
  return Array.from({ length: source.pick(PIECES) }, () => memory(around, 1))
}

function sending(around: Surroundings, waits: boolean): unknown {
  const fields = { control: [controlInputs(around)], ...(around.source.oneIn(3) ? { address: [address(around)] } : {}) }
  return settings(around, fields, waits)
}

/** Calls a verb, and closes the descriptors that it received. */
function callVerb(around: Surroundings, world: MessageWorld, name: string, ...args: unknown[]): void {
  const socket = chosen(around, world)
  try {
    using _pollution = around.source.oneIn(16) ? polluted(around) : undefined
    const result = (socket as unknown as Loose)[name]!(...args)
    const { control, fds } = (result ?? {}) as { control?: readonly object[]; fds?: readonly Disposable[] }
    closeReceived([...(control ?? []), { value: fds }])
  } catch (error) {
    assertExpected(name, error)
  }
}

const receiving = (around: Surroundings, waits: boolean): unknown => {
  return settings(around, { controlBytes: CONTROL_SIZES }, waits)
}

const VERB_ACTS: readonly Act[] = [
  (around, world) => callVerb(around, world, 'sendMsg', buffers(around), sending(around, true)),
  (around, world) => callVerb(around, world, 'trySendMsg', buffers(around), sending(around, false)),
  (around, world) => callVerb(around, world, 'recvMsg', around.source.pick(SIZES), receiving(around, true)),
  (around, world) => callVerb(around, world, 'tryRecvMsg', around.source.pick(SIZES), receiving(around, false)),
  (around, world) => callVerb(around, world, 'recvMsgInto', buffers(around), receiving(around, true)),
  (around, world) => callVerb(around, world, 'tryRecvMsgInto', buffers(around), receiving(around, false)),
  function sendFds(around, world) {
    const fds = around.source.oneIn(8) ? wrongValue(around.source) : new Array(300).fill(around.sockets[0])
    if (Array.isArray(fds)) fds.length = around.source.pick([0, 1, 3, 253, 254, 300])
    callVerb(around, world, 'sendFds', buffers(around), fds, settings(around, {}, true))
  },
  function recvFds(around, world) {
    const { source } = around
    callVerb(
      around,
      world,
      'recvFds',
      source.pick(SIZES),
      source.pick([0, 1, 253, 254, -1]),
      settings(around, {}, true),
    )
  },
  function batches(around, world) {
    const { source } = around
    const batch = new DatagramBatch(source.pick([1, 2, 64]), source.pick([1, 16, 1200]))
    try {
      for (let left = source.below(4); left > 0; left--) {
        batch.add(memory(around, 1) as Uint8Array, source.oneIn(3) ? (address(around) as never) : undefined)
      }
    } catch (error) {
      assertExpected('add', error)
    }
    const begin = settings(around, { begin: [0, 1, 2, 65, -1, 0.5, '1'] }, true)
    callVerb(around, world, 'sendBatch', source.oneIn(16) ? wrongValue(source) : batch, begin)
    callVerb(around, world, 'recvBatch', batch, settings(around, {}, true))
    for (let at = 0; at < batch.length; at++) {
      batch.address(at)
      assert.ok([...batch.segments(at)].every(({ length }) => length <= batch.maxBytes))
    }
  },
]

const ACTS = [...ADDON_ACTS, ...VERB_ACTS]

let before = -1
let world: MessageWorld | undefined

export const messages: Target = {
  name: 'messages',
  covers: /\/src\/(messages|native)\//,
  maxBytes: 1024,
  dictionary: [],
  run(input) {
    if (before < 0) before = openDescriptors()
    world ??= new MessageWorld()
    const source = new ByteSource(input)
    const { sockets } = world
    let calls = 0
    for (let acts = 0; acts < MAX_ACTS && !source.ended; acts++) {
      const made = source.pick(ACTS)({ source, sockets, memory: [], open: () => world!.open() }, world)
      calls += typeof made === 'number' ? made : 1
    }
    world.settle()
    return calls
  },
  async finish() {
    if (world === undefined) return
    world.close()
    world = undefined
    // Descriptors that a call received before it failed belong to objects that are garbage.
    collectGarbage()
    native.sweep()
    assert.equal(openDescriptors(), before, 'descriptors were left open')
  },
}
