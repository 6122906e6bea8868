// The verbs of sockets with arguments that run code while they are read, and under polluted prototypes. Nothing worse happens
// than an error with a code.

import assert from 'node:assert/strict'
import { AF_UNIX, SOCK_DGRAM, Socket } from 'berkeley'
import { openDescriptors } from '../../support/descriptors.js'
import { ByteSource } from '../byte-source.js'
import { memory, options, polluted, type Surroundings } from '../hostile.js'
import type { Target } from '../target.js'
import {
  assertExpected,
  assertOwnBytes,
  data,
  type Loose,
  letterOf,
  none,
  settings,
  size,
  toAddress,
  type VerbCall,
} from '../verb-calls.js'

const MAX_CALLS = 16

/** Two pairs of streams and one of datagrams. */
class Pairs implements Disposable {
  readonly sockets: readonly Socket[]
  readonly #opened: Socket[] = []

  constructor() {
    this.sockets = [...Socket.pair(), ...Socket.pair(), ...Socket.pair(AF_UNIX, SOCK_DGRAM)]
    for (const socket of this.sockets) socket.setBlocking(false)
  }

  open(): void {
    if (this.#opened.length < 8) this.#opened.push(new Socket())
  }

  [Symbol.dispose](): void {
    for (const socket of [...this.sockets, ...this.#opened]) socket.close()
  }
}

const gathered = (around: Surroundings, letter: number): unknown[] => {
  return [[memory(around, letter), memory(around, letter)], options(around)]
}
const CALLS: readonly VerbCall[] = [
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
  ['dup', none],
  ['getSockName', none],
  ['shutdown', ({ source }) => [source.pick(['read', 'write', 'both', 'x'])]],
  ['bind', settings],
  ['connect', settings],
  ['connectEx', settings],
  ['readLine', settings, true],
  ['readExactly', size, true],
  ['readUntil', data, true],
  ['readAll', settings, true],
  ['takeBuffered', none, true],
]

function call(around: Surroundings, pairs: Pairs): void {
  const { source } = around
  const [name, args, reader] = source.pick(CALLS)
  const index = source.below(pairs.sockets.length)
  const socket = pairs.sockets[index]!
  const letter = letterOf(index)
  const given = args(around, letter)
  try {
    using _pollution = source.oneIn(8) ? polluted(around) : undefined
    const on = (reader ? socket.reader() : socket) as unknown as Loose
    const result = on[name]!(...given)
    assertOwnBytes(name, result, letter)
    if (result instanceof Socket) result.close()
  } catch (error) {
    assertExpected(name, error)
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
