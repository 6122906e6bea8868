// The verbs of sockets in the event loop, with arguments that run code while they are read, several pending at once. When
// the sockets are closed every promise settles, with a result or with an error that has a code.

import { AF_UNIX, AsyncSocket, SOCK_DGRAM } from 'berkeley'
import { descriptorsAre, openDescriptors } from '../../support/descriptors.js'
import { ByteSource } from '../byte-source.js'
import type { Surroundings } from '../hostile.js'
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

const MAX_CALLS = 12
const SETTLED_WITHIN_MS = 20_000

const CALLS: readonly VerbCall[] = [
  ['send', data],
  ['sendAll', data],
  ['sendTo', toAddress],
  ['recv', size],
  ['recvFrom', size],
  ['recvInto', data],
  ['recvFromInto', data],
  ['readable', settings],
  ['writable', settings],
  ['tryRecv', size],
  ['trySend', data],
  ['accept', settings],
  ['connect', settings],
  ['readLine', settings, true],
  ['readExactly', size, true],
  ['readUntil', data, true],
  ['readAll', settings, true],
  ['takeBuffered', none, true],
  ['ref', none],
  ['unref', none],
  ['toBlocking', none],
]

/** Closes a socket that a call returned. */
function dispose(result: unknown): void {
  if (typeof (result as Disposable | null)?.[Symbol.dispose] === 'function') (result as Disposable)[Symbol.dispose]()
}

/** Makes a call; the promise fulfills once it has ended as expected. */
async function call(around: Surroundings, sockets: readonly AsyncSocket[]): Promise<void> {
  const { source } = around
  const [name, args, reader] = source.pick(CALLS)
  const index = source.below(sockets.length)
  const socket = sockets[index]!
  const letter = letterOf(index)
  const given = args(around, letter)
  try {
    const on = (reader ? socket.reader() : socket) as unknown as Loose
    const result = await on[name]!(...given)
    assertOwnBytes(name, result, letter)
    dispose(result)
  } catch (error) {
    assertExpected(name, error)
  }
}

let before = -1

export const awaited: Target = {
  name: 'awaited',
  covers: /\/src\/(async|reactor)\//,
  maxBytes: 512,
  dictionary: [],
  async run(input) {
    if (before < 0) {
      // The reactor's own descriptors stay open.
      const first = AsyncSocket.pair()
      await first[0].writable()
      for (const socket of first) socket.close()
      before = openDescriptors()
    }
    const source = new ByteSource(input)
    const sockets = [...AsyncSocket.pair(), ...AsyncSocket.pair(), ...AsyncSocket.pair(AF_UNIX, SOCK_DGRAM)]
    const opened: AsyncSocket[] = []
    const open = (): void => void (opened.length < 4 && opened.push(new AsyncSocket()))
    const calls: Promise<void>[] = []
    while (calls.length < MAX_CALLS && !source.ended) {
      calls.push(call({ source, sockets, memory: [], open }, sockets))
      if (source.oneIn(4)) await new Promise((turn) => setImmediate(turn))
    }
    for (const socket of [...sockets, ...opened]) socket.close()
    let timer: NodeJS.Timeout | undefined
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new Error('a promise of a closed socket does not settle')), SETTLED_WITHIN_MS)
    })
    try {
      await Promise.race([Promise.all(calls), late])
    } finally {
      clearTimeout(timer)
    }
    return calls.length
  },
  async finish() {
    if (before >= 0) await descriptorsAre(before)
  },
}
