// The reader against a plain model: both return the same for any chunks, errors between them, and calls.

import assert from 'node:assert/strict'
import { SocketReader } from '../../../src/socket/reader.js'
import { outcomeOf, Played } from '../../support/played-source.js'
import { type AnyReader, type Event, Model, type Outcome } from '../../support/reader-model.js'
import { ByteSource } from '../byte-source.js'
import { type Target, words } from '../target.js'

// Around the sizes at which the reader's memory grows and is given back.
const LARGE_SIZES = [16383, 16384, 16385, 40_000, 262_145, 300_000]
const LIMITS = [1, 2, 3, 30, 1000, 16384, 65536, 1_000_000]
const MAX_SMALL_BYTES = 24
const MAX_STEPS = 24

function readEvent(source: ByteSource): Event {
  if (source.oneIn(8)) return source.pick(['would block', 'time out'] as const)
  if (!source.oneIn(32)) return source.bytes(1 + source.below(MAX_SMALL_BYTES))
  const pattern = source.bytes(1 + source.below(8))
  return Uint8Array.from(Buffer.alloc(source.pick(LARGE_SIZES), pattern.length === 0 ? 'x' : pattern))
}

type Step = readonly [real: (reader: AnyReader) => unknown, modelled: (model: Model) => Outcome]

function readStep(source: ByteSource, hasLarge: boolean): Step {
  const kind = source.below(hasLarge ? 4 : 5)
  if (kind === 0) return [(reader) => reader.readLine({ raw: true }), (model) => model.line()]
  if (kind === 1) {
    const delimiter = Buffer.from([...source.bytes(1 + source.below(4)), 10].slice(0, 4))
    return [(reader) => reader.readUntil(delimiter), (model) => model.until(delimiter)]
  }
  if (kind === 2) {
    const count = source.oneIn(8) ? source.pick(LARGE_SIZES) : source.below(40)
    return [(reader) => reader.readExactly(count), (model) => model.exactly(count)]
  }
  if (kind === 3) return [(reader) => reader.readAll(), (model) => model.all()]
  return [(reader) => reader.takeBuffered(), (model) => model.takeBuffered()]
}

/** Equality that is fast for large buffers. */
function assertEqual(actual: Outcome, expected: Outcome): void {
  const [a, b] = [actual, expected].map((outcome) => ('result' in outcome ? outcome.result : outcome.partial))
  if (Buffer.isBuffer(a) && Buffer.isBuffer(b)) {
    assert.ok(a.equals(b), `${a.length} bytes, not the ${b.length} of the model`)
    assert.equal('code' in actual ? actual.code : '', 'code' in expected ? expected.code : '')
  } else assert.deepEqual(actual, expected)
}

export const reader: Target = {
  name: 'reader',
  covers: /\/src\/socket\/reader/,
  maxBytes: 512,
  dictionary: words('\n', '\r\n', '\n\n', 'aab', '\x01\x02', '\x01\x04'),
  run(input) {
    const source = new ByteSource(input)
    const maxLineBytes = source.pick(LIMITS)
    const events = Array.from({ length: source.below(12) }, () => readEvent(source))
    const hasLarge = events.some(({ length }) => length > MAX_SMALL_BYTES)
    const played = new Played(events, { maxLineBytes })
    const real = new SocketReader(played)
    const model = new Model(events, maxLineBytes)
    let calls = 0
    for (; calls < MAX_STEPS && (calls === 0 || !source.ended); calls++) {
      const [act, modelled] = readStep(source, hasLarge)
      assertEqual(
        outcomeOf(() => act(real)),
        modelled(model),
      )
      assert.equal(played.holding, real.bufferedBytes > 0)
      // Of an event that is larger than its memory, the reader receives a part, and the model everything.
      if (hasLarge) assert.ok(real.bufferedBytes <= model.buffered.length)
      else assert.equal(real.bufferedBytes, model.buffered.length)
    }
    return calls
  },
}
