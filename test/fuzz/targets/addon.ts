// Every function of the addon, with arguments of its types, of other types, and memory that is detached, shrunk or shared.
// The rest of the package checks arguments before it calls the addon, so nothing here is what a user can do directly: it
// is what holds if a check is missing. A call returns, or throws for misuse.

import assert from 'node:assert/strict'
import { type Lookup, native, type TlsContextHandle, type TlsHandle } from '../../../src/native/addon.js'
import { AI_NUMERICHOST, NI_NUMERICHOST, SOCK_DGRAM, SOCK_STREAM } from '../../../src/native/generated/constants.js'
import { readRingMemory } from '../../../src/trace/source.js'
import { openDescriptors } from '../../support/descriptors.js'
import { until } from '../../support/timing.js'
import { file, traceFolder, World } from '../addon-world.js'
import { ByteSource } from '../byte-source.js'
import { Random } from '../random.js'
import {
  always,
  fd,
  flag,
  flags,
  int,
  type Kind,
  memory,
  of,
  out,
  SIZES,
  type Signature,
  type Signatures,
  timeout,
} from '../signature.js'
import type { Target } from '../target.js'
import { tlsSignatures } from '../tls-signatures.js'
import { wrongValue } from '../values.js'

const FAMILIES = [1, 2, 10, 0, -1]
const TYPES = [SOCK_STREAM, SOCK_DGRAM, 5, 0, -1]
const EVENTS = [0, 1, 4, 5, 2, 8, 0x2000, 0x40000000, -1]
const HOSTS = ['', '127.0.0.1', '::1', 'localhost']
const TEXTS = ['', 'x', '80', 'http', 'tcp', 'lo', 'a\0b', 'é\ud800', 'x'.repeat(300), 'y'.repeat(5000)]
const SIGNALS = [-1, 0, 1, 2, 10, 12, 13, 28, 64, 65, 2 ** 31 - 1]
const TRACE_LIMITS = [1, 2, 3, 64, 1000, 0, -1, 2 ** 20]

const text: Kind = (source) => source.pick(TEXTS)
const signal: Kind = (source) => source.pick(SIGNALS)
const lookup: Kind = (source, world) => world.lookup(source)
const owner: Kind = (_source, world) => {
  const object = {}
  world.owners.push(object)
  return object
}

/** Memory in several pieces, or so many bytes of the scratch memory. */
const pieces: Kind = (source, world) => {
  if (source.oneIn(3)) return memory(source, world)
  return Array.from({ length: source.below(5) }, () => out(source, world))
}

/** Rows of 32-bit integers that begin with a descriptor. */
const rows = (integers: number): Kind => {
  return (source, world) => {
    const numbers = new Int32Array(integers * source.below(5))
    for (let at = 0; at < numbers.length; at += integers) {
      numbers[at] = world.fd(source)
      numbers[at + 1] = source.pick(EVENTS)
    }
    return new Uint8Array(numbers.buffer)
  }
}

const OFFERS: readonly number[] = [0, -1, 1, 1.5, 2 ** 53, 2 ** 80, Number.NaN]

const SIGNATURES: Signatures = {
  start: { kinds: [always(0), always(true), always(() => {})] },
  interruptThread: { kinds: [of([0, 1, -1, 2 ** 40])] },
  interruption: { kinds: [] },
  watchSignal: { kinds: [signal, flag] },
  unwatchSignal: { kinds: [signal] },
  // SIGURG and SIGWINCH have no effect by default.
  raiseByDefault: { kinds: [of([-1, 0, 23, 28, 65, 2 ** 31 - 1])] },
  own: { kinds: [fd, owner, text] },
  owner: { kinds: [fd] },
  disown: { kinds: [fd] },
  sweep: { kinds: [] },
  generation: { kinds: [fd] },
  openDescriptors: { kinds: [] },
  adopt: { kinds: [fd, out] },
  // A descriptor that is offered belongs to no environment, and would stay open.
  offer: { kinds: [of([-1, 2 ** 31 - 1])] },
  adoptOffer: { kinds: [of(OFFERS), out] },
  withdrawOffer: { kinds: [of(OFFERS)] },
  socket: { kinds: [of(FAMILIES), of(TYPES), of([0, 0, 6, 17, 255])], opens: true },
  pair: { kinds: [of(FAMILIES), of(TYPES), always(0), out], opensInto: 2 },
  dup: { kinds: [fd], opens: true },
  setNonBlocking: { kinds: [fd, always(true)] },
  shutdown: { kinds: [fd, of([0, 1, 2, 3, -1])] },
  encodeAddress: { kinds: [] },
  bind: { kinds: [fd] },
  getSockName: { kinds: [fd] },
  getPeerName: { kinds: [fd] },
  listen: { kinds: [fd, int] },
  accept: { kinds: [fd, always(true), flag, timeout], opens: true },
  connect: { kinds: [fd, always(true), timeout] },
  disconnect: { kinds: [fd] },
  recv: { kinds: [fd, memory, flags, timeout], usesRegisters: true },
  recvFrom: { kinds: [fd, memory, flags, timeout], usesRegisters: true },
  send: { kinds: [fd, memory, flags, timeout], usesRegisters: true },
  transferred: { kinds: [] },
  sendTo: { kinds: [fd, memory, flags, timeout], usesRegisters: true },
  sendFile: { kinds: [fd, of([file, -1]), of([0, 1, -1, 2 ** 53]), of([0, 1, 5, 2 ** 31, -1]), always(true), timeout] },
  recvMany: { kinds: [rows(2), of([0, 1, 2, 5, -1, 2 ** 31 - 1]), out, of([0, 1, 2, 8, 64, -1])] },
  recvMsg: { kinds: [fd, pieces, of(SIZES), flags, timeout, owner, out] },
  receivedControl: { kinds: [out] },
  sendMsg: { kinds: [fd, pieces, out, always(false), flags, timeout] },
  recvBatch: { kinds: [fd, out, of(SIZES), out, out, flag, flags, timeout] },
  sendBatch: { kinds: [fd, out, of(SIZES), of([0, 1, 2, 5, -1, 2 ** 31 - 1]), out, out, flags, timeout] },
  cmsgLen: { kinds: [int] },
  cmsgSpace: { kinds: [int] },
  readControl: { kinds: [out, out] },
  writeControl: { kinds: [out, int, int, int, out] },
  decodeAddress: { kinds: [out, int, int] },
  encodedAddress: { kinds: [out] },
  takeAddress: { kinds: [out, int, int] },
  addressLayouts: { kinds: [] },
  wait: { kinds: [fd, of(EVENTS), timeout] },
  poll: { kinds: [rows(3), timeout] },
  epollOpen: { kinds: [], opens: true },
  epollChange: { kinds: [fd, of([0, 1, 2, 3, -1]), fd, of(EVENTS), int, int] },
  epollWait: { kinds: [fd, out, timeout, of([0, 1, 2, 5, 1024, 2000, -1])] },
  wakerOpen: { kinds: [out], opensInto: 1 },
  wakerRaise: { kinds: [int] },
  wakerDrain: { kinds: [fd] },
  notifierOpen: { kinds: [always(() => {}), always(-1), flag] },
  notifierWatch: { kinds: [rows(3)] },
  notifierKeepAlive: { kinds: [always(false)] },
  close: { kinds: [fd, flag, flag, timeout], closes: true },
  getOption: { kinds: [fd, of([1, 0, 6, 17, 41, -1]), int, out] },
  setOption: { kinds: [fd, of([1, 0, 6, 17, 41, -1]), int, out] },
  setFilter: { kinds: [fd, of([1, 0]), of([26, 51, 0]), out] },
  // Whatever is no number and not in the hosts file would be asked of a name server.
  lookup: {
    kinds: [
      of(HOSTS),
      of(['', '80', 'http']),
      of(FAMILIES),
      of(TYPES),
      of([0, 6, 17]),
      of([AI_NUMERICHOST, AI_NUMERICHOST, AI_NUMERICHOST | 1, 0, 0x400, -1]),
      (source, world) => (source.oneIn(4) ? world.fd(source) : -1),
      flag,
    ],
  },
  reverseLookup: { kinds: [of([NI_NUMERICHOST, NI_NUMERICHOST | 2, NI_NUMERICHOST | 0xffc]), flag] },
  lookupFd: { kinds: [lookup] },
  lookupWait: { kinds: [lookup, timeout] },
  lookupError: { kinds: [lookup] },
  lookupErrno: { kinds: [lookup] },
  lookupConnected: { kinds: [lookup] },
  lookupCount: { kinds: [lookup] },
  lookupAddress: { kinds: [lookup, of([0, 1, 100, -1])] },
  lookupCanonicalName: { kinds: [lookup] },
  lookupReversed: { kinds: [lookup] },
  lookupCancel: { kinds: [lookup] },
  gaiMessage: { kinds: [int] },
  gethostname: { kinds: [] },
  interfaceIndex: { kinds: [text] },
  interfaceName: { kinds: [int] },
  interfaces: { kinds: [] },
  serviceByName: { kinds: [text, text] },
  serviceByPort: { kinds: [int, text] },
  protocolByName: { kinds: [text] },
  protocolByNumber: { kinds: [int] },
  traceStart: { kinds: [of(TRACE_LIMITS), flag, (source) => (source.oneIn(8) ? traceFolder(source) : '')] },
  traceStop: { kinds: [(source, world) => (source.oneIn(4) ? int(source, world) : world.trace)] },
  traceTake: { kinds: [] },
  ...tlsSignatures,
}

type Name = keyof typeof native
const names = Object.keys(SIGNATURES) as Name[]
// Functions without which the others do little are called more often.
const FREQUENT: readonly Name[] = [
  'encodeAddress',
  'bind',
  'listen',
  'connect',
  'accept',
  'send',
  'recv',
  'sendTo',
  'recvFrom',
]
const drawn = [...names, ...new Array<readonly Name[]>(6).fill(FREQUENT).flat()]

const frameNumbers = new Int32Array(native.frame, 0, 5)
const frameText = new Uint8Array(native.frame, 20)
const WHOLE_SOCKADDR = -1
const FRAME_LENGTHS = [0, 1, 2, 9, 14, 107, 108, 109, 126, 127, 160, 161, -1, 2 ** 31 - 1]

/** Fills the frame with an address of this machine, or with one that is none. */
function fillFrame(source: ByteSource): void {
  const kind = source.below(5)
  const bytes = source.bytes(source.below(24))
  // A whole IP address might be another machine's.
  const family = source.pick(kind === 3 ? [1, 16, 0, 0xffff] : [1, 2, 10, 0, 16, 0xffff])
  const port = kind === 3 ? WHOLE_SOCKADDR : source.word()
  const text = [Buffer.from('127.0.0.1'), Buffer.from('::1'), Buffer.from([0, ...bytes])][kind] ?? Buffer.from(bytes)
  const length = source.oneIn(8) ? source.pick(FRAME_LENGTHS) : text.length
  frameNumbers.set([[2, 10, 1][kind] ?? family, port, source.word(), source.below(3), length])
  frameText.set(text)
}

function assertMisuse(name: string, error: unknown): void {
  const { code, message = '' } = error as NodeJS.ErrnoException
  // native/addon.ts computes before some calls, and a conversion there may throw the language's own error.
  const isExpected =
    error instanceof TypeError && (code === 'ERR_INTERNAL_ASSERTION' || /^Cannot convert/.test(message))
  assert.ok(isExpected || message === 'thrown by the test', `${name}: ${(error as Error).stack ?? error}`)
}

function note(
  world: World,
  { kinds, opens, opensInto, closes }: Signature,
  args: readonly unknown[],
  result: unknown,
): void {
  if (closes) world.closed(args[0] as number)
  if (opens && typeof result === 'number') world.opened(result)
  if (opensInto && result === 0) {
    const { buffer } = Uint8Array.from(args[kinds.length - 1] as Uint8Array)
    for (const fd of new Int32Array(buffer, 0, opensInto)) world.opened(fd)
  }
}

/** Connects a client of TLS with a server. */
function connectTls(source: ByteSource, world: World): void {
  for (const fd of world.tls.connect(source)) world.opened(fd)
}

/**
 * Calls one function, as the input says.
 * @param except a function that is not called
 */
export function callAddon(source: ByteSource, world: World, except?: Name): void {
  if (source.oneIn(4)) fillFrame(source)
  if (source.oneIn(64)) connectTls(source, world)
  const name = source.pick(drawn)
  if (name !== except) callFunction(name, source, world)
}

function callFunction(name: Name, source: ByteSource, world: World): void {
  const signature = SIGNATURES[name]!
  const call = native[name] as ((...args: unknown[]) => unknown) | undefined
  if (call === undefined) return
  const args = signature.kinds.map((kind) => kind(source, world))
  const wrongAt = source.oneIn(16) ? source.below(args.length + 1) : -1
  if (wrongAt >= 0 && (!signature.usesRegisters || wrongAt === 1)) args[wrongAt] = wrongValue(source)
  let result: unknown
  try {
    result = call(...args)
  } catch (error) {
    assertMisuse(name, error)
    return
  }
  note(world, signature, args, result)
  const isLookup = name === 'lookup' || name === 'reverseLookup'
  if (isLookup && typeof result === 'object') world.added(result as Lookup)
  if (name === 'tlsContext') world.tls.addedContext(result as TlsContextHandle)
  if (name === 'tlsConnection' && typeof result === 'object') world.tls.added(result as TlsHandle, args[1] as number)
  if (name === 'traceStart' && (result as number) > 0) world.trace = result as number
  if (name === 'traceTake' && result !== null) readRingMemory(result as Uint8Array)
}

const MAX_CALLS = 100
/** What a context counts for in `tlsCountAlive`, where a connection counts for 1. */
const CONTEXT = 1_000_000
let before = -1

export const addon: Target = {
  name: 'addon',
  covers: /\/src\/(native|trace)\//,
  maxBytes: 1024,
  dictionary: [],
  run: (input) => callUntilEnd(new ByteSource(input), MAX_CALLS, callAddon),
  finish: assertNothingLeft,
}

/** Makes calls in a world of their own: how many. */
function callUntilEnd(source: ByteSource, maxCalls: number, call: (source: ByteSource, world: World) => void): number {
  if (before < 0) before = openDescriptors()
  const world = new World()
  let calls = 0
  try {
    for (; calls < maxCalls && !source.ended; calls++) call(source, world)
  } finally {
    world.end()
  }
  return calls
}

async function assertNothingLeft(): Promise<void> {
  if (before < 0) return
  // A lookup that was cancelled keeps its sockets until its thread has got a reply, or none in time.
  await until('no descriptor is left open', () => openDescriptors() === before, 60_000)
  assert.equal(native.tlsCountAlive() % CONTEXT, 0, 'connections of TLS are left')
}

const MAX_TLS_CALLS = 400
const TLS_INPUT_BYTES = 8192
// What works on a connection, and what damages the stream under it. Contexts and keys take hundreds of microseconds.
const OF_CONNECTIONS: readonly Name[] = [
  'tlsHandshake',
  'tlsRecv',
  'tlsRecv',
  'tlsSend',
  'tlsSend',
  'tlsSendFile',
  'tlsPrepend',
  'tlsShare',
  'tlsEnd',
  'tlsUnwrap',
  'tlsFacts',
  'tlsBytes',
]
const UNDER_TLS: readonly Name[] = ['recv', 'send', 'shutdown', 'close', 'interruptThread']
const drawnTls: readonly Name[] = [
  ...new Array<readonly Name[]>(16).fill(OF_CONNECTIONS).flat(),
  ...(Object.keys(tlsSignatures) as Name[]),
  ...UNDER_TLS,
]

/** An input of full length: its bytes, and then those of a generator that begins with them. */
function lengthened(input: Uint8Array): Uint8Array {
  const seed = input.reduce((hash, byte) => (Math.imul(hash, 31) + byte) | 0, 17)
  return Uint8Array.from([...input, ...new Random(seed, input.length).bytes(TLS_INPUT_BYTES - input.length)])
}

function callTls(source: ByteSource, world: World): void {
  if (source.oneIn(128)) connectTls(source, world)
  callFunction(source.pick(drawnTls), source, world)
}

/** Many calls on few connections: a handshake takes as long as a hundred of them. */
export const addonTls: Target = {
  name: 'addon-tls',
  covers: /\/src\/native\//,
  maxBytes: 256,
  dictionary: [],
  run(input) {
    let isConnected = false
    return callUntilEnd(new ByteSource(lengthened(input)), MAX_TLS_CALLS, (source, world) => {
      if (!isConnected) connectTls(source, world)
      isConnected = true
      callTls(source, world)
    })
  },
  finish: assertNothingLeft,
}

/** Every function of the addon has a signature here. */
export function functionsWithoutSignature(): string[] {
  const all = Object.keys(native).filter((name) => typeof native[name as keyof typeof native] === 'function')
  return all.filter((name) => !(name in SIGNATURES))
}
