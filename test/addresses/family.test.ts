// The `family` of an address, or of options: honoured or refused, by name and by constant, everywhere.

import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import {
  type AddressInput,
  AF_INET,
  AF_INET6,
  AF_UNIX,
  AF_UNSPEC,
  AsyncSocket,
  createConnection,
  createServer,
  encodeProxyHeader,
  type Family,
  type HostInput,
  IPV6_FLOWINFO_SEND,
  openConnection,
  resolve,
  resolveAsync,
  reverse,
  SOCK_DGRAM,
  Socket,
  serve,
  serveBlocking,
} from 'berkeley'
import { fixture, succeeds } from '../support/child.js'
import { temporaryFolder } from '../support/folders.js'
import { inet6Missing, portOf } from '../support/listeners.js'
import { slowResolver, slowResolverMissing } from '../support/preload.js'

const NOTHING = 'data:text/javascript,export default () => {}'

const noIpv6 = inet6Missing()

/** Everything that makes a listener, as a function from a target to where it then listens. */
const listens: Readonly<Record<string, (target: AddressInput) => Promise<unknown>>> = {
  async createServer(target) {
    using listener = createServer(target)
    return listener.getSockName()
  },
  async serve(target) {
    const server = serve({ ...target }, {})
    await server.close()
    return server.address
  },
  async serveBlocking(target) {
    const server = serveBlocking({ ...target, threads: 1 }, NOTHING)
    await server.close()
    return server.address
  },
}

/** Everything that makes a connection. */
const connects: Readonly<Record<string, (target: AddressInput, options?: { family?: never }) => Promise<unknown>>> = {
  async createConnection(target, options) {
    using socket = createConnection(target, options)
    return socket.getPeerName()
  },
  async openConnection(target, options) {
    const socket = await openConnection(target, options)
    socket.close()
    return socket.peerAddress
  },
}

const given = <Input>(target: object, family: unknown): Input => ({ ...target, family }) as Input

/** Values that are no family at all, and the code of their error. */
const NO_FAMILIES: [value: unknown, code: string][] = [
  ['nonsense', 'ERR_INVALID_ARG_VALUE'],
  ['INET', 'ERR_INVALID_ARG_VALUE'],
  ['', 'ERR_INVALID_ARG_VALUE'],
  [null, 'ERR_INVALID_ARG_TYPE'],
  [true, 'ERR_INVALID_ARG_TYPE'],
  [{}, 'ERR_INVALID_ARG_TYPE'],
  [-1, 'ERR_OUT_OF_RANGE'],
  [1.5, 'ERR_OUT_OF_RANGE'],
  [65536, 'ERR_OUT_OF_RANGE'],
]

test('family: a listener on every address of the machine has the family that was asked for', {
  skip: noIpv6,
}, async () => {
  const expected = [
    [undefined, '0.0.0.0'],
    [AF_UNSPEC, '0.0.0.0'],
    ['inet', '0.0.0.0'],
    [AF_INET, '0.0.0.0'],
    ['inet6', '::'],
    [AF_INET6, '::'],
  ]
  for (const [name, listen] of Object.entries(listens)) {
    for (const [family, host] of expected) {
      const at = (await listen(given({ host: '', port: 0 }, family))) as HostInput
      assert.equal(at.host, host, `${name} ${String(family)}`)
    }
  }
  assert.throws(() => createServer({ host: '', port: 0, family: 'inet' }, { dualStack: true }), {
    code: 'ERR_INVALID_ARG_VALUE',
    message: 'options.dualStack needs an IPv6 socket: not AF_INET',
  })
  using both = createServer({ host: '', port: 0, family: AF_INET6 }, { dualStack: true })
  assert.equal(both.family, AF_INET6)
})

test('family: a name has addresses of the family that was asked for alone', {
  skip: noIpv6 || slowResolverMissing(),
}, async (context) => {
  const env = slowResolver(0, ['127.0.0.1', '::1'])
  await succeeds(context, fixture('addresses/name-of-two-families'), [], { env })
})

test('family: a numeric host of another family has no address', { skip: noIpv6 }, async () => {
  const code = { name: 'ResolveError', code: 'EAI_ADDRFAMILY' }
  const wrong: [host: string, families: unknown[]][] = [
    ['127.0.0.1', ['inet6', AF_INET6]],
    ['::1', ['inet', AF_INET]],
  ]
  for (const [host, families] of wrong) {
    for (const family of families) {
      const target = given<HostInput>({ host, port: 1 }, family)
      for (const act of [...Object.values(listens), ...Object.values(connects)]) await assert.rejects(act(target), code)
      for (const connect of Object.values(connects)) {
        await assert.rejects(connect({ host, port: 1 }, given({}, family)), code)
      }
      assert.throws(() => resolve(host, 1, { family: family as 'inet' }), code)
      await assert.rejects(resolveAsync(host, 1, { family: family as 'inet' }), code)
    }
  }
})

test('family: the name of none, or another than the target has, is refused by everything', async () => {
  const path = join(temporaryFolder(), 'never-made')
  const unix = new Socket(AF_UNIX, SOCK_DGRAM)
  const inet = new Socket(AF_INET, SOCK_DGRAM)
  const awaited = new AsyncSocket(AF_INET, SOCK_DGRAM)
  const verbs = (host: Socket): ((target: AddressInput) => unknown)[] => [
    (target) => host.bind(target),
    (target) => host.connect(target),
    (target) => host.connectEx(target),
    (target) => host.tryConnect(target),
    (target) => host.sendTo('x', target),
    (target) => host.trySendTo('x', target),
  ]
  const hosts: ((target: AddressInput) => unknown)[] = [
    ...Object.values(listens),
    ...Object.values(connects),
    ...verbs(inet),
    (target) => awaited.connect(target),
    (target) => awaited.sendTo('x', target),
    (target) => reverse(target as HostInput),
    (target) => encodeProxyHeader({ source: target, destination: target }),
  ]
  const paths = [...Object.values(listens), ...Object.values(connects), ...verbs(unix)]
  const refuses = async (act: () => unknown, code: string, what: string): Promise<void> => {
    await assert.rejects(async () => act(), { code }, what)
  }
  for (const [family, code] of [
    ...NO_FAMILIES,
    ['unix', 'ERR_INVALID_ARG_VALUE'],
    [AF_UNIX, 'ERR_INVALID_ARG_VALUE'],
  ]) {
    const target = given<AddressInput>({ host: '127.0.0.1', port: 1 }, family)
    for (const act of hosts) await refuses(() => act(target), code as string, `${act} ${String(family)}`)
  }
  for (const [family, code] of [
    ...NO_FAMILIES,
    ['inet', 'ERR_INVALID_ARG_VALUE'],
    [AF_INET6, 'ERR_INVALID_ARG_VALUE'],
  ]) {
    const target = given<AddressInput>({ path }, family)
    for (const act of paths) await refuses(() => act(target), code as string, `${act} ${String(family)}`)
    await refuses(() => encodeProxyHeader({ source: target, destination: target }), code as string, String(family))
  }
  for (const each of [unix, inet, awaited]) each.close()
})

test('family: the option says the same as the target, or is refused', async () => {
  using listener = createServer({ host: '127.0.0.1', port: 0 })
  const target = { host: '127.0.0.1', port: portOf(listener) }
  const path = join(temporaryFolder(), 'socket')
  using local = createServer({ path })
  const refused = { code: 'ERR_INVALID_ARG_VALUE' }
  for (const connect of Object.values(connects)) {
    for (const own of [undefined, AF_UNSPEC, 'inet', AF_INET]) {
      for (const option of [undefined, AF_UNSPEC, 'inet', AF_INET]) {
        await connect(given({ ...target }, own), given({}, option))
      }
      for (const option of own ? ['inet6', AF_INET6, 'unix', AF_UNIX, 'nonsense'] : ['unix', AF_UNIX, 'nonsense']) {
        await assert.rejects(connect(given({ ...target }, own), given({}, option)), refused)
      }
    }
    for (const option of [undefined, AF_UNSPEC, 'unix', AF_UNIX]) await connect({ path }, given({}, option))
    for (const option of ['inet', AF_INET6, 'nonsense', 12345 as Family]) {
      await assert.rejects(connect({ path }, given({}, option)), refused)
    }
  }
  assert.throws(() => createConnection({ ...target, family: 'inet' }, { family: 'inet6' }), {
    ...refused,
    message: "options.family must be the target's, 'inet', not 'inet6'",
  })
  assert.equal(local.listening, true)
})

test('family: a scope or flow information beside what is no numeric IPv6 host is refused, and 0 is none', async () => {
  using socket = new Socket(AF_INET, SOCK_DGRAM)
  const acts = [
    ...Object.values(listens),
    ...Object.values(connects),
    async (target: AddressInput) => socket.connect(target),
    async (target: AddressInput) => socket.sendTo('x', target),
  ]
  for (const host of ['localhost', '127.0.0.1']) {
    for (const field of ['scopeId', 'flowInfo']) {
      const target = { host, port: 1, [field]: 1 }
      for (const act of acts) await assert.rejects(act(target), { code: 'ERR_INVALID_ARG_VALUE' }, `${act} ${host}`)
    }
    createServer({ host, port: 0, scopeId: 0, flowInfo: 0 }).close()
  }
})

test('flowInfo: the traffic class above the flow label reaches the kernel', {
  skip: noIpv6,
}, () => {
  using listener = createServer({ host: '::1', port: 0 })
  using socket = new Socket(AF_INET6)
  socket.setOption(IPV6_FLOWINFO_SEND, true)
  const address = { ...listener.getSockName(), flowInfo: 0x0fc00000 }
  socket.connect(address)
  // Linux refuses a label that is not leased, and keeps the two bits of ECN to itself.
  assert.deepEqual(socket.getPeerName(), address)
})
