// Addresses as text and as bytes: inet_pton(3), inet_ntop(3).

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { AF_INET, AF_INET6, AF_UNIX, inetNtop, inetPton } from 'berkeley'
import fc from 'fast-check'

test('inetPton, inetNtop: every address comes back', () => {
  for (const [family, size] of [
    [AF_INET, 4],
    [AF_INET6, 16],
  ] as const) {
    const bytesOfAddress = fc.uint8Array({ minLength: size, maxLength: size })
    fc.assert(
      fc.property(bytesOfAddress, (bytes) => {
        assert.deepEqual(inetPton(family, inetNtop(family, bytes)), Buffer.from(bytes))
      }),
    )
  }
  assert.deepEqual(inetPton(AF_INET, '127.0.0.1'), Buffer.of(127, 0, 0, 1))
  assert.equal(inetNtop(AF_INET6, inetPton(AF_INET6, '2001:db8:0:0::1')), '2001:db8::1')
})

test('inetPton, inetNtop: refuse what is no address of the family', () => {
  const refused = { code: 'ERR_INVALID_ARG_VALUE' }
  for (const text of ['', '::1', '127.1', 'localhost', '1.2.3.4.5'])
    assert.throws(() => inetPton(AF_INET, text), refused)
  for (const text of ['127.0.0.1', 'fe80::1%lo', ':']) assert.throws(() => inetPton(AF_INET6, text), refused)
  assert.throws(() => inetPton(AF_UNIX, '127.0.0.1'), refused)
  assert.throws(() => inetNtop(AF_INET, Buffer.alloc(16)), refused)
  assert.throws(() => inetNtop(AF_INET, [127, 0, 0, 1] as never), { code: 'ERR_INVALID_ARG_TYPE' })
  assert.throws(() => inetPton(AF_INET, 1 as never), { code: 'ERR_INVALID_ARG_TYPE' })
})
