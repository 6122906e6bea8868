// IP addresses between text and bytes.

import assert from 'node:assert/strict'
import { SocketAddress } from 'node:net'
import { test } from 'node:test'
import fc from 'fast-check'
import { ipBytes, ipText } from '../../src/core/ip-text.js'

fc.configureGlobal({ seed: 20240229 })

test('ipText, ipBytes: go to bytes and back, in the form that the system writes', () => {
  const ipv4 = fc.uint8Array({ minLength: 4, maxLength: 4 })
  const ipv6 = fc.array(fc.oneof(fc.constant(0), fc.nat(15), fc.nat(65535)), { minLength: 8, maxLength: 8 })
  fc.assert(fc.property(ipv4, (address) => assert.deepEqual(ipBytes(ipText(address)), address)))
  fc.assert(
    fc.property(ipv6, (groups) => {
      const long = groups.map((group) => group.toString(16)).join(':')
      const address = ipBytes(long)
      assert.ok(address)
      assert.deepEqual(ipBytes(ipText(address)), address)
      const system = new SocketAddress({ family: 'ipv6', address: long }).address
      // The system writes the deprecated ::a.b.c.d where RFC 5952 keeps hexadecimal.
      if (!/^::\d+\./.test(system)) assert.equal(ipText(address), system)
    }),
  )
  assert.equal(ipText(ipBytes('2001:DB8:0:0:1:0:0:1')!), '2001:db8::1:0:0:1')
  assert.equal(ipText(ipBytes('::ffff:192.0.2.1')!), '::ffff:192.0.2.1')
  for (const wrong of ['', '1.2.3', '1.2.3.256', 'localhost', 'fe80::1%lo', ':::', '1::2::3']) {
    assert.equal(ipBytes(wrong), undefined, wrong)
  }
})
