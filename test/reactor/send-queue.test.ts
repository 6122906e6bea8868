// SendQueue: queued bytes leave complete and in order, whatever the sizes of pushes and of partial sends.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { SendQueue } from '../../src/reactor/send-queue.js'

const step = fc.oneof(
  fc.record({ push: fc.uint8Array({ minLength: 1, maxLength: 300 }) }),
  fc.record({ take: fc.nat(500) }),
  fc.record({ push: fc.nat(3).map((kib) => new Uint8Array(1 + kib * 40_000).fill(kib)) }),
)

test('SendQueue: flushes the bytes in the order of the pushes', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const queue = new SendQueue()
      const pushed: Uint8Array[] = []
      const flushed: Uint8Array[] = []
      const flushAtMost = (most: number): boolean => {
        let rest = most
        return queue.flush((bytes) => {
          const taken = Math.min(rest, bytes.length)
          rest -= taken
          // A copy, because the queue may reuse its memory.
          flushed.push(Buffer.from(bytes.subarray(0, taken)))
          return taken
        })
      }
      for (const each of steps) {
        if ('take' in each) flushAtMost(each.take)
        else {
          queue.push(each.push)
          pushed.push(each.push)
        }
        assert.equal(queue.length, Buffer.concat(pushed).length - Buffer.concat(flushed).length)
      }
      assert.equal(flushAtMost(Number.POSITIVE_INFINITY), true)
      assert.deepEqual(Buffer.concat(flushed), Buffer.concat(pushed))
    }),
    { numRuns: 200 },
  )
})

test('SendQueue.push: copies, so that the caller may reuse its memory', () => {
  const queue = new SendQueue()
  const bytes = Buffer.from('before')
  queue.push(bytes)
  bytes.fill('x')
  queue.flush((queued) => {
    assert.equal(String(queued), 'before')
    return queued.length
  })
  assert.equal(queue.length, 0)
})
