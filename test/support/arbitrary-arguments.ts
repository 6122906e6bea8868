// Arbitrary values for arguments of every kind, and the errors that calls with them may throw.

import assert from 'node:assert/strict'
import fc from 'fast-check'

/** Thrown by a getter of the test's own; the library passes it on. */
class Thrown extends Error {}

const throwing = (): never => {
  throw new Thrown()
}

/** A Proxy on which every operation throws. */
export const revoked = (target: object): object => {
  const { proxy, revoke } = Proxy.revocable(target, {})
  revoke()
  return proxy
}

const detached = (): Uint8Array => {
  const bytes = new Uint8Array(8)
  structuredClone(bytes.buffer, { transfer: [bytes.buffer] })
  return bytes
}

// Newer than TypeScript's declarations.
const Resizable = ArrayBuffer as new (length: number, options: { maxByteLength: number }) => ArrayBuffer
const resizable = (): ArrayBuffer => new Resizable(4, { maxByteLength: 16 })

class Lying extends Uint8Array {
  override get length(): number {
    return 1_000_000
  }
}

const numbers = fc.constantFrom(
  0,
  -0,
  1,
  2,
  5,
  15,
  80,
  108,
  255,
  65535,
  65536,
  70000,
  -1,
  -2,
  0.5,
  2 ** 31 - 1,
  2 ** 31,
  2 ** 32,
  2 ** 53,
  -(2 ** 53),
  Number.NaN,
  Number.POSITIVE_INFINITY,
  Number.NEGATIVE_INFINITY,
  Number.MAX_VALUE,
  Number.MIN_VALUE,
)
const strings = fc.constantFrom(
  '',
  'x',
  '127.0.0.1',
  '::1',
  'a\0b',
  'read',
  'write',
  'both',
  'constructor',
  '__proto__',
  '80',
  'utf8',
  'é'.repeat(60),
)
const memory = fc.constantFrom<() => unknown>(
  () => new Uint8Array(0),
  () => new Uint8Array(16),
  () => Buffer.from('hello'),
  () => new Float64Array(3),
  () => new DataView(new ArrayBuffer(9), 2, 3),
  () => new ArrayBuffer(8),
  () => new SharedArrayBuffer(8),
  () => new Uint8Array(new SharedArrayBuffer(8)),
  () => resizable(),
  () => new Uint8Array(resizable()),
  () => new Lying(4),
  detached,
  () => detached().buffer,
  () => new Proxy(new Uint8Array(4), {}),
  () => Object.create(Uint8Array.prototype),
)
const odd = fc.constantFrom<() => unknown>(
  () => undefined,
  () => null,
  () => true,
  () => 5n,
  () => Symbol('odd'),
  () => throwing,
  () => [],
  () => [1, 2, 3],
  () => Object.create(null),
  () => ({ toString: throwing, valueOf: throwing }),
  () => new Proxy({}, { get: throwing }),
  () => new Date(0),
  () => /x/,
)
const plain = fc.oneof(numbers, strings).map((value) => () => value as unknown)
const value = fc.oneof(plain, plain, memory, odd)

/** Objects with the names that options and addresses have. No timeout is long. */
const shaped = fc
  .record(
    {
      host: fc.oneof(
        fc.constantFrom('127.0.0.1', '::1', '', 'a\0b', '%', 'x%y').map((text) => () => text as unknown),
        odd,
      ),
      port: value,
      path: value,
      abstract: value,
      family: fc.oneof(
        fc.constantFrom('inet', 'inet6', 'unix', 'raw', 'packet').map((text) => () => text as unknown),
        value,
      ),
      value,
      bytes: value,
      scopeId: value,
      flowInfo: value,
      offset: value,
      length: value,
      flags: value,
      timeout: fc.constantFrom<() => unknown>(
        () => 0,
        () => 0.5,
        () => Number.NaN,
        () => -1,
        () => '1',
        throwing,
      ),
      deadline: fc.constantFrom<() => unknown>(
        () => 0,
        () => Number.NaN,
        () => ({}),
        throwing,
      ),
      backlog: value,
      encoding: value,
      maxLineBytes: value,
    },
    { requiredKeys: [] },
  )
  .map((record) => () => {
    const object = {}
    for (const [name, get] of Object.entries(record)) Object.defineProperty(object, name, { get, enumerable: true })
    return object as unknown
  })

/** A function that makes an argument. */
export const argument: fc.Arbitrary<() => unknown> = fc.oneof(value, shaped)

/** Asserts that a call threw an error with a code, or the test's own. */
function assertExpected(method: string, error: unknown): void {
  if (error instanceof Thrown) return
  assert.ok(error instanceof Error, `${method} threw something else than an Error`)
  // The properties of an options object that is a disguised typed array throw without a code.
  if (/incompatible receiver/.test(error.message)) return
  const { code } = error as NodeJS.ErrnoException
  assert.ok(typeof code === 'string' && code !== 'ERR_INTERNAL_ASSERTION', `${method}: ${error.stack}`)
}

/** Makes a call, which may throw an error with a code, or the test's own. `returned` gets the result. */
export function attempt(method: string, act: () => unknown, returned: (result: unknown) => void = () => {}): void {
  try {
    returned(act())
  } catch (error) {
    assertExpected(method, error)
  }
}

/** The same for a call whose promise may reject. */
export async function attemptAsync(method: string, act: () => Promise<unknown>): Promise<void> {
  try {
    await act()
  } catch (error) {
    assertExpected(method, error)
  }
}
