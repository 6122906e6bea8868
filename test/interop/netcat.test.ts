// `berkeley nc` and OpenBSD's netcat, each as the client and as the server of the other.

import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { Child } from '../support/child.js'
import { find, needs, onFreePort } from '../support/debian.js'
import { temporaryFolder } from '../support/folders.js'

const options = needs('nc.openbsd', 'netcat-openbsd')

type Program = 'berkeley' | 'netcat'
type Place = readonly string[]

function start(context: TestContext, program: Program, args: readonly string[], input: Buffer): Child {
  if (program === 'berkeley') return new Child(context, 'src/cli/main.js', ['nc', ...args], { input })
  return new Child(context, find('nc.openbsd')!, args, { input })
}

/** Starts a server on loopback or a path, and returns where it is. */
async function startServer(context: TestContext, program: Program, flags: readonly string[], input: Buffer) {
  const listening = async (place: Place): Promise<Child> => {
    const child = start(context, program, ['-l', '-v', ...flags, ...place], input)
    await child.complains(/(Listening|Bound) on/)
    return child
  }
  if (flags.includes('-U')) {
    const place = [join(temporaryFolder(), 'socket')]
    return { server: await listening(place), place }
  }
  const { child, port } = await onFreePort((free) => listening(['127.0.0.1', String(free)]))
  return { server: child, place: ['127.0.0.1', String(port)] }
}

const large = randomBytes(2_000_000)
const small = Buffer.from('from the server\n')

const roles: readonly (readonly [client: Program, server: Program])[] = [
  ['berkeley', 'netcat'],
  ['netcat', 'berkeley'],
]

for (const [client, server] of roles) {
  for (const [kind, flags] of [
    ['TCP', []],
    ['a unix socket', ['-U']],
  ] as const) {
    test(`nc: ${client} sends to ${server} over ${kind}, and receives a reply`, options, async (context) => {
      const started = await startServer(context, server, flags, small)
      const sender = await start(context, client, ['-N', ...flags, ...started.place], large).ended()
      const receiver = await started.server.ended()
      assert.deepEqual([sender.code, receiver.code], [0, 0], sender.stderr + receiver.stderr)
      assert.ok(receiver.stdout.equals(large))
      assert.ok(sender.stdout.equals(small))
    })
  }

  test(`nc: ${client} without input receives from ${server}`, options, async (context) => {
    const started = await startServer(context, server, ['-N'], large)
    const receiver = await start(context, client, ['-d', ...started.place], Buffer.alloc(0)).ended()
    assert.equal(receiver.code, 0, receiver.stderr)
    assert.ok(receiver.stdout.equals(large))
  })

  for (const [kind, flags] of [
    ['UDP', ['-u']],
    ['unix datagrams', ['-u', '-U']],
  ] as const) {
    test(`nc: ${client} and ${server} exchange ${kind}`, options, async (context) => {
      const started = await startServer(context, server, flags, small)
      const sender = start(context, client, [...flags, ...started.place], Buffer.from('from the client\n'))
      await Promise.all([started.server.prints(/from the client\n/), sender.prints(/from the server\n/)])
    })
  }
}
