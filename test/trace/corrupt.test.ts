// Files of traces may contain anything: reading them ends, keeps to the size of the file, and names the file that is bad.
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { readdirSync, readFileSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { readTraces, toTraceEvents } from 'berkeley'
import fc from 'fast-check'
import { failureOf, fixture } from '../support/child.js'
import { temporaryFolder } from '../support/folders.js'

const folder = temporaryFolder()

/** The only trace file of a program that ran with this limit. */
function recorded(limit: string): Buffer {
  const recordings = temporaryFolder()
  const env = { ...process.env, BERKELEY_TRACE: recordings, BERKELEY_TRACE_LIMIT: limit }
  const { status, stderr } = spawnSync(process.execPath, [fixture('trace/ten-calls')], { env, encoding: 'utf8' })
  assert.equal(status, 0, stderr)
  const [name, ...others] = readdirSync(recordings)
  assert.deepEqual(others, [])
  return readFileSync(join(recordings, name!))
}

const whole = recorded('100')
// More calls than it has room for: the oldest record is not the first one.
const wrapped = recorded('3')

const file = join(folder, 'berkeley-1-1-0-0.trace')

/** The offsets of fields: see native/trace/ring.h. */
const FIELDS = { recordSize: 8, limit: 12, names: 28, began: 32, beganAt: 40, begun: 48, totals: 64, name: 288 }
const RECORDS = 736
const VERB = RECORDS + 56

function changed(bytes: Buffer, change: (copy: Buffer) => void): Buffer {
  const copy = Buffer.from(bytes)
  change(copy)
  return copy
}

const corrupt: Readonly<Record<string, readonly [content: Buffer, message: RegExp]>> = {
  'no trace': [Buffer.from('x'), /does not begin with berktrc2/],
  'a header that is cut': [whole.subarray(0, 700), /ends after 700 bytes, inside its header/],
  'records that are cut': [whole.subarray(0, RECORDS + 3 * 128 + 100), /ends after 3 of 10 calls/],
  'a ring that is cut': [wrapped.subarray(0, RECORDS + 2 * 128), /ends after 2 of 3 calls/],
  'another size of records': [changed(whole, (copy) => copy.writeUInt32LE(64, FIELDS.recordSize)), /record size/],
  'no room': [changed(whole, (copy) => copy.writeUInt32LE(0, FIELDS.limit)), /limit must be from 1/],
  'room for 2 ** 32 - 1 calls': [changed(whole, (copy) => copy.writeUInt32LE(2 ** 32 - 1, FIELDS.limit)), /limit must/],
  '2 ** 32 - 1 names': [changed(whole, (copy) => copy.writeUInt32LE(2 ** 32 - 1, FIELDS.names)), /number of names/],
  '2 ** 54 calls': [changed(whole, (copy) => copy.writeBigInt64LE(2n ** 54n, FIELDS.begun)), /number of calls must/],
  '2 ** 54 calls in a ring': [
    changed(wrapped, (copy) => copy.writeBigInt64LE(2n ** 54n, FIELDS.begun)),
    /of calls must/,
  ],
  'less than no calls': [changed(whole, (copy) => copy.writeBigInt64LE(-1n, FIELDS.begun)), /number of calls must/],
  'a call more': [changed(whole, (copy) => copy.writeBigInt64LE(11n, FIELDS.begun)), /ends after 10 of 11 calls/],
  'a date that is none': [changed(whole, (copy) => copy.writeBigInt64LE(2n ** 62n, FIELDS.beganAt)), /its date must/],
  'the name __proto__': [changed(whole, (copy) => copy.write('__proto__\0', FIELDS.name)), /system call 0/],
  'a name without an end': [changed(whole, (copy) => copy.write('x'.repeat(16), FIELDS.name)), /system call 0/],
  'a verb that a terminal obeys': [changed(whole, (copy) => copy.write('\x1b[2J\0', VERB)), /a verb in it is no name/],
}

for (const [name, [content, message]] of Object.entries(corrupt)) {
  test(`readTraces: ${name}`, () => {
    writeFileSync(file, content)
    assert.throws(() => readTraces(folder), { name: 'SocketError', code: 'ERR_TRACE_CORRUPT', path: file, message })
  })
}

test('readTraces: empty, or zeros: its recorder had no room, or has only begun it', () => {
  for (const content of [Buffer.alloc(0), Buffer.alloc(whole.length)]) {
    writeFileSync(file, content)
    assert.deepEqual(readTraces(folder), [])
  }
})

test('readTraces: a record that is not filled in yet is passed over', () => {
  writeFileSync(
    file,
    changed(whole, (copy) => copy.fill(0, RECORDS + 9 * 128, RECORDS + 10 * 128)),
  )
  assert.equal(readTraces(folder)[0]!.threads[0]!.calls.length, 9)
})

test('readTraces: what is no file is not read', (context) => {
  rmSync(file)
  const failure = failureOf('mkfifo', [file])
  if (failure) return context.skip(failure)
  assert.throws(() => readTraces(folder), { code: 'ERR_TRACE_CORRUPT', path: file, message: /no regular file/ })
  rmSync(file)
  symlinkSync('/dev/zero', file)
  assert.throws(() => readTraces(folder), { code: 'ERR_TRACE_CORRUPT', path: file, message: /no regular file/ })
  rmSync(file)
})

test('readTraces: one of many gigabytes costs no more memory than its calls', () => {
  // Of 2 ** 20 calls, 128 MiB, all but ten are not filled in.
  writeFileSync(
    file,
    changed(whole, (copy) => {
      copy.writeUInt32LE(2 ** 20, FIELDS.limit)
      copy.writeBigInt64LE(2n ** 20n, FIELDS.begun)
    }),
  )
  truncateSync(file, 2 ** 40)
  const before = process.resourceUsage().maxRSS
  assert.equal(readTraces(folder)[0]!.threads[0]!.calls.length, 10)
  assert.ok(process.resourceUsage().maxRSS - before < 64 * 1024)
})

const numbers = fc.constantFrom(
  0n,
  1n,
  -1n,
  2n ** 31n,
  2n ** 32n - 1n,
  2n ** 53n,
  2n ** 54n,
  2n ** 63n - 1n,
  -(2n ** 63n),
)
/** One way in which the content of a file changes. */
const change: fc.Arbitrary<(bytes: Buffer) => Buffer> = fc.oneof(
  fc.tuple(fc.nat(2500), fc.nat(255)).map(([at, byte]) => {
    return (bytes: Buffer) => changed(bytes, (copy) => void (at < copy.length && copy.writeUInt8(byte, at)))
  }),
  // A number of the header or of a record, as a whole.
  fc.tuple(fc.nat(250), numbers).map(([index, number]) => {
    return (bytes: Buffer) =>
      changed(bytes, (copy) => void (index * 8 + 8 <= copy.length && copy.writeBigInt64LE(number, index * 8)))
  }),
  fc.tuple(fc.nat(8), numbers).map(([index, number]) => {
    return (bytes: Buffer) =>
      changed(
        bytes,
        (copy) => void (copy.length >= 40 && copy.writeInt32LE(Number(BigInt.asIntN(32, number)), index * 4)),
      )
  }),
  fc.nat(2500).map((size) => (bytes: Buffer) => bytes.subarray(0, size)),
  fc.nat(2500).map((size) => (bytes: Buffer) => Buffer.concat([bytes, Buffer.alloc(size, 0xff)])),
  fc.tuple(fc.nat(2500), fc.nat(300), fc.constantFrom(0, 0xff)).map(([at, length, byte]) => {
    return (bytes: Buffer) => changed(bytes, (copy) => copy.subarray(at, at + length).fill(byte))
  }),
  fc.uint8Array({ maxLength: 1500 }).map((random) => () => Buffer.concat([Buffer.from('berktrc2'), random])),
)

test('readTraces: whatever is done to a file, it is a trace or it is corrupt', () => {
  fc.assert(
    fc.property(fc.boolean(), fc.array(change, { minLength: 1, maxLength: 4 }), (isWrapped, changes) => {
      writeFileSync(
        file,
        changes.reduce((content, act) => act(content), isWrapped ? wrapped : whole),
      )
      let traces: ReturnType<typeof readTraces>
      try {
        traces = readTraces(folder)
      } catch (error) {
        assert.equal((error as NodeJS.ErrnoException).code, 'ERR_TRACE_CORRUPT', String(error))
        return
      }
      for (const { calls } of traces.flatMap(({ threads }) => threads)) {
        assert.ok(calls.length <= 10)
        for (const { verb, start, duration, waiting } of calls) {
          assert.match(verb, /^\w*$/)
          assert.ok(Number.isFinite(start) && duration >= 0 && waiting >= 0)
        }
      }
      JSON.stringify(toTraceEvents(traces))
    }),
    { seed: 31, numRuns: 2000 },
  )
})
