// The parts of the package: the first socket loads the core alone, and a class that is loaded on use is one class wherever it
// is imported.
import assert from 'node:assert/strict'
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { addonPreload, Child } from '../support/child.js'
import { packageFolder, temporaryFolder } from '../support/folders.js'

const limits = { timeout: 180_000 }
const folder = temporaryFolder()
mkdirSync(join(folder, 'node_modules'))
symlinkSync(packageFolder, join(folder, 'node_modules', 'berkeley'))

/** The object that a program prints; `parts()` in it lists the parts that are loaded. */
async function printed(context: TestContext, program: string): Promise<unknown> {
  const { code, stdout, stderr } = await addonChild(context, program).ended()
  assert.equal(code, 0, stderr)
  return JSON.parse(stdout.toString())
}

function addonChild(context: TestContext, program: string): Child {
  const file = join(folder, `program-${process.hrtime.bigint()}.mjs`)
  writeFileSync(file, `${PARTS}\n${program}`)
  return new Child(context, process.execPath, [file], { env: { ...process.env, ...addonPreload } })
}

const PARTS = `
import * as berkeley from 'berkeley'
import { createRequire } from 'node:module'
import { basename } from 'node:path'
const { cache } = createRequire(import.meta.url)
const parts = () => Object.keys(cache).filter((file) => file.endsWith('.cjs')).map((file) => basename(file, '.cjs')).sort()
const print = (value) => process.stdout.write(JSON.stringify(value))
`

test('package: import and an exchange over blocking sockets load the core alone', limits, async (context) => {
  const program = `
    const { Socket, SO_RCVBUF } = berkeley
    const [one, other] = Socket.pair()
    one.sendAll('hello')
    const text = String(other.recv(10))
    const size = one.getOption(SO_RCVBUF) > 0
    one.close()
    other.close()
    print({ text, size, parts: parts() })`
  assert.deepEqual(await printed(context, program), { text: 'hello', size: true, parts: [] })
})

test('package: a function loads its part and what that needs', limits, async (context) => {
  const program = `
    const before = parts()
    const listener = berkeley.createServer({ host: '127.0.0.1', port: 0 })
    const after = parts()
    listener.close()
    print({ before, after })`
  assert.deepEqual(await printed(context, program), { before: [], after: ['connect'] })
})

test(
  'package: an address of a family that few programs use loads the codecs of such families',
  limits,
  async (context) => {
    const program = `
    const { Socket, AF_NETLINK, SOCK_RAW } = berkeley
    Socket.pair()[0].close()
    const before = parts()
    const socket = new Socket(AF_NETLINK, SOCK_RAW, berkeley.NETLINK_ROUTE)
    socket.bind({ pid: 0 })
    const { family } = socket.localAddress
    socket.close()
    print({ before, family, after: parts() })`
    const facts = { before: [], family: 'netlink', after: ['families'] }
    assert.deepEqual(await printed(context, program), facts)
  },
)

test('package: functions and classes have the names by which they are exported', limits, async (context) => {
  const program = `
    const entries = [berkeley, await import('berkeley/http'), await import('berkeley/web')]
    const exported = entries.flatMap((entry) => Object.entries(entry)).filter(([, value]) => typeof value === 'function')
    print({ other: exported.filter(([name, value]) => value.name !== name).map(([name]) => name), any: exported.length > 50 })`
  assert.deepEqual(await printed(context, program), { other: [], any: true })
})

test('package: a class that is loaded on use is one class', limits, async (context) => {
  const program = `
    const { Selector, DatagramBatch, TlsError, AsyncSocket, Socket } = berkeley
    class Own extends Selector { more() { return 'more' } }
    Own.label = 'own'
    const [one, other] = Socket.pair()
    const awaited = one.toAsync()
    const selector = new Selector()
    const own = new Own()
    const facts = {
      name: Selector.name,
      constructor: selector.constructor === Selector && awaited.constructor === AsyncSocket,
      instance: selector instanceof Selector && awaited instanceof AsyncSocket && !(awaited instanceof Selector),
      subclass: own instanceof Own && own instanceof Selector && own.more() === 'more' && !('label' in Selector),
      statics: Object.getOwnPropertyNames(AsyncSocket).includes('pair') && AsyncSocket.pair().length === 2,
      members: Object.getOwnPropertyNames(DatagramBatch.prototype).includes('add'),
      frozen: Object.isFrozen(Object.freeze(TlsError)) && TlsError.name,
      error: (() => { try { DatagramBatch() } catch (error) { return error.name } })(),
    }
    selector.close(); own.close(); awaited.close(); other.close()
    print(facts)
    process.exit()`
  assert.deepEqual(await printed(context, program), {
    name: 'Selector',
    constructor: true,
    instance: true,
    subclass: true,
    statics: true,
    members: true,
    frozen: 'TlsError',
    error: 'TypeError',
  })
})

test('package: require() and the other entries have the same classes', limits, async (context) => {
  const program = `
    const require = createRequire(import.meta.url)
    const { connect } = await import('berkeley/web')
    let required = berkeley
    try { required = require('berkeley') } catch (error) { if (error.code !== 'ERR_REQUIRE_ESM') throw error }
    const same = Object.keys(berkeley).filter((name) => required[name] !== berkeley[name])
    print({ same, connect: typeof connect })`
  assert.deepEqual(await printed(context, program), { same: [], connect: 'function' })
})

test('package: a stack names the functions of a part', limits, async (context) => {
  const program = `
    let stack
    const options = { get host() { stack = new Error().stack; return '127.0.0.1' }, port: 0 }
    berkeley.createServer(options).close()
    print(/^ +at createServer \\(.*connect\\.cjs:\\d+:\\d+\\)$/m.test(stack) || stack)`
  assert.equal(await printed(context, program), true)
})
