// What would go unnoticed if it were not refused.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as berkeley from 'berkeley'
import { AF_INET6, MSG_PEEK, SOCK_DGRAM, Socket } from 'berkeley'

const invalidType = { name: 'TypeError', code: 'ERR_INVALID_ARG_TYPE' }
const invalidValue = { name: 'TypeError', code: 'ERR_INVALID_ARG_VALUE' }

test('options that are no object: flags as in C, a timeout as in Python', () => {
  const [a, b] = Socket.pair()
  b.send('hello')
  for (const wrong of [MSG_PEEK, 500, null, '5'] as never[]) {
    assert.throws(() => a.recv(5, wrong), invalidType)
    assert.throws(() => a.tryRecv(5, wrong), invalidType)
    assert.throws(() => a.recvInto(Buffer.alloc(5), wrong), invalidType)
    assert.throws(() => a.send('x', wrong), invalidType)
  }
  assert.equal(a.recv(5)!.toString(), 'hello')
  a.close()
  b.close()
})

test('names that every object has are no events and no directions', () => {
  const [a, b] = Socket.pair()
  assert.throws(() => a.shutdown('constructor' as never), invalidValue)
  assert.throws(() => a.wait('toString' as never), invalidValue)
  a.close()
  b.close()
})

test('an object in the place of a family', () => {
  assert.throws(() => new Socket({ family: 2 } as never), invalidType)
})

test('other options for the one reader', () => {
  const [a, b] = Socket.pair()
  const reader = a.reader({ maxLineBytes: 10 })
  assert.equal(a.reader(), reader)
  assert.equal(a.reader({ maxLineBytes: 10 }), reader)
  assert.throws(() => a.reader({ maxLineBytes: 20 }), invalidValue)
  assert.throws(() => a.reader({ encoding: 'latin1' }), invalidValue)
  a.close()
  b.close()
})

test('a scope beyond 32 bits', () => {
  using socket = new Socket(AF_INET6, SOCK_DGRAM)
  assert.throws(() => socket.connect({ host: 'fe80::1%4294967297', port: 5 }), { code: 'ERR_OUT_OF_RANGE' })
})

test('the package offers nothing of its inside', () => {
  for (const name of ['checkCName', 'hostText', 'serviceText']) assert.equal(name in berkeley, false, name)
})
