// What waits to be sent goes out whole and in its order, however it came and however it is taken.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { SendQueue } from '../../src/reactor/send-queue.js'

const step = fc.oneof(
  fc.record({ push: fc.uint8Array({ minLength: 1, maxLength: 300 }) }),
  fc.record({ take: fc.nat(500) }),
  fc.record({ push: fc.nat(3).map((kib) => new Uint8Array(1 + kib * 40_000).fill(kib)) }),
)

test('bytes leave in the order in which they came', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const queue = new SendQueue()
      const came: Uint8Array[] = []
      const left: Uint8Array[] = []
      const takeAtMost = (most: number): boolean => {
        let rest = most
        return queue.flush((bytes) => {
          const taken = Math.min(rest, bytes.length)
          rest -= taken
          // A copy: the queue's memory is its own.
          left.push(Buffer.from(bytes.subarray(0, taken)))
          return taken
        })
      }
      for (const each of steps) {
        if ('take' in each) takeAtMost(each.take)
        else {
          queue.push(each.push)
          came.push(each.push)
        }
        assert.equal(queue.length, Buffer.concat(came).length - Buffer.concat(left).length)
      }
      assert.equal(takeAtMost(Number.POSITIVE_INFINITY), true)
      assert.deepEqual(Buffer.concat(left), Buffer.concat(came))
    }),
    { numRuns: 200 },
  )
})

test('what is pushed may be used again by who pushed it', () => {
  const queue = new SendQueue()
  const bytes = Buffer.from('before')
  queue.push(bytes)
  bytes.fill('x')
  queue.flush((waiting) => {
    assert.equal(String(waiting), 'before')
    return waiting.length
  })
  assert.equal(queue.length, 0)
})
