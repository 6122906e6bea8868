// Options, handlers and addresses in a program whose Object.prototype was extended: only the caller's own members count.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { own } from '../../src/core/own-options.js'
import { fixture, succeeds } from '../support/child.js'

test('own: leaves out what Object.prototype has, and keeps what the object has from elsewhere', () => {
  class Options {
    get timeout(): number {
      return 1
    }
  }
  for (const name of ['timeout', 'family', 'anything']) {
    // Without a prototype, and no data property of Object.prototype may stay behind: a descriptor inherits, too.
    const descriptor = Object.assign(Object.create(null), { configurable: true, enumerable: true, value: 'extended' })
    Object.defineProperty(Object.prototype, name, descriptor)
    let seen: (unknown | undefined)[]
    try {
      const given = { [name]: undefined, other: 2 } as Record<string, unknown>
      seen = [own({} as Record<string, unknown>)[name], own(given)[name], own(new Options()).timeout]
    } finally {
      Reflect.deleteProperty(Object.prototype, name)
    }
    assert.deepEqual(seen, [undefined, undefined, 1], name)
  }
  const given = { timeout: 1 }
  assert.equal(own(given), given)
})

test('options: an extended Object.prototype changes no call', async (context) => {
  await succeeds(context, fixture('core/extended-object-prototype'))
})
