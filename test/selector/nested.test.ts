// A selector inside of another one, by its descriptor.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { EVENT_READ, poll, Selector, Socket } from 'berkeley'

test('Selector.fd: is readable while something is ready, so that selectors nest', (context) => {
  using inner = new Selector<string>()
  if (inner.backend !== 'epoll') return context.skip('poll(2) has no descriptor')
  using outer = new Selector<string>()
  const [a, b] = Socket.pair()
  inner.register(a, EVENT_READ, 'a')
  outer.register(inner.fd, EVENT_READ, 'inner')
  assert.deepEqual(outer.select(0), [])
  b.send('x')
  assert.equal(outer.select()[0]!.data, 'inner')
  assert.equal(poll([{ target: inner.fd, events: EVENT_READ }], 0).length, 1)
  assert.equal(inner.select(0)[0]!.data, 'a')
  a.recv(1)
  assert.deepEqual(outer.select(0), [])
  outer.unregister(inner.fd)
})

test('Selector.fd: throws once the selector is closed', () => {
  const selector = new Selector()
  selector.close()
  assert.throws(() => selector.fd, { code: 'ERR_SELECTOR_CLOSED' })
})
