// The addon in difficult environments: loaded by many threads and many modules, called wrongly, called from inside of a
// call; and neither a microtask nor a tick nor a timer runs while a call waits.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { MSG_ZEROCOPY, Socket } from 'berkeley'
import { fixture, succeeds } from '../support/child.js'

test('addon: workers load and unload it, one after the other and twenty at once', async (context) => {
  await succeeds(context, fixture('native/load-addon-in-workers'))
})

test('addon: its functions refuse wrong arguments', async (context) => {
  await succeeds(context, fixture('native/misuse-addon'))
})

test('addon: setters of polluted prototypes that use sockets harm nothing', async (context) => {
  await succeeds(context, fixture('native/polluted-prototypes'))
})

// Test runners evaluate modules again when they reset their registry. A process loads the addon once, though.
test('addon: modules that are evaluated again use the loaded one', async () => {
  const again = (await import(
    `${new URL('../../src/native/addon.js', import.meta.url)}?again`
  )) as typeof import('../../src/native/addon.js')
  const fd = again.native.socket(2, 1, 0)
  assert.ok(fd > 2)
  assert.equal(again.native.close(fd, false, false, 0), 0)
  const [a, b] = Socket.pair()
  a.send('x')
  assert.equal(b.recv(1)!.toString(), 'x')
  a.close()
  b.close()
})

// A wait calls an empty function from time to time, to see whether its environment may still run JavaScript. That call can
// run what a debugger evaluates, and nothing else: see evaluated.test.ts.
test('wait: neither a microtask nor a tick nor a timer runs during it', async () => {
  const [a, b] = Socket.pair()
  const ran: string[] = []
  queueMicrotask(() => ran.push('microtask'))
  process.nextTick(() => ran.push('tick'))
  const timer = new Promise<void>((resolve) =>
    setTimeout(() => {
      ran.push('timer')
      resolve()
    }, 1),
  )
  // Longer than several intervals between those calls.
  assert.throws(() => a.recv(1, { timeout: 350 }), { code: 'ERR_SOCKET_TIMEOUT' })
  assert.deepEqual(ran, [])
  await timer
  assert.deepEqual(ran.toSorted(), ['microtask', 'tick', 'timer'])
  a.close()
  b.close()
})

test('reentrancy: a call inside a getter of another call’s arguments disturbs neither', () => {
  const [a, b] = Socket.pair()
  const [c, d] = Socket.pair()
  c.send('inner')
  const options = {
    get flags() {
      assert.equal(d.recv(100)!.toString(), 'inner')
      return 0
    },
  }
  a.send('outer', options as object)
  assert.equal(b.recv(100)!.toString(), 'outer')
  a.send('outer')
  c.send('inner')
  assert.equal(b.recv(100, options as object)!.toString(), 'outer')
  using server = new Socket()
  server.bind({
    host: '127.0.0.1',
    get port() {
      c.send('inner')
      assert.equal(d.recvFrom(100).data.toString(), 'inner')
      return 0
    },
  })
  assert.equal((server.getSockName() as { host: string }).host, '127.0.0.1')
  for (const socket of [a, b, c, d]) socket.close()
})

// The kernel reads the bytes of a MSG_ZEROCOPY send after the call has returned.
test('MSG_ZEROCOPY: a string, whose bytes live only during the call, is refused', {
  skip: MSG_ZEROCOPY < 0,
}, async () => {
  const [a, b] = Socket.pair()
  const address = { host: '127.0.0.1', port: 9 }
  const flags = { flags: MSG_ZEROCOPY }
  const code = 'ERR_INVALID_ARG_TYPE'
  for (const data of ['text', [Buffer.from('piece'), 'text']]) {
    assert.throws(() => a.send(data, flags), { code })
    assert.throws(() => a.trySend(data, flags), { code })
    assert.throws(() => a.sendAll(data, flags), { code })
    assert.throws(() => a.sendMsg(data, flags), { code })
    assert.throws(() => a.sendFds(data, [a], flags), { code })
  }
  assert.throws(() => a.send('text', { ...flags, offset: 1 }), { code })
  assert.throws(() => a.sendTo('text', address, flags), { code })
  const awaited = a.toAsync()
  await assert.rejects(awaited.send('text', flags), { code })
  await assert.rejects(awaited.sendAll(['text'], flags), { code })
  await assert.rejects(awaited.sendTo('text', address, flags), { code })
  await assert.rejects(awaited.sendMsg('text', flags), { code })
  assert.equal(b.tryRecv(10), undefined)
  awaited.close()
  b.close()
})
