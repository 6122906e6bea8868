// Addresses as text and bytes: what is decoded is encoded to the same bytes; the two parsers of numeric hosts, in
// TypeScript and in the C library, accept the same texts; and the kernel returns an address as it was given.

import assert from 'node:assert/strict'
import {
  type AddressInput,
  AF_INET,
  AF_INET6,
  AF_UNIX,
  type Family,
  SOCK_DGRAM,
  Socket,
  type UnixInput,
} from 'berkeley'
import { isNumericHost } from '../../../src/addresses/inet.js'
import { unixAddress, unixName } from '../../../src/addresses/unix.js'
import { ipBytes, ipText } from '../../../src/core/ip-text.js'
import { ByteSource } from '../byte-source.js'
import { type Target, words } from '../target.js'

function text(source: ByteSource): void {
  const host = Buffer.from(source.rest()).toString('latin1')
  const bytes = ipBytes(host)
  if (!host.includes('%')) assert.equal(bytes !== undefined, isNumericHost(host), JSON.stringify(host))
  if (bytes !== undefined) assert.deepEqual(ipBytes(ipText(bytes)), bytes)
}

function bytes(source: ByteSource): void {
  const host = Uint8Array.from(Buffer.concat([source.rest()], source.oneIn(2) ? 4 : 16))
  const printed = ipText(host)
  assert.deepEqual(ipBytes(printed), host, printed)
  assert.ok(isNumericHost(printed), printed)
}

function unix(source: ByteSource): void {
  const name = Buffer.from(source.bytes(108))
  // The kernel ends a path at its first NUL.
  const isPath = name.length > 0 && name[0] !== 0
  const whole = isPath && name.includes(0) ? name.subarray(0, name.indexOf(0)) : name
  const address = unixAddress(whole)
  if (address.family !== 'raw') assert.ok(Buffer.from(unixName(address as UnixInput)).equals(whole))
  else assert.ok(address.bytes.equals(whole))
}

/** Gives an address to the kernel, by connecting a datagram socket, which sends nothing. */
function throughKernel(family: Family, address: AddressInput): void {
  using socket = new Socket(family, SOCK_DGRAM)
  try {
    socket.connect(address)
  } catch (error) {
    assert.match(String((error as NodeJS.ErrnoException).code), /^E[A-Z]/, String(error))
    return
  }
  assert.deepEqual(socket.getPeerName(), address)
}

function kernel(source: ByteSource): void {
  const port = source.word() || 1
  const host = source.bytes(15)
  const kind = source.below(3)
  if (kind === 0) {
    const [a, b, c] = host
    throughKernel(AF_INET, { family: 'inet', host: `127.${a ?? 0}.${b ?? 0}.${c ?? 1}`, port })
  } else if (kind === 1) {
    throughKernel(AF_INET6, { family: 'inet6', host: '::1', port, flowInfo: 0, scopeId: 0 })
  } else {
    using socket = new Socket(AF_UNIX, SOCK_DGRAM)
    const abstract = Buffer.from(source.bytes(107))
    try {
      socket.bind({ abstract })
    } catch (error) {
      assert.equal((error as NodeJS.ErrnoException).code, 'EADDRINUSE', String(error))
      return
    }
    assert.deepEqual(socket.getSockName(), { family: 'unix', abstract })
  }
}

const KINDS = [text, bytes, unix, text, kernel]

export const addresses: Target = {
  name: 'addresses',
  covers: /\/src\/(addresses|core)\//,
  maxBytes: 160,
  dictionary: words(
    '127.0.0.1',
    '::',
    '::ffff:1.2.3.4',
    ':',
    '.',
    '0:0',
    'fe80::1%eth0',
    '%',
    '255',
    '256',
    '00',
    '\xff',
  ),
  run(input) {
    const source = new ByteSource(input)
    source.pick(KINDS)(source)
    return 2
  },
}
