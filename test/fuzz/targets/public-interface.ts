// The verbs of sockets with arguments that run code while they are read. Nothing worse happens than an error with a code.
// No byte reaches a connection but those that were sent on it: each pair of sockets transfers a letter of its own.

import assert from 'node:assert/strict'
import { AF_UNIX, SOCK_DGRAM, Socket } from 'berkeley'
import { openDescriptors } from '../../support/descriptors.js'
import { ByteSource } from '../byte-source.js'
import { memory, options, polluted, type Surroundings, Thrown } from '../hostile.js'
import type { Target } from '../target.js'

const MAX_CALLS = 16
const LETTERS = [0x61, 0x62, 0x63]
const SIZES = [0, 1, 5, 100, 1024, 16384, 16385, 70_000, -1, 0.5]

type Loose = Readonly<Record<string, (...args: unknown[]) => unknown>>

/** Two pairs of streams and one of datagrams. */
class Pairs implements Disposable {
  readonly sockets: readonly Socket[]
  readonly #opened: Socket[] = []

  constructor() {
    this.sockets = [...Socket.pair(), ...Socket.pair(), ...Socket.pair(AF_UNIX, SOCK_DGRAM)]
    for (const socket of this.sockets) socket.setBlocking(false)
  }

  letterOf(index: number): number {
    return LETTERS[index >> 1]!
  }

  open(): void {
    if (this.#opened.length < 8) this.#opened.push(new Socket())
  }

  [Symbol.dispose](): void {
    for (const socket of [...this.sockets, ...this.#opened]) socket.close()
  }
}

function assertOwnBytes(name: string, result: unknown, letter: number): void {
  const found = result as { data?: unknown } | null | undefined
  const bytes = Buffer.isBuffer(result) ? result : found?.data
  // Memory that grew while it was sent has zeros.
  if (Buffer.isBuffer(bytes))
    assert.ok(
      bytes.every((byte) => byte === letter || byte === 0),
      `${name}: foreign bytes`,
    )
}

type Call = readonly [name: string, args: (around: Surroundings, letter: number) => unknown[], reader?: boolean]

const data = (around: Surroundings, letter: number): unknown[] => [memory(around, letter), options(around)]
const size = (around: Surroundings): unknown[] => [around.source.pick(SIZES), options(around)]
const gathered = (around: Surroundings, letter: number): unknown[] => {
  return [[memory(around, letter), memory(around, letter)], options(around)]
}
const toAddress = (around: Surroundings, letter: number): unknown[] => {
  return [memory(around, letter), options(around), options(around)]
}
const address = (around: Surroundings): unknown[] => [options(around)]

const CALLS: readonly Call[] = [
  ['send', data],
  ['trySend', data],
  ['sendAll', data],
  ['send', gathered],
  ['sendTo', toAddress],
  ['trySendTo', toAddress],
  ['recv', size],
  ['tryRecv', size],
  ['recvFrom', size],
  ['tryRecvFrom', size],
  ['recvInto', data],
  ['tryRecvInto', data],
  ['recvFromInto', data],
  ['wait', ({ source }) => [source.pick([1, 2, 3, -1]), { timeout: 0 }]],
  ['dup', () => []],
  ['getSockName', () => []],
  ['shutdown', ({ source }) => [source.pick(['read', 'write', 'both', 'x'])]],
  ['bind', address],
  ['connect', address],
  ['connectEx', address],
  ['readLine', address, true],
  ['readExactly', size, true],
  ['readUntil', data, true],
  ['readAll', address, true],
  ['takeBuffered', () => [], true],
]

function call(around: Surroundings, pairs: Pairs): void {
  const { source } = around
  const [name, args, reader] = source.pick(CALLS)
  const index = source.below(pairs.sockets.length)
  const socket = pairs.sockets[index]!
  const letter = pairs.letterOf(index)
  const given = args(around, letter)
  try {
    using _pollution = source.oneIn(8) ? polluted(around) : undefined
    const on = (reader ? socket.reader() : socket) as unknown as Loose
    const result = on[name]!(...given)
    assertOwnBytes(name, result, letter)
    if (result instanceof Socket) result.close()
  } catch (error) {
    if (error instanceof assert.AssertionError) throw error
    if (error instanceof Thrown) return
    const { code } = error as NodeJS.ErrnoException
    // Memory that a getter of the options took away after it was checked: the language's own error.
    const isTaken = error instanceof TypeError && /detached|out of bounds|out-of-bounds/.test(error.message)
    const isExpected = isTaken || (typeof code === 'string' && code !== 'ERR_INTERNAL_ASSERTION')
    assert.ok(error instanceof Error && isExpected, `${name}: ${(error as Error).stack ?? error}`)
  }
}

let before = -1

export const publicInterface: Target = {
  name: 'public-interface',
  covers: /\/src\/(socket|core|addresses)\//,
  maxBytes: 512,
  dictionary: [],
  run(input) {
    if (before < 0) before = openDescriptors()
    const source = new ByteSource(input)
    using pairs = new Pairs()
    let calls = 0
    for (; calls < MAX_CALLS && !source.ended; calls++) {
      call({ source, sockets: pairs.sockets, memory: [], open: () => pairs.open() }, pairs)
    }
    return calls
  },
  finish() {
    if (before >= 0) assert.equal(openDescriptors(), before, 'descriptors were left open')
  },
}
